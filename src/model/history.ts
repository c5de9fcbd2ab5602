/** History is what earlier runs have shown about each task: attempts that really ran, and how often that was spared. */
import type { Cause } from './cause.ts'
import type { AttemptId } from './event.ts'
import type { Outcome } from './outcome.ts'
import type { TaskId } from './task.ts'

/** One attempt that really ran. */
export type Observation = {
  readonly task: TaskId
  readonly run: number
  readonly attempt: AttemptId
  /** When it ended, epoch milliseconds. */
  readonly at: number
  readonly cause: Cause['kind']
  /** Digest of all that the task could see; absent when its inputs are unknown. */
  readonly fingerprint?: string
  readonly outcome: Outcome['kind']
  /** Its inputs changed while it ran: then the answer stands for no fingerprint. */
  readonly unsettled: boolean
  readonly durationMs?: number
  readonly cpuMs?: number
  readonly peakBytes?: number
}

export type Reuse = { readonly task: TaskId; readonly count: number; readonly savedMs: number }

export type History = {
  /** Ended attempts that really ran, oldest first. */
  observations(): readonly Observation[]
  /** How often each task was reused, and how long the reused attempts had taken. */
  reuses(): readonly Reuse[]
}
