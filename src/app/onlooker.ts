/** Who looks on while a repository is watched, and what they decide. */
import type { Cancellation } from '../model/cancellation.ts'
import type { Failure, Result } from '../model/failure.ts'
import type { Reporter } from '../model/reporter.ts'
import type { Turn, TurnCause, TurnWish } from '../model/turn.ts'
import type { CheckOptions } from './begun.ts'
import type { Checked, Started } from './perform.ts'

export type Onlooker = {
  begins(turn: Turn): void
  /** The run is cut off for the sake of the next one. */
  cutOff(cause: TurnCause): void
  ended(turn: Turn, result: Result<Checked>): void
  /** Nothing is due. `files`: how many there are, if that is known. */
  waiting(files: number | undefined): void
  troubled(failure: Failure): void
}

export type WatchOptions = Omit<CheckOptions, 'reporters' | 'cancellation'> & {
  readonly quitting: Cancellation
  /** What a person wishes next; called again after each wish. */
  readonly nextWish: () => Promise<TurnWish>
  readonly reporters: (started: Started, turn: Turn) => Promise<readonly Reporter[]>
  readonly onlooker: Onlooker
}
