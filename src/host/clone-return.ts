/** Brings back what was committed in a private clone, without ever trusting it: as objects alone, checked by git before the first one reaches the user's repository. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Lease } from '../model/job.ts'
import { answerText, gitFailure } from './git.ts'
import { hostile } from './hostile-changes.ts'
import { placesOf, seenWith } from './leased-clone.ts'
import { gitIn, type Repository } from './repository.ts'
import { emptyOfKind, indexed, kindOf, packOf, soundChanges, type Offer } from './sound-commits.ts'
import { headOf, takeObjects } from './taken-objects.ts'
import { refOf } from './worktree-places.ts'

export type Fetched = {
  /** The base itself when nothing was committed; then there is no branch either. */
  readonly commit: string
  /** Paths that differ from the base. */
  readonly changed: readonly string[]
}

/**
 * Brings the commits of the clone into the user's repository, under the name of its branch; `commit`: one that pawl made there, else that of the
 * agent's HEAD. All objects are checked by git as strictly as it can before the first one reaches the user's repository.
 */
export async function fetchBack(checkout: Repository, lease: Lease, commit?: string): Promise<Result<Fetched>> {
  const tip = commit ?? headOf(placesOf(lease.folder).agentGit)
  if (tip === undefined) return failed(hostile("the clone's HEAD names no commit"))
  if (tip === lease.base) return ok({ commit: tip, changed: [] })
  const fetched = await fetchedAs(checkout, lease, refOf(lease), async () => ok(tip))
  return fetched.ok ? ok(fetched.value ?? { commit: lease.base, changed: [] }) : fetched
}

/**
 * The same under any ref. `tipOf` is asked for the commit in a repository of pawl's own that has all objects of the clone and of the user's; there it may
 * make one. Undefined: there is nothing to bring.
 */
export async function fetchedAs(
  checkout: Repository,
  lease: Lease,
  ref: string,
  tipOf: (taken: Repository) => Promise<Result<string | undefined>>,
): Promise<Result<Fetched | undefined>> {
  const { all, taken, checked } = placesOf(lease.folder)
  const place = seenWith(all, taken)
  try {
    const failure = await takenOver(checkout, lease, place)
    if (failure !== undefined) return failed(failure)
    const tip = await tipOf(place)
    if (!tip.ok || tip.value === undefined) return tip.ok ? ok(undefined) : tip
    const pack = await packOf(place, lease.base, tip.value)
    if (!pack.ok) return pack
    const offer = { base: lease.base, tip: tip.value, pack: pack.value }
    const changed = await soundChanges(checkout, seenWith(all, checked), { ...offer, kind: kindOf(placesOf(lease.folder).own) })
    if (!changed.ok) return changed
    const refused = await kept(checkout, lease, ref, offer)
    return refused === undefined ? ok({ commit: offer.tip, changed: changed.value }) : failed(refused)
  } finally {
    await Promise.all([taken, checked].map((folder) => rm(folder, { recursive: true, force: true })))
  }
}

async function takenOver(checkout: Repository, lease: Lease, taken: Repository): Promise<Failure | undefined> {
  const { own, agentGit } = placesOf(lease.folder)
  await emptyOfKind(taken.gitDir, [join(own, 'objects'), join(checkout.commonDir, 'objects')], kindOf(own))
  return takeObjects(agentGit, taken)
}

/** The branch is pawl's own, so it may be replaced by a later fetch; by nobody else meanwhile. */
async function kept(checkout: Repository, lease: Lease, ref: string, { tip, pack }: Offer): Promise<Failure | undefined> {
  const stored = await indexed(checkout, pack)
  if (!stored.ok) return gitFailure('git could not store what was committed in the clone', stored)
  const before = await gitIn(checkout, ['rev-parse', '--verify', '--quiet', '--end-of-options', ref])
  const old = before.ok ? answerText(before.stdout) : '0'.repeat(tip.length)
  const moved = await gitIn(checkout, ['update-ref', '--no-deref', '--end-of-options', ref, tip, old])
  return moved.ok ? undefined : gitFailure(`git could not make ${ref} of ${lease.branch}`, moved)
}
