/** An Event is a fact in the past tense, plain data. A Run is the fold of its events, and nothing else. */
import type { Cause } from './cause.ts'
import type { Failure } from './failure.ts'
import type { JobFact } from './job.ts'
import type { Foreseen } from './prompt.ts'
import type { Mark, PlannedTask, TakenBack } from './roadmap-standing.ts'
import type { MendingRecord } from './mendings.ts'
import { reusedOutcome, type Outcome, type Reused } from './outcome.ts'
import type { TaskId } from './task.ts'
import type { Counts, Verdict } from './verdict.ts'

/** "lint@2.1": the first try in round 2. Unique within a run. */
export type AttemptId = string
export const attemptId = (task: TaskId, round: number, attempt: number): AttemptId => `${task}@${round}.${attempt}`
/** In the same round the same task was tried before. */
export const isFurtherTry = (attempt: AttemptId): boolean => !attempt.endsWith('.1')

export type PlanSummary = {
  readonly tasks: readonly {
    readonly id: TaskId
    readonly stage: string
    readonly needs: readonly TaskId[]
    readonly reason: string
    readonly expectedMs?: number
  }[]
  readonly skips: readonly { readonly task: TaskId; readonly stage: string; readonly reason: string }[]
}

/** What happened, without the time: the store adds `seq` and `at`. */
export type Happening =
  | {
      readonly type: 'run.started'
      readonly run: number
      readonly command: string
      readonly root: string
      readonly branch?: string
      readonly commit?: string
      readonly version: string
      readonly dryRun: boolean
      readonly plan: PlanSummary
    }
  | { readonly type: 'round.opened'; readonly round: number }
  /** What is proven needs no attempt; told once for all of it, when a round begins. */
  | { readonly type: 'tasks.reused'; readonly round: number; readonly reused: readonly Reused[] }
  | { readonly type: 'attempt.started'; readonly attempt: AttemptId; readonly task: TaskId; readonly round: number }
  /** The fingerprint was compared with what is proven; `cause` says why the task really runs. */
  | { readonly type: 'attempt.missed'; readonly attempt: AttemptId; readonly task: TaskId; readonly fingerprint?: string; readonly cause: Cause }
  /** What a long attempt is doing now, for those who look on. */
  | { readonly type: 'attempt.noted'; readonly attempt: AttemptId; readonly task: TaskId; readonly text: string }
  /** Of the job `task`; recorded before anything follows from it. Landing tells of several jobs. */
  | { readonly type: 'job.advanced'; readonly attempt: AttemptId; readonly task: TaskId; readonly fact: JobFact }
  /** Which prompts will probably change the same files; told once, before the first round. */
  | { readonly type: 'forecast.made'; readonly clashes: readonly Foreseen[] }
  /** The run works on tasks of a roadmap; told once, before its first round. */
  | { readonly type: 'roadmap.planned'; readonly file: string; readonly tasks: readonly PlannedTask[] }
  /** The run takes these landings back, all together or none; told once, before its first round. */
  | { readonly type: 'roadmap.reverted'; readonly file: string; readonly tasks: readonly TakenBack[] }
  /** A person said how a task stands, or its work was taken back; told outside of any run. */
  | { readonly type: 'roadmap.marked'; readonly mark: Mark }
  | { readonly type: 'attempt.finished'; readonly attempt: AttemptId; readonly task: TaskId; readonly round: number; readonly outcome: Outcome }
  | { readonly type: 'task.blocked'; readonly task: TaskId; readonly round: number; readonly by: TaskId }
  | { readonly type: 'mending.begun'; readonly attempt: AttemptId; readonly task: TaskId; readonly record: MendingRecord }
  | { readonly type: 'retry.scheduled'; readonly task: TaskId; readonly round: number; readonly delayMs: number }
  | { readonly type: 'retry.waited'; readonly task: TaskId; readonly round: number }
  /** The machine is short of something, or no longer: so many slots of the pool may be in use from now on. */
  | { readonly type: 'slots.changed'; readonly pool: string; readonly slots: number; readonly reason: string }
  | { readonly type: 'cancel.requested'; readonly reason: string }
  | { readonly type: 'failure.noted'; readonly failure: Failure }
  | { readonly type: 'lock.acquired'; readonly waitedMs: number }
  | { readonly type: 'logs.rotated'; readonly removed: number }
  | { readonly type: 'run.finished'; readonly verdict: Verdict; readonly counts: Counts; readonly durationMs: number; readonly savedMs: number }

/** `seq` counts from 1 within a run without gaps; `at` is epoch milliseconds. */
export type Event = Happening & { readonly seq: number; readonly at: number }
export type EventType = Event['type']

/** One sentence for each event; the reference in the docs is made from it. */
export const eventTypes = {
  'run.started': 'A run began; holds the whole plan, the branch and the commit.',
  'round.opened': 'A round began: one pass over the plan.',
  'tasks.reused': 'A round began with results that are proven already; no attempt is made at these tasks.',
  'attempt.started': 'A try at a task began. Recorded before anything is started.',
  'attempt.missed': 'The result could not be reused; says why. The task really runs now.',
  'attempt.noted': 'A long attempt says what it is doing now.',
  'job.advanced': 'The work of an agent came one step further: a checkout was leased, a turn began or ended, something was committed, landed or held.',
  'forecast.made': 'Which prompts will probably change the same files, and which of these are worked on one after the other.',
  'roadmap.planned': 'The run works on tasks of a roadmap; says which, each with the content that it has now.',
  'roadmap.reverted': 'The run takes work on tasks of a roadmap back; says which, and by which commits. It is so when these have landed.',
  'roadmap.marked': 'A person marked a task of a roadmap as done, skipped or to be done again, or its work was taken back. It belongs to no run.',
  'attempt.finished': 'A try ended; holds the outcome with its findings.',
  'task.blocked': 'A task cannot start because one that it needs did not pass.',
  'mending.begun': 'A fix is about to change files; holds where their contents from before are kept.',
  'retry.scheduled': 'A try failed in a way that may pass; another one follows after a pause.',
  'retry.waited': 'The pause before a retry is over.',
  'slots.changed': 'More or fewer tasks may run at a time from now on; says what the machine is short of.',
  'cancel.requested': 'Somebody asked the run to stop (Ctrl-C, a signal).',
  'failure.noted': 'Something went wrong that did not end the run; says what was kept.',
  'lock.acquired': 'The run lock of the repository was obtained; says how long it waited.',
  'logs.rotated': 'Logs of old runs were removed.',
  'run.finished': 'The run ended; holds the verdict and the counts.',
} as const satisfies Record<EventType, string>

export type Finished = Extract<Event, { type: 'attempt.finished' }>

/** Every ending that an event tells of: one for an attempt, many for results that were reused at once. */
export function endingsIn(event: Event): readonly Finished[] {
  if (event.type === 'attempt.finished') return [event]
  if (event.type !== 'tasks.reused') return []
  const { round, seq, at } = event
  return event.reused.map((one) => ({
    type: 'attempt.finished',
    attempt: attemptId(one.task, round, 0),
    task: one.task,
    round,
    outcome: reusedOutcome(one),
    seq,
    at,
  }))
}
