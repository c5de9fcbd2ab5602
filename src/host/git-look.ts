/** One look at a working copy through git: the index answers for clean files, the disk for all others. */
import { Buffer } from 'node:buffer'
import { join } from 'node:path'
import { setImmediate as letOthersRun } from 'node:timers/promises'
import type { Failure } from '../model/failure.ts'
import type { Tree, TreeFile } from '../model/tree.ts'
import type { TreeMark } from '../model/tree-mark.ts'
import { contentId } from './content-id.ts'
import { conversionsOf } from './conversions.ts'
import type { Conversions } from './conversions.ts'
import { askStatus, factsOf, indexStamp, listArgs, type AskedStatus, type GitFacts } from './git-facts.ts'
import { isOwnState, readListing, readStatus } from './git-listing.ts'
import type { Listing, OddNames, Status, StatusEntry } from './git-listing.ts'
import { gitError, gitFailure } from './git.ts'
import { globLibrary, newTree } from './globs.ts'
import { lookMoment, type LookMoment } from './look-moment.ts'
import { findRepository, gitIn } from './repository.ts'
import type { Repository } from './repository.ts'
import { sha256 } from './digest.ts'

/** How a submodule is looked at; handed in because looking recurses. */
export type MarkOf = (repository: Repository) => Promise<TreeMark>

type Seen = { readonly listing: Listing; readonly status: Status; readonly odd: OddNames }
type Consistent = Seen & Pick<Looked, 'moment' | 'facts'>

const tries = 5

export type Looked = {
  readonly tree: Tree
  /** Before anything was looked at. */
  readonly moment: LookMoment
  /** What was read from the disk itself, after this moment of its own. */
  readonly read: { readonly paths: ReadonlySet<string>; readonly moment: LookMoment }
  /** What git said, for comparing later. */
  readonly facts: () => GitFacts | undefined
}

/**
 * A function that looks once. It keeps the listing of the index, which is the same most of the time, from one look to the next.
 * `asked`: what git was asked a moment ago; the first look goes on from there.
 */
export function gitLook(repository: Repository, markOf: MarkOf, asked?: AskedStatus): () => Promise<Looked> {
  let early = asked?.repository.gitDir === repository.gitDir ? asked : undefined
  let kept: { readonly stdout: Uint8Array; readonly listing: Listing; readonly odd: OddNames } | undefined
  let last: Tree | undefined
  let lastIgnored: ReadonlySet<string> = new Set()
  const listed = (stdout: Uint8Array) => {
    if (kept !== undefined && Buffer.compare(kept.stdout, stdout) === 0) return kept
    const odd: OddNames = new Map()
    kept = { stdout, listing: readListing(stdout, odd), odd }
    return kept
  }
  return async () => {
    const library = globLibrary()
    const { listing, status, odd, facts, moment } = await consistently(repository, listed, early)
    early = undefined
    if (listing.files.some((file) => isProof(file.path))) throw gitError(committedState)
    const { ids: changes, read } = await idsOnDisk(repository, { listing, status, odd }, markOf)
    const ignores = (path: string): boolean => isOwnState(path) || status.ignored.has(path)
    const tree = newTree(merged(listing.files, changes), markFor(listing, status, changes), await library, ignores, {
      ...(status.branch === undefined ? {} : { branch: status.branch }),
      ...(status.commit === undefined ? {} : { commit: status.commit }),
    })
    // The same again: then its remembered answers stay useful.
    if (last === undefined || !isSame(last, tree) || !isSameSet(lastIgnored, status.ignored)) {
      last = tree
      lastIgnored = status.ignored
    }
    return { tree: last, moment, read, facts }
  }
}

/** Who can commit results could commit a green that nobody earned. */
const isProof = (path: string): boolean => path.startsWith('.pawl/') && /^\.pawl\/(cache|store)/.test(path)

const committedState: Failure = {
  type: 'store.unusable',
  what: 'stored results of pawl are committed in this repository, in .pawl/',
  why: 'results that come with the files prove nothing',
  kept: 'nothing was started or changed',
  hint: 'git rm -r --cached .pawl, commit that, and remove what is left of the folder',
}

/** Both answers must be about one index: a commit or a checkout between them would pair old ids with a new status. */
async function consistently(
  repository: Repository,
  listed: (stdout: Uint8Array) => { listing: Listing; odd: OddNames },
  early: AskedStatus | undefined,
): Promise<Consistent> {
  for (let attempt = 1; ; attempt++) {
    const { moment, index: before, answer } = (attempt === 1 ? early : undefined) ?? askStatus(repository)
    const [list, state] = await Promise.all([gitIn(repository, listArgs), answer])
    const after = indexStamp(repository)
    if (!list.ok) throw gitError(gitFailure('git could not list the files of this repository', list))
    if (!state.ok) throw gitError(gitFailure('git could not tell what changed in this repository', state))
    const still = before === after || (await listsAgain(repository, list.stdout))
    if (!still && attempt < tries) continue
    if (!still)
      throw gitError({
        type: 'repo.git-failed',
        what: 'the index of this repository does not stop changing',
        hint: 'let other git commands finish, then try again',
      })
    const { listing, odd } = listed(list.stdout)
    const names: OddNames = new Map(odd)
    const status = readStatus(state.stdout, names)
    return { listing, status, odd: names, moment, facts: () => factsOf({ list: list.stdout, state: state.stdout, listing, status, odd: names, index: before }) }
  }
}

/** An editor's own `git status` only refreshes stamps in the index; the files that it lists stay the same. */
async function listsAgain(repository: Repository, earlier: Uint8Array): Promise<boolean> {
  const list = await gitIn(repository, listArgs)
  return list.ok && Buffer.compare(earlier, list.stdout) === 0
}

/** Path → id now, or null where nothing is, for all paths for which the index does not answer. */
async function idsOnDisk(
  repository: Repository,
  seen: Seen,
  markOf: MarkOf,
): Promise<{ readonly ids: ReadonlyMap<string, string | null>; readonly read: Looked['read'] }> {
  const now = new Map<string, string | null>()
  const toHash = new Map<string, StatusEntry | undefined>(seen.listing.unwatched.map((path) => [path, undefined]))
  for (const entry of seen.status.entries) {
    if (entry.kind === 'untracked' && entry.path.endsWith('/')) continue
    if (entry.kind !== 'tracked' || !'.D'.includes(entry.unstaged)) toHash.set(entry.path, entry)
    else if (!toHash.has(entry.path)) now.set(entry.path, (entry.unstaged === '.' && entry.indexId) || null)
  }
  if (toHash.size === 0) return { ids: now, read: { paths: new Set(), moment: lookMoment() } }

  const conversions = await conversionsOf(repository, [...toHash.keys()], seen.odd)
  const as = conversions.sha256 ? 'git-sha256' : 'git-sha1'
  let sinceRest = 0
  const paths = new Set<string>()
  const moment = lookMoment()
  for (const [path, entry] of toHash) {
    const mode = modeFor(entry, conversions)
    const found = await contentId(onDisk(repository.root, path, seen.odd), { as, conversion: conversions.of(path), ...(mode === undefined ? {} : { mode }) })
    if (found.kind === 'folder') now.set(path, await submoduleId(join(repository.root, path), entry, markOf))
    else {
      now.set(path, found.kind === 'id' ? found.id : null)
      paths.add(path)
    }
    if (++sinceRest % 64 === 0) await letOthersRun()
  }
  return { ids: now, read: { paths, moment } }
}

/** Undefined: as the disk has it when it is read. Git tells it where the disk cannot. */
const modeFor = ({ mode }: Partial<StatusEntry> = {}, { execBit }: Conversions): string | undefined =>
  execBit && mode?.startsWith('100') !== false ? undefined : (mode ?? '100644')

function onDisk(root: string, path: string, odd: OddNames): string | Buffer {
  const bytes = odd.get(path)
  return bytes === undefined ? join(root, path) : Buffer.concat([Buffer.from(`${root}/`), bytes])
}

/** Commit of the submodule and, when its files differ from that commit, how. Null for a folder that took the place of a file. */
async function submoduleId(folder: string, entry: StatusEntry | undefined, markOf: MarkOf): Promise<string | null> {
  if (entry?.submodule === false && entry.kind !== 'unmerged') return null
  const inner = await findRepository(folder)
  if (!inner.ok) throw gitError(inner.failures[0] ?? { type: 'repo.git-failed', what: `the submodule ${folder} cannot be read` })
  if (inner.value === undefined || inner.value.root !== folder) return entry?.indexId ?? null
  const mark = await markOf(inner.value)
  const dirty = Object.entries(mark.delta).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const suffix = dirty.length === 0 ? '' : `+${sha256(JSON.stringify(dirty))}`
  return `160000:${mark.base ?? 'none'}${suffix}`
}

function merged(listed: readonly TreeFile[], changes: ReadonlyMap<string, string | null>): readonly TreeFile[] {
  const files = listed.filter((file) => !changes.has(file.path) && !isOwnState(file.path))
  for (const [path, id] of changes) if (id !== null && !isOwnState(path)) files.push({ path, id })
  // git sorts by bytes, JavaScript by UTF-16 units.
  const sorted = files.every((file, i) => i === 0 || (files[i - 1]?.path ?? '') < file.path)
  return sorted ? files : files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Everything whose id is not the one in HEAD. */
function markFor(listing: Listing, status: Status, changes: ReadonlyMap<string, string | null>): TreeMark {
  const inHead = new Map<string, string | null>()
  if (listing.unwatched.length > 0) {
    const unwatched = new Set(listing.unwatched)
    for (const file of listing.files) if (unwatched.has(file.path)) inHead.set(file.path, file.id)
  }
  // Of a conflict the index no longer knows for sure what HEAD has: it always counts as different.
  const unsure = new Set<string>()
  for (const entry of status.entries) {
    if (entry.kind === 'unmerged') unsure.add(entry.path)
    else if (entry.kind === 'tracked') inHead.set(entry.path, entry.headId ?? null)
  }
  const differing = [...changes].filter(([path, id]) => !isOwnState(path) && (unsure.has(path) || id !== (inHead.get(path) ?? null)))
  // fromEntries, because a file may be called __proto__.
  const delta = Object.fromEntries(differing)
  return status.commit === undefined ? { delta } : { base: status.commit, delta }
}

const isSameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => a.size === b.size && [...a].every((one) => b.has(one))

function isSame(a: Tree, b: Tree): boolean {
  if (a.branch !== b.branch || a.commit !== b.commit || a.files.length !== b.files.length) return false
  return a.files.every((file, i) => file.path === b.files[i]?.path && file.id === b.files[i]?.id)
}
