/** The journal of a roadmap: all runs of jobs that are recorded, and what people marked. Read, never written. */
import type { Store } from '../../model/store.ts'
import type { Journal } from '../../model/roadmap-journal.ts'
import { jobsHolder, liveRun, runsOfJobs } from '../jobs/jobs-look.ts'
import type { Site } from '../site.ts'

export function journalOf(site: Pick<Site, 'stateFolder' | 'clock'>, store: Store): Journal {
  const live = liveRun(store, jobsHolder(site))?.number
  const runs = runsOfJobs(store, Number.MAX_SAFE_INTEGER).toReversed()
  return { runs: runs.map(({ number }) => ({ run: number, isLive: number === live, events: store.events(number) })), told: store.told() }
}
