/** A JobTable tells of each job of a run how far it has come: the fold of the events, for those who look on. */
import { Bug } from './failure.ts'
import type { AttemptId, Event } from './event.ts'
import type { JobFact } from './job.ts'
import { advanced, newJob, type JobState } from './job-state.ts'
import type { Outcome } from './outcome.ts'
import type { TaskId } from './task.ts'

/** ready: it passed and waits for landing. lost: pawl was ended before it came to an end. */
export const jobStatuses = [
  'queued',
  'running',
  'waiting',
  'judging',
  'ready',
  'landing',
  'landed',
  'unchanged',
  'held',
  'failed',
  'timeout',
  'cancelled',
  'blocked',
  'lost',
] as const
export type JobStatus = (typeof jobStatuses)[number]

const going: ReadonlySet<JobStatus> = new Set(['queued', 'running', 'waiting', 'judging', 'ready', 'landing'])
export const isOver = (status: JobStatus): boolean => !going.has(status)
/** Nothing is left to be done. */
export const isDone = (status: JobStatus): boolean => status === 'landed' || status === 'unchanged'

/** Fields change only in `applyToJobs`. Times in epoch milliseconds. */
export type JobRow = {
  /** Id of the prompt. */
  readonly id: string
  readonly createdAt: number
  status: JobStatus
  facts: JobState
  /** The newest attempt at the work; its log is the output of the agent. */
  attempt?: AttemptId
  /** An attempt at it or at its landing is going on. */
  live: boolean
  startedAt?: number
  endedAt?: number
  /** waiting: until then. */
  until?: number
  /** What it did last. */
  note?: string
  /** Why it did not come to a good end, or waits. */
  why?: string
  /** When something was told about it last. */
  toldAt: number
}

export type JobTable = {
  run: number
  startedAt: number
  root: string
  branch?: string
  readonly rows: Map<string, JobRow>
  cancelling: boolean
  endedAt?: number
  verdict?: Extract<Event, { type: 'run.finished' }>['verdict']
  lastSeq: number
  lastAt: number
}

export const newJobTable = (): JobTable => ({ run: 0, startedAt: 0, root: '', rows: new Map(), cancelling: false, lastSeq: 0, lastAt: 0 })

export function jobTableOf(events: readonly Event[]): JobTable {
  const table = newJobTable()
  for (const event of events) applyToJobs(table, event)
  return table
}

/** "work:alpha" and "land:alpha" are both of alpha. Undefined: the task is of no job. */
export function jobOf(task: TaskId): string | undefined {
  const [, id] = /^(?:work|land):(.+)$/.exec(task) ?? []
  return id
}

const isLanding = (task: TaskId): boolean => task.startsWith('land:')

/** Adds one event. The only function that changes a table, besides `loseJobs` and `cancelJobs`. */
export function applyToJobs(table: JobTable, event: Event): void {
  table.lastSeq = event.seq
  table.lastAt = event.at
  if (event.type === 'run.started') return begin(table, event)
  if (event.type === 'cancel.requested') table.cancelling = true
  if (event.type === 'run.finished') return finish(table, event)
  const id = 'task' in event ? jobOf(event.task) : undefined
  const row = id === undefined ? undefined : table.rows.get(id)
  if (row !== undefined) applyToRow(row, event)
}

function begin(table: JobTable, event: Extract<Event, { type: 'run.started' }>): void {
  Object.assign(table, { run: event.run, startedAt: event.at, root: event.root }, event.branch === undefined ? {} : { branch: event.branch })
  for (const { id: task } of event.plan.tasks) {
    const id = isLanding(task) ? undefined : jobOf(task)
    if (id !== undefined) table.rows.set(id, { id, createdAt: event.at, status: 'queued', facts: newJob, live: false, toldAt: event.at })
  }
}

function finish(table: JobTable, { at, verdict }: Extract<Event, { type: 'run.finished' }>): void {
  table.endedAt = at
  table.verdict = verdict
  endAll(table, verdict === 'cancelled' ? 'cancelled' : 'lost', at)
}

/** The process that worked on them is gone, and nobody has told so. */
export function loseJobs(table: JobTable): void {
  table.verdict ??= 'lost'
  endAll(table, 'lost', table.lastAt)
}

function endAll(table: JobTable, status: 'cancelled' | 'lost', at: number): void {
  for (const row of table.rows.values()) if (!isOver(row.status)) end(row, status, at)
}

function end(row: JobRow, status: JobStatus, at: number): void {
  row.status = status
  row.live = false
  row.endedAt = at
  delete row.until
}

/** Somebody asked that these jobs end; what does not run now never will. Final, also when nobody is left to record it. */
export function cancelJobs(table: JobTable, isAsked: (id: string) => boolean): void {
  for (const row of table.rows.values()) {
    const isIdle = row.status === 'queued' || row.status === 'waiting' || row.status === 'ready' || row.status === 'lost'
    if (isIdle && isAsked(row.id)) end(row, 'cancelled', row.toldAt)
  }
}

function applyToRow(row: JobRow, event: Event): void {
  row.toldAt = event.at
  switch (event.type) {
    case 'attempt.started':
      return started(row, event)
    case 'attempt.noted':
      row.note = event.text
      return
    case 'job.advanced':
      return applyFact(row, event.fact, event.attempt, event.at)
    case 'attempt.finished':
      row.live = false
      return isLanding(event.task) ? landingEnded(row, event.outcome, event.at) : workEnded(row, event.outcome, event.at)
    case 'task.blocked':
      if (!isLanding(event.task)) {
        end(row, 'blocked', event.at)
        row.why = `it needs ${jobOf(event.by) ?? event.by}`
      }
      return
    case 'retry.scheduled':
      row.status = 'waiting'
      row.until = event.at + event.delayMs
      delete row.endedAt
      return
    case 'retry.waited':
      row.status = 'queued'
      delete row.until
      return
    default:
      return
  }
}

function started(row: JobRow, { task, attempt, at }: Extract<Event, { type: 'attempt.started' }>): void {
  row.live = true
  if (isLanding(task)) {
    // What another landing brought along, or found out, is only confirmed.
    if (!isOver(row.status)) row.status = 'landing'
    return
  }
  row.status = 'running'
  row.attempt = attempt
  row.startedAt ??= at
  delete row.until
  delete row.why
}

/** What an earlier run found out is told again under an attempt that never was. */
const isFromBefore = (attempt: AttemptId): boolean => attempt.endsWith('@0.0')

function applyFact(row: JobRow, fact: JobFact, attempt: AttemptId, at: number): void {
  row.facts = advanced(row.facts, fact)
  if (isFromBefore(attempt)) return
  if (fact.kind === 'landed') end(row, 'landed', at)
  if (fact.kind === 'held') {
    end(row, 'held', at)
    row.why = fact.held.why
  }
  if (row.status === 'landing') return
  if (fact.kind === 'turn-begun') row.status = 'running'
  if (fact.kind === 'turn-ended' && ['ok', 'turns', 'budget'].includes(fact.outcome)) row.status = 'judging'
}

function workEnded(row: JobRow, outcome: Outcome, at: number): void {
  if (row.status === 'landed' || row.status === 'held') return
  if (outcome.kind !== 'passed') return endedBadly(row, outcome, at)
  if (row.facts.commit === undefined) return end(row, 'unchanged', at)
  row.status = 'ready'
}

function landingEnded(row: JobRow, outcome: Outcome, at: number): void {
  if (isOver(row.status)) return
  if (outcome.kind === 'passed') end(row, row.facts.commit === undefined ? 'unchanged' : 'landed', at)
  else endedBadly(row, outcome, at)
}

function endedBadly(row: JobRow, outcome: Outcome, at: number): void {
  const status = outcome.kind === 'timed-out' ? 'timeout' : outcome.kind === 'cancelled' || outcome.kind === 'lost' ? outcome.kind : 'failed'
  end(row, status, at)
  const why = whyOf(outcome)
  if (why !== undefined) row.why = why
}

function whyOf(outcome: Outcome): string | undefined {
  if (outcome.kind === 'failed') return outcome.summary
  if (outcome.kind === 'errored') return outcome.failure.why === undefined ? outcome.failure.what : `${outcome.failure.what}: ${outcome.failure.why}`
  if (outcome.kind === 'timed-out') return outcome.silent === true ? 'it said nothing for longer than it may' : 'it took longer than it may'
  return undefined
}

/** How long it took until now, pauses included; undefined: it has not begun. Milliseconds. */
export const jobTime = ({ startedAt, endedAt }: JobRow, now: number): number | undefined =>
  startedAt === undefined ? undefined : Math.max(0, (endedAt ?? now) - startedAt)

export type JobCounts = Readonly<Record<JobStatus, number>> & { readonly total: number }

/** The parts add up to the total, whatever state the run is in. */
export function jobCounts(rows: Iterable<Pick<JobRow, 'status'>>): JobCounts {
  const counts = Object.fromEntries(jobStatuses.map((status) => [status, 0])) as Record<JobStatus, number>
  let total = 0
  for (const { status } of rows) {
    counts[status] += 1
    total += 1
  }
  const sum = Object.values(counts).reduce((a, b) => a + b, 0)
  if (sum !== total) throw new Bug(`the parts (${sum}) do not add up to the total (${total})`)
  return { ...counts, total }
}
