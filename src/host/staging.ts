/** Says what the next commit will hold: which index git takes it from, what on disk differs from that, and the id of its tree. */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { failed, ok, type Result } from '../model/failure.ts'
import { stampOf } from './content-id.ts'
import { eachRecord, readStatus } from './git-listing.ts'
import { answerText, gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'
import { isFullId } from './revisions.ts'

/**
 * Inside a pre-commit hook of `git commit -a` or `git commit FILE` the index to be committed is a temporary one that git names here.
 * Only believed when it lies in this repository's own git directory.
 */
export function commitIndex(repository: Repository): string {
  const usual = join(repository.gitDir, 'index')
  const named = process.env['GIT_INDEX_FILE']
  if (named === undefined || named === '') return usual
  const file = resolve(repository.root, named)
  return dirname(file) === repository.gitDir && stampOf(file)?.isFile() === true ? file : usual
}

export type IndexAndDisk = {
  /** Tracked paths whose content or existence on disk is not what is staged, whether or not they are part of the commit. */
  readonly differing: readonly string[]
  /** In the middle of a merge: there is no tree to be committed yet. */
  readonly unmerged: boolean
}

export async function indexAndDisk(repository: Repository): Promise<Result<IndexAndDisk>> {
  const args = ['status', '--porcelain=v2', '-z', '--untracked-files=no', '--ignore-submodules=all', '--no-renames']
  const answer = await gitIn(repository, args, { env: { GIT_INDEX_FILE: commitIndex(repository) } })
  if (!answer.ok) return failed(gitFailure('git could not tell what is staged', answer))
  const { entries } = readStatus(answer.stdout, new Map())
  return ok({
    differing: entries.filter((entry) => entry.kind === 'tracked' && entry.unstaged !== '.').map((entry) => entry.path),
    unmerged: entries.some((entry) => entry.kind === 'unmerged'),
  })
}

/** The environment in which trees that are only computed live: what is new goes into `scratch`, and the repository gets no object. */
export const scratchObjects = (repository: Repository, scratch: string): Record<string, string> => ({
  GIT_OBJECT_DIRECTORY: join(scratch, 'objects'),
  GIT_ALTERNATE_OBJECT_DIRECTORIES: join(repository.commonDir, 'objects'),
})

/** The tree that `git commit` would commit now. Works on a copy of the index, because git would note the answer in it. */
export async function stagedTree(repository: Repository, scratch: string): Promise<Result<string>> {
  const index = join(scratch, 'index')
  mkdirSync(join(scratch, 'objects'), { recursive: true, mode: 0o700 })
  const now = commitIndex(repository)
  // A repository without its first `git add` has none: the empty tree.
  const env = { ...scratchObjects(repository, scratch), GIT_INDEX_FILE: index }
  if (existsSync(now)) copyFileSync(now, index)
  const answer = await gitIn(repository, ['write-tree'], { env })
  return answer.ok ? ok(answerText(answer.stdout)) : failed(gitFailure('git could not make a tree of what is staged', answer))
}

/** The paths that are staged. */
export async function stagedPaths(repository: Repository): Promise<Result<ReadonlySet<string>>> {
  const answer = await gitIn(repository, ['ls-files', '-z'], { env: { GIT_INDEX_FILE: commitIndex(repository) } })
  if (!answer.ok) return failed(gitFailure('git could not list what is staged', answer))
  const paths = new Set<string>()
  eachRecord(answer.stdout, new Map(), (record, name) => paths.add(name(record)))
  return ok(paths)
}

/** `git commit FILE` commits from an index of its own and has prepared the one that follows: what is staged now would be lost from that. */
export const isPartialCommit = (repository: Repository): boolean => basename(commitIndex(repository)).startsWith('next-index')

/** Stages files as they are on disk, and nothing else. */
export async function stage(repository: Repository, paths: readonly string[]): Promise<Result<void>> {
  const input = paths.map((path) => `${path}\0`).join('')
  const answer = await gitIn(repository, ['update-index', '--add', '--remove', '-z', '--stdin'], { input, env: { GIT_INDEX_FILE: commitIndex(repository) } })
  return answer.ok ? ok(undefined) : failed(gitFailure('git could not stage what a fix changed', answer))
}

/** A commit, and the tree in it. */
export async function treeOf(repository: Repository, commit: string): Promise<Result<string>> {
  const key = isFullId(commit) ? `${repository.commonDir}\0${commit}` : undefined
  const known = key === undefined ? undefined : knownTrees.get(key)
  if (known !== undefined) return ok(known)
  const answer = await gitIn(repository, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{tree}`])
  if (!answer.ok) return failed(gitFailure(`git does not know the commit ${commit}`, answer))
  const tree = answerText(answer.stdout)
  if (key !== undefined) {
    if (knownTrees.size >= mostKnown) knownTrees.clear()
    knownTrees.set(key, tree)
  }
  return ok(tree)
}

/** A commit that is named by its id never holds another tree. */
const knownTrees = new Map<string, string>()
const mostKnown = 1000
