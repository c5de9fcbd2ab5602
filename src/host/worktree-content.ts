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
  /** Tree of what is staged. What is in conflict lies in it below "conflict-1/", "conflict-2/" and "conflict-3/". */
  readonly staged: string
  /** There is a path in conflict. */
  readonly unmerged: boolean
  /** Untracked folders that are repositories of their own; with a slash at the end. */
  readonly nested: readonly string[]
}

/**
 * The index of the worktree is only read: marks in it by which git looks away from files do not count here.
 * `indexAt`: an index of the tree is left there, with the times of the files as they are now.
 */
export async function contentOf(worktree: Repository, indexAt?: string): Promise<Result<WorktreeContent>> {
  const index = join(worktree.gitDir, `index.pawl-${randomHex(6)}`)
  const inIndex = (args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> =>
    gitIn(worktree, ['-c', 'core.splitIndex=false', '-c', 'core.safecrlf=false', ...args], { ...options, env: { ...options.env, GIT_INDEX_FILE: index } })
  try {
    const entries = await stagedEntries(worktree)
    if (!entries.ok) return entries
    const { plain, conflicts } = entries.value
    if (!(await hasEmptyBlob(worktree, plain))) return failed({ type: 'repo.git-failed', what: 'git could not store an empty file' })
    const plainTree = await treeFrom(inIndex, plain)
    if (!plainTree.ok) return plainTree
    const staged = conflicts.length === 0 ? plainTree : await treeFrom(inIndex, conflicts)
    if (!staged.ok) return staged
    await rm(index, { force: true })
    const begun = await inIndex(['read-tree', plainTree.value])
    if (!begun.ok) return failed(gitFailure('git could not read what is staged in a worktree', begun))
    const sparse = await leftOut(worktree, inIndex)
    if (!sparse.ok) return sparse
    const nested = await nestedIn(inIndex)
    if (!nested.ok) return nested
    const left = nested.value.map((path) => `:(top,exclude,literal)${path.replace(/\/$/, '')}`)
    const added = await inIndex(['add', '--all', '--sparse', '--', ':/', ...left])
    if (!added.ok) return failed(gitFailure('git could not read the files of a worktree', added))
    const tree = await inIndex(['write-tree'])
    if (!tree.ok) return failed(gitFailure('git could not say what a worktree holds', tree))
    if (indexAt !== undefined) await rename(index, indexAt)
    return ok({ tree: answerText(tree.stdout), staged: staged.value, unmerged: conflicts.length > 0, nested: nested.value })
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

async function treeFrom(inIndex: InIndex, entries: Uint8Array): Promise<Result<string>> {
  const emptied = await inIndex(['read-tree', '--empty'])
  if (!emptied.ok) return failed(gitFailure('git could not begin a new index', emptied))
  const filled = await inIndex(['update-index', '-z', '--index-info'], { input: entries })
  if (!filled.ok) return failed(gitFailure('git could not read what is staged in a worktree', filled))
  const tree = await inIndex(['write-tree'])
  return tree.ok ? ok(answerText(tree.stdout)) : failed(gitFailure('git could not say what is staged in a worktree', tree))
}

/** In the form in which git takes them again. `conflicts`: all entries, those in conflict under names of their own; empty when there are none. */
async function stagedEntries(worktree: Repository): Promise<Result<{ readonly plain: Uint8Array; readonly conflicts: Uint8Array }>> {
  const listed = existsSync(join(worktree.gitDir, 'index')) ? await gitIn(worktree, ['ls-files', '-s', '-z']) : undefined
  // What is damaged says nothing; what was committed is then what there is.
  if (listed?.ok !== true) {
    const committed = await gitIn(worktree, ['ls-tree', '-r', '-z', '--full-tree', 'HEAD'])
    if (!committed.ok) return failed(gitFailure('git could not read the commit that a worktree is at', committed))
    // "100644 blob <id>\tpath" instead of "100644 <id> 0\tpath": both are taken.
    return ok({ plain: committed.stdout, conflicts: new Uint8Array() })
  }
  const records = Buffer.from(listed.stdout.buffer, listed.stdout.byteOffset, listed.stdout.byteLength).toString('latin1').split('\0').slice(0, -1)
  const isMerged = (record: string): boolean => record[record.indexOf('\t') - 1] === '0'
  if (records.every(isMerged)) return ok({ plain: listed.stdout, conflicts: new Uint8Array() })
  const apart = records.map((record) => (isMerged(record) ? record : record.replace(/ ([123])\t/, ' 0\tconflict-$1/')))
  return ok({ plain: bytesOf(records.filter(isMerged)), conflicts: bytesOf(apart) })
}

const bytesOf = (records: readonly string[]): Uint8Array => Buffer.from(records.map((record) => `${record}\0`).join(''), 'latin1')

const emptyBlob = /e69de29bb2d1d6434b8b29ae775ad8c2e48c5391|473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813/

/** `git add --intent-to-add` notes a blob that is not there. */
async function hasEmptyBlob(worktree: Repository, entries: Uint8Array): Promise<boolean> {
  const text = Buffer.from(entries.buffer, entries.byteOffset, entries.byteLength).toString('latin1')
  return !emptyBlob.test(text) || (await gitIn(worktree, ['hash-object', '-w', '--stdin'], { input: '' })).ok
}

/** What a sparse checkout leaves out is not deleted. Where such a file is there all the same, git looks at it. */
async function leftOut(worktree: Repository, inIndex: InIndex): Promise<Result<void>> {
  const sparse = await gitIn(worktree, ['config', '--type=bool', '--get', 'core.sparseCheckout'])
  if (!sparse.ok || answerText(sparse.stdout) !== 'true') return ok(undefined)
  const listed = await gitIn(worktree, ['ls-files', '-t', '-z'])
  if (!listed.ok) return failed(gitFailure('git could not list what a sparse checkout leaves out', listed))
  const records = Buffer.from(listed.stdout).toString('latin1').split('\0')
  const paths = records.flatMap((record) => (record.startsWith('S ') ? [record.slice(2)] : []))
  const marked = await inIndex(['update-index', '--skip-worktree', '-z', '--stdin'], { input: bytesOf(paths) })
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
