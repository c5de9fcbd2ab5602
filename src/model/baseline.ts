/** A Baseline is what the last green run stands on: while all of it is as it was, one comparison answers for every check, however many there are. */
import type { Digest } from './fingerprint.ts'
import type { Reused } from './outcome.ts'
import type { TreeMark } from './tree-mark.ts'
import type { Counts } from './verdict.ts'

/** A path and how it was seen there; nobody can fake the same again. */
export type Sighting = readonly [path: string, stamp: string]

export type Baseline = {
  /** Of pawl itself: another one may judge otherwise. */
  readonly program: string
  readonly root: string
  readonly gitDir: string
  readonly commonDir: string
  /** Digest of the variables that count, by these names and patterns. */
  readonly variables: { readonly read: readonly string[]; readonly key: readonly string[]; readonly digest: Digest }
  /** How the index was seen, and what it listed. */
  readonly index: string
  readonly listing: Digest
  /** What git said of the working copy. */
  readonly status: Digest
  /** Changed and untracked files: that they are, git tells, but not their content. */
  readonly touched: readonly Sighting[]
  /** What git does not look at: programs, outputs, files outside of its view. */
  readonly sightings: readonly Sighting[]
  /** The files that all of it was proven on. */
  readonly mark: TreeMark
  /** Name of the plan. */
  readonly plan: string
  readonly proofs: readonly KeptProof[]
  /** Epoch milliseconds: when the last of the results was proven, and when the first of them expires. */
  readonly from: number
  readonly until?: number
  readonly answer: GreenAnswer
}

/** What is known of a check while nothing that it can see has changed. */
export type KeptProof = Reused & { /** Epoch milliseconds. */ readonly until?: number }

/** What is said when nothing changed. */
export type GreenAnswer = {
  /** The run after which nothing changed. */
  readonly run: number
  /** Every check of the plan is among the reused ones or the skipped ones. */
  readonly counts: Counts
  /** Milliseconds that these attempts took when they ran. */
  readonly savedMs: number
}
