/** Which phases of a roadmap are whole and have passed their gate, and what each of the others lacks. Pure. */
import { phaseKey, type Roadmap, type RoadmapPhase } from '../model/roadmap.ts'
import type { Journal } from '../model/roadmap-journal.ts'
import { isOver, type TaskStanding } from '../model/roadmap-standing.ts'
import { owedGates, passedGates, type PassedGate } from './owed-gates.ts'

export type PhaseEnd = {
  readonly phase: RoadmapPhase
  /** Absent: it is not to be handed over. */
  readonly passed?: PassedGate
  /** What it lacks; empty when it has passed. */
  readonly lacks: string
}

/** In the order of the roadmap. */
export function finishedPhases(roadmap: Roadmap, standings: ReadonlyMap<string, TaskStanding>, journal: Journal): readonly PhaseEnd[] {
  const passed = passedGates(journal)
  const owed = owedGates(roadmap, standings, journal)
  return roadmap.phases.map((phase): PhaseEnd => {
    const tasks = phase.groups.flatMap((group) => group.tasks)
    const standingOf = (id: string) => standings.get(id)?.standing ?? { kind: 'open' as const }
    const open = tasks.filter(({ id }) => !isOver(standingOf(id)))
    if (open.length > 0) return { phase, lacks: `${open.length} of its ${tasks.length} tasks ${open.length === 1 ? 'is' : 'are'} not over` }
    if (!tasks.some(({ id }) => standingOf(id).kind === 'landed')) return { phase, lacks: 'nothing of it has landed by pawl' }
    const gate = passed.get(phaseKey(phase))
    return gate === undefined || owed.has(phaseKey(phase)) ? { phase, lacks: 'its gate has not passed' } : { phase, passed: gate, lacks: '' }
  })
}
