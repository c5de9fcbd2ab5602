/** A Cache remembers proofs by fingerprint. Any doubt about an entry is a miss. */
import type { Sighting } from './baseline.ts'
import type { Digest } from './fingerprint.ts'
import type { Origin } from './outcome.ts'
import type { OutputManifest, Proof } from './proof.ts'
import type { TaskId } from './task.ts'

export type Cache = {
  get(key: Digest): Promise<Proof | undefined>
  /** The newest proof of a task, whatever its fingerprint: for explaining a miss. */
  latest(task: TaskId): Promise<Proof | undefined>
  put(proof: Proof): Promise<void>
  /** Removes one entry that turned out damaged; its files are set aside, not deleted. */
  discard(key: Digest, why: string): Promise<void>
  /** Of which files a task that judges each by itself has nothing to say: by the digest of path and content, where that was proven. `context` stands for all else that counts. */
  knownFiles(context: Digest): Promise<ReadonlyMap<Digest, Origin>>
  knowFiles(task: TaskId, context: Digest, files: readonly Digest[], from: Origin): Promise<void>
  /** Reads what the globs match below the root, ignored files included, and keeps the contents. */
  keepOutputs(globs: readonly string[]): Promise<OutputManifest>
  /** Makes the working copy hold exactly these contents. False when a content is missing or damaged: nothing was written then. */
  restoreOutputs(manifest: OutputManifest): Promise<boolean>
  /** How each output was seen when this process kept it or put it back. */
  outputsSeen(): readonly Sighting[]
  keepBlob(content: Uint8Array): Promise<Digest>
  readBlob(digest: Digest): Promise<Uint8Array | undefined>
}
