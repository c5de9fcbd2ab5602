/** What a roadmap is promised: nothing is done twice or called done that is not, nothing of the user's is taken along, and what a person said is kept. */
import { expect, setDefaultTimeout } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { once, type Repo } from './rig.ts'
import { agentsRepo, endingsIn } from './scripted-agent.ts'

setDefaultTimeout(90_000)

const onto = 'pawl/integration'
const task = (id: string, title: string, work: string, again = work): string =>
  `#### ${id}: ${title}\n\n\`\`\`sh\n${work}\n\`\`\`\n\n\`\`\`sh again\n${again}\n\`\`\`\n`
const roadmap = (...groups: readonly (readonly string[])[]): string =>
  ['# Roadmap', '', '## Phase 1: First', '', ...groups.flatMap((tasks, i) => [`### Group ${'ABC'[i]}: Step ${i}`, '', ...tasks])].join('\n')
const roadmapRepo = (text: string, more = ''): Promise<Repo> => agentsRepo({ 'ROADMAP.md': text }, more)

type Status = {
  readonly phases: readonly {
    readonly groups: readonly { readonly tasks: readonly { id: string; standing: { kind: string }; drift?: { was: string; wasKind: string } }[] }[]
  }[]
}
const tasksIn = async (repo: Repo) =>
  (JSON.parse((await repo.pawl('roadmap', 'status', '--json')).stdout) as Status).phases.flatMap(({ groups }) => groups.flatMap(({ tasks }) => tasks))
const statusOf = async (repo: Repo): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries((await tasksIn(repo)).map(({ id, standing }) => [id, standing.kind]))
const landings = (repo: Repo): readonly string[] =>
  repo
    .git('log', '--format=%(trailers:key=Pawl-Task,valueonly)', `trunk..${onto}`)
    .split('\n')
    .flatMap((line) => line.split(' ')[0] ?? [])
    .filter((id) => id !== '')
    .toSorted()
const groupFile = (repo: Repo, group: string): string => readFileSync(join(repo.root, `.pawl/roadmap/status/PHASE1-GROUP-${group}-STATUS.md`), 'utf8')

once('killed between a landing and its gate, the next run repeats no task and skips no gate', async () => {
  await using repo = await roadmapRepo(roadmap([task('A1', 'One', 'echo one >> src/a.txt')], [task('B1', 'Two', 'echo two >> src/b.txt')]))
  const cut = repo.start(['roadmap', 'run', '--json'])
  await cut.shows('"kind":"landed"')
  cut.process.kill('SIGKILL')
  await cut.ended
  const again = await repo.pawl('roadmap', 'run', '--json')
  expect(again.code).toBe(0)
  expect(endingsIn(again)).toMatchObject({ 'gate:1.A': 'passed', 'gate:1.B': 'passed', 'gate:phase-1': 'passed' })
  expect(Object.keys(endingsIn(again)).filter((id) => id.startsWith('work:'))).toEqual(['work:b1'])
  expect(landings(repo)).toEqual(['A1', 'B1'])
  expect(await statusOf(repo)).toEqual({ A1: 'landed', B1: 'landed' })
})

once('killed after the last landing, the gates that nobody judged are judged by the next run', async () => {
  await using repo = await roadmapRepo(roadmap([task('A1', 'One', 'echo one >> src/a.txt')]))
  const cut = repo.start(['roadmap', 'run', '--json'])
  await cut.shows('"kind":"landed"')
  cut.process.kill('SIGKILL')
  await cut.ended
  const again = await repo.pawl('roadmap', 'run', '--json')
  expect(again.code).toBe(0)
  expect(endingsIn(again)).toMatchObject({ 'gate:1.A': 'passed', 'gate:phase-1': 'passed' })
  expect(landings(repo)).toEqual(['A1'])
  expect((await repo.pawl('roadmap', 'run')).shown).toContain('are over')
})

once('an end without a change is not done, and what lint does not pass completes no group', async () => {
  await using repo = await roadmapRepo(
    roadmap(
      [task('A1', 'Idle', 'true'), task('A2', 'Red', 'echo BUG >> src/b.txt'), task('A3', 'Fine', 'echo fine >> src/c.txt')],
      [task('B1', 'Later', 'echo later >> src/a.txt')],
    ),
    ', mends: 0, retries: 0',
  )
  const run = await repo.pawl('roadmap', 'run', '--json')
  expect(run.code).not.toBe(0)
  const { A1, ...others } = await statusOf(repo)
  expect(['failed', 'held', 'begun']).toContain(A1 ?? '')
  expect(others).toEqual({ A2: 'failed', A3: 'landed', B1: 'open' })
  expect(endingsIn(run)).toMatchObject({ 'gate:1.A': 'blocked', 'work:b1': 'blocked' })
  expect([groupFile(repo, 'A'), groupFile(repo, 'B')].filter((text) => text.includes('COMPLETE'))).toEqual([])
})

once('the commit that lands a task marks it in a roadmap in YAML, too', async () => {
  const yaml = `# Ours\nphases:\n  - id: 1\n    title: First\n    groups:\n      - id: A\n        tasks:\n          - id: A1 # first\n            title: One\n            status: open # so far\n`
  await using repo = await agentsRepo({ 'roadmap.yaml': yaml })
  const agent = repo.script('by-id', 'echo one >> src/a.txt')
  repo.write({
    'pawl.yaml': `${repo.read('pawl.yaml')}roadmap: { writeStatus: true }\n`.replace(/agents: .*/, `agents: { scripted: { command: [${agent}, "{brief}"] } }`),
  })
  repo.commit('agent')
  const run = await repo.pawl('roadmap', 'run')
  expect([run.code, run.shown]).toEqual([0, run.shown])
  expect(repo.git('show', `${onto}:roadmap.yaml`)).toBe(yaml.replace('status: open', 'status: done'))
})

once('the commit that lands a task marks it in the roadmap; nothing else of the user goes along, nothing is pushed, nothing is done again', async () => {
  await using repo = await agentsRepo({
    'ROADMAP.md':
      '# Roadmap\n\n## Phase 1: First\n\n### Group A: Boxes\n\n- [ ] A1: One\n\n### Group B: Cells\n\n| Task | Status |\n| --- | --- |\n| B1: Two | Planned |\n',
  })
  const agent = repo.script('by-id', 'case "$(cat "$1")" in *B1*) echo two >> src/b.txt ;; *) echo one >> src/a.txt ;; esac')
  repo.write({
    'pawl.yaml': `${repo.read('pawl.yaml')}roadmap: { writeStatus: true }\n`.replace(/agents: .*/, `agents: { scripted: { command: [${agent}, "{brief}"] } }`),
  })
  repo.commit('agent')
  const remote = join(dirname(repo.root), 'remote.git')
  repo.git('init', '--quiet', '--bare', remote)
  repo.git('remote', 'add', 'origin', remote)
  repo.git('push', '--quiet', '--set-upstream', 'origin', 'trunk')
  const [roadmapBefore, pushed] = [repo.read('ROADMAP.md'), repo.git('ls-remote', 'origin')]
  repo.write({ 'src/c.txt': 'mine\n', '.env': 'TOKEN=sk-live-4f9a8b7c6d5e4f3a2b1c\n', 'notes.txt': 'mine, too\n' })
  repo.git('add', 'src/c.txt')
  const dirty = repo.git('status', '--porcelain')
  const run = await repo.pawl('roadmap', 'run')
  expect([run.code, run.shown]).toEqual([0, run.shown])
  expect(repo.git('diff', '--name-only', 'trunk', onto).trim().split('\n')).toEqual(['ROADMAP.md', 'src/a.txt', 'src/b.txt'])
  const marked = repo.git('show', `${onto}:ROADMAP.md`)
  expect(marked).toContain('- [x] A1: One')
  expect(marked).toMatch(/\| B1: Two \| (?!Planned).+ \|/)
  const landing = repo.git('log', '--format=%H', '--grep=^Pawl-Task: A1', onto).trim()
  expect(repo.git('show', `${landing}:ROADMAP.md`)).toContain('| B1: Two | Planned |')
  expect([repo.read('ROADMAP.md'), repo.git('status', '--porcelain'), repo.git('ls-remote', 'origin')]).toEqual([roadmapBefore, dirty, pushed])
  const tip = repo.git('rev-parse', onto)
  expect((await repo.pawl('roadmap', 'run')).code).toBe(2)
  // The marks are no other content: also where they have come into the checkout.
  repo.write({ 'ROADMAP.md': marked })
  expect((await repo.pawl('roadmap', 'run')).code).toBe(2)
  expect([repo.git('rev-parse', onto), landings(repo)]).toEqual([tip, ['A1', 'B1']])

  expect((await repo.pawl('roadmap', 'report', '-o', 'x.html')).code).toBe(0)
  expect(repo.read('x.html')).toMatch(/<!doctype html>[\s\S]*A1[\s\S]*B1/i)
  expect((await repo.pawl('roadmap', 'export', '-o', 'tracking')).code).toBe(0)
  expect(readdirSync(join(repo.root, 'tracking')).length).toBeGreaterThan(0)
  expect(repo.read('tracking/completed_tasks.txt')).toContain('A')
})

const isAlive = (pid: number): boolean => {
  try {
    // A zombie has no words.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== ''
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}

once('Ctrl-C ends agents and their children and leaves what can be gone on with; a skip is kept over it', async () => {
  await using repo = await agentsRepo({})
  const file = join(dirname(repo.root), 'pids')
  repo.write({
    'ROADMAP.md': roadmap([
      task('A1', 'Left out', 'echo never >> src/a.txt'),
      task('A2', 'Slow', `[ -e '${file}' ] || { sleep 600 & echo $$ $! > '${file}'; echo started; sleep 600; }; echo two >> src/b.txt`),
    ]),
  })
  expect((await repo.pawl('roadmap', 'skip', 'A1', '--reason', 'not this year')).code).toBe(0)
  const cut = repo.start(['roadmap', 'run', '--verbose'])
  await cut.shows('started')
  cut.process.kill('SIGINT')
  expect((await cut.ended).code).toBe(130)
  const alive = readFileSync(file, 'utf8').trim().split(' ').map(Number).filter(isAlive)
  expect(alive).toEqual([])
  const then = await statusOf(repo)
  expect([then['A1'], then['A2'] === 'landed']).toEqual(['skipped', false])
  expect((await repo.pawl('roadmap', 'run')).code).toBe(0)
  expect(await statusOf(repo)).toEqual({ A1: 'skipped', A2: 'landed' })
  expect([landings(repo), repo.git('show', `${onto}:src/a.txt`)]).toEqual([['A2'], 'alpha\n'])
})

once('words that say that something is not finished complete nothing; what says so is marked only by a yes', async () => {
  await using repo = await roadmapRepo(roadmap([task('A1', 'One', 'true')], [task('B1', 'Two', 'true')]))
  repo.write({ 'PHASE1-GROUP-A-STATUS.md': '# Phase 1 Group A - Implementation Status\n\n**Status: INCOMPLETE**\n' })
  repo.commit('We should Complete Phase 1 soon')
  const nothing = await repo.pawl('roadmap', 'import', '--yes', '--json')
  expect([nothing.code, (JSON.parse(nothing.stdout) as { marked: unknown }).marked]).toEqual([0, []])
  expect(await statusOf(repo)).toEqual({ A1: 'open', B1: 'open' })
  repo.write({ 'PHASE1-GROUP-A-STATUS.md': '# Phase 1 Group A - Implementation Status\n\n**Status: ✅ COMPLETE**\n' })
  expect((await repo.pawl('roadmap', 'import')).shown).toContain('nothing is marked')
  expect(await statusOf(repo)).toEqual({ A1: 'open', B1: 'open' })
  expect((await repo.pawl('roadmap', 'import', '--yes')).shown).toContain('marked as done, by your word: A1')
  expect(await statusOf(repo)).toEqual({ A1: 'confirmed', B1: 'open' })
  // The same id with another title is another task.
  repo.write({ 'ROADMAP.md': repo.read('ROADMAP.md').replace('A1: One', 'A1: Something else') })
  const [first] = await tasksIn(repo)
  expect(first).toMatchObject({ id: 'A1', standing: { kind: 'open' }, drift: { was: 'One', wasKind: 'confirmed' } })
  expect((await repo.pawl('roadmap', 'status')).shown).toContain('One')
})

once('a roadmap is begun by hand or drafted by an agent, and never written over', async () => {
  await using repo = await agentsRepo({})
  expect((await repo.pawl('roadmap', 'init')).code).toBe(0)
  expect((await repo.pawl('roadmap', 'lint')).code).toBe(0)
  const text = repo.read('ROADMAP.md')
  expect([(await repo.pawl('roadmap', 'init')).code, repo.read('ROADMAP.md')]).toEqual([2, text])
  const agent = repo.script(
    'drafter',
    `grep -q 'a list of songs' "$1" || exit 1; mkdir -p plans; printf '# Roadmap\\n\\n## Phase 1: P\\n\\n### Group A: G\\n\\n- [ ] A1: Songs\\n' > plans/songs.md; echo spoilt > src/a.txt`,
  )
  repo.write({ 'pawl.yaml': repo.read('pawl.yaml').replace(/agents: .*/, `agents: { scripted: { command: [${agent}, "{brief}"] } }`) })
  const draft = await repo.pawl('roadmap', 'init', '--text', 'a list of songs', '-o', 'plans/songs.md')
  expect([draft.code, draft.shown.includes('wrote plans/songs.md, drafted by scripted in 1 turn')]).toEqual([0, true])
  expect([repo.read('plans/songs.md').includes('A1: Songs'), repo.read('src/a.txt'), repo.exists('.pawl/drafting')]).toEqual([true, 'alpha\n', true])
  expect(readdirSync(join(repo.root, '.pawl/drafting'))).toEqual([])
})

once('what a whole night may spend is not exceeded by a new task: what is done lands, nothing else begins, and the next run goes on', async () => {
  await using repo = await roadmapRepo(
    roadmap(
      [task('A1', 'One', 'sleep 0.05; echo one >> src/a.txt'), task('A2', 'Two', 'sleep 0.05; echo two >> src/b.txt')],
      [task('B1', 'Three', 'echo three >> src/c.txt')],
    ),
  )
  const limits = ['--parallel', '1', '--total-time', '20ms', '--total-cost', '3', '--total-turns', '9', '--total-tokens', '5000']
  expect((await repo.pawl('roadmap', 'plan', ...limits)).shown).toContain('the whole run: <time> in all, 9 turns, 5000 tokens, $3')
  const run = await repo.pawl('roadmap', 'run', ...limits)
  expect([run.code, run.shown]).toEqual([1, expect.stringMatching(/the budget of the run is used up: \S+ of \S+/)])
  const kinds = await statusOf(repo)
  expect([[kinds['A1'] ?? '', kinds['A2'] ?? ''].toSorted(), kinds['B1']]).toEqual([['failed', 'landed'], 'open'])
  // What an earlier run has spent does not count.
  expect((await repo.pawl('roadmap', 'run', '--total-time', '1h')).code).toBe(0)
  expect([await statusOf(repo), landings(repo)]).toEqual([{ A1: 'landed', A2: 'landed', B1: 'landed' }, ['A1', 'A2', 'B1']])
})
