/** What a run of a roadmap leaves for people: a report, and a status file for each group. In the state folder, or where pawl.yaml says. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { groupStatus, isOurStatusFile, type GateFact } from '../../config/roadmap/group-status.ts'
import { owedGates } from '../../engine/owed-gates.ts'
import { namedFiles } from '../../host/named-files.ts'
import { saveAtomic } from '../../host/save-atomic.ts'
import type { Failure } from '../../model/failure.ts'
import { groupKey } from '../../model/roadmap.ts'
import type { Journal } from '../../model/roadmap-journal.ts'
import { gateTask } from '../../model/work-stage.ts'
import type { Site } from '../site.ts'
import type { StandingsHere } from './standings-here.ts'

const folderOf = ({ stateFolder }: Site): string => join(stateFolder, 'roadmap')

/** Saves a text below the state folder; its absolute path. */
export async function savePaper(site: Site, name: string, text: string): Promise<string> {
  const folder = folderOf(site)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, name)
  await saveAtomic(path, text)
  return path
}

/** Answers with what was left alone: a file of that name that somebody else wrote. */
export async function saveStatusFiles(site: Site, { here, standings, journal }: StandingsHere): Promise<readonly Failure[]> {
  const said = here.loaded.config.roadmap?.statusFiles
  const folder = said === undefined ? join(folderOf(site), 'status') : join(site.root, said)
  await mkdir(folder, { recursive: true, ...(said === undefined ? { mode: 0o700 } : {}) })
  const left: Failure[] = []
  const owed = owedGates(here.roadmap, standings, journal)
  for (const phase of here.roadmap.phases) {
    for (const group of phase.groups) {
      const gate = gateOf(journal, gateTask(groupKey(phase, group)))
      const { name, text } = groupStatus({
        phase,
        group,
        standings: [...standings.values()],
        gate,
        isGateOwed: owed.has(groupKey(phase, group)),
        at: site.clock.now(),
      })
      const path = join(folder, name)
      const known = await namedFiles().text(path, 1024 ** 2)
      if (known.kind !== 'missing' && !(known.kind === 'text' && isOurStatusFile(known.text))) {
        left.push({ type: 'init.foreign', what: `${path} was written by somebody else`, kept: 'it was not changed' })
        continue
      }
      await saveAtomic(path, text)
    }
  }
  return left
}

/** The newest judgement that is recorded. */
function gateOf({ runs }: Journal, task: string): readonly GateFact[] {
  for (const { run, events } of runs.toReversed()) {
    const fact = events
      .flatMap((event) => (event.type === 'job.advanced' && event.task === task && event.fact.kind === 'stage-judged' ? [event.fact] : []))
      .at(-1)
    if (fact !== undefined) return fact.checks.map(({ check, ending, findings }) => ({ check, ending, run, findings }))
  }
  return []
}
