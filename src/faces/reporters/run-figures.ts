/** The figures of a run of agents: how long it took beside what could not be shorter, and what it recovered from. Measured in this run; nothing is assumed. */
import type { Plan } from '../../model/plan.ts'
import type { TaskId } from '../../model/task.ts'
import type { TurnWhy, WorkFacts } from './work-facts.ts'

export type RunFigures = {
  readonly wallMs: number
  /** Of all tasks, as if one had been done after the other; without the pauses between tries. */
  readonly sumMs: number
  /** The tasks of which each had to wait for the one before, together longest; pauses between tries are part of them. */
  readonly chain: { readonly tasks: readonly TaskId[]; readonly ms: number }
  /** Wall time beyond the longest chain: waiting for a free slot, and what pawl itself needs. */
  readonly beyondMs: number
  /** Sum ÷ wall. Absent when nothing was measured. */
  readonly speedUp?: number
  readonly retries: number
  readonly rescues: number
  readonly turns: Readonly<Record<TurnWhy, number>>
}

export function figuresOf(plan: Plan, facts: WorkFacts): RunFigures {
  const wallMs = facts.at - facts.startedAt
  const sumMs = [...facts.spans.values()].reduce((sum, { workedMs }) => sum + workedMs, 0)
  const chain = longestChain(plan, facts)
  const whys = [...facts.turns.values()].flat()
  const count = (why: TurnWhy): number => whys.filter((one) => one === why).length
  return {
    wallMs,
    sumMs,
    chain,
    beyondMs: Math.max(0, wallMs - chain.ms),
    ...(wallMs > 0 && sumMs > 0 ? { speedUp: sumMs / wallMs } : {}),
    retries: facts.retries,
    rescues: facts.rescues,
    turns: { work: count('work'), resume: count('resume'), mend: count('mend'), resolve: count('resolve') },
  }
}

/** `plan.order` is topological. */
function longestChain(plan: Plan, { spans }: WorkFacts): RunFigures['chain'] {
  const best = new Map<TaskId, RunFigures['chain']>()
  let longest: RunFigures['chain'] = { tasks: [], ms: 0 }
  for (const id of plan.order) {
    const task = plan.tasks.get(id)?.task
    const span = spans.get(id)
    const before = [...(task?.needs ?? []), ...(task?.after ?? [])].flatMap((other) => best.get(other) ?? [])
    const head = before.reduce((one, other) => (other.ms > one.ms ? other : one), { tasks: [], ms: 0 })
    const chain = span === undefined ? head : { tasks: [...head.tasks, id], ms: head.ms + span.to - span.from }
    best.set(id, chain)
    if (chain.ms > longest.ms) longest = chain
  }
  return longest
}
