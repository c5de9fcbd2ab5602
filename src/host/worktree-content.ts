/** Reads what a worktree holds as trees, without touching its index: the files on disk, what is staged, and repositories inside of it. */
import { Buffer } from 'node:buffer'
import { existsSync, lstatSync, readdirSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { failed, ok, type Result } from '../model/failure.ts'
import { eachRecord } from './git-listing.ts'
import { answerText, gitFailure, type GitAnswer, type GitOptions } from './git.ts'
import { randomHex } from './random-hex.ts'
import { gitIn, type Repository } from './repository.ts'

export type WorktreeContent = {
  /** Tree of the files on disk: tracked and untracked, not what is ignored. Repositories inside are left out. */
  readonly tree: string
  /** There is a path in conflict. */
  readonly unmerged: boolean
  /** Untracked folders that are repositories of their own; with a slash at the end. */
  readonly nested: readonly string[]
}

/** `staged`: tree of what is staged. What is in conflict lies in it below "conflict-1/", "conflict-2/" and "conflict-3/". */
export type StagedContent = WorktreeContent & { readonly staged: string }

/** The index of the worktree is only read: marks in it by which git looks away from files do not count here. */
export async function contentOf(worktree: Repository): Promise<Result<StagedContent>> {
  const content = await contentBy(worktree, stagedTree)
  if (!content.ok) return content
  const { staged } = content.value
  return staged === undefined ? failed({ type: 'repo.git-failed', what: 'git could not say what is staged in a worktree' }) : ok({ ...content.value, staged })
}

/** The same without what is staged. An index of the tree is left at `indexAt`, with the times of the files as they are now. */
export const contentInto = (worktree: Repository, indexAt: string): Promise<Result<WorktreeContent>> => contentBy(worktree, async () => ok(undefined), indexAt)

/** Comes to an index of the entries without a conflict, and leaves it so. */
type StagedOf = (inIndex: InIndex, entries: Entries) => Promise<Result<string | undefined>>

async function contentBy(worktree: Repository, stagedOf: StagedOf, indexAt?: string): Promise<Result<WorktreeContent & { readonly staged?: string }>> {
  const index = join(worktree.gitDir, `index.pawl-${randomHex(6)}`)
  const inIndex = (args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> =>
    gitIn(worktree, ['-c', 'core.splitIndex=false', '-c', 'core.safecrlf=false', ...args], { ...options, env: { ...options.env, GIT_INDEX_FILE: index } })
  try {
    const entries = await stagedEntries(worktree)
    if (!entries.ok) return entries
    const { plain, conflicts, skipped } = entries.value
    if (!(await hasEmptyBlob(worktree, plain))) return failed({ type: 'repo.git-failed', what: 'git could not store an empty file' })
    const begun = await fill(inIndex, plain)
    if (!begun.ok) return begun
    const staged = await stagedOf(inIndex, entries.value)
    if (!staged.ok) return staged
    const sparse = await leftOut(worktree, inIndex, skipped)
    if (!sparse.ok) return sparse
    const nested = await nestedIn(inIndex)
    if (!nested.ok) return nested
    const left = nested.value.map((path) => `:(top,exclude,literal)${path.replace(/\/$/, '')}`)
    const added = await inIndex(['add', '--all', '--sparse', '--', ':/', ...left])
    if (!added.ok) return failed(gitFailure('git could not read the files of a worktree', added))
    const tree = await inIndex(['write-tree'])
    if (!tree.ok) return failed(gitFailure('git could not say what a worktree holds', tree))
    if (indexAt !== undefined) await rename(index, indexAt)
    const apart = staged.value === undefined ? {} : { staged: staged.value }
    return ok({ tree: answerText(tree.stdout), ...apart, unmerged: conflicts.length > 0, nested: nested.value })
  } finally {
    for (const path of [index, `${index}.lock`]) await rm(path, { force: true })
  }
}

/** Folders, relative to the root, that hold a `.git`: also those that git ignores or looks into. "." when the worktree's own became a folder. */
export function repositoriesIn(folder: string): readonly string[] {
  const found: string[] = lstatSync(join(folder, '.git'), { throwIfNoEntry: false })?.isFile() === false ? ['.'] : []
  const folders = ['']
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    for (const entry of readdirSync(join(folder, at), { withFileTypes: true })) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`
      if (entry.name.toLowerCase() === '.git') {
        if (at !== '') found.push(at)
      } else if (entry.isDirectory()) folders.push(path)
    }
  }
  return found.toSorted()
}

type InIndex = (args: readonly string[], options?: GitOptions) => Promise<GitAnswer>

/** The index has none of these paths yet. */
async function fill(inIndex: InIndex, entries: Uint8Array): Promise<Result<void>> {
  const filled = await inIndex(['update-index', '-z', '--index-info'], { input: entries })
  return filled.ok ? ok(undefined) : failed(gitFailure('git could not read what is staged in a worktree', filled))
}

const stagedTree: StagedOf = async (inIndex, { plain, conflicts }) => {
  if (conflicts.length === 0) return treeIn(inIndex)
  const tree = await refilled(inIndex, conflicts, treeIn)
  if (!tree.ok) return tree
  const back = await refilled(inIndex, plain, async () => ok(undefined))
  return back.ok ? tree : back
}

async function refilled<T>(inIndex: InIndex, entries: Uint8Array, look: (inIndex: InIndex) => Promise<Result<T>>): Promise<Result<T>> {
  const emptied = await inIndex(['read-tree', '--empty'])
  if (!emptied.ok) return failed(gitFailure('git could not begin a new index', emptied))
  const filled = await fill(inIndex, entries)
  return filled.ok ? look(inIndex) : filled
}

async function treeIn(inIndex: InIndex): Promise<Result<string>> {
  const tree = await inIndex(['write-tree'])
  return tree.ok ? ok(answerText(tree.stdout)) : failed(gitFailure('git could not say what is staged in a worktree', tree))
}

/** In the form in which git takes them again. */
type Entries = {
  readonly plain: Uint8Array
  /** All entries, those in conflict under names of their own; empty when there are none. */
  readonly conflicts: Uint8Array
  /** Paths that git is told not to look for. */
  readonly skipped: Uint8Array
}

async function stagedEntries(worktree: Repository): Promise<Result<Entries>> {
  const listed = existsSync(join(worktree.gitDir, 'index')) ? await gitIn(worktree, ['ls-files', '-s', '-t', '-z']) : undefined
  // What is damaged says nothing; what was committed is then what there is.
  if (listed?.ok !== true) {
    const committed = await gitIn(worktree, ['ls-tree', '-r', '-z', '--full-tree', 'HEAD'])
    if (!committed.ok) return failed(gitFailure('git could not read the commit that a worktree is at', committed))
    // "100644 blob <id>\tpath" instead of "100644 <id> 0\tpath": both are taken.
    return ok({ plain: committed.stdout, conflicts: new Uint8Array(), skipped: new Uint8Array() })
  }
  // "H 100644 <id> 0\tpath"
  const tagged = Buffer.from(listed.stdout.buffer, listed.stdout.byteOffset, listed.stdout.byteLength).toString('latin1').split('\0').slice(0, -1)
  const records = tagged.map((record) => record.slice(2))
  const skipped = bytesOf(tagged.flatMap((record) => (record.startsWith('S ') ? [record.slice(record.indexOf('\t') + 1)] : [])))
  const isMerged = (record: string): boolean => record[record.indexOf('\t') - 1] === '0'
  if (records.every(isMerged)) return ok({ plain: bytesOf(records), conflicts: new Uint8Array(), skipped })
  const apart = records.map((record) => (isMerged(record) ? record : record.replace(/ ([123])\t/, ' 0\tconflict-$1/')))
  return ok({ plain: bytesOf(records.filter(isMerged)), conflicts: bytesOf(apart), skipped })
}

const bytesOf = (records: readonly string[]): Uint8Array => Buffer.from(records.map((record) => `${record}\0`).join(''), 'latin1')

const emptyBlob = /e69de29bb2d1d6434b8b29ae775ad8c2e48c5391|473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813/

/** `git add --intent-to-add` notes a blob that is not there. */
async function hasEmptyBlob(worktree: Repository, entries: Uint8Array): Promise<boolean> {
  const text = Buffer.from(entries.buffer, entries.byteOffset, entries.byteLength).toString('latin1')
  return !emptyBlob.test(text) || (await gitIn(worktree, ['hash-object', '-w', '--stdin'], { input: '' })).ok
}

/** What a sparse checkout leaves out is not deleted. Where such a file is there all the same, git looks at it. */
async function leftOut(worktree: Repository, inIndex: InIndex, skipped: Uint8Array): Promise<Result<void>> {
  if (skipped.length === 0) return ok(undefined)
  const sparse = await gitIn(worktree, ['config', '--type=bool', '--get', 'core.sparseCheckout'])
  if (!sparse.ok || answerText(sparse.stdout) !== 'true') return ok(undefined)
  const marked = await inIndex(['update-index', '--skip-worktree', '-z', '--stdin'], { input: skipped })
  return marked.ok ? ok(undefined) : failed(gitFailure('git could not note what a sparse checkout leaves out', marked))
}

/** git does not look into them, and lists them with a slash. */
async function nestedIn(inIndex: InIndex): Promise<Result<readonly string[]>> {
  const answer = await inIndex(['ls-files', '--others', '--exclude-standard', '-z'])
  if (!answer.ok) return failed(gitFailure('git could not list what is new in a worktree', answer))
  const nested: string[] = []
  eachRecord(answer.stdout, new Map(), (record, name) => {
    if (record.endsWith('/')) nested.push(name(record))
  })
  return ok(nested)
}
