/** A Clock tells time and waits. The only way in which pawl knows either. */
import type { Cancellation } from './cancellation.ts'

export type Clock = {
  /** Epoch milliseconds of the wall. May jump. */
  now(): number
  /** Milliseconds that only go forward; for durations within this process. */
  elapsed(): number
  /** Resolves after `ms`, or at once when cancelled. */
  sleep(ms: number, cancellation?: Cancellation): Promise<void>
}
