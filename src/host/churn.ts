/** Asks git how often files were changed, and who somebody is. */
import { failed, ok, type Result } from '../model/failure.ts'
import { answerText, gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'

const yearSeconds = 365 * 24 * 3600

/** Path → commits that touched it in the year before the last commit; merges count nothing of their own. */
export async function yearOfCommits(repository: Repository): Promise<Result<ReadonlyMap<string, number>>> {
  const last = await gitIn(repository, ['log', '-1', '--no-show-signature', '--format=%ct', 'HEAD', '--'])
  if (!last.ok) return failed(gitFailure('git could not tell when the last commit was made', last))
  const since = Number(answerText(last.stdout)) - yearSeconds
  const answer = await gitIn(repository, [
    'log',
    '-z',
    '--no-show-signature',
    '--no-merges',
    '--no-renames',
    '--no-relative',
    '--format=',
    '--name-only',
    `--since=${new Date(since * 1000).toISOString()}`,
    'HEAD',
    '--',
  ])
  if (!answer.ok) return failed(gitFailure('git could not tell which files were changed how often', answer))
  const commits = new Map<string, number>()
  for (const path of new TextDecoder().decode(answer.stdout).split('\0')) {
    // A commit that touches nothing leaves a line break.
    const name = path.replace(/^\n+/, '')
    if (name !== '') commits.set(name, (commits.get(name) ?? 0) + 1)
  }
  return ok(commits)
}

/** The name that git would write into a commit; undefined: nobody has said it. */
export async function userName(repository: Repository): Promise<string | undefined> {
  const answer = await gitIn(repository, ['config', '--get', 'user.name'])
  return answer.ok ? answerText(answer.stdout) : undefined
}
