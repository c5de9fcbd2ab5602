/** Rescues what a worktree holds and its branch does not: as a commit under a ref of pawl's own, from which it can be restored. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Lease } from '../model/job.ts'
import { isAsCommitted } from './as-committed.ts'
import { changesBetween } from './raw-changes.ts'
import { answerText, gitFailure } from './git.ts'
import { randomHex } from './random-hex.ts'
import { gitIn, type Repository } from './repository.ts'
import { idsOf } from './revisions.ts'
import { treeOf } from './staging.ts'
import { lostCommits } from './lost-commits.ts'
import { contentOf } from './worktree-content.ts'
import { nameOf, refOf } from './worktree-places.ts'

/** Where a worktree belongs to, as far as it has to be known. */
export type Leased = Pick<Lease, 'branch' | 'folder'>

export type Snapshot = {
  readonly ref: string
  readonly commit: string
  /** The same was rescued before. */
  readonly known: boolean
}

export type Rescue = {
  /** "<worktree>/<time>": what `restoreRescue` takes. */
  readonly name: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly why: string
  readonly branch: string
  readonly commit: string
  /** How many files differ from the branch as it was then. */
  readonly files: number
}

export const rescueRoot = 'refs/pawl/rescue/'

/**
 * Keeps the files on disk (tracked and untracked, not ignored), what is staged, and commits that no ref reaches. Undefined: the branch holds all of it.
 * Nothing in the worktree changes. Repositories inside are not kept: they are for `removeWorktree` to refuse.
 */
export async function snapshot(worktree: Repository, lease: Leased, why: string): Promise<Result<Snapshot | undefined>> {
  const name = nameOf(lease)
  if (name === undefined) return failed({ type: 'worktree.changed', what: `${lease.folder} is no worktree that pawl made` })
  if (await isAsCommitted(worktree, lease.branch)) {
    const lost = await lostCommits(worktree, refOf(lease))
    if (!lost.ok || lost.value.length === 0) return lost.ok ? ok(undefined) : lost
  }
  const content = await contentOf(worktree)
  if (!content.ok) return content
  const ids = await idsOf(worktree, [`${refOf(lease)}^{commit}`, `${refOf(lease)}^{tree}`])
  if (!ids.ok) return ids
  const [tip, tipTree] = ids.value
  const lost = await lostCommits(worktree, refOf(lease))
  if (!lost.ok) return lost
  const { tree, staged } = content.value
  const stagedApart = staged !== tree && staged !== tipTree
  if (tree === tipTree && !stagedApart && lost.value.length === 0) return ok(undefined)
  const parents = [...(tip === undefined ? [] : [tip]), ...lost.value]
  if (stagedApart) {
    const apart = await rescueCommit(worktree, staged, parents.slice(0, 1), { why: 'what was staged', lease })
    if (!apart.ok) return apart
    parents.push(apart.value)
  }
  const before = lost.value.length === 0 ? await sameBefore(worktree, name, { tree, staged: stagedApart ? staged : undefined, tip }) : undefined
  if (before !== undefined) return ok(before)
  const commit = await rescueCommit(worktree, tree, parents, { why, lease })
  return commit.ok ? named(worktree, name, commit.value) : commit
}

export async function rescues(checkout: Repository): Promise<Result<readonly Rescue[]>> {
  const format = '%(refname)%00%(objectname)%00%(committerdate:unix)%00%(parent)%00%(contents)%00'
  const answer = await gitIn(checkout, ['for-each-ref', `--format=${format}`, rescueRoot])
  if (!answer.ok) return failed(gitFailure('git could not list what was rescued', answer))
  const found: Rescue[] = []
  const fields = answerText(answer.stdout).split('\0')
  for (let at = 0; at + 4 < fields.length; at += 5) {
    const [ref = '', commit = '', seconds = '', parents = '', message = ''] = fields.slice(at, at + 5)
    const upon = parents.split(' ')[0] ?? ''
    const changes = upon === '' ? ok([]) : await changesBetween(checkout, upon, commit)
    if (!changes.ok) return changes
    const [why = ''] = message.split('\n', 1)
    const branch = /^Branch: (.*)$/m.exec(message)?.[1] ?? ''
    found.push({ name: ref.trim().slice(rescueRoot.length), at: Number(seconds) * 1000, why, branch, commit, files: changes.value.length })
  }
  return ok(found)
}

/** `branch`: a new one, at what was rescued. `folder`: absolute, empty or not there yet; gets the files. */
export type RestorePlace = { readonly branch: string } | { readonly folder: string }

/** The number of files that the rescued tree differs in is in `rescues`; here is told where it is now. What was rescued stays where it is, too. */
export async function restoreRescue(checkout: Repository, name: string, into: RestorePlace): Promise<Result<{ readonly commit: string }>> {
  const all = await rescues(checkout)
  if (!all.ok) return all
  const rescue = all.value.find((one) => one.name === name)
  if (rescue === undefined) return failed(unknown(`no rescued work is called ${name}`, 'pawl rescue lists what was rescued'))
  const { commit } = rescue
  if ('folder' in into) return (await filled(checkout, commit, into.folder)) ?? ok({ commit })
  const valid = await gitIn(checkout, ['check-ref-format', `refs/heads/${into.branch}`])
  if (!valid.ok || into.branch.startsWith('-')) return failed(unknown(`${into.branch} is no name for a branch`))
  const made = await gitIn(checkout, ['update-ref', '-m', 'pawl: restored', '--end-of-options', `refs/heads/${into.branch}`, commit, '0'.repeat(commit.length)])
  return made.ok
    ? ok({ commit })
    : failed({ ...gitFailure(`the branch ${into.branch} could not be made`, made), type: 'rescue.unknown', hint: 'name another one' })
}

async function filled(checkout: Repository, commit: string, folder: string): Promise<Result<never> | undefined> {
  if (existsSync(folder) && readdirSync(folder).length > 0) return failed(unknown(`${folder} is not empty`, 'name an empty folder, or a new branch'))
  mkdirSync(folder, { recursive: true })
  const index = join(checkout.gitDir, `index.pawl-${randomHex(6)}`)
  const place: Repository = { ...checkout, root: folder }
  try {
    const env = { GIT_INDEX_FILE: index }
    for (const args of [
      ['-c', 'core.sparseCheckout=false', 'read-tree', commit],
      ['-c', 'core.sparseCheckout=false', 'checkout-index', '--all', '--quiet'],
    ]) {
      const answer = await gitIn(place, args, { env })
      if (!answer.ok) return failed(gitFailure(`git could not write the rescued files to ${folder}`, answer))
    }
    return undefined
  } finally {
    for (const path of [index, `${index}.lock`]) await rm(path, { force: true })
  }
}

async function named(worktree: Repository, name: string, commit: string): Promise<Result<Snapshot>> {
  const stamp = new Date().toISOString().replace(/[-:.]/g, '')
  const ref = `${rescueRoot}${name}/${stamp}-${randomHex(2)}`
  const made = await gitIn(worktree, ['update-ref', '--end-of-options', ref, commit, '0'.repeat(commit.length)])
  return made.ok ? ok({ ref, commit, known: false }) : failed(gitFailure('git could not keep what was rescued', made))
}

/** Looking often makes no second rescue of the same. */
export async function sameBefore(
  worktree: Repository,
  name: string,
  { tree, staged, tip }: { readonly tree: string; readonly staged: string | undefined; readonly tip: string | undefined },
): Promise<Snapshot | undefined> {
  const answer = await gitIn(worktree, ['for-each-ref', '--format=%(refname) %(objectname) %(tree) %(parent)', `${rescueRoot}${name}/`])
  if (!answer.ok) return undefined
  for (const line of answerText(answer.stdout).split('\n').toReversed()) {
    const [ref, commit, its, ...parents] = line.split(' ')
    if (ref === undefined || commit === undefined || its !== tree || parents[0] !== tip) continue
    const apart = staged === undefined || (await anyHolds(worktree, parents.slice(1), staged))
    if (apart) return { ref, commit, known: true }
  }
  return undefined
}

async function anyHolds(worktree: Repository, commits: readonly string[], tree: string): Promise<boolean> {
  for (const commit of commits) {
    const its = await treeOf(worktree, commit)
    if (its.ok && its.value === tree) return true
  }
  return false
}

export async function rescueCommit(
  worktree: Repository,
  tree: string,
  parents: readonly string[],
  { why, lease }: { readonly why: string; readonly lease: Leased },
): Promise<Result<string>> {
  const message = `${oneLine(why)}\n\nBranch: ${oneLine(lease.branch)}\nFolder: ${oneLine(lease.folder)}\n`
  const env: Record<string, string> = {}
  // Also where nobody has told git who they are.
  for (const who of ['AUTHOR', 'COMMITTER']) Object.assign(env, { [`GIT_${who}_NAME`]: 'pawl', [`GIT_${who}_EMAIL`]: 'pawl@localhost' })
  const made = await gitIn(worktree, ['commit-tree', ...parents.flatMap((id) => ['-p', id]), '-F', '-', tree], { input: message, env })
  return made.ok ? ok(answerText(made.stdout)) : failed(gitFailure('git could not keep what a worktree holds', made))
}

const oneLine = (text: string): string => text.replace(/[\0-\x1f]+/g, ' ').trim() || 'rescued'

const unknown = (what: string, hint?: string): Failure => ({
  type: 'rescue.unknown',
  what,
  kept: 'nothing was changed',
  ...(hint === undefined ? {} : { hint }),
})
