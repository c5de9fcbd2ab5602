/** A Proposal is what an agent made of a tree: which files differ, and from what. It changes nothing until it is applied. */
import type { Failure, Result } from './failure.ts'
import type { Mend } from './mend.ts'

export type ProposedFile = {
  /** Relative to the root, forward slashes. */
  readonly path: string
  /** Absent: it did not exist before, or does not any more; text only, so absent for what is no text or very large, too. */
  readonly before?: string
  readonly after?: string
  readonly change: 'added' | 'changed' | 'deleted'
}

export type Proposal = {
  /** Id of the tree that it leads to; the same content has the same id. */
  readonly tree: string
  readonly files: readonly ProposedFile[]
  /** As a patch that `git apply` takes. */
  readonly patch: string
}

/** An isolated copy of the working copy as it was at one moment: own files, own index, own refs. */
export type IsolatedCopy = {
  /** Absolute. */
  readonly folder: string
  /** Id of the tree that it began with. */
  readonly tree: string
  /** The agent is gone: whatever it did to the copy besides its edit is undone. Undefined: done. */
  seal(): Promise<Failure | undefined>
  /** What differs from the beginning now; with `only`, of these paths. */
  proposal(only?: ReadonlySet<string>): Promise<Result<Proposal>>
  /**
   * Brings the files of the proposal into the working copy, when none of them was touched there since: all or none.
   * To be called as a mending. The answer names what was changed, or why nothing was.
   */
  apply(proposal: Proposal): Promise<{ readonly applied: readonly string[]; readonly failures: readonly Failure[] }>
  /** Removes the copy; what is to be kept of it was read before. */
  close(): Promise<void>
}

/** Keeps of a mend what belongs to these paths: a person may have edited others meanwhile. */
export const mendOf = (mend: Mend, paths: readonly string[]): Mend => ({ ...mend, files: mend.files.filter(({ path }) => paths.includes(path)) })
