/** Brings what the target branch holds now into the worktree of a job, as a merge commit on its branch: so that its work is judged as it would land. */
import { commitOf } from '../../host/changed-files.ts'
import { workingTree } from '../../host/isolated-copy.ts'
import { treeOf } from '../../host/staging.ts'
import type { Lease } from '../../model/job.ts'
import type { Site } from '../site.ts'
import { conflictPlace } from './conflict-place.ts'
import { repositoryOf } from './repository-of.ts'

/**
 * The lease with its new base. Undefined: there is something uncommitted, a conflict, or a clone; then all is as it was.
 * `trailer`: the last line of the merge commit.
 */
export async function renewedLease(site: Site, lease: Lease, onto: string, trailer: string): Promise<Lease | undefined> {
  if (lease.isolation === 'clone') return undefined
  const place = conflictPlace(repositoryOf(site), site.stateFolder, lease)
  if (!place.ok) return undefined
  const { worktree } = place.value
  const [ours, theirs, tree] = [
    await commitOf(worktree, `refs/heads/${lease.branch}`),
    await commitOf(worktree, `refs/heads/${onto}`),
    await workingTree(worktree),
  ]
  if (!ours.ok || !theirs.ok || !tree.ok) return undefined
  const committed = await treeOf(worktree, ours.value)
  if (!committed.ok || committed.value !== tree.value) return undefined
  if (theirs.value === lease.base) return lease
  const laidOut = await place.value.layOut(ours.value, theirs.value)
  if (!laidOut.ok) return undefined
  const merged = laidOut.value.files.length > 0 ? undefined : await place.value.commit(laidOut.value, `Merge ${onto} into ${lease.branch}\n\n${trailer}\n`)
  if (merged?.ok === true) return { ...lease, base: theirs.value }
  await place.value.layOut(ours.value, ours.value)
  return undefined
}
