/** Names the paths whose content differs between an earlier look and a tree. */
import type { Tree } from '../model/tree.ts'
import type { TreeMark } from '../model/tree-mark.ts'
import { eachRecord, isOwnState } from './git-listing.ts'
import { gitError, gitFailure } from './git.ts'
import { gitIn } from './repository.ts'
import type { Repository } from './repository.ts'

/** Sorted. Undefined when the commit that the mark is relative to is gone. */
export async function treeDifference(repository: Repository | undefined, mark: TreeMark, tree: Tree): Promise<readonly string[] | undefined> {
  if (mark.base === tree.mark.base) return changedPaths(mark.delta, tree.mark.delta)
  const moved = mark.base === undefined ? new Map<string, string | null>() : await commitDifference(repository, mark.base, tree.mark.base)
  if (moved === undefined) return undefined
  const now = new Map(tree.files.map((file) => [file.path, file.id]))
  // What a path was then: as in the mark's own changes, else as in its commit, else (same in both commits) as HEAD has it now.
  const candidates = new Set([...Object.keys(mark.delta), ...moved.keys(), ...(mark.base === undefined ? now.keys() : Object.keys(tree.mark.delta))])
  const differs = (path: string): boolean => {
    if (Object.hasOwn(mark.delta, path)) return mark.delta[path] !== (now.get(path) ?? null)
    return moved.has(path) ? moved.get(path) !== (now.get(path) ?? null) : true
  }
  return [...candidates].filter(differs).toSorted()
}

function changedPaths(a: TreeMark['delta'], b: TreeMark['delta']): readonly string[] {
  const all = new Set([...Object.keys(a), ...Object.keys(b)])
  const differs = (path: string): boolean => Object.hasOwn(a, path) !== Object.hasOwn(b, path) || a[path] !== b[path]
  return [...all].filter(differs).toSorted()
}

const emptyTree = { 40: '4b825dc642cb6eb9a060e54bf8d69288fbee4904', 64: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321' } as const

/** Path → id in the older commit (null: not there) for all paths that differ between two commits. */
export async function commitDifference(
  repository: Repository | undefined,
  older: string,
  newer: string | undefined,
): Promise<Map<string, string | null> | undefined> {
  if (repository === undefined || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(older)) return undefined
  const to = newer ?? (older.length === 40 ? emptyTree[40] : emptyTree[64])
  const args = ['diff-tree', '-r', '--raw', '-z', '--no-renames', '--no-abbrev', '--no-relative', '--ignore-submodules=none', '--end-of-options', older, to]
  const answer = await gitIn(repository, args)
  if (!answer.ok) {
    // 128: the object is unknown, or no longer whole.
    if (answer.code === 128) return undefined
    throw gitError(gitFailure('git could not compare two commits', answer))
  }
  const before = new Map<string, string | null>()
  let id: string | null | undefined
  // ":100644 100755 <old> <new> M" and its path are two records.
  eachRecord(answer.stdout, new Map(), (record, name) => {
    if (id !== undefined && !isOwnState(name(record))) before.set(name(record), id)
    const [mode, , blob] = record.slice(1).split(' ')
    id = id !== undefined ? undefined : mode === '000000' ? null : `${mode}:${blob}`
  })
  return before
}
