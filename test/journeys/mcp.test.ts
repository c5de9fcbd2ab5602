/** An agent asks pawl over the Model Context Protocol: findings, reuse by the next run, declarations of a job, and an end without noise. */
import { expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, newRepo, once, pawlCommand, type Repo } from './rig.ts'

type Message = {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly progress: number; readonly message: string }
  readonly result?: {
    readonly content: readonly { readonly text: string }[]
    readonly structuredContent: Readonly<Record<string, unknown>>
    readonly isError: boolean
    readonly tools: readonly { readonly name: string }[]
    readonly protocolVersion: string
  }
  readonly error?: { readonly code: number }
}

/** A client as agents have one: it starts the server, talks, and closes its input. */
function client(repo: Pick<Repo, 'root'>, env: Readonly<Record<string, string>> = {}) {
  const [program = '', ...words] = pawlCommand(['mcp'])
  const child = spawn(program, words, { cwd: repo.root, env: { ...environment(join(repo.root, '..')), ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  const heard: Message[] = []
  const waiting = new Map<number, (message: Message) => void>()
  let stdout = ''
  let stderr = ''
  let next = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (stdout + text).split('\n')
    stdout = lines.pop() ?? ''
    for (const line of lines) {
      // Whatever is no message of the protocol throws here.
      const message = JSON.parse(line) as Message
      heard.push(message)
      waiting.get(message.id ?? -1)?.(message)
    }
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<{ code: number | null; rest: string; stderr: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, rest: stdout, stderr })),
  )
  const say = (message: object): void => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  const ask = (method: string, params: object = {}): { id: number; answer: Promise<Message> } => {
    const id = (next += 1)
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve))
    say({ id, method, params })
    return { id, answer }
  }
  return {
    heard,
    say,
    ask,
    raw: (text: string) => child.stdin.write(text),
    async greet(): Promise<Message> {
      const hello = await ask('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'journey', version: '1' } }).answer
      say({ method: 'notifications/initialized' })
      return hello
    },
    call: (name: string, input: object = {}, more: object = {}) => ask('tools/call', { name, arguments: input, ...more }),
    async told(name: string, input: object = {}): Promise<{ text: string; data: Readonly<Record<string, unknown>>; isError: boolean }> {
      const { result } = await ask('tools/call', { name, arguments: input }).answer
      return { text: result?.content[0]?.text ?? '', data: result?.structuredContent ?? {}, isError: result?.isError ?? true }
    },
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    async leave() {
      child.stdin.end()
      return ended
    },
    ended,
  }
}

/** A linter of src, a check of docs that counts its calls, and one that only fails. */
async function threeChecks(): Promise<Repo> {
  const repo = await newRepo({ 'src/a.txt': 'fine\n', 'docs/a.md': 'fine\n', '.gitignore': 'calls\n' })
  const lint = repo.script('lint', 'echo lint >> calls; grep -rn BUG src && exit 1; exit 0')
  const docs = repo.script('docs', 'echo docs >> calls')
  const mute = repo.script('mute', 'i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo "line $i"; done; ! grep -rq MUTE src')
  repo.write({
    'pawl.yaml': `detect: false
checks:
  lint: { command: [${lint}], inputs: ["src/**"], fix: { command: [sed, -i, /BUG/d, src/a.txt] } }
  docs: { command: [${docs}], inputs: ["docs/**"] }
  mute: { command: [${mute}], inputs: ["src/**"], parser: none, needs: [lint] }
`,
  })
  repo.commit('config')
  return repo
}

const callsOf = (repo: Repo): string => (existsSync(join(repo.root, 'calls')) ? repo.read('calls') : '')
const endingsOf = (data: Readonly<Record<string, unknown>>) =>
  Object.fromEntries((data['checks'] as readonly { name: string; ending: string }[]).map(({ name, ending }) => [name, ending]))

test('an agent checks its work, mends it, and the next run reuses what was proven', async () => {
  await using repo = await threeChecks()
  repo.git('switch', '--quiet', '--create', 'work')
  const agent = client(repo)
  expect((await agent.greet()).result?.protocolVersion).toBe('2025-06-18')
  const { result } = await agent.ask('tools/list').answer
  expect(result?.tools.map(({ name }) => name)).toEqual(['check', 'explain', 'declare_no_change', 'claim_files', 'ask_person', 'report_done'])

  const nothing = await agent.told('check')
  expect([nothing.data['verdict'], nothing.isError, callsOf(repo)]).toEqual(['nothing', false, ''])
  expect(nothing.text).toContain('Nothing was proven.')

  repo.write({ 'src/a.txt': 'fine\nBUG here\n' })
  const red = await agent.told('check')
  expect(red.data).toMatchObject({
    verdict: 'failed',
    since: 'main',
    findings: [{ check: 'lint', file: 'src/a.txt', line: 2, message: 'BUG here' }],
    moreFindings: 0,
    leftOut: 1,
  })
  expect(endingsOf(red.data)).toEqual({ lint: 'failed', mute: 'blocked' })
  expect(red.text).toContain('src/a.txt:2  BUG here  [lint]')
  // The fix that the configuration knows was not run.
  expect(repo.read('src/a.txt')).toContain('BUG')

  const explained = await agent.told('explain', { check: 'lint' })
  expect(explained.text).toContain(`by hand: ${join(repo.root, '../tools/lint')}`)
  expect(explained.text).toContain('ran because: it never passed here before')
  expect(explained.text).toContain('inputs: src/**')
  expect(explained.text).toContain('src/a.txt:2  BUG here')

  repo.write({ 'src/a.txt': 'better\n' })
  const green = await agent.told('check')
  expect([green.data['verdict'], endingsOf(green.data)]).toEqual(['passed', { lint: 'passed', mute: 'passed' }])
  const again = await agent.told('check', { all: true })
  expect(endingsOf(again.data)).toEqual({ docs: 'passed', lint: 'cached', mute: 'cached' })
  expect(await agent.leave()).toEqual({ code: 0, rest: '', stderr: '' })
  expect(callsOf(repo)).toBe('lint\nlint\ndocs\n')

  const run = await repo.pawl('--verbose')
  expect([run.code, callsOf(repo)]).toEqual([0, 'lint\nlint\ndocs\n'])
  expect(run.shown).toContain('3 checks: 3 reused')
  expect(run.shown).toContain('✓ lint  reused (a check for an agent')
  // No run of an agent's question stands in the history.
  expect((await repo.pawl('history')).stdout.trim().split('\n')).toHaveLength(1)
})

once('a check without findings shows the end of what it printed; an unknown one and a broken configuration are told', async () => {
  await using repo = await threeChecks()
  const agent = client(repo)
  await agent.greet()
  repo.write({ 'src/a.txt': 'MUTE\n' })
  const { text, data } = await agent.told('check', { only: ['mute'] })
  expect(data['verdict']).toBe('failed')
  expect(text).toContain('the end of what mute printed:\n(20 lines before)\nline 21\n')
  expect(text).toContain('line 60')
  expect((await agent.told('explain', { check: 'mut' })).text).toContain("Did you mean 'mute'?")
  expect((await agent.told('check', { only: ['lin'] })).text).toContain("Did you mean 'lint'?")
  repo.write({ 'pawl.yaml': 'checks: { lint: { comand: x } }\n' })
  const broken = await agent.told('check')
  expect([broken.isError, broken.data['verdict']]).toEqual([true, 'broken'])
  expect(broken.text).toContain('pawl.yaml:1')
  expect((await agent.leave()).code).toBe(0)
})

once('many findings are cut, and the rest is counted', async () => {
  await using repo = await threeChecks()
  repo.write({ 'src/a.txt': 'BUG\n'.repeat(70) })
  const agent = client(repo)
  await agent.greet()
  const { text, data } = await agent.told('check')
  expect([(data['findings'] as unknown[]).length, data['moreFindings']]).toEqual([50, 20])
  expect(text).toContain('findings (50 of 70):')
  await agent.leave()
})

test('a check that is cancelled ends its tool, is not answered, and another one follows', async () => {
  await using repo = await newRepo({ 'src/a.txt': '' })
  const slow = await repo.tool('slow')
  repo.write({ 'pawl.yaml': `detect: false\nchecks:\n  slow: { command: [${slow.path}], inputs: ["src/**"] }\n` })
  repo.commit('config')
  const agent = client(repo)
  await agent.greet()
  const first = agent.call('check', { all: true }, { _meta: { progressToken: 'p' } })
  const call = await slow.started()
  const second = agent.call('explain', { check: 'slow' })
  expect((await second.answer).result?.content[0]?.text).toContain('now it would: run')
  agent.say({ method: 'notifications/cancelled', params: { requestId: first.id } })
  await call.gone
  const third = agent.call('check', { all: true })
  const other = await slow.started()
  other.exit(0)
  expect((await third.answer).result?.structuredContent['verdict']).toBe('passed')
  expect(agent.heard.some(({ id }) => id === first.id)).toBe(false)
  expect(agent.heard.find(({ method }) => method === 'notifications/progress')?.params?.progress).toBe(0)
  expect((await agent.leave()).code).toBe(0)
})

once('in a linked worktree it does not wait for the run that holds the repository, and a later run reuses what was proven', async () => {
  await using repo = await threeChecks()
  const held = await repo.tool('held')
  repo.write({
    'pawl.yaml': `${repo.read('pawl.yaml')}  held: { command: [${held.path}], inputs: ["src/**"] }\n  after: { command: [${held.path}], needs: [held, docs] }\n`,
  })
  repo.commit('held')
  const root = join(repo.root, '../linked')
  repo.git('worktree', 'add', '--quiet', '-b', 'work', root)
  const run = repo.start(['--only', 'after', '--verbose'])
  const call = await held.started()
  const agent = client({ root })
  await agent.greet()
  const { data } = await agent.told('check', { only: ['lint'] })
  expect([data['verdict'], endingsOf(data)]).toEqual(['passed', { lint: 'passed' }])
  expect((await agent.leave()).code).toBe(0)
  call.exit(0)
  const last = await held.started()
  last.exit(0)
  expect((await run.ended).code).toBe(0)
  expect((await repo.pawl('--only', 'lint', '--verbose')).shown).toContain('✓ lint  reused (a check for an agent')
})

test('the end of input ends a check that runs, and the process with it', async () => {
  await using repo = await newRepo({ 'src/a.txt': '' })
  const slow = await repo.tool('slow')
  repo.write({ 'pawl.yaml': `detect: false\nchecks:\n  slow: { command: [${slow.path}] }\n` })
  const agent = client(repo)
  await agent.greet()
  agent.call('check', { all: true })
  const call = await slow.started()
  expect((await agent.leave()).code).toBe(0)
  await call.gone
})

once('torn and foreign lines are answered, and a signal ends the server', async () => {
  await using repo = await threeChecks()
  const agent = client(repo)
  agent.raw('not a message\n{"jsonrpc":"2.0"')
  agent.raw(',"id":1,"method":"ping"}\r\n\n')
  await agent.greet()
  expect(agent.heard.slice(0, 2).map(({ error, id }) => error?.code ?? id)).toEqual([-32700, 1])
  agent.kill('SIGTERM')
  expect((await agent.ended).code).toBe(143)
})

test('what code of the configuration prints never reaches the protocol', async () => {
  await using repo = await newRepo({
    'pawl.config.ts': `console.log('noise'); process.stdout.write('more noise\\n')
export default { detect: false, checks: { one: { command: ['true'] } } }\n`,
  })
  const agent = client(repo)
  await agent.greet()
  expect((await agent.told('check', { all: true })).data['verdict']).toBe('passed')
  const { code, rest, stderr } = await agent.leave()
  expect([code, rest]).toEqual([0, ''])
  expect(stderr).toContain('noise\nmore noise')
})

once('a job declares, claims, asks and reports through its folder; without one the tools say so', async () => {
  await using repo = await threeChecks()
  const jobs = join(repo.root, '../jobs')
  for (const name of ['mine', 'other']) mkdirSync(join(jobs, name), { recursive: true })
  writeFileSync(join(jobs, 'other/records.jsonl'), '{"at":1,"kind":"claim","paths":["src"]}\n{"at":2,"kind":"touched","paths":["docs/a.md"]}\n{"torn')
  const agent = client(repo, { PAWL_JOB: join(jobs, 'mine') })
  await agent.greet()
  const claimed = await agent.told('claim_files', { paths: ['./src/a.txt', 'new/'] })
  expect(claimed.data).toEqual({ claimed: ['src/a.txt', 'new'], others: [{ job: 'other', by: 'claim', paths: ['src'], done: false }] })
  expect(claimed.text).toContain('other has claimed src')
  expect((await agent.told('claim_files', { paths: ['../outside'] })).isError).toBe(true)
  const question = 'Which one; $(touch pwned)?\u001b[31m'
  const silent = await agent.told('ask_person', { question, wait_seconds: 0 })
  expect(silent.data['answered']).toBe(false)
  const waiting = agent.call('ask_person', { question, wait_seconds: 60 })
  writeFileSync(join(jobs, 'mine/answers.jsonl'), `${JSON.stringify({ at: 3, id: silent.data['id'], text: 'the left one' })}\n`)
  expect((await waiting.answer).result?.content[0]?.text).toBe('The person answers: the left one')
  await agent.told('declare_no_change', { why: 'it is so' })
  await agent.told('report_done', { summary: 'nothing to do' })
  const records = readFileSync(join(jobs, 'mine/records.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { kind: string; at: number; text?: string })
  expect(records.map(({ kind }) => kind)).toEqual(['claim', 'question', 'no-change', 'done'])
  expect(records.every(({ at }) => at > 1e12)).toBe(true)
  expect(records[1]?.text).toBe(question)
  expect(repo.exists('pwned')).toBe(false)
  await agent.leave()

  const stray = client(repo)
  await stray.greet()
  const refused = await stray.told('report_done', { summary: 'x' })
  expect([refused.isError, refused.text.includes('this is no job of pawl')]).toEqual([true, true])
  await stray.leave()
})
