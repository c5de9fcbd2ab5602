/** A Tree is what the working copy held at one moment: paths and content ids of all files that count. */
import type { Baseline } from './baseline.ts'
import type { Digest } from './fingerprint.ts'
import type { TreeMark } from './tree-mark.ts'

export type TreeFile = { readonly path: string; /** Content id: git blob id or "sha256:…", with mode and, for links, target. */ readonly id: string }

export type Tree = {
  /** Every tracked and untracked, not ignored, existing file; sorted. Paths relative to the root, forward slashes. */
  readonly files: readonly TreeFile[]
  readonly mark: TreeMark
  readonly branch?: string
  readonly commit?: string
  /** Something is there that is none of the files and, if it is a folder, holds none and never will: git ignores it. */
  ignores(path: string): boolean
  /** The files that match the globs, in order. "!" excludes. An empty list matches nothing. */
  matching(globs: readonly string[]): readonly TreeFile[]
}

/** Whether files are as a look saw them, told without looking again. moved: one was written, replaced or removed. unsure: only another look can tell. */
export type Stillness = 'still' | 'moved' | 'unsure'

/** An eye on some files while a task runs. */
export type Watch = {
  /** From the look until the watch began. */
  readonly before: Stillness
  /** Since the watch began. */
  since(): Stillness
}

/** What one look stands on; `sightings` are those of the asked paths. */
export type TreeBasis = Pick<Baseline, 'index' | 'listing' | 'status' | 'touched' | 'sightings' | 'mark'>

/** Looks at the working copy. */
export type TreeSource = {
  /** What is there now. Calls that overlap share one look; a look never starts before it was asked for. */
  look(): Promise<Tree>
  /** Paths whose content differs between an older mark and a tree. Undefined when the base commit is gone. */
  changedSince(mark: TreeMark, tree: Tree): Promise<readonly string[] | undefined>
  /** Content digest of a file that git does not look at; "absent" when missing. Folders: digest of their direct entries' names. */
  digestOf(path: string): Promise<Digest>
  /** Watches the files that the globs describe. What appears at or below a spared path does not count: git ignores it. Costs one lstat a file and folder. */
  watch(tree: Tree, globs: readonly string[], spared: ReadonlySet<string>): Watch
  /** Whether what lies at a path, links followed, was there like this when the look of the tree began. False in any doubt. */
  isOlder(path: string, tree: Tree): boolean
  /** Everything outside of the programs that a later process needs to see whether the look that made this tree would see the same. Undefined when that cannot be told. */
  basis(tree: Tree, paths: Iterable<string>): TreeBasis | undefined
  /** Those of the paths that git ignores, also where nothing is there yet. A path that ends in "/" is a folder. */
  ignored(paths: readonly string[]): Promise<ReadonlySet<string>>
}
