/** Costs are what the last attempts of a task that really ran took, newest first. */

export type Costs = {
  /** Milliseconds of those that passed or failed. */
  readonly durationsMs: readonly number[]
  /** The most memory of those of which it was measured. */
  readonly peakBytes: readonly number[]
}
