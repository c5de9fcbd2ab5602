/** Moves a branch forward, and only forward: to a commit that contains it, from where it was seen, and never below somebody who has it checked out. */
import { existsSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { eachRecord, readStatus } from './git-listing.ts'
import { answerText, gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'

/** stale: the branch is no longer at `from`; nothing was done. */
export type Advanced = 'moved' | 'stale' | Failure

const reason = 'pawl: land'
/** Another git may hold the lock for a moment; whose it is, is not for us to end. */
const patience = ['-c', 'core.filesRefLockTimeout=5000', '-c', 'core.packedRefsTimeout=5000'] as const

/** `ref` is a whole name (refs/heads/main), which nobody has checked out. */
export async function advance(checkout: Repository, ref: string, from: string, to: string): Promise<Advanced> {
  const refusal = await refusalOf(checkout, ref, from, to)
  if (refusal !== undefined) return refusal
  const holder = await checkedOutIn(checkout, ref)
  if (!holder.ok) return holder.failures[0] ?? notMoved(ref, '')
  if (holder.value !== undefined) return checkedOut(ref, holder.value)
  const answer = await gitIn(checkout, [...patience, 'update-ref', '--no-deref', '--create-reflog', '-m', reason, ref, to, from])
  if (answer.ok) return 'moved'
  const now = await commitAt(checkout, ref)
  return now === from ? gitFailure(`${shortOf(ref)} could not be moved`, answer) : 'stale'
}

/** For the branch that is checked out in `checkout` itself, when its user asked for that: files and index follow. Only when nothing there is unfinished. */
export async function advanceCheckedOut(checkout: Repository, ref: string, from: string, to: string): Promise<Advanced> {
  const refusal = await refusalOf(checkout, ref, from, to)
  if (refusal !== undefined) return refusal
  const head = await gitIn(checkout, ['symbolic-ref', '--quiet', 'HEAD'])
  if (!head.ok || answerText(head.stdout) !== ref) return notMoved(ref, `${checkout.root} has another branch checked out`)
  const others = await checkedOutIn(checkout, ref, checkout)
  if (!others.ok) return others.failures[0] ?? notMoved(ref, '')
  if (others.value !== undefined) return checkedOut(ref, others.value)
  const unclean = await unfinished(checkout)
  if (unclean !== undefined) return unclean
  const args = ['merge', '--ff-only', '--no-squash', '--commit', '--no-autostash', '--no-overwrite-ignore', '--no-stat', '--quiet', to]
  const answer = await gitIn(checkout, [...patience, '-c', 'submodule.recurse=false', ...args], { env: { GIT_REFLOG_ACTION: reason } })
  const now = await commitAt(checkout, ref)
  if (now === to) return 'moved'
  if (now !== from) return 'stale'
  return answer.ok ? notMoved(ref, 'git said that it did, and did not') : gitFailure(`${shortOf(ref)} could not be moved in ${checkout.root}`, answer)
}

/** The branch that pawl lands on where it may not touch the user's: made at the base, and moved up to it where the base holds all of it. */
export async function integrationBranch(checkout: Repository, base: string, name = 'pawl/integration'): Promise<Result<{ ref: string; commit: string }>> {
  const ref = `refs/heads/${name}`
  const valid = await gitIn(checkout, ['check-ref-format', ref])
  if (!valid.ok) return failed({ type: 'args.bad-value', what: `${JSON.stringify(name)} cannot be the name of a branch` })
  const now = await commitAt(checkout, ref)
  if (now === base) return ok({ ref, commit: base })
  if (now !== undefined) {
    if (!(await contains(checkout, base, now))) return ok({ ref, commit: now })
    const moved = await advance(checkout, ref, now, base)
    if (moved === 'moved') return ok({ ref, commit: base })
    return moved === 'stale' ? integrationBranch(checkout, base, name) : failed(moved)
  }
  const answer = await gitIn(checkout, [...patience, 'update-ref', '--no-deref', '--create-reflog', '-m', 'pawl: begin', ref, base, '0'.repeat(base.length)])
  if (answer.ok) return ok({ ref, commit: base })
  const since = await commitAt(checkout, ref)
  // Another pawl was faster.
  return since === undefined ? failed(gitFailure(`the branch ${name} could not be made`, answer)) : ok({ ref, commit: since })
}

async function refusalOf(checkout: Repository, ref: string, from: string, to: string): Promise<Advanced | undefined> {
  if (!ref.startsWith('refs/heads/')) return notMoved(ref, 'it is no branch')
  if (![from, to].every((commit) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit))) return notMoved(ref, 'it is not said by their ids from where to where')
  const link = await gitIn(checkout, ['symbolic-ref', '--quiet', ref])
  if (link.ok) return notMoved(ref, `it is another name of ${answerText(link.stdout)}`)
  if ((await commitAt(checkout, ref)) !== from) return 'stale'
  if (await contains(checkout, to, from)) return undefined
  return {
    type: 'land.not-forward',
    what: `${shortOf(ref)} was not moved`,
    why: `${to} does not contain ${from}, which it holds`,
    kept: 'the branch, as it was',
  }
}

async function commitAt(checkout: Repository, ref: string): Promise<string | undefined> {
  const answer = await gitIn(checkout, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])
  return answer.ok ? answerText(answer.stdout) : undefined
}

/** False also where git cannot tell. */
export const contains = async (checkout: Repository, commit: string, older: string): Promise<boolean> =>
  (await gitIn(checkout, ['merge-base', '--is-ancestor', older, commit])).ok

/** Another folder in which the branch is checked out, or in the middle of a rebase or bisect: `update-ref` itself would not mind. */
async function checkedOutIn(checkout: Repository, ref: string, except?: Repository): Promise<Result<string | undefined>> {
  const answer = await gitIn(checkout, ['worktree', 'list', '--porcelain', '-z'])
  if (!answer.ok) return failed(gitFailure('git could not tell which branches are checked out', answer))
  let folder = ''
  const folders: string[] = []
  eachRecord(answer.stdout, new Map(), (record, name) => {
    if (record.startsWith('worktree ')) folder = name(record.slice(9))
    if (name(record) === `branch ${ref}` && folder !== except?.root) folders.push(folder)
  })
  if (folders.length > 0) return ok(folders[0])
  const linked = join(checkout.commonDir, 'worktrees')
  const names = existsSync(linked) ? await readdir(linked) : []
  const gitDirs = [checkout.commonDir, ...names.map((name) => join(linked, name))].filter((one) => one !== except?.gitDir)
  return ok(gitDirs.find((gitDir) => beingRebased(gitDir).includes(ref)))
}

/** Their HEAD is a commit meanwhile, and becomes the branch again. */
function beingRebased(gitDir: string): readonly string[] {
  return ['rebase-merge/head-name', 'rebase-apply/head-name', 'BISECT_START'].flatMap((file) => {
    const path = join(gitDir, file)
    if (!existsSync(path)) return []
    const named = readFileSync(path, 'utf8').trim()
    return file === 'BISECT_START' ? [`refs/heads/${named}`] : [named]
  })
}

/** Ignored and untracked files may stay: git itself refuses to write over them. */
async function unfinished(checkout: Repository): Promise<Failure | undefined> {
  const type = 'land.unclean'
  const busy = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'rebase-merge', 'rebase-apply', 'BISECT_START'].find((file) =>
    existsSync(join(checkout.gitDir, file)),
  )
  if (busy !== undefined) return { type, what: `${checkout.root} is in the middle of something`, why: `git keeps ${busy} there`, kept: 'your branch and files' }
  const answer = await gitIn(checkout, ['status', '--porcelain=v2', '-z', '--untracked-files=no', '--ignore-submodules=none', '--no-renames'])
  if (!answer.ok) return gitFailure(`git could not tell whether ${checkout.root} is clean`, answer)
  const [first, ...more] = readStatus(answer.stdout, new Map()).entries
  if (first === undefined) return undefined
  const why = `${first.path}${more.length === 0 ? ' is' : ` and ${more.length} more are`} changed and not committed`
  return { type, what: `${checkout.root} is not clean`, why, kept: 'your branch and files', hint: 'commit what you have changed, then land again' }
}

const checkedOut = (ref: string, folder: string): Failure => ({
  type: 'land.checked-out',
  what: `${shortOf(ref)} was not moved`,
  why: `it is checked out in ${folder}`,
  kept: 'the branch, as it was',
  hint: 'check out another branch there, or land on a branch of its own',
})

const notMoved = (ref: string, why: string): Failure => ({
  type: 'land.not-forward',
  what: `${shortOf(ref)} was not moved`,
  why,
  kept: 'the branch, as it was',
})

const shortOf = (ref: string): string => ref.replace(/^refs\/heads\//, '')
