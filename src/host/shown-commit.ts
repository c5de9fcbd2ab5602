/** Makes a worktree in which nobody works hold exactly the files of one commit, so that it can be judged. What git ignores there, such as installed packages, stays. */
import type { Failure } from '../model/failure.ts'
import { eachRecord } from './git-listing.ts'
import { gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'

/** The largest repositories need minutes to be checked out. */
const checkoutMs = 20 * 60_000

/** What differs is thrown away. HEAD stays: no merge that is judged here and does not land leaves a trace. */
export async function showCommit(worktree: Repository, commit: string): Promise<Failure | undefined> {
  const shown = await gitIn(worktree, ['read-tree', '--reset', '-u', '--end-of-options', commit], { timeoutMs: checkoutMs })
  if (!shown.ok) return gitFailure('git could not lay out what is to be judged', shown)
  const cleaned = await gitIn(worktree, ['clean', '-ffdq'])
  return cleaned.ok ? undefined : gitFailure('git could not clear away what is in no commit', cleaned)
}

/** Paths of the commit whose files are others now: what was judged is not it. */
export async function strayed(worktree: Repository, commit: string): Promise<readonly string[] | Failure> {
  const args = ['diff', '--name-only', '-z', '--no-ext-diff', '--no-textconv', '--no-renames', '--end-of-options', commit, '--']
  const answer = await gitIn(worktree, args)
  if (!answer.ok) return gitFailure('git could not say whether the judged tree is still the one that is to be landed', answer)
  const paths: string[] = []
  eachRecord(answer.stdout, new Map(), (record, name) => paths.push(name(record)))
  return paths
}
