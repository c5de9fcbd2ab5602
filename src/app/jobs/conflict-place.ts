/** The checkout in which a conflict is laid out for an agent, and out of which its resolution comes: a worktree, or a clone whose git is never trusted. */
import { fetchBack } from '../../host/clone-return.ts'
import { commitMerge, layOutConflict, type LaidOut } from '../../host/conflict-merge.ts'
import { workingTree } from '../../host/isolated-copy.ts'
import { freshForAgent, openClone, treeOfClone } from '../../host/leased-clone.ts'
import { openLease } from '../../host/leased-worktrees.ts'
import { identityOf } from '../../host/merge-train.ts'
import type { Repository } from '../../host/repository.ts'
import { rescueClone } from '../../host/rescued-clone.ts'
import { snapshot } from '../../host/rescue.ts'
import { failed, ok, type Result } from '../../model/failure.ts'
import type { Lease } from '../../model/job.ts'

export type ConflictPlace = {
  /** As pawl sees it. */
  readonly worktree: Repository
  /** Keeps what no branch holds; its ref, or undefined if there is nothing. */
  rescue(why: string): Promise<Result<string | undefined>>
  /** Both versions, with markers; `ours` and `theirs` are commits of the user's repository. */
  layOut(ours: string, theirs: string): Promise<Result<LaidOut>>
  /** Commits what lies there now as a merge, on the branch of the lease, in the user's repository. */
  commit(laidOut: LaidOut, message: string): Promise<Result<{ readonly commit: string; readonly tree: string }>>
}

export function conflictPlace(checkout: Repository, stateFolder: string, lease: Lease): Result<ConflictPlace> {
  return lease.isolation === 'clone' ? inClone(checkout, stateFolder, lease) : inWorktree(checkout, stateFolder, lease)
}

function inWorktree(checkout: Repository, stateFolder: string, lease: Lease): Result<ConflictPlace> {
  const opened = openLease(checkout, lease)
  if (!opened.ok) return opened
  const worktree = opened.value
  return ok({
    worktree,
    async rescue(why) {
      const kept = await snapshot(worktree, lease, why)
      return kept.ok ? ok(kept.value?.ref) : kept
    },
    layOut: (ours, theirs) => layOutConflict(worktree, stateFolder, { ours, theirs }),
    async commit({ ours, theirs }, message) {
      const tree = await workingTree(worktree)
      if (!tree.ok) return tree
      return commitMerge(worktree, lease.branch, { ours, theirs, tree: tree.value }, { message, identity: await identityOf(checkout) })
    },
  })
}

function inClone(checkout: Repository, stateFolder: string, lease: Lease): Result<ConflictPlace> {
  const opened = openClone(lease)
  if (!opened.ok) return opened
  const clone = opened.value
  const worktree = clone.repository
  return ok({
    worktree,
    rescue: (why) => rescueClone(checkout, clone, why),
    async layOut(ours, theirs) {
      const laidOut = await layOutConflict(worktree, stateFolder, { ours, theirs }, checkout)
      if (!laidOut.ok) return laidOut
      // All that it had in there is rescued; its branch is at its own work again.
      const failure = await freshForAgent(checkout, lease, ours)
      return failure === undefined ? laidOut : failed(failure)
    },
    async commit({ ours, theirs }, message) {
      const tree = await treeOfClone(clone)
      if (!tree.ok) return tree
      const merged = await commitMerge(worktree, lease.branch, { ours, theirs, tree: tree.value }, { message, identity: await identityOf(checkout) })
      if (!merged.ok) return merged
      const fetched = await fetchBack(checkout, lease, merged.value.commit)
      return fetched.ok ? merged : fetched
    },
  })
}
