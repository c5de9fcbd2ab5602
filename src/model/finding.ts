/** A Finding is a remark of a check about the user's code. */

export type FindingSeverity = 'error' | 'warning' | 'info'

/** An Outcome holds no more; who needs all looks into the log. */
export const mostFindings = 5000

export type Finding = {
  /** Relative to the root of the repository, with forward slashes; absent when it is about the whole repository. */
  readonly file?: string
  /** From 1. */
  readonly line?: number
  /** From 1. */
  readonly column?: number
  readonly rule?: string
  readonly severity: FindingSeverity
  readonly message: string
  /** True when the tool says that it can mend this by itself. */
  readonly fixable?: boolean
  /** What to do about it, when the tool or pawl knows. */
  readonly suggestion?: string
}
