/** A Mend records what a fix changed, so that `pawl undo` can take it back. */

export type MendedFile = {
  /** Relative to the root, forward slashes. */
  readonly path: string
  /** Digest of the content before and after; null: the file did not exist. Copies are in the cache. */
  readonly before: string | null
  readonly after: string | null
  /** Octal permission bits before, for restoring. */
  readonly mode?: number
}

export type Mend = {
  /** Tracked and untracked, not ignored, files that changed. */
  readonly files: readonly MendedFile[]
  /** Ignored or derived paths that the fix declares to write (node_modules); not taken back by undo. */
  readonly derived: readonly string[]
  /** It was made in a copy of the checkout: here there is nothing to take back. */
  readonly copy?: true
}
