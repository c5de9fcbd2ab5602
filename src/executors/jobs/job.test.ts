import { expect, test } from 'bun:test'
import { blankTask } from '../../model/blank-task.ts'
import { newCancellation } from '../../model/cancellation.ts'
import type { AgentTurn, TurnEnd } from '../../model/agent.ts'
import type { AttemptContext } from '../../model/executor.ts'
import type { JobFact } from '../../model/job.ts'
import { advanced, newJob, type JobState } from '../../model/job-state.ts'
import type { Outcome, Settlement } from '../../model/outcome.ts'
import { taskId, type JobAction, type Task, type TaskId } from '../../model/task.ts'
import { newBreaker, type Breaker } from './breaker.ts'
import { jobExecutor } from './job.ts'
import type { JobWorld } from './job-world.ts'

const id = taskId('work:one')
const lint = taskId('lint')
const spent = { timeMs: 10, turns: 1, tokens: 100, usd: 0.01 }
const prompt = { id: 'one', title: 'One', text: '# One\n', dependsOn: [], priority: 0, place: { file: 'one.md' } }
const agent = { name: 'mine', kind: 'claude' as const, argv: ['claude'], env: [], silenceMs: 1000 }
const check: Task = {
  ...blankTask,
  id: lint,
  reason: 'test',
  timeoutMs: 1,
  action: { kind: 'builtin', name: 'lint', with: {} },
}
const task = {
  ...blankTask,
  id,
  role: 'work',
  reason: 'one.md',
  timeoutMs: 60_000,
  action: { kind: 'job', prompt, agent, budget: {}, mendTurns: 2, isolation: 'linked', onto: 'main' },
} as const satisfies Task

type Course = {
  /** How each turn ends. */
  readonly turns: readonly Partial<TurnEnd>[]
  /** Id of the tree after each turn; "base" is what it began with. */
  readonly trees?: readonly string[]
  /** Trees that do not pass. */
  readonly red?: readonly string[]
  readonly state?: JobState
  readonly breaker?: Breaker
  readonly held?: boolean
  readonly breach?: boolean
  readonly budget?: JobAction['budget']
}

/** Plays an attempt; the facts that it told, the turns that were asked for, and how it ended. */
async function played(course: Course) {
  const facts: JobFact[] = []
  const asked: AgentTurn[] = []
  let state = course.state ?? newJob
  const treeNow = (): string => course.trees?.[Math.max(0, asked.length - 1)] ?? 'changed'
  const world: JobWorld = {
    clock: { now: () => 1_000_000, elapsed: () => 0, sleep: async () => undefined },
    breaker: course.breaker ?? newBreaker(),
    gate: { tasks: new Map([[lint, { task: check, rank: 0, dependents: [] }]]), order: [lint], skips: [], slots: new Map() },
    agentOf: () => ({
      async turn(turn) {
        asked.push(turn)
        return { outcome: 'ok', spent, ...course.turns[asked.length - 1] }
      },
    }),
    programs: async () => ({
      ok: true,
      value: {
        processes: { run: () => Promise.reject(new Error('nothing runs here')), find: () => undefined },
        env: {},
        noChange: async () => undefined,
        touched: () => undefined,
      },
    }),
    open: async () => ({
      ok: true,
      value: {
        lease: { branch: 'pawl/one-1-abcd', folder: '/lease', base: 'b', isolation: 'linked' },
        tree: async () => ({ ok: true, value: { id: treeNow(), isChanged: treeNow() !== 'base' } }),
        judge: async () => ({ ok: true, value: new Map([[lint, judged(course.red?.includes(treeNow()) === true)]]) }),
        survey: async () => ({
          ok: true,
          value: course.held === true ? { reason: 'protected', why: 'it changes a hook', beside: [], files: ['.husky/x'] } : undefined,
        }),
        commit: async () => ({ ok: true, value: { commit: 'c', tree: treeNow(), files: 1 } }),
        snapshot: async () => ({ ok: true, value: 'refs/pawl/rescue/x' }),
      },
    }),
    breach: async () => (course.breach === true ? { type: 'checkout.breached', what: 'main moved' } : undefined),
    keepBrief: async () => '/brief',
    commandOf: () => 'run lint',
    fence: () => '====',
    newSession: () => 'a-session',
  }
  const jobs = new Map<TaskId, JobState>([[id, state]])
  const context: AttemptContext = {
    attempt: 'work:one@1.1',
    run: 1,
    tag: 'tag',
    cancellation: newCancellation(),
    output: () => undefined,
    work: {
      jobs,
      note: () => undefined,
      advance(job, fact) {
        facts.push(fact)
        state = advanced(state, fact)
        jobs.set(job, state)
      },
    },
  }
  const given = course.budget === undefined ? task : { ...task, action: { ...task.action, budget: course.budget } }
  const outcome: Outcome = await jobExecutor(world).perform(given, context)
  return { outcome, facts: facts.map(({ kind }) => kind), asked, state }
}

const judged = (red: boolean): Settlement =>
  red
    ? { kind: 'failed', findings: [{ severity: 'error', file: 'a.txt', message: 'BUG' }], durationMs: 1, summary: 'red' }
    : { kind: 'passed', findings: [], durationMs: 1 }

test('work that passes is committed', async () => {
  const { outcome, facts, asked } = await played({ turns: [{}] })
  expect(outcome.kind).toBe('passed')
  expect(facts).toEqual(['leased', 'turn-begun', 'turn-ended', 'judged', 'committed'])
  expect(asked[0]).toMatchObject({ access: 'work', sessionId: 'a-session', folder: '/lease' })
})

test.each([
  ['crashed', { kind: 'errored', failure: { type: 'agent.crashed' } }],
  ['protocol', { kind: 'errored', failure: { type: 'agent.crashed' } }],
  ['overloaded', { kind: 'errored', failure: { type: 'agent.overloaded' } }],
  ['missing', { kind: 'failed' }],
  ['auth', { kind: 'failed' }],
  ['context', { kind: 'failed' }],
  ['denied', { kind: 'failed' }],
  ['needs-input', { kind: 'failed' }],
  ['sandbox', { kind: 'failed' }],
  ['refused', { kind: 'failed' }],
  ['timed-out', { kind: 'timed-out', limitMs: 60_000 }],
  ['stalled', { kind: 'timed-out', limitMs: 1000, silent: true }],
  ['cancelled', { kind: 'cancelled' }],
] as const)('a turn that ended as %s is never done, and what is there is kept', async (outcome, expected) => {
  const { outcome: ended, facts } = await played({ turns: [{ outcome }] })
  expect(ended).toMatchObject(expected)
  expect(facts).toContain('rescued')
  expect(facts).not.toContain('judged')
})

test('only what may go better is tried again: the engine is told so', async () => {
  expect((await played({ turns: [{ outcome: 'overloaded' }] })).outcome).not.toHaveProperty('final')
  expect((await played({ turns: [{}], breach: true })).outcome).toMatchObject({ kind: 'errored', failure: { type: 'checkout.breached' }, final: true })
})

test('a quota parks all jobs of its account until it is free', async () => {
  const breaker = newBreaker()
  const first = await played({ turns: [{ outcome: 'quota', resetsAt: 2_000_000 }], breaker })
  expect(first.outcome).toMatchObject({ kind: 'errored', notBefore: 2_000_000 })
  expect(first.state.parkedUntil).toBe(2_000_000)
  const second = await played({ turns: [{}], breaker })
  expect(second.outcome).toMatchObject({ kind: 'errored', notBefore: 2_000_000 })
  expect(second.asked).toEqual([])
})

test('a refused login is not tried by the next job', async () => {
  const breaker = newBreaker()
  await played({ turns: [{ outcome: 'auth' }], breaker })
  const second = await played({ turns: [{}], breaker })
  expect(second.outcome).toMatchObject({ kind: 'errored', failure: { type: 'agent.login' }, final: true })
  expect(second.asked).toEqual([])
})

test('red work is mended in turns that are told what was found, in the same conversation', async () => {
  const session = { id: 'kept', told: { usd: 0.01 } }
  const { outcome, asked, state } = await played({ turns: [{ session }, {}], trees: ['bad', 'good'], red: ['bad'] })
  expect(outcome.kind).toBe('passed')
  expect(asked[1]).toMatchObject({ resume: session })
  expect(asked[1]?.brief).toContain('"BUG"')
  expect(state.spent).toEqual({ timeMs: 20, turns: 2, tokens: 200, usd: 0.02 })
})

test('no more turns than may mend, and none when the last one changed nothing', async () => {
  const many = await played({ turns: [{}, {}, {}, {}], trees: ['bad1', 'bad2', 'bad3', 'bad4'], red: ['bad1', 'bad2', 'bad3', 'bad4'] })
  expect(many.asked).toHaveLength(3)
  expect(many.outcome).toMatchObject({ kind: 'failed' })
  const stuck = await played({ turns: [{}, {}, {}], trees: ['bad', 'bad', 'bad'], red: ['bad'] })
  expect(stuck.asked).toHaveLength(2)
  expect(stuck.facts).toContain('rescued')
})

test('what a person has to look at is held, with its commit', async () => {
  const { outcome, facts } = await played({ turns: [{}], held: true })
  expect(outcome).toMatchObject({ kind: 'failed', summary: 'held for a person: it changes a hook' })
  expect(facts).toEqual(['leased', 'turn-begun', 'turn-ended', 'judged', 'held', 'committed', 'rescued'])
})

test('a stop at a limit is looked at like any end, and an empty budget asks for no further turn', async () => {
  expect((await played({ turns: [{ outcome: 'turns' }] })).outcome.kind).toBe('passed')
  const broke = await played({ turns: [{}, {}], trees: ['bad', 'good'], red: ['bad'], budget: { usd: 0.01 } })
  expect(broke.asked).toHaveLength(1)
  expect(broke.outcome).toMatchObject({ kind: 'failed', summary: 'the budget of money is used up' })
  const silent = await played({ turns: [{ spent: { timeMs: 1 } }, {}], trees: ['bad', 'good'], red: ['bad'], budget: { usd: 1 } })
  expect(silent.outcome).toMatchObject({ kind: 'failed', summary: expect.stringContaining('does not say how much') as string })
})

const begun = advanced(advanced(newJob, { kind: 'leased', lease: { branch: 'pawl/one-1-abcd', folder: '/lease', base: 'b', isolation: 'linked' } }), {
  kind: 'turn-begun',
  turn: 1,
  agent: 'mine',
  why: 'work',
})

test('after a crash in a turn it goes on in the same conversation; after one behind it, it is only judged; what is committed is done', async () => {
  const known = advanced(begun, { kind: 'session', turn: 1, agent: 'mine', session: { id: 'kept' } })
  const resumed = await played({ turns: [{}], state: known })
  expect(resumed.asked[0]).toMatchObject({ resume: { id: 'kept' } })
  expect(resumed.asked[0]?.brief.startsWith('You were interrupted')).toBe(true)
  const ended = advanced(known, { kind: 'turn-ended', turn: 1, agent: 'mine', outcome: 'ok', spent })
  const judgedOnly = await played({ turns: [], state: ended })
  expect(judgedOnly.asked).toEqual([])
  expect(judgedOnly.facts).toEqual(['judged', 'committed'])
  const done = await played({ turns: [], state: advanced(ended, { kind: 'committed', commit: 'c', tree: 't', files: 1 }) })
  expect(done.facts).toEqual([])
  expect(done.outcome.kind).toBe('passed')
})
