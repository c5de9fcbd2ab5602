/** Which gates a roadmap still owes: those of groups and phases that are over, and of which no gate has passed since the last landing or the last word of a person. */
import type { JudgedCheck } from '../model/job.ts'
import { groupKey, phaseKey, type Roadmap, type RoadmapTask } from '../model/roadmap.ts'
import type { Journal } from '../model/roadmap-journal.ts'
import { isOver, provenAt, type TaskStanding } from '../model/roadmap-standing.ts'
import { stageOfGate } from '../model/work-stage.ts'
import type { Ending } from '../model/verdict.ts'

/** Ids of stages: "1.A", "phase-1". A part of which nothing landed owes none: the words of a person alone are not judged. */
export function owedGates(roadmap: Roadmap, standings: ReadonlyMap<string, TaskStanding>, journal: Journal): ReadonlySet<string> {
  const passed = passedGates(journal)
  const owes = (stage: string, tasks: readonly RoadmapTask[]): boolean => {
    const all = tasks.map(({ id }) => standings.get(id)?.standing ?? { kind: 'open' as const })
    const hasLanded = all.some(({ kind }) => kind === 'landed')
    const times = all.flatMap((standing) => (standing.kind === 'landed' ? [provenAt(standing)] : standing.kind === 'confirmed' ? [standing.at] : []))
    return all.every(isOver) && hasLanded && (passed.get(stage)?.at ?? -1) < Math.max(...times)
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

/** When, at which commit, and what became of each check. */
export type PassedGate = { readonly at: number; readonly run: number; readonly commit: string; readonly checks: readonly JudgedCheck[] }

/** By stage: its last judgement, if that one passed. What does not pass and is only advice keeps no gate from that. */
export function passedGates({ runs }: Pick<Journal, 'runs'>): ReadonlyMap<string, PassedGate> {
  const judged = new Map<string, PassedGate>()
  const passed = new Map<string, PassedGate>()
  for (const { run, events } of runs)
    for (const event of events) {
      if (!('task' in event) || !event.task.startsWith('gate:')) continue
      const stage = stageOfGate(event.task)
      if (event.type === 'job.advanced' && event.fact.kind === 'stage-judged') {
        const { commit, checks } = event.fact
        judged.set(stage, { at: event.at, run, commit, checks })
        if (checks.every(isGreen)) passed.set(stage, { at: event.at, run, commit, checks })
        else passed.delete(stage)
      }
      const last = judged.get(stage)
      if (event.type === 'attempt.finished' && event.outcome.kind === 'passed' && last !== undefined) passed.set(stage, last)
    }
  return passed
}

const isGreen = ({ ending }: JudgedCheck): boolean => green.has(ending)
