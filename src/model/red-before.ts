/** A gate that did not pass when it was judged last: since which run that is so, and whether an agent has tried to mend it. */
export type RedBefore = {
  /** Number of a run. */
  readonly since: number
  readonly commit: string
  /** What was red, as `redText` says it. */
  readonly red: string
  readonly hasTried: boolean
}
