/** Brings what the target branch holds now into the checkout of a job, as a merge commit on its branch: so that its work is judged as it would land. */
import { commitOf } from '../../host/changed-files.ts'
import { strangersTree, workingTree } from '../../host/isolated-copy.ts'
import { freshForAgent } from '../../host/leased-clone.ts'
import { treeOf } from '../../host/staging.ts'
import type { Lease } from '../../model/job.ts'
import type { Site } from '../site.ts'
import { conflictPlace } from './conflict-place.ts'
import { repositoryOf } from './repository-of.ts'

/**
 * The lease with its new base. Undefined: there is something uncommitted, or a conflict; then all is as it was.
 * `trailer`: the last line of the merge commit.
 */
export async function renewedLease(site: Site, lease: Lease, onto: string, trailer: string): Promise<Lease | undefined> {
  const checkout = repositoryOf(site)
  const place = conflictPlace(checkout, site.stateFolder, lease)
  if (!place.ok) return undefined
  const { worktree } = place.value
  const [ours, theirs, tree] = [
    await commitOf(checkout, `refs/heads/${lease.branch}`),
    await commitOf(checkout, `refs/heads/${onto}`),
    await (lease.isolation === 'clone' ? strangersTree(worktree) : workingTree(worktree)),
  ]
  if (!ours.ok || !theirs.ok || !tree.ok) return undefined
  const committed = await treeOf(checkout, ours.value)
  if (!committed.ok || committed.value !== tree.value) return undefined
  if (theirs.value === lease.base) return lease
  const laidOut = await place.value.layOut(ours.value, theirs.value)
  if (!laidOut.ok) return undefined
  const merged = laidOut.value.files.length > 0 ? undefined : await place.value.commit(laidOut.value, `Merge ${onto} into ${lease.branch}\n\n${trailer}\n`)
  // The git of an agent in a clone begins anew from there.
  const isReady = merged?.ok === true && (lease.isolation === 'linked' || (await freshForAgent(checkout, lease, merged.value.commit)) === undefined)
  if (isReady) return { ...lease, base: theirs.value }
  await place.value.layOut(ours.value, ours.value)
  return undefined
}
