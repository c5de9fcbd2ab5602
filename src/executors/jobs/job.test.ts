import { expect, test } from 'bun:test'
import { blankTask } from '../../model/blank-task.ts'
import { newCancellation } from '../../model/cancellation.ts'
import type { AgentTurn, TurnEnd } from '../../model/agent.ts'
import type { AttemptContext } from '../../model/executor.ts'
import type { JobFact } from '../../model/job.ts'
import type { LandedAs } from '../../model/landed-as.ts'
import { advanced, newJob, type JobState } from '../../model/job-state.ts'
import type { RunBudget } from '../../model/run-budget.ts'
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
  /** Before any turn. */
  readonly first?: string
  /** Trees that do not pass. */
  readonly red?: readonly string[]
  readonly state?: JobState
  readonly breaker?: Breaker
  readonly held?: boolean
  readonly breach?: boolean
  readonly budget?: JobAction['budget']
  readonly fallback?: JobAction['fallback']
  readonly total?: RunBudget['limits']
  readonly said?: Set<string>
  /** The commit that the checkout holds. */
  readonly stands?: string
  /** As the task landed before. */
  readonly landed?: LandedAs
  /** What the branch holds now can be brought into the checkout. */
  readonly renews?: boolean
  /** What other jobs have come to. */
  readonly others?: ReadonlyMap<TaskId, JobState>
  readonly before?: ReadonlyMap<TaskId, JobState>
}

/** Plays an attempt; the facts that it told, the turns that were asked for, and how it ended. */
async function played(course: Course) {
  const facts: JobFact[] = []
  const asked: AgentTurn[] = []
  const [names, notes]: [string[], string[]] = [[], []]
  let state = course.state ?? newJob
  const treeNow = (): string => (asked.length === 0 ? course.first : undefined) ?? course.trees?.[Math.max(0, asked.length - 1)] ?? 'changed'
  const world: JobWorld = {
    clock: { now: () => 1_000_000, elapsed: () => 0, sleep: async () => undefined },
    breaker: course.breaker ?? newBreaker(),
    total: { limits: course.total ?? {}, before: course.before ?? new Map() },
    said: course.said ?? new Set(),
    gate: { tasks: new Map([[lint, { task: check, rank: 0, dependents: [] }]]), order: [lint], skips: [], slots: new Map() },
    agentOf: ({ name }) => ({
      async turn(turn) {
        asked.push(turn)
        names.push(name)
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
        over: async () => undefined,
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
    renewed: async (_action, checkout) => (course.renews === true ? { ...checkout, lease: { ...checkout.lease, base: 'newer' } } : undefined),
    before: async () => undefined,
    stands: async (commit) => course.stands === commit,
    breach: async () => (course.breach === true ? { type: 'checkout.breached', what: 'main moved' } : undefined),
    keepBrief: async () => ({ path: '/brief', over: async () => undefined }),
    commandOf: () => 'run lint',
    fence: () => '====',
    newSession: () => 'a-session',
  }
  const jobs = new Map<TaskId, JobState>([...(course.others ?? []), [id, state]])
  const context: AttemptContext = {
    attempt: 'work:one@1.1',
    run: 1,
    tag: 'tag',
    cancellation: newCancellation(),
    output: () => undefined,
    work: {
      jobs,
      note: (text) => void notes.push(text),
      advance(job, fact) {
        facts.push(fact)
        state = advanced(state, fact)
        jobs.set(job, state)
      },
    },
  }
  const { budget = {}, fallback = [] } = course
  const { landed } = course
  const told = landed === undefined ? prompt : { ...prompt, asked: { id: 'A1', title: 'One', digest: 'd', file: 'ROADMAP.md', follows: [], landed } }
  const given = { ...task, action: { ...task.action, prompt: told, budget, fallback } }
  const outcome: Outcome = await jobExecutor(world).perform(given, context)
  return { outcome, facts: facts.map(({ kind }) => kind), asked, names, notes, state }
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

const other = { ...agent, name: 'other', argv: ['other'] }
const third = { ...agent, name: 'third', argv: ['third'] }

test('what all jobs of the run have spent bars any further turn, the first one, too; what an earlier run has spent does not', async () => {
  const neighbour = advanced(newJob, { kind: 'turn-ended', turn: 1, agent: 'mine', outcome: 'ok', spent: { timeMs: 5, turns: 1, tokens: 10, usd: 3.02 } })
  const others = new Map([[taskId('work:two'), neighbour]])
  const first = await played({ turns: [{}], total: { usd: 3 }, others })
  expect(first.outcome).toMatchObject({ kind: 'failed', summary: 'the budget of the run is used up: 3.02 of 3.00 USD' })
  expect([first.asked, first.facts]).toEqual([[], []])
  const fromBefore = await played({ turns: [{}], total: { usd: 3 }, others, before: others })
  expect(fromBefore.outcome.kind).toBe('passed')
  expect(fromBefore.asked[0]?.budget).toEqual({ usd: 3 })
})

test('a turn that goes on comes to its end, and the one after it does not begin; what is there is kept', async () => {
  const { outcome, asked, facts } = await played({ turns: [{}, {}], trees: ['bad', 'good'], red: ['bad'], total: { turns: 1 } })
  expect(outcome).toMatchObject({ kind: 'failed', summary: 'the budget of the run is used up: 1 of 1 turns' })
  expect([asked.length, facts.at(-1)]).toEqual([1, 'rescued'])
  expect((await played({ turns: [{}], total: { turns: 1 } })).outcome.kind).toBe('passed')
})

test('money that nobody tells of is not zero: it is said, once for each agent', async () => {
  const said = new Set<string>()
  const course = { turns: [{ spent: { timeMs: 1 } }, { spent: { timeMs: 1 } }], trees: ['bad', 'good'], red: ['bad'], total: { usd: 1 }, said }
  const { outcome, notes } = await played(course)
  expect(outcome.kind).toBe('passed')
  expect(notes).toEqual(['mine does not tell how much it used of the budget of money of the run: that part is not in the sum'])
  expect((await played(course)).notes).toEqual([])
})

test.each(['quota', 'auth', 'missing'] as const)('after "%s" the next agent goes on in the same checkout, in a conversation of its own', async (outcome) => {
  const breaker = newBreaker()
  const session = { id: 'of-mine' }
  const first = await played({ turns: [{ outcome, session }, {}], fallback: [other], breaker })
  expect([first.outcome.kind, first.names]).toEqual(['passed', ['mine', 'other']])
  expect(first.asked[1]).not.toHaveProperty('resume')
  expect(first.asked[1]?.brief.startsWith('You were interrupted')).toBe(true)
  expect(first.asked.map(({ folder }) => folder)).toEqual(['/lease', '/lease'])
  expect([first.facts.includes('parked'), first.state.agents]).toEqual([false, ['mine', 'other']])
  expect(first.notes[0]).toMatch(/^other goes on with it: /)
  const second = await played({ turns: [{}], fallback: [other], breaker })
  expect([second.names, second.asked[0]?.brief.startsWith('You work in')]).toEqual([['other'], true])
})

test('a job stays with whom it went on with, and its conversation is resumed', async () => {
  const { names, asked } = await played({
    turns: [{ outcome: 'auth', session: { id: 'of-mine' } }, { session: { id: 'of-other' } }, {}],
    trees: ['base', 'bad', 'good'],
    red: ['bad'],
    fallback: [other],
  })
  expect(names).toEqual(['mine', 'other', 'other'])
  expect(asked[2]).toMatchObject({ resume: { id: 'of-other' } })
})

test('when nobody is left, it waits for the one that is free first, or ends when none will be', async () => {
  const waits = await played({
    turns: [{ outcome: 'quota', resetsAt: 3_000_000 }, { outcome: 'quota', resetsAt: 2_000_000 }, { outcome: 'missing' }],
    fallback: [other, third],
  })
  expect(waits.names).toEqual(['mine', 'other', 'third'])
  expect(waits.outcome).toMatchObject({ kind: 'errored', notBefore: 2_000_000 })
  expect(waits.state.parkedUntil).toBe(2_000_000)
  const ends = await played({ turns: [{ outcome: 'auth' }, { outcome: 'missing' }], fallback: [other] })
  expect(ends.outcome).toMatchObject({ kind: 'failed' })
  const never = await played({ turns: [{ outcome: 'quota', resetsAt: 1e12 }] })
  expect(never.outcome).toMatchObject({ kind: 'errored', final: true })
})

test('an attempt in which nobody could be asked says so', async () => {
  const breaker = newBreaker()
  breaker.park('claude claude', 2_000_000)
  expect((await played({ turns: [], breaker })).outcome).toMatchObject({ kind: 'errored', notBefore: 2_000_000, unasked: true })
  expect((await played({ turns: [{ outcome: 'quota', resetsAt: 2_000_000 }] })).outcome).not.toHaveProperty('unasked')
})

const reopened = [
  { kind: 'leased', lease: { branch: 'pawl/one-1-abcd', folder: '/lease', base: 'b', isolation: 'linked' } },
  { kind: 'turn-begun', turn: 1, agent: 'mine', why: 'work' },
  { kind: 'turn-ended', turn: 1, agent: 'mine', outcome: 'ok', spent },
  { kind: 'reopened', held: { reason: 'red-alone', why: 'lint fails: BUG in b.txt', beside: [], files: [] } },
] as const satisfies readonly JobFact[]

test('what did not pass at landing is judged as it would land, and mended with what is found there', async () => {
  const state = reopened.reduce<JobState>(advanced, newJob)
  const found = await played({ turns: [{}], first: 'bad', trees: ['good'], red: ['bad'], state, renews: true })
  expect(found.outcome.kind).toBe('passed')
  expect(found.facts).toEqual(['leased', 'judged', 'turn-begun', 'turn-ended', 'judged', 'committed'])
  expect([found.asked[0]?.brief.includes('"BUG"'), found.state.lease?.base, found.state.mends]).toEqual([true, 'newer', 1])
  const alone = await played({ turns: [{}], first: 'good', trees: ['better'], state })
  expect([alone.outcome.kind, alone.asked.length, alone.asked[0]?.brief.includes('lint fails: BUG in b.txt')]).toEqual(['passed', 1, true])
  const moved = await played({ turns: [], first: 'good', state, renews: true })
  expect([moved.outcome.kind, moved.facts]).toEqual(['passed', ['leased', 'judged', 'committed']])
})

test('what had landed before and needs no change stands, if it is there and passes; a word is not needed then', async () => {
  const landed = { run: 1, at: 5, commit: 'x', onto: 'main' }
  const idle = { turns: [{}], trees: ['base', 'base', 'base'], landed }
  const silent = await played({ ...idle, stands: 'x' })
  expect([silent.outcome.kind, silent.state.unchanged, silent.state.stands]).toEqual(['passed', 'nothing was left to change', landed])
  expect(silent.facts.slice(-2)).toEqual(['judged', 'unchanged'])
  const said = await played({ ...idle, stands: 'x', turns: [{ said: 'PAWL-NO-CHANGE: it is all there' }] })
  expect([said.state.unchanged, said.state.stands]).toEqual(['it is all there', landed])
  const gone = await played({ ...idle, stands: 'other' })
  expect([gone.outcome.kind, gone.state.unchanged]).toEqual(['failed', undefined])
  const red = await played({ ...idle, stands: 'x', red: ['base'] })
  expect([red.outcome.kind, red.state.unchanged]).toEqual(['failed', undefined])
  const barred = await played({ ...idle, stands: 'x', state: { ...newJob, denied: [{ tool: 'Write' }] } })
  expect([barred.outcome.kind, barred.state.unchanged]).toEqual(['failed', undefined])
})
