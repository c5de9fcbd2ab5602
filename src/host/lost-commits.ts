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
  const [ofHead, ofBranch, own] = await Promise.all([
    gitIn(worktree, ['log', '-g', '--format=%H', '--end-of-options', 'HEAD', '--']),
    gitIn(worktree, ['log', '-g', '--format=%H', '--end-of-options', branch, '--']),
    gitIn(worktree, ['for-each-ref', '--format=%(objectname)', 'refs/bisect', 'refs/worktree', 'refs/rewritten']),
  ])
  // Without a reflog, or without a branch, there is nothing that they could tell.
  const logged = [ofHead, ofBranch, own].flatMap((answer) => (answer.ok ? answerText(answer.stdout).split('\n') : []))
  const candidates = [...new Set([...named, ...logged])].filter((id) => /^[0-9a-f]{40,64}$/.test(id))
  const commits = await commitsAmong(worktree, candidates)
  if (!commits.ok || commits.value.length === 0) return commits
  const held = ['--not', '--branches', '--tags', '--remotes', '--glob=refs/pawl/*']
  const answer = await gitIn(worktree, ['rev-list', '--parents', '--stdin', ...held], { input: `${commits.value.join('\n')}\n` })
  if (!answer.ok) return failed(gitFailure('git could not find the commits that no branch holds', answer))
  const rows = answerText(answer.stdout)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' '))
  const followed = new Set(rows.flatMap(([, ...parents]) => parents))
  return ok(rows.flatMap(([id]) => (id === undefined || followed.has(id) ? [] : [id])))
}

/** A rewritten file may name anything. */
async function commitsAmong(worktree: Repository, ids: readonly string[]): Promise<Result<readonly string[]>> {
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
