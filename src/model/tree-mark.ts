/** A TreeMark names a Tree without holding it: what differs from a later one can still be told. */

/** Enough to name later what differs between two trees, without keeping every path. */
export type TreeMark = {
  /** Commit that `delta` is relative to; undefined outside git: then `delta` holds every file. */
  readonly base?: string
  /** Path → content id, null for deleted. */
  readonly delta: Readonly<Record<string, string | null>>
}
