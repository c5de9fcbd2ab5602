/** Turns what somebody selected (--files, --since, --staged) into existing paths of the working copy. */
import { realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { failed, ok } from '../model/failure.ts'
import type { Failure, Result } from '../model/failure.ts'
import type { Selection } from '../model/request.ts'
import { nearest } from '../model/suggestion.ts'
import type { Tree } from '../model/tree.ts'
import { commitIndex } from './staging.ts'
import { stampOf } from './content-id.ts'
import { readStatus } from './git-listing.ts'
import { answerText, gitFailure } from './git.ts'
import { gitIn } from './repository.ts'
import type { Repository } from './repository.ts'
import { treeDifference } from './tree-difference.ts'

export type ChangedFiles = { readonly paths: readonly string[]; readonly notes: readonly string[] }

/** Paths are relative to the root, sorted. `root` is only needed outside of git, where it cannot be known from the repository. */
export async function changedFiles(
  repository: Repository | undefined,
  selection: Selection,
  tree: Tree,
  cwd: string,
  root: string = repository?.root ?? cwd,
): Promise<Result<ChangedFiles>> {
  switch (selection.kind) {
    case 'whole':
      return ok({ paths: filesOf(tree), notes: [] })
    case 'files':
      return namedFiles(selection.paths, tree, realpathSync(cwd), realpathSync(root))
    case 'since':
      return repository === undefined ? failed(noGit('--since')) : filesSince(repository, selection.ref, tree)
    case 'staged':
      return repository === undefined ? failed(noGit('--staged')) : stagedFiles(repository, tree)
  }
}

const noGit = (flag: string): Failure => ({
  type: 'repo.no-git',
  what: `${flag} needs a git repository and this folder is none`,
  hint: 'name the files with --files',
})

/** A submodule is a folder with its own repository, not a file that a tool could be given. */
const filesOf = (tree: Tree): readonly string[] => tree.files.filter((file) => !file.id.startsWith('160000:')).map((file) => file.path)

async function filesSince(repository: Repository, ref: string, tree: Tree): Promise<Result<ChangedFiles>> {
  const commit = await commitOf(repository, ref)
  if (!commit.ok) return commit
  if (tree.commit === undefined) return failed({ type: 'repo.bad-ref', what: `nothing can be compared with '${ref}'`, why: 'this branch has no commit yet' })
  const base = await gitIn(repository, ['merge-base', '--end-of-options', commit.value, tree.commit])
  if (!base.ok && base.code !== 1) return failed(gitFailure(`git could not compare '${ref}' with HEAD`, base))
  if (!base.ok) {
    return failed({
      type: 'repo.bad-ref',
      what: `'${ref}' and HEAD have no common commit`,
      hint: 'in a shallow clone, get more history: git fetch --unshallow',
    })
  }
  const changed = await treeDifference(repository, { base: answerText(base.stdout), delta: {} }, tree)
  if (changed === undefined)
    return failed({ type: 'repo.git-failed', what: `git could not compare '${ref}' with HEAD`, why: 'some of their objects are not in this clone' })
  const present = new Set(filesOf(tree))
  return ok({ paths: changed.filter((path) => present.has(path)), notes: [] })
}

export async function commitOf(repository: Repository, ref: string): Promise<Result<string>> {
  // A ref never starts with a dash; what does is an option that somebody tries to slip in.
  const answer =
    ref.startsWith('-') || ref === '' ? undefined : await gitIn(repository, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])
  if (answer?.ok) return ok(answerText(answer.stdout))
  if (answer !== undefined && answer.code !== 1 && answer.code !== 128) return failed(gitFailure(`git could not look up '${ref}'`, answer))
  const meant = await nearestRef(repository, ref)
  return failed({
    type: 'repo.bad-ref',
    what: `'${ref}' is no branch, tag or commit of this repository`,
    hint: meant === undefined ? 'git branch --all and git tag show what there is' : `did you mean '${meant}'?`,
  })
}

async function nearestRef(repository: Repository, ref: string): Promise<string | undefined> {
  const answer = await gitIn(repository, ['for-each-ref', '--count=2000', '--format=%(refname:short)', 'refs/heads', 'refs/tags', 'refs/remotes'])
  return answer.ok
    ? nearest(
        ref,
        answerText(answer.stdout)
          .split('\n')
          .filter((name) => name !== ''),
      )
    : undefined
}

async function stagedFiles(repository: Repository, tree: Tree): Promise<Result<ChangedFiles>> {
  const answer = await gitIn(repository, ['status', '--porcelain=v2', '-z', '--untracked-files=no', '--ignore-submodules=all', '--no-renames'], {
    env: { GIT_INDEX_FILE: commitIndex(repository) },
  })
  if (!answer.ok) return failed(gitFailure('git could not tell what is staged', answer))
  const present = new Set(filesOf(tree))
  const paths: string[] = []
  const notes: string[] = []
  for (const { path, staged, unstaged } of readStatus(answer.stdout, new Map()).entries) {
    if (staged === '.' || staged === 'D') continue
    if (!present.has(path)) {
      if (unstaged === 'D') notes.push(`${path} is staged but missing on disk: a run checks what is staged, in a copy`)
      continue
    }
    paths.push(path)
    if (unstaged !== '.') notes.push(`${path} is partly staged: a run checks what is staged, in a copy`)
  }
  return ok({ paths: paths.toSorted(), notes })
}

function namedFiles(named: readonly string[], tree: Tree, cwd: string, root: string): Result<ChangedFiles> {
  const failures: Failure[] = []
  const paths = new Set<string>()
  for (const name of named) {
    const found = below(name, tree, cwd, root)
    if (found.ok) for (const path of found.value) paths.add(path)
    else failures.push(...found.failures)
  }
  return failures.length > 0 ? failed(...failures) : ok({ paths: [...paths].toSorted(), notes: [] })
}

/** A file is itself; a folder is all files of the tree below it. */
function below(name: string, tree: Tree, cwd: string, root: string): Result<readonly string[]> {
  const absolute = resolve(cwd, name)
  const stat = stampOf(absolute)
  if (stat === undefined) return failed(noSuchFile(name, tree, relativeTo(root, absolute)))
  // Only the folders on the way are resolved: a link inside the repository is a file of its own.
  const path = relativeTo(root, stat.isDirectory() ? realpathSync(absolute) : join(realpathSync(dirname(absolute)), basename(absolute)))
  if (path === undefined) return failed({ type: 'args.bad-value', what: `${name} is outside of the repository at ${root}` })
  if (!stat.isDirectory()) return ok([path])
  return ok(path === '' ? filesOf(tree) : filesOf(tree).filter((file) => file.startsWith(`${path}/`)))
}

function noSuchFile(name: string, tree: Tree, path: string | undefined): Failure {
  const meant = path === undefined ? undefined : nearest(path, filesOf(tree))
  return { type: 'repo.no-such-file', what: `there is no file ${name}`, ...(meant === undefined ? {} : { hint: `did you mean ${meant}?` }) }
}

/** With forward slashes; undefined when it is not below. */
function relativeTo(root: string, absolute: string): string | undefined {
  const path = relative(root, absolute)
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path) ? undefined : path.split(sep).join('/')
}
