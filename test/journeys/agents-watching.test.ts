/** A run of agents, looked at and steered from a second terminal while it goes on, and gone on with after it. */
import { expect } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openExchange } from '../../src/host/job-exchange.ts'
import type { Call, HeldTool } from './held-tool.ts'
import { author, newRepo, once, underGit, type Repo } from './rig.ts'

type Job = {
  readonly job: string
  readonly state: string
  readonly life: string
  readonly folder: string
  readonly branch: string
  readonly tokens: number | null
  readonly usd: number | null
  readonly processes: { readonly pid: number; readonly bytes: number } | null
}
type Look = {
  readonly run: number
  readonly live: boolean
  readonly process: { readonly pid: number } | null
  readonly counts: Readonly<Record<string, number>>
  readonly jobs: readonly Job[]
  readonly questions: readonly { readonly id: string; readonly text: string }[]
}

async function heldAgents(...names: readonly string[]): Promise<{ readonly repo: Repo; readonly agent: HeldTool }> {
  const prompts = Object.fromEntries(names.map((name) => [`${name}.md`, `# Task ${name}\n\nDo ${name}.\n`]))
  const repo = await newRepo({ '.gitignore': '.pawl/\n', 'a.txt': 'a\n', ...prompts }, { git: false })
  underGit(repo.root, 'main', author)
  const agent = await repo.tool('agent')
  repo.write({
    'pawl.yaml': `detect: false
checks:
  lint: { command: [${repo.script('lint', '! grep -rn BUG *.txt')}], inputs: ["*.txt"] }
agents: { held: { command: [${agent.path}, "{brief}"] } }
work: { agent: held }
`,
  })
  repo.commit('configured')
  return { repo, agent }
}

/** By job: which one was started, its brief tells. */
async function calls(agent: HeldTool, count: number): Promise<ReadonlyMap<string, Call>> {
  const found = new Map<string, Call>()
  for (let i = 0; i < count; i++) {
    const call = await agent.started()
    found.set(/\/jobs\/\d+\/([^/]+)\/brief-\d+\.md$/.exec(call.args[0] ?? '')?.[1] ?? '', call)
  }
  return found
}

const read = async <T>(repo: Repo, ...args: string[]): Promise<T> => JSON.parse((await repo.pawl(...args, '--json')).stdout) as T

async function look(repo: Repo): Promise<Look> {
  const [run] = (await read<{ readonly runs: readonly Look[] }>(repo, 'ps')).runs
  if (run === undefined) throw new Error('no run is shown')
  const { total, ...parts } = run.counts
  expect(Object.values(parts).reduce((sum, one) => sum + one, 0)).toBe(total ?? -1)
  return run
}

const jobIn = ({ jobs }: Look, name: string): Job => {
  const found = jobs.find(({ job }) => job === name)
  if (found === undefined) throw new Error(`${name} is not shown`)
  return found
}

/** Looks again until it is so. */
async function until(repo: Repo, isSo: (look: Look) => boolean): Promise<Look> {
  for (;;) {
    const now = await look(repo)
    if (isSo(now)) return now
  }
}

const work = ({ folder }: Job, text: string): void => writeFileSync(join(folder, 'work.txt'), text)
const registry = (repo: Repo) =>
  (JSON.parse(repo.read('.pawl/monitoring/process_registry.json')) as { readonly processes: Readonly<Record<string, Readonly<Record<string, unknown>>>> })
    .processes

once('one job is cancelled from a second terminal, the other lands; then the first is gone on with, where it stopped', async () => {
  const { repo, agent } = await heldAgents('one', 'two')
  await using _ = repo
  const running = repo.start(['agents', 'run', 'one.md', 'two.md'])
  const started = await calls(agent, 2)
  const [one, two] = [started.get('one'), started.get('two')]
  const attached = repo.start(['attach', '--verbose'])
  const followed = repo.start(['logs', '-f', 'one'])
  one?.prints('hello from one')
  await Promise.all([attached.shows('hello from one'), followed.shows('hello from one')])
  const first = await look(repo)
  expect(jobIn(first, 'one')).toMatchObject({ state: 'running', life: 'alive', tokens: null, usd: null, processes: { pid: one?.pid ?? 0 } })
  expect(jobIn(first, 'one').processes?.bytes).toBeGreaterThan(1_000_000)
  expect((await repo.pawl('ps')).stdout).toMatch(/^one +running +held +\S.* 1 +unknown +unknown .* alive, output /m)
  expect((await repo.pawl('logs', 'one')).stdout).toBe('hello from one\n')
  expect(registry(repo)['one']).toMatchObject({ status: 'running', error_message: null, working_directory: jobIn(first, 'one').folder })
  expect((await repo.pawl('retry')).code).toBe(75)
  expect((await repo.pawl('cleanup')).stdout).toContain('kept: a run that is going on uses it')

  work(jobIn(first, 'one'), 'half')
  const cancelled = await repo.pawl('cancel', 'one')
  expect([cancelled.stdout, cancelled.code]).toEqual(['one  cancelled\n', 0])
  await one?.gone
  expect((await followed.ended).stdout).toBe('hello from one\n')
  work(jobIn(first, 'two'), 'whole')
  two?.exit(0)
  const ends = await Promise.all([running.ended, attached.ended])
  expect(ends.map(({ code }) => code)).toEqual([2, 2])
  expect(ends.map(({ stdout }) => /- one +cancelled/.test(stdout))).toEqual([true, true])
  const after = await look(repo)
  expect([after.live, jobIn(after, 'one').state, jobIn(after, 'two').state]).toEqual([false, 'cancelled', 'landed'])
  expect(registry(repo)).toMatchObject({ one: { status: 'cancelled', pid: null }, two: { status: 'completed', error_message: null } })
  expect((await read<{ readonly rescues: readonly { readonly job: string }[] }>(repo, 'export')).rescues.map(({ job }) => job)).toEqual(['one'])

  // The prompts are in the state, and what landed is not done again.
  repo.remove('one.md')
  const again = repo.start(['retry'])
  const resumed = (await calls(agent, 1)).get('one')
  expect(readFileSync(resumed?.args[0] ?? '', 'utf8')).toMatch(/^You were interrupted [^]*Do one\.\n$/)
  const second = await look(repo)
  expect([second.jobs.length, jobIn(second, 'one').folder]).toEqual([1, jobIn(first, 'one').folder])
  expect(readFileSync(join(jobIn(second, 'one').folder, 'work.txt'), 'utf8')).toBe('half')
  work(jobIn(second, 'one'), 'BUG')
  resumed?.exit(0)
  // Its work is red, and it gets another turn.
  const mending = (await calls(agent, 1)).get('one')
  work(jobIn(second, 'one'), 'whole')
  mending?.exit(0)
  expect((await again.ended).code).toBe(0)
  expect([agent.calls(), repo.git('show', 'pawl/integration:work.txt')]).toEqual([4, 'whole'])
  expect((await repo.pawl('retry')).code).toBe(2)

  // Checkouts of what landed were given back at the end of each run.
  expect((await repo.pawl('cleanup')).code).toBe(0)
  expect(repo.git('worktree', 'list').trim().split('\n').length).toBe(1)
  const rescued = await read<{ readonly rescues: readonly { readonly name: string }[] }>(repo, 'rescue', 'list')
  const [half] = rescued.rescues
  expect((await repo.pawl('rescue', 'restore', half?.name ?? '', '--branch', 'half')).code).toBe(0)
  expect(repo.git('show', 'half:work.txt')).toBe('half')
})

once('an agent that was stopped is told from one that is silent; after pawl is killed its run is lost, and is gone on with', async () => {
  const { repo, agent } = await heldAgents('one')
  await using _ = repo
  const running = repo.start(['agents', 'run', 'one.md'])
  const call = (await calls(agent, 1)).get('one')
  const attached = repo.start(['attach', '--verbose'])
  const first = await until(repo, (now) => jobIn(now, 'one').life === 'alive')
  process.kill(call?.pid ?? 0, 'SIGSTOP')
  await until(repo, (now) => jobIn(now, 'one').life === 'stopped')
  process.kill(call?.pid ?? 0, 'SIGCONT')
  await until(repo, (now) => jobIn(now, 'one').life === 'alive')
  work(jobIn(first, 'one'), 'half')
  process.kill(first.process?.pid ?? 0, 'SIGKILL')
  await running.ended
  const lost = await attached.ended
  expect([lost.code, lost.stdout.includes('was lost')]).toEqual([2, true])
  expect(jobIn(await look(repo), 'one').state).toBe('lost')

  const again = repo.start(['agents', 'resume'])
  const resumed = (await calls(agent, 1)).get('one')
  expect(readFileSync(join(jobIn(await look(repo), 'one').folder, 'work.txt'), 'utf8')).toBe('half')
  resumed?.exit(0)
  expect((await again.ended).code).toBe(0)
  expect(repo.git('log', '--format=%(trailers:key=Pawl-Job,valueonly,separator=%x20)', 'main..pawl/integration').trim().split('\n').filter(Boolean)).toEqual([
    '2/one',
  ])
  expect(jobIn(await look(repo), 'one').folder).toBe(jobIn(first, 'one').folder)
})

once('a question of an agent is shown and answered; then the whole run is cancelled', async () => {
  const { repo, agent } = await heldAgents('one', 'two')
  await using _ = repo
  const running = repo.start(['agents', 'run', 'one.md', 'two.md', '--parallel', '1'])
  const [[name = '', call] = []] = await calls(agent, 1)
  const attached = repo.start(['attach', '--verbose'])
  const exchange = openExchange(dirname(call?.args[0] ?? ''))
  if (!exchange.ok) throw new Error('the agent has no folder')
  await exchange.value.declare({ at: Date.now(), kind: 'question', id: 'abc', text: 'Which colour?' })
  await attached.shows(`${name} asks: Which colour?  (pawl answer abc TEXT)`)
  expect((await look(repo)).questions).toMatchObject([{ id: 'abc', text: 'Which colour?' }])
  expect((await repo.pawl('answer', 'nobody', 'red')).code).toBe(2)
  expect((await repo.pawl('answer', 'abc', 'red', 'and', 'blue')).code).toBe(0)
  expect(exchange.value.answers()).toEqual({ ok: true, value: new Map([['abc', 'red and blue']]) })
  expect((await look(repo)).questions).toEqual([])

  expect((await repo.pawl('cancel', '--all')).stdout).toContain('has ended.')
  await call?.gone
  expect((await Promise.all([running.ended, attached.ended])).map(({ code }) => code)).toEqual([130, 130])
  const after = await look(repo)
  expect(after.jobs.map(({ state }) => state)).toEqual(['cancelled', 'cancelled'])
  expect((await repo.pawl('cancel', 'one')).code).toBe(2)
})

once('where no agent has ever worked there is nothing to show and nothing to clean up', async () => {
  await using repo = await newRepo({ 'pawl.yaml': 'detect: false\nchecks: { fine: { command: ["true"] } }\n' })
  for (const command of ['ps', 'worktrees', 'cleanup']) expect((await repo.pawl(command)).code).toBe(0)
  expect((await repo.pawl('cleanup')).stdout).toBe('No worktree of an agent is there.\n')
})
