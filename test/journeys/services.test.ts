/** What a leased checkout needs of the machine: ports of its own, services that are ready, installed packages that are not the user's. */
import { expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { once, type Repo } from './rig.ts'
import { agentsRepo, endingsIn, runAgents, sh } from './scripted-agent.ts'

const landed = (repo: Repo, path: string): string => repo.git('show', `pawl/integration:${path}`)

/** A server on the port that it is given, which tells its number and how it was asked to end. */
const server = `
const { appendFileSync, writeFileSync } = require('node:fs')
const [, , folder, port] = process.argv
writeFileSync(folder + '/server.pid', String(process.pid))
console.log('password is ' + (process.env.DB_PASSWORD ?? 'none'))
require('node:http').createServer((request, answer) => answer.end('from the service')).listen(Number(port), '127.0.0.1', () => console.log('server is up'))
process.on('SIGTERM', () => { appendFileSync(folder + '/server.end', 'TERM'); process.exit(0) })
`

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}/stat`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
const node = process.execPath

async function servedRepo(prompts: Readonly<Record<string, string>>, services: string): Promise<Repo> {
  const repo = await agentsRepo(prompts)
  const kept = repo.read('pawl.yaml')
  repo.write({ '.gitignore': 'server.pid\nserver.end\nserver.cjs\n', 'pawl.yaml': `${kept}services:\n${services}` })
  repo.write({ 'server.cjs': server })
  repo.commit('services')
  return repo
}

const fetchIt = `"${node}" -e 'fetch(process.env.API).then((answer) => answer.text()).then((text) => require("fs").appendFileSync("src/a.txt", text + "\\n"))'`

once('each agent has ports of its own, its checks have the same, and a proof holds whatever they are', async () => {
  await using repo = await agentsRepo({
    'one.md': sh('One', 'echo "$PORT $PAWL_PORTS" > src/one.txt; [ "$PORT" = "$PAWL_PORT" ]'),
    'two.md': sh('Two', 'echo "$PORT $PAWL_PORTS" > src/two.txt'),
  })
  const seen = join(repo.root, '..', 'ports')
  const check = repo.script('ports', `echo "$PORT $PWD" >> "${seen}"`)
  repo.write({ 'pawl.yaml': repo.read('pawl.yaml').replace('checks:\n', `checks:\n  ports: { command: [${check}], inputs: ["src/**"] }\n`) })
  repo.commit('ports')
  const ended = await runAgents(repo, 'one.md', 'two.md', '--landing', 'each')
  expect(endingsIn(ended)).toEqual({ 'work:one': 'passed', 'work:two': 'passed', 'land:one': 'passed', 'land:two': 'passed' })
  const [one, two] = ['one', 'two'].map((name) => landed(repo, `src/${name}.txt`).trim())
  expect(one).toMatch(/^2\d{4} (2\d{4},){9}2\d{4}$/)
  expect(one).not.toBe(two)
  const portOf = (text = ''): string => text.split(' ')[0] ?? ''
  const ran = readFileSync(seen, 'utf8').trim().split('\n')
  // In the checkout of each job; the gate judged only what no job had proven.
  expect(ran.filter((line) => line.includes('/one-')).map(portOf)).toEqual([portOf(one)])
  expect(ran.filter((line) => line.includes('/two-')).map(portOf)).toEqual([portOf(two)])
  expect(ran).toHaveLength(3)
})

test('a service is ready before the first agent begins, is told to agents and checks, and is ended after the last', async () => {
  await using repo = await servedRepo(
    { 'one.md': sh('One', fetchIt), 'two.md': sh('Two', 'echo two >> src/b.txt') },
    `  api:\n    command: ["${node}", server.cjs, ., "{port}"]\n    ready: { http: "http://127.0.0.1:{port}/" }\n    env: { API: "http://127.0.0.1:{port}/" }\n`,
  )
  const ended = await runAgents(repo, 'one.md', 'two.md')
  expect(endingsIn(ended)).toEqual({ 'work:one': 'passed', 'work:two': 'passed', 'land:one': 'passed', 'land:two': 'passed' })
  expect(landed(repo, 'src/a.txt')).toBe('alpha\nfrom the service\n')
  expect(repo.read('server.end')).toBe('TERM')
  expect(isAlive(Number(repo.read('server.pid')))).toBe(false)
  expect(repo.read('.pawl/logs/run-000001/service-api.log')).toContain('server is up')
  expect(readdirSync(join(repo.root, '.pawl/services'))).toEqual([])
})

test('a service that ends early is told with its last lines: no agent is started, and there is no run', async () => {
  await using repo = await servedRepo(
    { 'one.md': sh('One', 'echo one >> src/a.txt') },
    `  db:\n    command: ["${node}", -e, "console.log('no room for data'); process.exit(3)"]\n    ready: { port: leased, timeout: 20s }\n`,
  )
  const ended = await repo.pawl('agents', 'run', 'one.md')
  expect(ended.code).toBe(2)
  expect(ended.shown).toContain('the service db did not become ready')
  expect(ended.shown).toContain('it ended with exit code 3')
  expect(ended.shown).toContain('no room for data')
  expect(repo.read('.pawl/logs/service-db.log')).toContain('no room for data')
  expect(repo.git('branch', '--list', 'pawl/one*')).toBe('')
  expect((await repo.pawl('runs')).stdout).not.toContain('one.md')
})

once('a service that is not ready in time is ended with all that it has started', async () => {
  await using repo = await servedRepo(
    { 'one.md': sh('One', 'echo one >> src/a.txt') },
    `  db:\n    command: 'setsid sleep 300 & echo $! > server.pid; echo waiting for nothing; wait'\n    ready: { log: "never printed", timeout: 1s }\n`,
  )
  const ended = await repo.pawl('agents', 'run', 'one.md')
  expect(ended.code).toBe(2)
  expect(ended.shown).toContain('the service db did not become ready within')
  expect(ended.shown).toContain('waiting for nothing')
  expect(isAlive(Number(repo.read('server.pid')))).toBe(false)
})

once('a service that ends while agents work stops the run, and is named', async () => {
  await using repo = await servedRepo(
    { 'one.md': sh('One', 'kill -9 "$(cat ../../../server.pid)"; sleep 300') },
    `  api:\n    command: ["${node}", server.cjs, ., "{port}"]\n    ready: { port: leased }\n`,
  )
  const ended = await repo.pawl('agents', 'run', 'one.md')
  expect(ended.shown).toContain('the service api ended while work needed it: it ended by SIGKILL')
  expect(ended.code).not.toBe(0)
})

once('Ctrl-C ends a service; so does the guardian after kill -9', async () => {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    await using repo = await servedRepo(
      { 'one.md': sh('One', 'echo begun > ../../../begun; sleep 300') },
      `  api:\n    command: ["${node}", server.cjs, ., "{port}"]\n    ready: { log: server is up }\n`,
    )
    const running = repo.start(['agents', 'run', 'one.md', '--verbose'])
    while (!repo.exists('begun')) await Bun.sleep(20)
    const pid = Number(repo.read('server.pid'))
    expect(isAlive(pid)).toBe(true)
    running.process.kill(signal)
    await running.ended
    while (isAlive(pid)) await Bun.sleep(20)
    if (signal === 'SIGINT') expect(repo.read('server.end')).toBe('TERM')
  }
})

once('a secret that a service is told, or tells others, is in no log and on no screen', async () => {
  const secret = 'hunter2-9f8e7d6c5b4a'
  await using repo = await servedRepo(
    { 'one.md': sh('One', 'echo "it is $DB_PASSWORD"; echo one >> src/a.txt') },
    `  api:\n    command: ["${node}", server.cjs, ., "{port}"]\n    ready: { log: server is up }\n    env: { DB_PASSWORD: "${secret}" }\n`,
  )
  const ended = await repo.pawl('agents', 'run', 'one.md', '--verbose')
  expect(ended.code).toBe(0)
  expect(ended.stdout + ended.stderr).not.toContain(secret)
  for (const name of readdirSync(join(repo.root, '.pawl/logs/run-000001'))) expect(repo.read(`.pawl/logs/run-000001/${name}`)).not.toContain(secret)
  expect(repo.read('.pawl/logs/run-000001/service-api.log')).toContain('password is ')
})

/** Docker as far as pawl uses it: "up" stays until "down" of the same project; what it was told is written down. */
const docker = (folder: string): string => `
echo "$*" >> "${folder}/docker.calls"
project=$3
case "$*" in
  *" up "*) echo "$PAWL_PORT" > "${folder}/docker.port"; touch "${folder}/$project.up"; echo "db-1 | ready to accept connections"
    while [ -e "${folder}/$project.up" ]; do sleep 0.05; done ;;
  *" down "*) rm -f "${folder}/$project.up" ;;
esac`

const composed =
  '  db:\n    compose: compose.yaml\n    services: [db]\n    ready: { log: ready to accept connections }\n    env: { DATABASE_URL: "postgres://localhost:{port}/x" }\n'

async function composedRepo(work: string): Promise<{ readonly repo: Repo; readonly calls: () => readonly string[]; readonly env: Record<string, string> }> {
  const repo = await servedRepo({ 'one.md': sh('One', work), 'compose.yaml': 'services: { db: { image: postgres } }\n' }, composed)
  const folder = join(repo.root, '..')
  repo.script('docker', docker(folder))
  const calls = (): readonly string[] => readFileSync(join(folder, 'docker.calls'), 'utf8').trim().split('\n')
  return { repo, calls, env: { PATH: `${join(folder, 'tools')}:${process.env['PATH'] ?? ''}` } }
}

once('services of Docker Compose get a project of their own, which is taken down at the end', async () => {
  const { repo, calls, env } = await composedRepo('echo "$DATABASE_URL" > src/url.txt')
  await using _ = repo
  const ended = await repo.start(['agents', 'run', '--json', 'one.md'], { env }).ended
  expect(endingsIn(ended)).toEqual({ 'work:one': 'passed', 'land:one': 'passed' })
  const [up = '', down = '', ...more] = calls()
  const project = /pawl-[0-9a-f]{16}/.exec(up)?.[0] ?? ''
  expect([up, down, more]).toEqual([
    `compose --project-name ${project} --file compose.yaml up --no-color -- db`,
    `compose --project-name ${project} --file compose.yaml down --volumes --remove-orphans`,
    [],
  ])
  expect(landed(repo, 'src/url.txt').trim()).toBe(`postgres://localhost:${readFileSync(join(repo.root, '../docker.port'), 'utf8').trim()}/x`)
})

once('a project of Docker Compose that a killed pawl left is taken down before the next run starts its own', async () => {
  const { repo, calls, env } = await composedRepo('[ -e ../../../again ] || { echo the agent has begun; sleep 300; }; echo one >> src/a.txt')
  await using _ = repo
  const running = repo.start(['agents', 'run', 'one.md', '--verbose'], { env })
  await running.shows('the agent has begun')
  running.process.kill('SIGKILL')
  await running.ended
  const [left] = calls()
  repo.write({ again: '' })
  const ended = await repo.start(['agents', 'run', '--json', 'one.md'], { env }).ended
  expect(endingsIn(ended)).toEqual({ 'work:one': 'passed', 'land:one': 'passed' })
  const projects = calls().map(
    (call) => `${/pawl-[0-9a-f]{16}/.exec(call)?.[0] === /pawl-[0-9a-f]{16}/.exec(left ?? '')?.[0] ? 'left' : 'own'} ${/up|down/.exec(call)?.[0] ?? ''}`,
  )
  expect(projects).toEqual(['left up', 'left down', 'own up', 'own down'])
})

/** With an installed package that a check believes. */
async function packagesRepo(prompts: Readonly<Record<string, string>>, dependencies: string): Promise<Repo> {
  const repo = await agentsRepo(prompts, `, dependencies: ${dependencies}`)
  const judge = repo.script(
    'judge',
    'grep -q "^honest" node_modules/x/judge.txt || { echo "src/a.txt:1: the judge was bought"; exit 1; }; ! grep -q BOUGHT src/a.txt',
  )
  repo.write({
    '.gitignore': 'node_modules\n',
    'node_modules/x/package.json': '{ "name": "x", "version": "1.0.0" }\n',
    'node_modules/x/judge.txt': 'honest\n',
    'pawl.yaml': repo.read('pawl.yaml').replace('checks:\n', `checks:\n  judge: { command: [${judge}], inputs: ["src/**"] }\n`),
  })
  repo.commit('packages')
  return repo
}

const buy = 'echo "bought" > node_modules/x/judge.txt; echo fine >> src/a.txt'

test.each(['auto', 'copy'])(
  'an agent that writes into an installed package harms neither the user nor its own judgement (dependencies: %s)',
  async (dependencies) => {
    await using repo = await packagesRepo({ 'one.md': sh('One', buy), 'two.md': sh('Two', 'cat node_modules/x/judge.txt >> src/b.txt') }, dependencies)
    const ended = await runAgents(repo, 'one.md', 'two.md')
    expect(endingsIn(ended)).toEqual({ 'work:one': 'passed', 'work:two': 'passed', 'land:one': 'passed', 'land:two': 'passed' })
    expect(repo.read('node_modules/x/judge.txt')).toBe('honest\n')
    expect(landed(repo, 'src/b.txt')).toBe('beta\nhonest\n')
  },
)

once('an agent that writes through a link into an installed package is found out: the run stops, and nothing lands', async () => {
  await using repo = await packagesRepo({ 'one.md': sh('One', buy) }, 'link')
  const ended = await repo.pawl('agents', 'run', 'one.md')
  expect(ended.shown).toContain('the installed package node_modules/x was changed')
  expect(ended.code).not.toBe(0)
  expect(repo.git('log', '--format=%s', 'pawl/integration').trim()).not.toContain('One')
})

test('clones of packages are refused where the file system cannot make them, before anything is started', async () => {
  await using repo = await packagesRepo({ 'one.md': sh('One', buy) }, 'reflink')
  const ended = await repo.pawl('agents', 'run', 'one.md')
  // On a file system that can, the agent works in its clone.
  if (ended.code === 0) expect(repo.read('node_modules/x/judge.txt')).toBe('honest\n')
  else expect(ended.shown).toContain('installed packages cannot be cloned for agents')
})
