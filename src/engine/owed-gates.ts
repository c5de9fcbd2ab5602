/** Which gates a roadmap still owes: those of groups and phases that are over, and of which no gate has passed since the last landing or the last word of a person. */
import type { JudgedCheck } from '../model/job.ts'
import { groupKey, phaseKey, type Roadmap, type RoadmapTask } from '../model/roadmap.ts'
import type { Journal } from '../model/roadmap-journal.ts'
import { isOver, provenAt, type TaskStanding } from '../model/roadmap-standing.ts'
import { stageOfGate } from '../model/work-stage.ts'
import type { Ending } from '../model/verdict.ts'

/** Ids of stages: "1.A", "phase-1". A part of which nothing landed owes none: the words of a person alone are not judged. */
export function owedGates(roadmap: Roadmap, standings: ReadonlyMap<string, TaskStanding>, journal: Journal): ReadonlySet<string> {
  const passed = passedAt(journal)
  const owes = (stage: string, tasks: readonly RoadmapTask[]): boolean => {
    const all = tasks.map(({ id }) => standings.get(id)?.standing ?? { kind: 'open' as const })
    const hasLanded = all.some(({ kind }) => kind === 'landed')
    const times = all.flatMap((standing) => (standing.kind === 'landed' ? [provenAt(standing)] : standing.kind === 'confirmed' ? [standing.at] : []))
    return all.every(isOver) && hasLanded && (passed.get(stage) ?? -1) < Math.max(...times)
  }
  const groups = roadmap.phases.flatMap((phase) =>
    phase.groups.filter((group) => owes(groupKey(phase, group), group.tasks)).map((group) => groupKey(phase, group)),
  )
  const phases = roadmap.phases.filter((phase) =>
    owes(
      phaseKey(phase),
      phase.groups.flatMap(({ tasks }) => tasks),
    ),
  )
  return new Set([...groups, ...phases.map(phaseKey)])
}

const green: ReadonlySet<Ending> = new Set(['passed', 'fixed', 'cached', 'skipped'])

/** By stage: when its last judgement was, if that one passed. What does not pass and is only advice keeps no gate from that. */
function passedAt({ runs }: Journal): ReadonlyMap<string, number> {
  const passed = new Map<string, number>()
  for (const { events } of runs)
    for (const event of events) {
      if (event.type === 'attempt.finished' && event.outcome.kind === 'passed' && event.task.startsWith('gate:')) passed.set(stageOfGate(event.task), event.at)
      if (event.type !== 'job.advanced' || event.fact.kind !== 'stage-judged') continue
      const stage = stageOfGate(event.task)
      if (event.fact.checks.every(isGreen)) passed.set(stage, event.at)
      else passed.delete(stage)
    }
  return passed
}

const isGreen = ({ ending }: JudgedCheck): boolean => green.has(ending)
