/** A Proof is a remembered pass: which fingerprint, which run, what it printed and wrote. */
import type { Finding } from './finding.ts'
import type { Digest, FingerprintParts } from './fingerprint.ts'
import type { TaskId } from './task.ts'
import type { TreeMark } from './tree-mark.ts'

export type Proof = {
  readonly key: Digest
  readonly task: TaskId
  readonly run: number
  /** Epoch milliseconds at the end of the attempt. */
  readonly at: number
  readonly durationMs: number
  readonly findings: readonly Finding[]
  readonly parts: FingerprintParts
  /** The tree it was proven on, for explaining later misses. */
  readonly mark: TreeMark
  /** Digest of the stored log; absent when the attempt printed nothing. */
  readonly log?: Digest
  readonly outputs?: OutputManifest
}

export type OutputManifest = {
  /** Digest over all entries. */
  readonly digest: Digest
  readonly files: readonly { readonly path: string; readonly content: Digest; readonly mode: number; readonly size: number }[]
}
