/** Which files recent commits changed: what changed together once may change together again. */
import { answerText } from './git.ts'
import { gitIn, type Repository } from './repository.ts'

const mostCommits = 500
/** A commit of more files than that says nothing about any two of them. */
const mostFiles = 50

/** Newest first, without merges. Empty where git cannot tell: it is only ever a guess. */
export async function recentChanges(repository: Repository): Promise<readonly (readonly string[])[]> {
  const args = ['log', `--max-count=${mostCommits}`, '--no-merges', '--format=%x01', '--name-only', '-z', '--no-renames']
  const answer = await gitIn(repository, args, { maxBytes: 32 * 1024 * 1024 })
  if (!answer.ok) return []
  return answerText(answer.stdout)
    .split('\x01')
    .map((part) =>
      part
        .split('\0')
        .map((path) => path.replace(/^\n/, ''))
        .filter((path) => path !== ''),
    )
    .filter((paths) => paths.length > 0 && paths.length <= mostFiles)
}
