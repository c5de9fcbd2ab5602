/** Asks git which paths it ignores, whether or not something is there. */
import { gitError, gitFailure } from './git.ts'
import { eachRecord } from './git-listing.ts'
import { gitIn, type Repository } from './repository.ts'

/** Exit code of `git check-ignore` when it ignores none. */
const noneIgnored = 1

/** A path that ends in "/" is asked for as a folder and comes back as it was asked for. */
export async function ignoredPaths(repository: Repository, paths: readonly string[]): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set()
  const answer = await gitIn(repository, ['check-ignore', '-z', '--stdin'], { input: paths.map((path) => `${path}\0`).join('') })
  if (!answer.ok && answer.code !== noneIgnored) throw gitError(gitFailure('git could not tell which files it ignores', answer))
  const ignored = new Set<string>()
  if (answer.ok) eachRecord(answer.stdout, new Map(), (record, name) => ignored.add(name(record)))
  return ignored
}
