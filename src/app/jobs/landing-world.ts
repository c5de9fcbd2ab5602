/** What landing needs of the world: chains that git merges without a checkout, the gate, and the branch itself. */
import { land } from '../../engine/landing.ts'
import { advance, advanceCheckedOut } from '../../host/advance-branch.ts'
import { branchTouches, concerns } from '../../host/branch-touches.ts'
import { commitOf } from '../../host/changed-files.ts'
import { chainOf } from '../../host/merge-train.ts'
import type { AttemptContext } from '../../model/executor.ts'
import { failed, type Failure, type Result } from '../../model/failure.ts'
import type { Candidate, Landing, LandingWorld } from '../../model/landing.ts'
import type { Site } from '../site.ts'
import type { Gate } from './gate.ts'
import { repositoryOf } from './repository-of.ts'
import type { Watchfulness } from './watchfulness.ts'

export type LandingParts = {
  readonly site: Site
  readonly gate: Gate
  /** Short name of the branch. */
  readonly onto: string
  /** The user named it: then it is moved even where it is checked out, if that checkout is clean. */
  readonly isNamed: boolean
  readonly watchfulness: Watchfulness
}

const cancelled: Failure = { type: 'land.unjudged', what: 'landing was cancelled', kept: 'the branches are kept' }

export async function landTogether(parts: LandingParts, candidates: readonly Candidate[], context: AttemptContext): Promise<Result<Landing>> {
  const broken = await parts.watchfulness.breach()
  return broken === undefined ? land(candidates, landingWorld(parts, context)) : failed(broken)
}

function landingWorld({ site, gate, onto, isNamed, watchfulness }: LandingParts, context: AttemptContext): LandingWorld {
  const repository = repositoryOf(site)
  const ref = `refs/heads/${onto}`
  return {
    target: () => commitOf(repository, ref),
    chain: (base, candidates) => chainOf(repository, base, candidates, site.stateFolder),
    judge: (commit, only, again) => gate.judgeCommit(commit, context, { ...(only === undefined ? {} : { only }), ...(again === true ? { force: true } : {}) }),
    async concerns(check, candidate, base) {
      const globs = gate.planned.plan.tasks.get(check)?.task.inputs.files
      if (globs === undefined) return true
      const touched = await branchTouches(repository, base, candidate.commit)
      // What nobody can tell may be.
      return !touched.ok || concerns(touched.value, globs)
    },
    async advance(from, to) {
      if (context.cancellation.requested) return cancelled
      watchfulness.moving(from, to)
      const moved = await advance(repository, ref, from, to)
      const isHere = typeof moved === 'object' && moved.type === 'land.checked-out'
      return isHere && isNamed ? advanceCheckedOut(repository, ref, from, to) : moved
    },
  }
}
