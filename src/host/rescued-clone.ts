/** Rescues what a private clone holds and no ref of the user's repository reaches: its files, and commits of the agent. And removes it then. */
import { basename, dirname } from 'node:path'
import { failed, ok, type Result } from '../model/failure.ts'
import type { Lease } from '../model/job.ts'
import { fetchedAs } from './clone-return.ts'
import { answerText, gitFailure } from './git.ts'
import { openClone, placesOf, removeClone, treeOfClone, type LeasedClone } from './leased-clone.ts'
import { commitsAmong, notReached } from './lost-commits.ts'
import { randomHex } from './random-hex.ts'
import { gitIn, type Repository } from './repository.ts'
import { rescueCommit, rescueRoot, sameBefore } from './rescue.ts'
import { treeOf } from './staging.ts'
import { tipsIn } from './taken-objects.ts'
import { branchAfter, branchWould } from './ended-branches.ts'
import type { Removed, RemovalWish } from './worktree-removal.ts'
import { refOf } from './worktree-places.ts'

/** The ref; undefined: all of it is held already. Nothing in the clone changes. What is refused as harmful is not kept, and told. */
export async function rescueClone(checkout: Repository, clone: LeasedClone, why: string): Promise<Result<string | undefined>> {
  const { lease } = clone
  const name = basename(dirname(lease.folder))
  const found = await unheldIn(checkout, clone)
  if (!found.ok) return found
  const { tree, tip, isChanged } = found.value
  const known = isChanged ? await sameBefore(checkout, name, { tree, staged: undefined, tip }) : undefined
  const stamp = new Date().toISOString().replace(/[-:.]/g, '')
  const ref = `${rescueRoot}${name}/${stamp}-${randomHex(2)}`
  const fetched = await fetchedAs(checkout, lease, ref, async (taken) => {
    const lost = await lostIn(checkout, taken, lease)
    if (!lost.ok) return lost
    const isKnown = !isChanged || known !== undefined
    return isKnown && lost.value.length === 0 ? ok(undefined) : rescueCommit(taken, tree, [tip, ...lost.value], { why, lease })
  })
  return fetched.ok ? ok(fetched.value === undefined ? known?.ref : ref) : fetched
}

type Unheld = { readonly tree: string; readonly tip: string; readonly isChanged: boolean }

async function unheldIn(checkout: Repository, clone: LeasedClone): Promise<Result<Unheld>> {
  const tree = await treeOfClone(clone)
  if (!tree.ok) return tree
  const tip = await tipOf(checkout, clone.lease)
  const tipTree = await treeOf(checkout, tip)
  return tipTree.ok ? ok({ tree: tree.value, tip, isChanged: tree.value !== tipTree.value }) : tipTree
}

async function tipOf(checkout: Repository, lease: Lease): Promise<string> {
  const found = await gitIn(checkout, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${refOf(lease)}^{commit}`])
  return found.ok ? answerText(found.stdout) : lease.base
}

/** Commits of the agent that no ref of the user's repository reaches. */
async function lostIn(checkout: Repository, taken: Repository, lease: Lease): Promise<Result<readonly string[]>> {
  const commits = await commitsAmong(taken, tipsIn(placesOf(lease.folder).agentGit))
  if (!commits.ok || commits.value.length === 0) return commits
  const refs = await gitIn(checkout, ['for-each-ref', '--format=%(objectname) %(*objectname)'])
  if (!refs.ok) return failed(gitFailure('git could not list the refs of the repository', refs))
  const held = await commitsAmong(
    taken,
    [...new Set([lease.base, ...answerText(refs.stdout).split(/\s+/)])].filter((id) => id !== ''),
  )
  return held.ok ? notReached(taken, commits.value, [], held.value.map((id) => `^${id}\n`).join('')) : held
}

/** To be called when nothing runs there any more. It stays when anything in it cannot be rescued. */
export async function removeLeasedClone(checkout: Repository, lease: Lease, wish: RemovalWish = {}): Promise<Result<Removed>> {
  const clone = openClone(lease)
  if (!clone.ok) return clone
  const rescued = await rescueClone(checkout, clone.value, wish.why ?? 'the clone was removed')
  if (!rescued.ok) return rescued
  await removeClone(lease)
  const branch = await branchAfter(checkout, lease, wish.target)
  if (!branch.ok) return branch
  return ok({ branch: branch.value, ...(rescued.value === undefined ? {} : { rescued: rescued.value }) })
}

/** What `removeLeasedClone` would do; `rescued`: in words. Changes nothing. */
export async function removableClone(
  checkout: Repository,
  lease: Lease,
  target: string | undefined,
): Promise<Result<{ readonly rescued: readonly string[]; readonly branchGoes: boolean }>> {
  const clone = openClone(lease)
  if (!clone.ok) return clone
  const [found, branch] = [await unheldIn(checkout, clone.value), await branchWould(checkout, lease, target)]
  if (!found.ok) return found
  return branch.ok ? ok({ rescued: found.value.isChanged ? ['files that are not committed'] : [], branchGoes: branch.value !== 'kept' }) : branch
}
