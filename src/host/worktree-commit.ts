/** Commits what an agent left in its worktree: one commit upon its branch, of what git tracks and of what is new; no hook is run. */
import { existsSync } from 'node:fs'
import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Bug, failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Lease } from '../model/job.ts'
import { linksOut } from './branch-changes.ts'
import { changesBetween, type RawChange } from './raw-changes.ts'
import { answerText, gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'
import { idsOf } from './revisions.ts'
import { unsoundCommits } from './sound-commits.ts'
import { contentInto } from './worktree-content.ts'
import { recordOf, refOf } from './worktree-places.ts'

export type CommitWish = {
  /** Any text. Trailers are added to its end. */
  readonly message: string
  /** As "Pawl-Job" → "3/fix-the-link". */
  readonly trailers: Readonly<Record<string, string>>
  /** Author and committer; absent: as git's settings say. */
  readonly identity?: { readonly name: string; readonly email: string }
}

export type Committed = {
  readonly commit: string
  readonly tree: string
  /** How many files differ from the base. */
  readonly files: number
  /** Links that are new or changed since the base and lead out of the repository. */
  readonly leadsOut: readonly string[]
}

/**
 * Undefined: nothing differs from the base. Commits that the agent made itself are kept, and a clean worktree gets no further one: then the answer
 * is the tip of its branch. Refused are a conflict, a rebase half done, and new repositories inside. The branch moves by compare-and-swap.
 */
export async function commitAll(worktree: Repository, lease: Lease, wish: CommitWish): Promise<Result<Committed | undefined>> {
  const state = await stateOf(worktree, lease)
  if (!state.ok) return state
  const { content, changes, tip, tipTree, parents } = state.value
  const isHeld = content.tree === tipTree && parents.length === 1 && parents[0] === tip
  const moved = isHeld ? ok(tip) : await movedBranch(worktree, lease, { ...state.value, wish })
  if (!moved.ok) return moved
  const settled = await settledAt(worktree, lease)
  if (settled !== undefined) return failed(settled)
  if (changes.length === 0) return ok(undefined)
  const out = await linksOut(worktree, changes)
  return ok({ commit: moved.value, tree: content.tree, files: changes.length, leadsOut: out.map(({ path }) => path) })
}

type State = {
  readonly content: { readonly tree: string }
  /** Since the base. */
  readonly changes: readonly RawChange[]
  readonly tip: string
  readonly tipTree: string
  /** Of the first of the parents. */
  readonly uponTree: string
  /** Of the commit to be made; only the first when nothing is to be joined. */
  readonly parents: readonly string[]
}

async function stateOf(worktree: Repository, lease: Lease): Promise<Result<State>> {
  const ends = await endsOf(worktree, lease)
  if (!ends.ok) return ends
  const { tip, head } = ends.value
  const half = ['rebase-merge', 'rebase-apply', 'BISECT_LOG'].find((name) => existsSync(join(worktree.gitDir, name)))
  if (half !== undefined) return failed(uncommittable(lease, `a ${half === 'BISECT_LOG' ? 'bisection' : 'rebase'} was left half done`))
  const content = await contentInto(worktree, nextIndex(worktree))
  if (!content.ok) return content
  if (content.value.unmerged) return failed(uncommittable(lease, 'a conflict was left unsolved'))
  const changes = await changesBetween(worktree, lease.base, content.value.tree)
  if (!changes.ok) return changes
  const nested = [...content.value.nested, ...newRepositories(changes.value)]
  if (nested.length > 0) return failed(nestedRepository(lease, nested))
  const upon = await uponOf(worktree, tip, head)
  if (!upon.ok) return upon
  // pawl commits what git takes from disk; an agent can commit trees that git would never make.
  const unsound = upon.value.commit === lease.base ? undefined : await unsoundCommits(worktree, lease.base, upon.value.commit)
  if (unsound !== undefined) return failed(unsound)
  const joined = await mergeHeads(worktree)
  const { commit, tree } = upon.value
  const parents = [commit, ...joined.filter((id) => id !== commit)]
  return ok({ content: content.value, changes: changes.value, tip: tip.commit, tipTree: tip.tree, uponTree: tree, parents })
}

type End = { readonly commit: string; readonly tree: string }

/** Of the branch, and of what is checked out, if that is a commit at all. */
async function endsOf(worktree: Repository, lease: Lease): Promise<Result<{ readonly tip: End; readonly head: End | undefined }>> {
  const ids = await idsOf(
    worktree,
    [refOf(lease), 'HEAD'].flatMap((name) => [`${name}^{commit}`, `${name}^{tree}`]),
  )
  if (!ids.ok) return ids
  const [tip, tipTree, head, headTree] = ids.value
  if (tip === undefined || tipTree === undefined) return failed({ type: 'repo.git-failed', what: `git does not find ${refOf(lease)}` })
  return ok({ tip: { commit: tip, tree: tipTree }, head: head === undefined || headTree === undefined ? undefined : { commit: head, tree: headTree } })
}

/** Its own commits count also where it left the branch behind: as far as they follow from the branch. */
async function uponOf(worktree: Repository, tip: End, head: End | undefined): Promise<Result<End>> {
  if (head === undefined || head.commit === tip.commit) return ok(tip)
  const follows = await gitIn(worktree, ['merge-base', '--is-ancestor', tip.commit, head.commit])
  if (!follows.ok && follows.code !== 1) return failed(gitFailure('git could not compare two commits', follows))
  return ok(follows.ok ? head : tip)
}

/** A merge whose conflicts are solved and that was not committed. */
async function mergeHeads(worktree: Repository): Promise<readonly string[]> {
  const path = join(worktree.gitDir, 'MERGE_HEAD')
  return existsSync(path) ? (await readFile(path, 'utf8')).split('\n').filter((line) => /^[0-9a-f]{40,64}$/.test(line)) : []
}

const newRepositories = (changes: readonly RawChange[]): readonly string[] =>
  changes.filter(({ oldMode, newMode }) => newMode === '160000' && oldMode !== '160000').map(({ path }) => path)

async function movedBranch(
  worktree: Repository,
  lease: Lease,
  { content, tip, parents, uponTree, wish }: State & { readonly wish: CommitWish },
): Promise<Result<string>> {
  const [upon = tip] = parents
  const commit = parents.length === 1 && uponTree === content.tree ? ok(upon) : await newCommit(worktree, content.tree, parents, wish)
  if (!commit.ok) return commit
  const moved = await gitIn(worktree, ['update-ref', '-m', 'pawl: work of an agent', '--end-of-options', refOf(lease), commit.value, tip])
  return moved.ok ? commit : failed(gitFailure(`git could not move ${lease.branch}`, moved))
}

async function newCommit(worktree: Repository, tree: string, parents: readonly string[], wish: CommitWish): Promise<Result<string>> {
  const { identity } = wish
  const env: Record<string, string> = {}
  for (const who of identity === undefined ? [] : ['AUTHOR', 'COMMITTER']) {
    env[`GIT_${who}_NAME`] = identity?.name ?? ''
    env[`GIT_${who}_EMAIL`] = identity?.email ?? ''
  }
  const args = ['commit-tree', ...parents.flatMap((id) => ['-p', id]), '-F', '-', tree]
  const made = await gitIn(worktree, args, { input: messageText(wish), env })
  if (made.ok) return ok(answerText(made.stdout))
  const failure = gitFailure('git could not make a commit of the work of an agent', made)
  return failed(/tell me who you are|empty ident|no email was given|no name was given/i.test(made.stderr) ? { ...failure, hint: nameYourself } : failure)
}

const nameYourself = 'git config user.name and git config user.email say who commits'

/** A trailer that a text brings along is part of its body then, since a paragraph of our own follows. */
export function messageText({ message, trailers }: Pick<CommitWish, 'message' | 'trailers'>): string {
  const body = message.replaceAll('\0', '').trim() || 'Work of an agent'
  const lines = Object.entries(trailers).map(([key, value]) => {
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(key) || /[\0\r\n]/.test(value)) throw new Bug(`no trailer: ${JSON.stringify([key, value])}`)
    return `${key}: ${value}`
  })
  return `${[body, ...(lines.length === 0 ? [] : [lines.join('\n')])].join('\n\n')}\n`
}

/** The worktree stands on its branch, and its index is that of the commit: for the next turn. Files are not touched. */
async function settledAt(worktree: Repository, lease: Lease): Promise<Failure | undefined> {
  const isOn = recordOf(worktree.gitDir)?.head === `ref: ${refOf(lease)}`
  const back = isOn ? undefined : await gitIn(worktree, ['symbolic-ref', '-m', 'pawl: back on its branch', 'HEAD', refOf(lease)])
  if (back?.ok === false) return gitFailure('git could not bring a worktree back to its branch', back)
  await rename(nextIndex(worktree), join(worktree.gitDir, 'index'))
  const quit = existsSync(join(worktree.gitDir, 'MERGE_HEAD')) ? await gitIn(worktree, ['merge', '--quit']) : undefined
  return quit?.ok === false ? gitFailure('git could not end a merge that is committed', quit) : undefined
}

const nextIndex = (worktree: Repository): string => join(worktree.gitDir, 'index.pawl-next')

const uncommittable = (lease: Lease, why: string): Failure => ({
  type: 'worktree.uncommittable',
  what: `the work in ${lease.folder} cannot be committed as it is`,
  why,
  kept: `the worktree and ${lease.branch}, as they are`,
})

const nestedRepository = (lease: Lease, paths: readonly string[]): Failure => ({
  ...uncommittable(lease, `there are new repositories in it: ${paths.slice(0, 5).join(', ')}`),
  hint: 'git would only note their commits, not their files',
})
