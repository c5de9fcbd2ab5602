/** What each check of a plan would do now: run, and why, or be reused, and from which run. Nothing is done. */
import { preview, type Preview } from '../engine/attempt.ts'
import type { Cache } from '../model/cache.ts'
import { newCancellation } from '../model/cancellation.ts'
import { newRun } from '../model/run.ts'
import type { TaskId } from '../model/task.ts'
import { attemptWorld } from './attempt-world.ts'
import { consentBy, noOne } from './consent.ts'
import type { Planned } from './draft.ts'
import type { Site } from './site.ts'

export async function previewsOf(site: Site, planned: Planned, cache: Cache): Promise<ReadonlyMap<TaskId, Preview>> {
  const silent = () => ({ write: () => undefined, close: async () => undefined })
  const world = attemptWorld({
    site,
    planned,
    cache,
    consent: consentBy(undefined),
    ask: noOne,
    cancellation: newCancellation(),
    openLog: silent,
    run: 0,
    dryRun: true,
  })
  const run = newRun()
  const previews = new Map<TaskId, Preview>()
  for (const id of planned.plan.order) {
    const task = planned.plan.tasks.get(id)?.task
    if (task === undefined) continue
    const seen = await preview(task, world.worldOf(run))
    previews.set(id, seen)
    // What needs this task sees its outputs, if they are known.
    if (seen.would === 'reuse')
      run.settled.set(id, {
        kind: 'cached',
        findings: [],
        from: seen.from,
        savedMs: 0,
        durationMs: 0,
        ...(seen.outputs === undefined ? {} : { outputs: seen.outputs }),
      })
  }
  return previews
}
