/** Finds the git repository that a folder belongs to, and asks git about it with every folder named explicitly. */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { failed, ok } from '../model/failure.ts'
import type { Failure, Result } from '../model/failure.ts'
import { gitMissing } from './git-child.ts'
import { answerText, git, gitFailure } from './git.ts'
import type { GitAnswer, GitOptions, GitRefusal } from './git.ts'

export type Repository = {
  /** Absolute, symbolic links resolved. */
  readonly root: string
  readonly gitDir: string
  /** Shared by all linked worktrees of one repository. */
  readonly commonDir: string
  readonly linked: boolean
}

/** The repository around a folder; undefined when there simply is none. */
export async function findRepository(cwd: string): Promise<Result<Repository | undefined>> {
  const answer = await git(cwd, ['rev-parse', '--path-format=absolute', ...questions])
  if (!answer.ok) return explain(answer, cwd)
  const lines = answerText(answer.stdout).split('\n')
  const [root, gitDir, commonDir] = lines.length === questions.length ? lines : await askedOneByOne(cwd)
  if (root === undefined || gitDir === undefined || commonDir === undefined) {
    return failed({ type: 'repo.git-failed', what: 'git did not say where the repository is', why: `it answered ${JSON.stringify(lines)}` })
  }
  return ok({ root: resolve(root), gitDir: resolve(gitDir), commonDir: resolve(commonDir), linked: resolve(gitDir) !== resolve(commonDir) })
}

/** git in a known repository. The explicit folders keep a rewritten `.git` file or `commondir` from redirecting it. */
export const gitIn = (repository: Repository, args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> =>
  git(repository.root, args, {
    ...options,
    env: { GIT_DIR: repository.gitDir, GIT_COMMON_DIR: repository.commonDir, GIT_WORK_TREE: repository.root, ...options.env },
  })

const questions = ['--show-toplevel', '--git-dir', '--git-common-dir'] as const

/** Only for folders with a line break in their name. */
async function askedOneByOne(cwd: string): Promise<(string | undefined)[]> {
  const answers = await Promise.all(questions.map((question) => git(cwd, ['rev-parse', '--path-format=absolute', question])))
  return answers.map((answer) => (answer.ok ? answerText(answer.stdout) : undefined))
}

function explain(refusal: GitRefusal, cwd: string): Result<undefined> {
  const said = refusal.stderr
  if (/not a git repository \(or any/.test(said)) return ok(undefined)
  if (!existsSync(cwd)) return failed({ type: 'repo.no-such-file', what: `there is no folder ${cwd}` })
  if (refusal.code === gitMissing && !hasGitAbove(cwd)) return ok(undefined)
  return failed(failureFor(refusal, cwd))
}

function failureFor(refusal: GitRefusal, cwd: string): Failure {
  const said = refusal.stderr
  const dubious = /dubious ownership in repository at '(.+)'/.exec(said)?.[1]
  if (dubious !== undefined) {
    return {
      type: 'repo.git-failed',
      what: `git does not trust the repository at ${dubious}`,
      why: 'its folder belongs to another user',
      hint: `if you trust it: git config --global --add safe.directory '${dubious.replaceAll("'", `'\\''`)}'`,
    }
  }
  if (/must be run in a work tree|cannot use bare repository/.test(said)) {
    return {
      type: 'repo.no-git',
      what: `${cwd} is inside a git directory without a working copy`,
      hint: 'run pawl in a checkout; `git worktree add FOLDER` makes one',
    }
  }
  if (/not a git repository: /.test(said)) {
    return {
      type: 'repo.git-failed',
      what: 'the .git file here points to a repository that is gone',
      why: said.trim(),
      hint: 'if the main checkout was moved, run `git worktree repair` in it',
    }
  }
  return gitFailure(`git could not tell what repository ${cwd} belongs to`, refusal)
}

function hasGitAbove(folder: string): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return true
    if (at === dirname(at)) return false
  }
}
