/** Says which paths a branch changes since it left another, and whether globs describe any of them. */
import { failed, ok, type Result } from '../model/failure.ts'
import { answerText, gitFailure } from './git.ts'
import { globLibrary, matcherFor } from './globs.ts'
import { gitIn, type Repository } from './repository.ts'
import { commitDifference } from './tree-difference.ts'

/** Sorted, both commits being full ids. Of branches that merged each other: since any of the commits where they met. Without a common commit: all paths. */
export async function branchTouches(checkout: Repository, target: string, commit: string): Promise<Result<readonly string[]>> {
  const met = await gitIn(checkout, ['merge-base', '--all', '--end-of-options', target, commit])
  if (!met.ok && met.code !== 1) return failed(gitFailure('git could not tell where a branch began', met))
  const bases = met.ok ? answerText(met.stdout).split('\n') : []
  const touched = new Set<string>()
  for (const base of bases) {
    const changes = await commitDifference(checkout, base, commit)
    if (changes === undefined)
      return failed({ type: 'repo.git-failed', what: 'git could not compare two commits', why: 'some of their objects are not in this clone' })
    for (const path of changes.keys()) touched.add(path)
  }
  if (bases.length > 0) return ok([...touched].toSorted())
  // Nothing in common: what is in it is what it changes.
  const all = await commitDifference(checkout, commit, undefined)
  return all === undefined ? failed({ type: 'repo.git-failed', what: `git does not know the commit ${commit}` }) : ok([...all.keys()].toSorted())
}

/** Whether any of the paths is among what the globs describe. */
export async function concerns(paths: readonly string[], globs: readonly string[]): Promise<boolean> {
  return paths.some(matcherFor(globs, await globLibrary()))
}
