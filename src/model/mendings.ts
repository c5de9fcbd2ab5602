/** Mendings watch the working copy while a fix runs, so that what it changed is known and can be taken back. */
import type { Failure } from './failure.ts'
import type { Digest } from './fingerprint.ts'
import type { Mend } from './mend.ts'
import type { Task } from './task.ts'
import type { TreeMark } from './tree-mark.ts'

/** All that is needed to finish watching after a crash. Plain data. */
export type MendingRecord = {
  readonly mark: TreeMark
  /** Contents from before that git does not have, by path. */
  readonly copies: Readonly<Record<string, { readonly digest: Digest; readonly mode: number }>>
  readonly derived: readonly string[]
  /** A copy of the checkout is mended. */
  readonly copy?: true
}

export type OpenMending = {
  /** To be kept before the fix starts. */
  readonly record: MendingRecord
  /** What changed since `begin`. Contents from before are kept in the cache. */
  end(): Promise<Mend>
}

export type Mendings = {
  begin(fix: Task): Promise<OpenMending>
  /** What changed since a watch began that nobody ended; edits that came after a crash cannot be told from the fix's. */
  changesSince(record: MendingRecord): Promise<Mend>
  /** Puts back the contents from before; refuses as a whole when a file was edited since. */
  takeBack(mends: readonly Mend[]): Promise<{ readonly restored: readonly string[]; readonly failures: readonly Failure[] }>
}
