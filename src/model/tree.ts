/** A Tree is what the working copy held at one moment: paths and content ids of all files that count. */
import type { Digest } from './fingerprint.ts'

export type TreeFile = { readonly path: string; /** Content id: git blob id or "sha256:…", with mode and, for links, target. */ readonly id: string }

/** Enough to name later what differs between two trees, without keeping every path. */
export type TreeMark = {
  /** Commit that `delta` is relative to; undefined outside git: then `delta` holds every file. */
  readonly base?: string
  /** Path → content id, null for deleted. */
  readonly delta: Readonly<Record<string, string | null>>
}

export type Tree = {
  /** Every tracked and untracked, not ignored, existing file; sorted. Paths relative to the root, forward slashes. */
  readonly files: readonly TreeFile[]
  readonly mark: TreeMark
  readonly branch?: string
  readonly commit?: string
  /** The files that match the globs, in order. "!" excludes. An empty list matches nothing. */
  matching(globs: readonly string[]): readonly TreeFile[]
}

/** Looks at the working copy. */
export type TreeSource = {
  /** What is there now. Calls that overlap share one look; a look never starts before it was asked for. */
  look(): Promise<Tree>
  /** Paths whose content differs between an older mark and a tree. Undefined when the base commit is gone. */
  changedSince(mark: TreeMark, tree: Tree): Promise<readonly string[] | undefined>
  /** Content digest of a file that git does not look at; "absent" when missing. Folders: digest of their direct entries' names. */
  digestOf(path: string): Promise<Digest>
}
