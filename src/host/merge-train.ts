/** Merges candidates one upon the other without a checkout: the same base and candidates give the same commits everywhere. */
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Candidate, Chain } from '../model/landing.ts'
import { eachRecord } from './git-listing.ts'
import { answerText, gitFailure, type GitRefusal } from './git.ts'
import { mergeScratch, type MergeScratch } from './merge-scratch.ts'
import { pointersBetween } from './pointers.ts'
import { rewrittenTree } from './rewritten-tree.ts'
import { gitIn, type Repository } from './repository.ts'
import { stateFolderOf } from './state-folder.ts'

type CommitFacts = { readonly tree: string; readonly seconds: number; readonly parents: readonly string[] }
type Link = { readonly id: string; readonly before: string; readonly commit: string; readonly seconds: number }

/** Nothing is checked out, no ref is moved; the merge commits lie in the repository without a name. Needs git 2.39. */
export async function chainOf(
  checkout: Repository,
  base: string,
  candidates: readonly Candidate[],
  stateFolder: string = stateFolderOf(checkout.root, checkout.commonDir),
): Promise<Result<Chain>> {
  const odd = [base, ...candidates.map(({ commit }) => commit)].find((commit) => !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit))
  if (odd !== undefined) return failed({ type: 'repo.bad-ref', what: `${JSON.stringify(odd)} is no full id of a commit` })
  const scratch = await mergeScratch(checkout, base, stateFolder)
  if (!scratch.ok) return scratch
  try {
    return await chained(checkout, scratch.value, base, candidates)
  } finally {
    await scratch.value.remove()
  }
}

async function chained(checkout: Repository, scratch: MergeScratch, base: string, candidates: readonly Candidate[]): Promise<Result<Chain>> {
  const facts = await factsOf(
    scratch,
    base,
    candidates.map(({ commit }) => commit),
  )
  if (!facts.ok) return facts
  const identity = await identityOf(checkout)
  const [links, merged, conflicts]: [Link[], Map<string, string>, Map<string, readonly string[]>] = [[], new Map(), new Map()]
  let { tree, seconds } = facts.value.base
  let tip = base
  const inside = new Set<string>()
  for (const candidate of candidates) {
    const known = facts.value.beyond.get(candidate.commit)
    if (known === undefined || inside.has(candidate.commit)) {
      merged.set(candidate.id, known === undefined ? base : tip)
      continue
    }
    const merge = await mergeTree(scratch, tip, candidate.commit)
    if (!merge.ok) return merge
    if (merge.value.conflict !== undefined) {
      conflicts.set(candidate.id, merge.value.conflict)
      continue
    }
    const amended = await rewrittenTree(scratch, merge.value.tree, candidate.rewrites ?? [])
    if (!amended.ok) return amended
    seconds = Math.max(seconds, known.seconds)
    tree = amended.value
    const commit = await mergeCommit(scratch, { tree, parents: [tip, candidate.commit], message: candidate.message, seconds, identity })
    if (!commit.ok) return commit
    links.push({ id: candidate.id, before: tip, commit: commit.value, seconds })
    merged.set(candidate.id, commit.value)
    tip = commit.value
    addAncestors(inside, candidate.commit, facts.value.beyond)
  }
  return finished(scratch, { base, tip, tree, candidates, links, merged, conflicts, inside })
}

type Made = {
  readonly base: string
  readonly tip: string
  readonly tree: string
  readonly candidates: readonly Candidate[]
  readonly links: readonly Link[]
  readonly merged: Map<string, string>
  readonly conflicts: ReadonlyMap<string, readonly string[]>
  readonly inside: ReadonlySet<string>
}

async function finished(scratch: MergeScratch, { base, tip, tree, candidates, links, merged, conflicts, inside }: Made): Promise<Result<Chain>> {
  const explained = new Map<string, { files: readonly string[]; beside: readonly string[] }>()
  for (const [id, files] of conflicts) {
    const commit = candidates.find((one) => one.id === id)?.commit ?? ''
    // One that stands on it has brought it along.
    if (inside.has(commit)) {
      merged.set(id, tip)
      continue
    }
    const beside = await besideWhom(scratch, base, commit, files, links)
    if (!beside.ok) return beside
    explained.set(id, { files, beside: beside.value })
  }
  if (tip === base) return ok({ tip, tree, merged, conflicts: explained })
  const pointers = await pointersBetween(scratch.repository, base, tip)
  if (!pointers.ok) return pointers
  const kept = await scratch.keep(tip, [base, ...candidates.map(({ commit }) => commit)])
  if (!kept.ok) return kept
  return ok({ tip, tree, merged, conflicts: explained, ...(pointers.value.length === 0 ? {} : { pointers: pointers.value }) })
}

/** `beyond`: all commits of the candidates that the base does not contain. */
type Facts = { readonly base: CommitFacts; readonly beyond: ReadonlyMap<string, CommitFacts> }

async function factsOf(scratch: MergeScratch, base: string, commits: readonly string[]): Promise<Result<Facts>> {
  const input = [`^${base}`, ...commits, ''].join('\n')
  const [kinds, itself, beyond] = await Promise.all([
    scratch.git(['cat-file', '--batch-check=%(objecttype)'], { input: [base, ...commits, ''].join('\n') }),
    scratch.git(['log', '--no-walk=unsorted', '-z', factFormat, '--end-of-options', base]),
    commits.length === 0 ? undefined : scratch.git(['log', '-z', factFormat, '--stdin'], { input }),
  ])
  const refused = [kinds, itself, beyond].find((answer) => answer?.ok === false)
  if (refused?.ok === false) return failed(unmergeable('git does not know all commits that are to land', refused))
  // A tag or a tree has an id, too, and would seem to be on the branch already.
  const kind = kinds.ok ? answerText(kinds.stdout).split('\n') : []
  const odd = [base, ...commits].find((_, i) => kind[i] !== 'commit')
  if (odd !== undefined) return failed({ type: 'land.unmergeable', what: `there is no commit ${odd}` })
  const first = itself.ok ? [...readFacts(itself.stdout).values()][0] : undefined
  if (first === undefined) return failed({ type: 'land.unmergeable', what: `git does not know the commit ${base}` })
  return ok({ base: first, beyond: beyond?.ok === true ? readFacts(beyond.stdout) : new Map() })
}

const factFormat = '--format=%H %T %ct %P'

function readFacts(stdout: Uint8Array): ReadonlyMap<string, CommitFacts> {
  const lines = answerText(stdout)
    .split('\0')
    .map((line) => line.trim().split(' '))
  return new Map(lines.flatMap(([id = '', tree = '', seconds, ...parents]) => (id === '' ? [] : [[id, { tree, seconds: Number(seconds), parents }] as const])))
}

function addAncestors(inside: Set<string>, commit: string, beyond: Facts['beyond']): void {
  const open = [commit]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (inside.has(next)) continue
    inside.add(next)
    open.push(...(beyond.get(next)?.parents ?? []))
  }
}

/** By the format of `merge-tree --stdin`, of which the answer says whether there is a conflict: the exit code is the same. */
export async function mergeTree(scratch: MergeScratch, ours: string, theirs: string): Promise<Result<{ tree: string; conflict?: readonly string[] }>> {
  const args = ['merge-tree', '--write-tree', '--stdin', '-z', '--name-only', '--no-messages', '--allow-unrelated-histories']
  const answer = await scratch.git(args, { input: `${ours} ${theirs}\n` })
  if (!answer.ok) return failed(unmergeable('git could not compute a merge', answer))
  const fields: string[] = []
  eachRecord(answer.stdout, new Map(), (record, name) => fields.push(name(record)))
  // "<1: clean>", the tree, then the files in conflict and an empty one.
  const [clean, tree = '', ...files] = fields
  if (clean === '1' && tree !== '') return ok({ tree })
  if (clean === '0') return ok({ tree, conflict: files.filter((file) => file !== '') })
  return failed({ type: 'land.unmergeable', what: 'git answered to a merge in a way that pawl does not know', why: JSON.stringify(fields.slice(0, 4)) })
}

export type Identity = { readonly name: string; readonly email: string }
type MergeCommit = {
  readonly tree: string
  readonly parents: readonly [string, string]
  readonly message: string
  readonly seconds: number
  readonly identity: Identity
}

/** Dated as the younger of its parents, so that it is the same commit whenever it is made. */
export const mergeCommit = (scratch: MergeScratch, { parents, ...rest }: MergeCommit): Promise<Result<string>> => commitUpon(scratch, { ...rest, parents })

/** A commit upon one other. */
export const soleCommit = (scratch: MergeScratch, { parent, ...rest }: Omit<MergeCommit, 'parents'> & { readonly parent: string }): Promise<Result<string>> =>
  commitUpon(scratch, { ...rest, parents: [parent] })

async function commitUpon(
  scratch: MergeScratch,
  { tree, parents, message, seconds, identity }: Omit<MergeCommit, 'parents'> & { readonly parents: readonly string[] },
): Promise<Result<string>> {
  const date = `@${seconds} +0000`
  const answer = await scratch.git(['commit-tree', ...parents.flatMap((parent) => ['-p', parent]), '-F', '-', tree], {
    input: `${message.replaceAll('\0', '').trimEnd()}\n`,
    env: {
      GIT_AUTHOR_NAME: identity.name,
      GIT_AUTHOR_EMAIL: identity.email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: identity.name,
      GIT_COMMITTER_EMAIL: identity.email,
      GIT_COMMITTER_DATE: date,
    },
  })
  return answer.ok ? ok(answerText(answer.stdout)) : failed(unmergeable('git could not make a commit', answer))
}

/** The user's, whose pawl this is. */
export async function identityOf(checkout: Repository): Promise<Identity> {
  const answer = await gitIn(checkout, ['config', '-z', '--get-regexp', '^user\\.(name|email)$'])
  const values = new Map(
    answer.ok
      ? answerText(answer.stdout)
          .split('\0')
          .map((entry) => [entry.slice(0, entry.indexOf('\n')), entry.slice(entry.indexOf('\n') + 1)])
      : [],
  )
  const [name, email] = ['user.name', 'user.email'].map((key) => (values.get(key) ?? '').replaceAll(/[<>\n]/g, ''))
  return { name: name || 'pawl', email: email || 'pawl@localhost' }
}

/** Earlier ones that changed the files in conflict; none when it cannot even be merged with the base. */
async function besideWhom(
  scratch: MergeScratch,
  base: string,
  commit: string,
  files: readonly string[],
  links: readonly Link[],
): Promise<Result<readonly string[]>> {
  if (links.length === 0) return ok([])
  const alone = await mergeTree(scratch, base, commit)
  if (!alone.ok) return alone
  if (alone.value.conflict !== undefined) return ok([])
  const changed: string[] = []
  for (const { id, before, commit: after } of links) {
    const answer = await scratch.git(['diff-tree', '-r', '-z', '--name-only', '--no-renames', before, after])
    if (!answer.ok) return failed(unmergeable('git could not tell what a merge changed', answer))
    const paths = new Set<string>()
    eachRecord(answer.stdout, new Map(), (record, name) => paths.add(name(record)))
    if (files.some((file) => paths.has(file))) changed.push(id)
  }
  // A renamed folder can be in the way of a file that nobody else touched.
  return ok(changed.length > 0 ? changed : links.map(({ id }) => id))
}

function unmergeable(what: string, refusal: GitRefusal): Failure {
  const failure = gitFailure(what, refusal)
  if (failure.type !== 'repo.git-failed') return failure
  const old = /usage: git merge-tree|unknown option/.test(refusal.stderr)
  return { ...failure, type: 'land.unmergeable', ...(old ? { hint: 'install git 2.39 or newer' } : {}), kept: 'all branches, as they were' }
}
