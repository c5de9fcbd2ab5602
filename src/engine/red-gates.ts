/** Which gates were red when they were judged last: since which run, and whether an agent has tried to mend that very state. */
import type { Event } from '../model/event.ts'
import { isSameId, stageTasks, type Roadmap } from '../model/roadmap.ts'
import type { Journal } from '../model/roadmap-journal.ts'
import type { RedBefore } from '../model/red-before.ts'
import type { TaskId } from '../model/task.ts'
import type { TurnOutcome } from '../model/agent.ts'
import { redText, stageOfGate } from '../model/work-stage.ts'

/** By id of the stage. A person who asks for a task of it once more lets an agent try once more. */
export function redGates(roadmap: Roadmap, { runs, told }: Journal): ReadonlyMap<string, RedBefore> {
  const red = new Map<string, RedBefore & { readonly at: number }>()
  for (const { run, events } of runs)
    for (const { stage, end } of gateEnds(events)) {
      if (end === 'passed') red.delete(stage)
      else {
        const before = red.get(stage)
        const same = before?.commit === end.commit && before.red === end.red ? before : undefined
        red.set(stage, { ...end, since: same?.since ?? run, hasTried: end.hasTried || same?.hasTried === true })
      }
    }
  const resets = told.flatMap((event) => (event.type === 'roadmap.marked' && event.mark.kind === 'reset' ? [event] : []))
  return new Map(
    [...red].map(([stage, { at, ...one }]) => {
      const tasks = stageTasks(roadmap, stage)
      const isAskedFor = resets.some(({ mark, at: then }) => then > at && tasks.some(({ id }) => isSameId(id, mark.id)))
      return [stage, isAskedFor ? { ...one, hasTried: false } : one]
    }),
  )
}

type GateEnd = 'passed' | (Omit<RedBefore, 'since'> & { readonly at: number })

/** Of gates that were judged to the end: what is cut off tells nothing. */
function gateEnds(events: readonly Event[]): readonly { readonly stage: string; readonly end: GateEnd }[] {
  const judged = new Map<string, Omit<RedBefore, 'since'>>()
  return events.flatMap((event): readonly { readonly stage: string; readonly end: GateEnd }[] => {
    const known = 'attempt' in event ? judged.get(event.attempt) : undefined
    if (event.type === 'job.advanced' && event.fact.kind === 'stage-judged')
      judged.set(event.attempt, { commit: event.fact.commit, red: redText(event.fact.checks), hasTried: false })
    // The turns of the agent that mends belong to the attempt at the gate.
    else if (event.type === 'job.advanced' && known !== undefined && event.fact.kind === 'turn-ended' && whole.has(event.fact.outcome))
      judged.set(event.attempt, { ...known, hasTried: true })
    if (event.type !== 'attempt.finished' || known === undefined || !isGate(event.task)) return []
    const stage = stageOfGate(event.task)
    if (event.outcome.kind === 'passed') return [{ stage, end: 'passed' }]
    return event.outcome.kind === 'failed' ? [{ stage, end: { ...known, at: event.at } }] : []
  })
}

/** Turns that came to an end of their own. */
const whole: ReadonlySet<TurnOutcome> = new Set(['ok', 'turns', 'budget'])
const isGate = (task: TaskId): boolean => task.startsWith('gate:')
