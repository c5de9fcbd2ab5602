/** Looks up which objects revisions stand for, many with one process. */
import { Bug, failed, ok, type Result } from '../model/failure.ts'
import { answerText, gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'

/** Such as "refs/heads/main^{commit}" or "HEAD^{tree}"; the full id of each, undefined where there is none. */
export async function idsOf(repository: Repository, revisions: readonly string[]): Promise<Result<readonly (string | undefined)[]>> {
  const odd = revisions.find((one) => one === '' || one.includes('\n'))
  if (odd !== undefined) throw new Bug(`no revision: ${JSON.stringify(odd)}`)
  const answer = await gitIn(repository, ['cat-file', '--batch-check=%(objectname)'], { input: revisions.map((one) => `${one}\n`).join('') })
  if (!answer.ok) return failed(gitFailure('git could not look up revisions', answer))
  const lines = answerText(answer.stdout).split('\n')
  // Of what is not there: the revision and a word.
  return ok(revisions.map((_, at) => (isFullId(lines[at] ?? '') ? lines[at] : undefined)))
}

export const isFullId = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)
