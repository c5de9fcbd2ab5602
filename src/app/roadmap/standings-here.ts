/** A roadmap together with what is recorded of it. Nothing is changed. */
import { standingsOf, type Journal } from '../../model/roadmap-journal.ts'
import type { TaskStanding } from '../../model/roadmap-standing.ts'
import { ok, type Result } from '../../model/failure.ts'
import { readState } from '../state.ts'
import type { Site } from '../site.ts'
import { journalOf } from './journal-here.ts'
import { roadmapHere, type RoadmapHere } from './roadmap-here.ts'

export type StandingsHere = { readonly here: RoadmapHere; readonly journal: Journal; readonly standings: ReadonlyMap<string, TaskStanding> }

export async function standingsHere(site: Site, named: string | undefined): Promise<Result<StandingsHere>> {
  const here = await roadmapHere(site, named)
  if (!here.ok) return here
  const state = await readState(site)
  if (!state.ok) return state
  try {
    const journal = journalOf(site, state.value.store)
    return ok({ here: here.value, journal, standings: standingsOf(here.value.roadmap, journal) })
  } finally {
    state.value.close()
  }
}
