/** Finds the branch that work begins with and lands on: one that was named, or pawl's own, which follows the default branch as long as nothing of its own is on it. */
import { contains, integrationBranch } from '../../host/advance-branch.ts'
import { commitOf } from '../../host/changed-files.ts'
import { defaultBranch } from '../../host/default-branch.ts'
import type { Repository } from '../../host/repository.ts'
import { failed, ok, type Result } from '../../model/failure.ts'

export const ownBranch = 'pawl/integration'

export type LandingBranch = {
  /** Short name. */
  readonly name: string
  readonly commit: string
  /** What is to be said about how it was found. */
  readonly note: string
}

/** `named`: by the user; undefined: pawl's own. Moves nothing that is not pawl's own. */
export async function landingBranch(repository: Repository, named: string | undefined): Promise<Result<LandingBranch>> {
  if (named !== undefined) return namedBranch(repository, named)
  const base = await defaultBranch(repository)
  if (!base.ok) return base
  const begin = await commitOf(repository, base.value)
  if (!begin.ok) return begin
  const own = await integrationBranch(repository, begin.value, ownBranch)
  if (!own.ok) return own
  const { commit } = own.value
  if (commit === begin.value) return ok({ name: ownBranch, commit, note: `work begins with ${base.value} and lands on ${ownBranch}` })
  if (await contains(repository, commit, begin.value))
    return ok({ name: ownBranch, commit, note: `${ownBranch} is ahead of ${base.value}: work begins with what has landed there` })
  return failed({
    type: 'land.unproven',
    what: `${ownBranch} and ${base.value} have gone different ways`,
    why: 'work would begin without what was committed since',
    kept: 'nothing was started',
    hint: `Bring them together (git switch ${ownBranch}; git merge ${base.value}), delete it if you have taken what you want from it, or name another branch with --onto.`,
  })
}

async function namedBranch(repository: Repository, name: string): Promise<Result<LandingBranch>> {
  const short = name.replace(/^refs\/heads\//, '')
  const commit = await commitOf(repository, `refs/heads/${short}`)
  if (commit.ok) return ok({ name: short, commit: commit.value, note: `work begins with ${short} and lands there` })
  return failed({ type: 'repo.bad-ref', what: `there is no branch ${short}`, kept: 'nothing was started', hint: `Make it first: git branch ${short}` })
}
