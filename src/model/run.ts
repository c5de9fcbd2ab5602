/** A Run is the fold of its events: everything that is known about one execution of a Plan. */
import type { AttemptId, Event, Happening } from './event.ts'
import { advanced, newJob, type JobState } from './job-state.ts'
import { reusedOutcome, satisfies, type Reused, type Settlement } from './outcome.ts'
import type { Plan } from './plan.ts'
import type { Task, TaskId } from './task.ts'
import type { Verdict } from './verdict.ts'

/** A fix that did not settle its check after this many tries in one run will not, unless it says otherwise. */
export const mostFixTries = 2
export const triesOf = (fix: Task): number => fix.mostTries ?? mostFixTries

export type LiveAttempt = { readonly id: AttemptId; readonly task: TaskId; readonly startedAt: number }

/** Fields change only in `apply`. */
export type Run = {
  number: number
  startedAt: number
  round: number
  /** Checks of this round that may start now, by pool, in order of rank. */
  ready: Map<string, TaskId[]>
  /** Checks of this round that can never start: a need did not pass. Found by `apply`, settled by a decision. */
  doomed: Map<TaskId, TaskId>
  /** Tasks that must be tried again: the pause is not scheduled yet. */
  resting: Set<TaskId>
  /** Before that (epoch milliseconds) another try makes no sense. */
  notBefore: Map<TaskId, number>
  /** Tasks in the pause before another try. */
  sleeping: Set<TaskId>
  /** How many needs and predecessors of a check are not settled yet. */
  waiting: Map<TaskId, number>
  live: Map<TaskId, LiveAttempt>
  /** Slots in use by pool, and mutexes held. */
  used: Map<string, number>
  held: Set<string>
  /** Slots by pool where the machine allows another number than the plan. */
  slots: Map<string, number>
  /** What became of each check in this round, and of each fix since the round before. */
  settled: Map<TaskId, Settlement>
  unsettled: number
  /** Checks that failed in this round. */
  failing: Set<TaskId>
  /** Tries of a task in this round. */
  tries: Map<TaskId, number>
  /** How many of them were none: nobody could be asked. */
  unasked: Map<TaskId, number>
  /** Attempts at each fix in the whole run. */
  fixTries: Map<TaskId, number>
  /** Fixes that passed since this round began: the next round looks at what they did. */
  fixedThisRound: TaskId[]
  /** Checks that failed in an earlier round. */
  failedBefore: Set<TaskId>
  /** Checks that failed, were mended and pass now. */
  mended: Set<TaskId>
  /** Tasks that really ran in this run. */
  ran: Set<TaskId>
  /** The first required check of this round that did not pass. */
  stoppedBy: TaskId | undefined
  cancelling: boolean
  verdict: Verdict | undefined
  /** How far each job has come. */
  jobs: Map<TaskId, JobState>
  lastSeq: number
}

export function newRun(): Run {
  return {
    number: 0,
    startedAt: 0,
    round: 0,
    ready: new Map(),
    doomed: new Map(),
    resting: new Set(),
    notBefore: new Map(),
    sleeping: new Set(),
    waiting: new Map(),
    live: new Map(),
    used: new Map(),
    held: new Set(),
    slots: new Map(),
    settled: new Map(),
    unsettled: 0,
    failing: new Set(),
    tries: new Map(),
    unasked: new Map(),
    fixTries: new Map(),
    fixedThisRound: [],
    failedBefore: new Set(),
    mended: new Set(),
    ran: new Set(),
    stoppedBy: undefined,
    cancelling: false,
    verdict: undefined,
    jobs: new Map(),
    lastSeq: 0,
  }
}

/** Adds one event to a run. The only function that changes a Run. */
export function apply(plan: Plan, run: Run, event: Event): void {
  run.lastSeq = event.seq
  applyHappening(plan, run, event, event.at)
}

function applyHappening(plan: Plan, run: Run, event: Happening, at: number): void {
  switch (event.type) {
    case 'run.started':
      run.number = event.run
      run.startedAt = at
      return
    case 'round.opened':
      return openRound(plan, run, event.round)
    case 'tasks.reused':
      return settleReused(plan, run, event.reused)
    case 'attempt.started':
      return startAttempt(plan, run, { id: event.attempt, task: event.task, startedAt: at })
    case 'attempt.missed':
      run.ran.add(event.task)
      return
    case 'attempt.finished':
      endAttempt(plan, run, event.task)
      return settleAttempt(plan, run, event.task, event.outcome)
    case 'task.blocked':
      run.doomed.delete(event.task)
      return settle(plan, run, event.task, { kind: 'blocked', by: event.by })
    case 'retry.scheduled':
      run.resting.delete(event.task)
      run.notBefore.delete(event.task)
      run.sleeping.add(event.task)
      return
    case 'retry.waited':
      run.sleeping.delete(event.task)
      return makeReady(plan, run, event.task)
    case 'forecast.made':
    case 'roadmap.planned':
    case 'roadmap.reverted':
    case 'roadmap.marked':
      return
    case 'slots.changed':
      run.slots.set(event.pool, event.slots)
      return
    case 'cancel.requested':
      run.cancelling = true
      return
    case 'job.advanced':
      run.jobs.set(event.task, advanced(run.jobs.get(event.task) ?? newJob, event.fact))
      return
    case 'run.finished':
      run.verdict = event.verdict
      return
    case 'mending.begun':
    case 'attempt.noted':
    case 'failure.noted':
    case 'lock.acquired':
    case 'logs.rotated':
      return
  }
}

function openRound(plan: Plan, run: Run, round: number): void {
  for (const [task, settlement] of run.settled) if (settlement.kind === 'failed') run.failedBefore.add(task)
  run.round = round
  run.settled = new Map()
  run.tries = new Map()
  run.unasked = new Map()
  run.fixedThisRound = []
  run.failing = new Set()
  // A round may be cut short for a fix: what was to be tried again begins anew.
  run.resting = new Set()
  run.notBefore = new Map()
  run.stoppedBy = undefined
  run.ready = new Map()
  run.doomed = new Map()
  run.unsettled = plan.order.length
  for (const id of plan.order) {
    const { task } = planned(plan, id)
    const waits = new Set([...task.needs, ...task.after].filter((other) => plan.tasks.has(other))).size
    run.waiting.set(id, waits)
  }
  for (const id of plan.order) if (run.waiting.get(id) === 0) makeReady(plan, run, id)
}

function startAttempt(plan: Plan, run: Run, attempt: LiveAttempt): void {
  const { task } = planned(plan, attempt.task)
  const queue = run.ready.get(task.pool)
  const at = queue === undefined ? -1 : queue.indexOf(attempt.task)
  if (at >= 0) queue?.splice(at, 1)
  run.live.set(attempt.task, attempt)
  run.used.set(task.pool, (run.used.get(task.pool) ?? 0) + task.weight)
  for (const mutex of task.mutexes) run.held.add(mutex)
  run.tries.set(task.id, (run.tries.get(task.id) ?? 0) + 1)
  if (task.role === 'fix') run.fixTries.set(task.id, (run.fixTries.get(task.id) ?? 0) + 1)
}

function endAttempt(plan: Plan, run: Run, id: TaskId): void {
  const { task } = planned(plan, id)
  run.live.delete(id)
  run.used.set(task.pool, (run.used.get(task.pool) ?? 0) - task.weight)
  for (const mutex of task.mutexes) run.held.delete(mutex)
}

function settleAttempt(plan: Plan, run: Run, id: TaskId, outcome: Settlement): void {
  const { task } = planned(plan, id)
  if (task.role === 'fix') {
    run.settled.set(id, outcome)
    if (hasMended(outcome)) run.fixedThisRound.push(id)
    // Nobody is asked twice.
    if (outcome.kind === 'refused') run.fixTries.set(id, triesOf(task))
    return
  }
  if (outcome.kind === 'errored' && outcome.unasked === true) run.unasked.set(id, (run.unasked.get(id) ?? 0) + 1)
  if (!run.cancelling && mayRetry(task, run, outcome)) {
    run.resting.add(id)
    if (outcome.kind === 'errored' && outcome.notBefore !== undefined) run.notBefore.set(id, outcome.notBefore)
    return
  }
  if (satisfies(outcome) && run.failedBefore.has(id)) run.mended.add(id)
  if (!satisfies(outcome)) run.mended.delete(id)
  settle(plan, run, id, outcome)
}

/** Derived paths are not compared, so a fix that passed and declares some counts as having changed them. */
function hasMended(outcome: Settlement): boolean {
  if (outcome.kind !== 'passed' && outcome.kind !== 'failed') return false
  return (outcome.mend?.files.length ?? 0) > 0 || (outcome.kind === 'passed' && (outcome.mend?.derived.length ?? 0) > 0)
}

function mayRetry(task: Task, run: Run, outcome: Settlement): boolean {
  const retriable: readonly string[] = task.retry.on
  if (outcome.kind === 'errored' && outcome.final === true) return false
  return retriable.includes(outcome.kind) && triesThatCount(run, task.id) <= task.retry.times
}

/** Further tries are limited, and pauses grow, by these. */
export const triesThatCount = (run: Pick<Run, 'tries' | 'unasked'>, id: TaskId): number => (run.tries.get(id) ?? 0) - (run.unasked.get(id) ?? 0)

function settle(plan: Plan, run: Run, id: TaskId, settlement: Settlement): void {
  if (run.settled.has(id)) return
  run.settled.set(id, settlement)
  run.unsettled -= 1
  if (settlement.kind === 'failed') run.failing.add(id)
  const fine = satisfies(settlement) || planned(plan, id).task.severity === 'advisory'
  if (!fine) run.stoppedBy ??= id
  tellDependents(plan, run, id, fine)
}

function tellDependents(plan: Plan, run: Run, id: TaskId, fine: boolean): void {
  for (const dependent of planned(plan, id).dependents) {
    const left = (run.waiting.get(dependent) ?? 0) - 1
    run.waiting.set(dependent, left)
    if (!fine && planned(plan, dependent).task.needs.includes(id) && !run.settled.has(dependent) && !run.doomed.has(dependent)) run.doomed.set(dependent, id)
    if (left === 0 && !run.doomed.has(dependent) && !run.settled.has(dependent)) makeReady(plan, run, dependent)
  }
}

/** All at once: what one of them would make ready is mostly among the others. */
function settleReused(plan: Plan, run: Run, reused: readonly Reused[]): void {
  for (const one of reused) {
    if (run.failedBefore.has(one.task)) run.mended.add(one.task)
    run.settled.set(one.task, reusedOutcome(one))
  }
  run.unsettled -= reused.length
  for (const [pool, queue] of run.ready)
    run.ready.set(
      pool,
      queue.filter((id) => !run.settled.has(id)),
    )
  for (const { task } of reused) tellDependents(plan, run, task, true)
}

/** Keeps each pool's queue in order of rank. */
function makeReady(plan: Plan, run: Run, id: TaskId): void {
  const { task, rank } = planned(plan, id)
  const queue = run.ready.get(task.pool)
  if (queue === undefined) {
    run.ready.set(task.pool, [id])
    return
  }
  let low = 0
  let high = queue.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (planned(plan, queue[middle] as TaskId).rank < rank) low = middle + 1
    else high = middle
  }
  queue.splice(low, 0, id)
}

function planned(plan: Plan, id: TaskId) {
  const found = plan.tasks.get(id)
  if (found === undefined) throw new Error(`no such task in the plan: ${id}`)
  return found
}

/** How many slots of a pool may be in use now. */
export const slotsNow = (plan: Plan, run: Run, pool: string): number => run.slots.get(pool) ?? plan.slots.get(pool) ?? 1
