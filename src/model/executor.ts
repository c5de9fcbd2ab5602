/** An Executor does attempts of one kind of task. */
import type { Cancellation } from './cancellation.ts'
import type { AttemptId } from './event.ts'
import type { Digest } from './fingerprint.ts'
import type { JobFact } from './job.ts'
import type { JobState } from './job-state.ts'
import type { Mend } from './mend.ts'
import type { Outcome, Settlement } from './outcome.ts'
import type { Action, Task, TaskId } from './task.ts'

export type AttemptContext = {
  readonly attempt: AttemptId
  readonly run: number
  /** Marks every process of this attempt, so that it can be found and ended after a crash. */
  readonly tag: string
  /** Files that "{files}" stands for; undefined: nothing was selected, so the task judges the whole. */
  readonly files?: readonly string[]
  /** Stands for all that the answers of the task depend on besides the files that it judges; absent when nobody knows. */
  readonly basis?: Digest
  readonly cancellation: Cancellation
  /** Appends raw output bytes to the log of the attempt. Output is not an event. */
  readonly output: (chunk: Uint8Array | string) => void
  /** Only for fixes. */
  readonly fix?: FixContext
  /** Only for work. */
  readonly work?: WorkContext
}

/** What a fix may want to know and do that knows by itself which of its work changes the working copy. */
export type FixContext = {
  /** What became of the checks of this round. */
  readonly settled: ReadonlyMap<TaskId, Settlement>
  /** Says what is going on, to those who look on. */
  note(text: string): void
  /** The only work of an agent's fix that may change the working copy: what it changes can be taken back, also after a crash. */
  mending<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly mend: Mend }>
}

/** For work that goes on for long: what it tells is recorded before it returns. */
export type WorkContext = {
  /** How far the jobs of this run have come. */
  readonly jobs: ReadonlyMap<TaskId, JobState>
  note(text: string): void
  advance(job: TaskId, fact: JobFact): void
}

/** Never rejects: trouble is an outcome. Never returns "cached". */
export type Executor<A extends Action = Action> = {
  perform(task: Task & { readonly action: A }, context: AttemptContext): Promise<Outcome>
  /** One line: what perform would do. Does nothing. */
  describe(task: Task & { readonly action: A }, files: readonly string[] | undefined): string
}

export type Executors = { readonly [K in Action['kind']]: Executor<Extract<Action, { kind: K }>> }
