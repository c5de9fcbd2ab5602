/** Brings back what was committed in a private clone, without ever trusting it: as objects alone, checked by git before the first one reaches the user's repository. */
import { existsSync, writeFileSync } from 'node:fs'
import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Lease } from '../model/job.ts'
import { answerText, gitFailure } from './git.ts'
import { harmlessChanges, hostile } from './hostile-changes.ts'
import { emptyGit } from './isolated-copy.ts'
import { placesOf, seenWith } from './leased-clone.ts'
import { gitIn, type Repository } from './repository.ts'
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
    const pack = await packOf(place, lease, tip.value)
    if (!pack.ok) return pack
    const offer = { tip: tip.value, pack: pack.value }
    const changed = await checkedChanges(checkout, seenWith(all, checked), lease, offer)
    if (!changed.ok) return changed
    const refused = await kept(checkout, lease, ref, offer)
    return refused === undefined ? ok({ commit: offer.tip, changed: changed.value }) : failed(refused)
  } finally {
    await Promise.all([taken, checked].map((folder) => rm(folder, { recursive: true, force: true })))
  }
}

type Offer = { readonly tip: string; readonly pack: Uint8Array }

async function takenOver(checkout: Repository, lease: Lease, taken: Repository): Promise<Failure | undefined> {
  const { own, agentGit } = placesOf(lease.folder)
  await emptyGit(taken.gitDir, [join(own, 'objects'), join(checkout.commonDir, 'objects')])
  await likeOwn(own, taken)
  return takeObjects(agentGit, taken)
}

/** From here on there are bytes only, in which every id is made anew from the content. */
async function packOf(taken: Repository, lease: Lease, tip: string): Promise<Result<Uint8Array>> {
  const packed = await gitIn(taken, ['pack-objects', '--revs', '--stdout', '-q'], { input: `${tip}\n^${lease.base}\n` })
  return packed.ok ? ok(packed.stdout) : failed({ ...hostile('what was committed in the clone cannot be read'), why: packed.stderr.trim() })
}

/** The kind of ids, and where history is cut off, are known from pawl's own view. */
async function likeOwn(own: string, repository: Repository): Promise<void> {
  writeFileSync(join(repository.gitDir, 'HEAD'), 'ref: refs/heads/none\n')
  for (const name of ['config', 'shallow'].filter((one) => existsSync(join(own, one)))) await copyFile(join(own, name), join(repository.gitDir, name))
}

const indexed = (repository: Repository, pack: Uint8Array) => gitIn(repository, ['index-pack', '--stdin', '--strict'], { input: pack })

/** In a place of its own that borrows the user's objects, and nothing else. */
async function checkedChanges(checkout: Repository, checked: Repository, lease: Lease, { tip, pack }: Offer): Promise<Result<readonly string[]>> {
  await emptyGit(checked.gitDir, [join(checkout.commonDir, 'objects')])
  await likeOwn(placesOf(lease.folder).own, checked)
  const strict = await indexed(checked, pack)
  if (!strict.ok) return failed({ ...hostile('git refuses what was committed in the clone'), why: strict.stderr.trim() })
  const follows = await gitIn(checked, ['merge-base', '--is-ancestor', lease.base, tip])
  if (!follows.ok) return failed(hostile('what was committed in the clone does not follow from the commit that it began with'))
  return harmlessChanges(checked, lease.base, tip)
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
