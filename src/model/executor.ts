/** An Executor does attempts of one kind of task. */
import type { Cancellation } from './cancellation.ts'
import type { AttemptId } from './event.ts'
import type { Outcome } from './outcome.ts'
import type { Action, Task } from './task.ts'

export type AttemptContext = {
  readonly attempt: AttemptId
  readonly run: number
  /** Marks every process of this attempt, so that it can be found and ended after a crash. */
  readonly tag: string
  /** Files that "{files}" stands for; undefined: nothing was selected, so the task judges the whole. */
  readonly files?: readonly string[]
  readonly cancellation: Cancellation
  /** Appends raw output bytes to the log of the attempt. Output is not an event. */
  readonly output: (chunk: Uint8Array | string) => void
}

/** Never rejects: trouble is an outcome. Never returns "cached". */
export type Executor<A extends Action = Action> = {
  perform(task: Task & { readonly action: A }, context: AttemptContext): Promise<Outcome>
  /** One line: what perform would do. Does nothing. */
  describe(task: Task & { readonly action: A }, files: readonly string[] | undefined): string
}

export type Executors = { readonly [K in Action['kind']]: Executor<Extract<Action, { kind: K }>> }
