/** What the last green run still proves although something changed since: every check that can see none of the changed files, and needs none that can. */
import { globLibrary, matcherFor } from '../host/globs.ts'
import { areSame } from '../host/sightings.ts'
import { saltedDigest } from '../host/state-salt.ts'
import { readVouched } from '../host/vouched-file.ts'
import type { Baseline, Sighting } from '../model/baseline.ts'
import type { Reused } from '../model/outcome.ts'
import type { Request } from '../model/request.ts'
import type { TaskId } from '../model/task.ts'
import { baselinePath, isAnswerable, variablesDigest } from './baselines.ts'
import type { Planned } from './draft.ts'
import { program } from './program.ts'
import type { Site } from './site.ts'

export type Prior = {
  readonly proofs: ReadonlyMap<TaskId, Reused>
  /** What these stand on besides files that git looks at; it was looked at just now. */
  readonly sightings: readonly Sighting[]
}

/** Undefined when anything but files that git looks at is not as it was: then each check is looked up by itself. */
export async function priorProofs(site: Site, request: Request, planned: Planned): Promise<Prior | undefined> {
  if (!isAnswerable(request) || planned.remembered === undefined || planned.settings.force) return undefined
  const baseline = readVouched(baselinePath(site.stateFolder, site.root, request))?.value as Baseline | undefined
  if (baseline === undefined || baseline.plan !== planned.remembered || baseline.program !== program() || baseline.root !== site.root) return undefined
  const { variables, sightings, mark, proofs, from } = baseline
  const digest = variablesDigest(site.env, site.root, variables, saltedDigest(site.stateFolder, false))
  if (site.clock.now() < from || digest !== variables.digest || !areSame(site.root, sightings)) return undefined
  const changed = await site.trees.changedSince(mark, planned.tree)
  if (changed === undefined) return undefined
  const library = await globLibrary()
  const sees = (globs: readonly string[]): boolean => changed.some(matcherFor(globs, library))
  const now = site.clock.now()
  const undisturbed = proofs.flatMap(({ until, ...one }) => {
    const globs = planned.plan.tasks.get(one.task)?.task.inputs.files
    return globs === undefined || (until !== undefined && now >= until) || sees(globs) ? [] : [[one.task, one] as const]
  })
  return { proofs: new Map(undisturbed), sightings }
}
