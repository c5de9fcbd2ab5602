/** Lays both versions of a conflict out in a worktree, with markers, and commits what became of them as a merge. git itself is in no merge meanwhile. */
import { join } from 'node:path'
import { failed, ok, type Result } from '../model/failure.ts'
import { readDiskFile } from './disk-file.ts'
import { answerText, gitFailure } from './git.ts'
import { mergeScratch } from './merge-scratch.ts'
import { identityOf, mergeCommit, mergeTree, type Identity } from './merge-train.ts'
import { gitIn, type Repository } from './repository.ts'

export type LaidOut = { readonly ours: string; readonly theirs: string; readonly files: readonly string[] }

/**
 * `ours` and `theirs`: full ids of commits. The worktree holds the merge of both afterwards; its branch is where it was.
 * `store`: whose objects and settings count; of a clone, the repository that it borrows from.
 */
export async function layOutConflict(
  worktree: Repository,
  stateFolder: string,
  { ours, theirs }: Omit<LaidOut, 'files'>,
  store = worktree,
): Promise<Result<LaidOut>> {
  const scratch = await mergeScratch(store, ours, stateFolder)
  if (!scratch.ok) return scratch
  try {
    const merge = await mergeTree(scratch.value, ours, theirs)
    if (!merge.ok) return merge
    const { tree, conflict = [] } = merge.value
    const message = 'Both versions, with markers'
    const kept = await mergeCommit(scratch.value, { tree, parents: [ours, theirs], message, seconds: 0, identity: await identityOf(store) })
    if (!kept.ok) return kept
    const stored = await scratch.value.keep(kept.value, [ours, theirs])
    if (!stored.ok) return stored
    const shown = await gitIn(worktree, ['read-tree', '--reset', '-u', tree])
    return shown.ok ? ok({ ours, theirs, files: conflict }) : failed(gitFailure('git could not lay out both versions', shown))
  } finally {
    await scratch.value.remove()
  }
}

/** Files in which markers are left. */
export async function stillMarked(worktree: Repository, files: readonly string[]): Promise<readonly string[]> {
  const marked = await Promise.all(
    files.map(async (file) => {
      const found = await readDiskFile(join(worktree.root, file), 8 * 1024 * 1024)
      return found?.content !== undefined && /^(?:<{7}|>{7}) /m.test(new TextDecoder().decode(found.content)) ? [file] : []
    }),
  )
  return marked.flat()
}

/** Moves the branch to a merge of both with this tree. */
export async function commitMerge(
  worktree: Repository,
  branch: string,
  { ours, theirs, tree }: Omit<LaidOut, 'files'> & { readonly tree: string },
  { message, identity }: { readonly message: string; readonly identity: Identity },
): Promise<Result<{ commit: string; tree: string }>> {
  const env = { GIT_AUTHOR_NAME: identity.name, GIT_AUTHOR_EMAIL: identity.email, GIT_COMMITTER_NAME: identity.name, GIT_COMMITTER_EMAIL: identity.email }
  const made = await gitIn(worktree, ['commit-tree', '-p', ours, '-p', theirs, '-F', '-', tree], { input: message, env })
  if (!made.ok) return failed(gitFailure('git could not commit the merge', made))
  const commit = answerText(made.stdout)
  const moved = await gitIn(worktree, ['update-ref', '-m', 'pawl: resolved', `refs/heads/${branch}`, commit, ours])
  if (!moved.ok) return failed(gitFailure(`git could not move ${branch} to the merge`, moved))
  // What is staged is what is committed.
  const read = await gitIn(worktree, ['read-tree', commit])
  return read.ok ? ok({ commit, tree }) : failed(gitFailure('git could not read the merge back', read))
}
