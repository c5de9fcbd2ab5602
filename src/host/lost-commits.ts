/** Finds commits that only a worktree itself knows: of a detached HEAD, of a reset, of a merge or rebase that was not ended. */
import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { failed, ok, type Result } from '../model/failure.ts'
import { answerText, gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'

/** Files in git's folder of a worktree that name commits, one in each line. */
const namers = [
  'HEAD',
  'ORIG_HEAD',
  'MERGE_HEAD',
  'MERGE_AUTOSTASH',
  'CHERRY_PICK_HEAD',
  'REVERT_HEAD',
  'REBASE_HEAD',
  'rebase-merge/orig-head',
  'rebase-merge/onto',
  'rebase-merge/autostash',
  'rebase-apply/orig-head',
  'rebase-apply/autostash',
]

/** Those of which all others follow: with them as parents of a commit, none is lost. `branch`: the ref of the worktree's own branch. */
export async function lostCommits(worktree: Repository, branch: string): Promise<Result<readonly string[]>> {
  const named = namers.flatMap((name) => idsIn(join(worktree.gitDir, name)))
  const answers = await Promise.all([
    loggedIn(worktree, join(worktree.gitDir, 'logs', 'HEAD'), 'HEAD'),
    loggedIn(worktree, join(worktree.commonDir, 'logs', branch), branch),
    ownRefs(worktree),
  ])
  const logged = answers.flat()
  const candidates = [...new Set([...named, ...logged])].filter((id) => /^[0-9a-f]{40,64}$/.test(id))
  const commits = await commitsAmong(worktree, candidates)
  if (!commits.ok || commits.value.length === 0) return commits
  return notReached(worktree, commits.value, ['--not', '--branches', '--tags', '--remotes', '--glob=refs/pawl/*'])
}

/** Of commits and what they follow from: those of which all others follow that are not reached by `held`, words for rev-list. */
export async function notReached(
  repository: Repository,
  commits: readonly string[],
  held: readonly string[],
  without = '',
): Promise<Result<readonly string[]>> {
  const answer = await gitIn(repository, ['rev-list', '--parents', '--stdin', ...held], { input: `${commits.join('\n')}\n${without}` })
  if (!answer.ok) return failed(gitFailure('git could not find the commits that no branch holds', answer))
  const rows = answerText(answer.stdout)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' '))
  const followed = new Set(rows.flatMap(([, ...parents]) => parents))
  return ok(rows.flatMap(([id]) => (id === undefined || followed.has(id) ? [] : [id])))
}

/** What a ref ever was, by the file of its log; where that is not kept in files, git tells, or knows nothing either. */
async function loggedIn(worktree: Repository, path: string, ref: string): Promise<readonly string[]> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === true)
    return readFileSync(path, 'latin1')
      .split('\n')
      .flatMap((line) => line.split(' ', 2))
  const answer = await gitIn(worktree, ['log', '-g', '--format=%H', '--end-of-options', ref, '--'])
  return answer.ok ? answerText(answer.stdout).split('\n') : []
}

/** Those that only this worktree has. In files they are never packed. */
async function ownRefs(worktree: Repository): Promise<readonly string[]> {
  const folders = ['refs/bisect', 'refs/worktree', 'refs/rewritten']
  const inFiles = lstatSync(join(worktree.gitDir, 'reftable'), { throwIfNoEntry: false }) === undefined
  if (inFiles && folders.every((folder) => lstatSync(join(worktree.gitDir, folder), { throwIfNoEntry: false }) === undefined)) return []
  const answer = await gitIn(worktree, ['for-each-ref', '--format=%(objectname)', ...folders])
  return answer.ok ? answerText(answer.stdout).split('\n') : []
}

/** A rewritten file may name anything. */
export async function commitsAmong(worktree: Repository, ids: readonly string[]): Promise<Result<readonly string[]>> {
  if (ids.length === 0) return ok([])
  const answer = await gitIn(worktree, ['cat-file', '--batch-check=%(objectname) %(objecttype)'], { input: `${ids.join('\n')}\n` })
  if (!answer.ok) return failed(gitFailure('git could not look up commits', answer))
  return ok(
    answerText(answer.stdout)
      .split('\n')
      .map((line) => line.split(' '))
      .flatMap(([id, type]) => (id !== undefined && type === 'commit' ? [id] : [])),
  )
}

function idsIn(path: string): readonly string[] {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim())
}
