/** Branches of worktrees that are gone: each goes, too, where nothing would be lost. */
import { failed, ok, type Result } from '../model/failure.ts'
import { answerText, gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'
import type { Leased } from './rescue.ts'
import { idsOf } from './revisions.ts'
import { branchPrefix, refOf, worktreeName } from './worktree-places.ts'

/** `target`: a branch or commit; a branch whose content is in it, as a tree that it has or had, is not needed any more. */
export type EndedBranch = { readonly lease: Leased; readonly target: string | undefined }
type After = Result<'gone' | 'kept'>

/** What became of each, in the same order. Those whose commits are all held by branches that stay go together, the others are looked at one by one. */
export async function branchesAfter(checkout: Repository, ended: readonly EndedBranch[]): Promise<readonly After[]> {
  const gone =
    ended.length > 1
      ? await goneTogether(
          checkout,
          ended.map(({ lease }) => lease),
        )
      : new Set<Leased>()
  const answers: After[] = []
  for (const { lease, target } of ended) answers.push(gone.has(lease) ? ok('gone') : await branchAfter(checkout, lease, target))
  return answers
}

/** Branches that pawl had made for worktrees which are not there any more, as it was killed between: all that hold nothing of their own go. */
export async function clearBranches(checkout: Repository, hasFolder: (branch: string) => boolean): Promise<void> {
  const answer = await gitIn(checkout, ['for-each-ref', '--format=%(refname:short)', `refs/heads/${branchPrefix}`])
  const branches = answer.ok ? answerText(answer.stdout).split('\n') : []
  const left = branches.filter((branch) => worktreeName.test(branch.slice(branchPrefix.length)) && !hasFolder(branch))
  if (left.length > 0)
    await goneTogether(
      checkout,
      left.map((branch) => ({ branch, folder: '' })),
    )
}

/** Those that went: all of them in one step, or none. Also none where git could not tell. */
async function goneTogether(checkout: Repository, leases: readonly Leased[]): Promise<ReadonlySet<Leased>> {
  const held = await heldElsewhere(checkout, leases)
  if (!held.ok || held.value.size === 0) return new Set()
  // Compare-and-swap: a commit that somebody adds meanwhile keeps its branch.
  const input = [...held.value].map(([lease, tip]) => `delete ${refOf(lease)}\0${tip}\0`).join('')
  const gone = await gitIn(checkout, ['-c', 'core.packedRefsTimeout=5000', 'update-ref', '-z', '--stdin'], { input })
  return new Set(gone.ok ? held.value.keys() : [])
}

/** Those of which no commit would be lost if all of them went, each with its tip. */
async function heldElsewhere(checkout: Repository, leases: readonly Leased[]): Promise<Result<ReadonlyMap<Leased, string>>> {
  const found = await idsOf(checkout, [...leases.map((lease) => `${refOf(lease)}^{commit}`), 'HEAD^{commit}'])
  if (!found.ok) return found
  const listed = await worktreesListed(checkout)
  if (!listed.ok) return listed
  const head = found.value[leases.length]
  const tips = leases.flatMap((lease, at) => {
    const tip = found.value[at]
    return tip === undefined || isElsewhere(listed.value, lease) ? [] : [[lease, tip] as const]
  })
  if (tips.length === 0) return ok(new Map())
  const others = [...tips.map(([{ branch }]) => `--exclude=${branch}`), '--branches', '--tags', '--remotes', ...(head === undefined ? [] : [head])]
  const own = await gitIn(checkout, ['rev-list', ...tips.map(([, tip]) => tip), '--not', ...others])
  if (!own.ok) return failed(gitFailure('git could not find the commits that only branches of pawl hold', own))
  const lost = new Set(answerText(own.stdout).split('\n'))
  return ok(new Map(tips.filter(([, tip]) => !lost.has(tip))))
}

export async function branchAfter(checkout: Repository, lease: Leased, target: string | undefined): Promise<Result<'gone' | 'kept'>> {
  const would = await branchWould(checkout, lease, target)
  if (!would.ok || would.value === 'kept' || would.value === 'absent') return would.ok ? ok(would.value === 'kept' ? 'kept' : 'gone') : would
  // Compare-and-swap: a commit that somebody adds meanwhile keeps it.
  const gone = await gitIn(checkout, ['-c', 'core.packedRefsTimeout=5000', 'update-ref', '-d', '--end-of-options', refOf(lease), would.value.tip])
  return ok(gone.ok ? 'gone' : 'kept')
}

/** `tip`: it may go as long as it is there. */
export async function branchWould(
  checkout: Repository,
  lease: Leased,
  target: string | undefined,
): Promise<Result<'kept' | 'absent' | { readonly tip: string }>> {
  const found = await idsOf(checkout, [`${refOf(lease)}^{commit}`])
  if (!found.ok) return found
  const [tip] = found.value
  if (tip === undefined) return ok('absent')
  const listed = await worktreesListed(checkout)
  if (!listed.ok || isElsewhere(listed.value, lease)) return listed.ok ? ok('kept') : listed
  const own = await ownCommits(checkout, lease, tip)
  if (!own.ok) return own
  if (own.value === 0) return ok({ tip })
  const isIn = target === undefined ? ok(false) : await contentIsIn(checkout, tip, target)
  return isIn.ok ? ok(isIn.value ? { tip } : 'kept') : isIn
}

/** How many commits of the branch no other branch, tag or remote holds, nor the HEAD of the checkout. */
export async function ownCommits(checkout: Repository, lease: Leased, tip: string): Promise<Result<number>> {
  const others = [`--exclude=${refOf(lease)}`, '--branches', '--tags', '--remotes']
  const ids = await idsOf(checkout, ['HEAD^{commit}'])
  if (!ids.ok) return ids
  const [head] = ids.value
  // A HEAD that is another commit is not on this branch.
  const isOther = head !== undefined && (head !== tip || !(await isOn(checkout, lease)))
  const args = ['rev-list', '--count', tip, '--not', ...others, ...(isOther ? [head] : [])]
  // Only the pattern right before --branches is taken, and it is matched without its beginning there.
  const answer = await gitIn(
    checkout,
    args.map((arg) => (arg.startsWith('--exclude=') ? `--exclude=${lease.branch}` : arg)),
  )
  return answer.ok ? ok(Number(answerText(answer.stdout))) : failed(gitFailure(`git could not count the commits of ${lease.branch}`, answer))
}

async function isOn(checkout: Repository, lease: Leased): Promise<boolean> {
  const answer = await gitIn(checkout, ['symbolic-ref', '--quiet', 'HEAD'])
  return answer.ok && answerText(answer.stdout) === refOf(lease)
}

/** A block of words for each. */
async function worktreesListed(checkout: Repository): Promise<Result<readonly string[]>> {
  const answer = await gitIn(checkout, ['worktree', 'list', '--porcelain', '-z'])
  return answer.ok ? ok(answerText(answer.stdout).split('\0\0')) : failed(gitFailure('git could not list the worktrees', answer))
}

const isElsewhere = (listed: readonly string[], lease: Leased): boolean =>
  listed.some((one) => one.split('\0').includes(`branch ${refOf(lease)}`) && !one.includes(`worktree ${lease.folder}\0`))

/** So many commits of the target are looked at, from its tip on. */
const mostCommits = 5000

/** Also after a squash: then a commit of the target since the branch began has the same tree. */
async function contentIsIn(checkout: Repository, tip: string, target: string): Promise<Result<boolean>> {
  const tree = await gitIn(checkout, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${tip}^{tree}`])
  if (!tree.ok) return failed(gitFailure('git could not read the tip of a branch', tree))
  const answer = await gitIn(checkout, ['log', `--max-count=${mostCommits}`, '--format=%T', '--end-of-options', target, `^${tip}`, '--'])
  if (!answer.ok) return failed({ type: 'repo.bad-ref', what: `git does not find ${target}`, why: answer.stderr.trim() })
  return ok(answerText(answer.stdout).split('\n').includes(answerText(tree.stdout)))
}
