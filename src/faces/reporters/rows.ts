/** Rows say what became of each check of a run: the one table that every format of results is made from. */
import type { Finding } from '../../model/finding.ts'
import { findingsOf, type Settlement } from '../../model/outcome.ts'
import type { Plan } from '../../model/plan.ts'
import type { Run } from '../../model/run.ts'
import type { Task, TaskId } from '../../model/task.ts'
import { countsOf, endingOf } from '../../model/tally.ts'
import { type Counts, type Ending, isGreen, type Verdict } from '../../model/verdict.ts'
import type { Facts } from './facts.ts'

export type CheckRow = {
  readonly id: TaskId
  /** Absent for tasks that the request left out. */
  readonly task: Task | undefined
  readonly stage: string
  readonly ending: Ending
  readonly settlement: Settlement | undefined
  readonly findings: readonly Finding[]
  readonly advisory: boolean
  /** Time of the attempt in this run; undefined when nothing was measured. */
  readonly durationMs: number | undefined
}

/** Checks in the order of the plan, then what was left out. */
export function checkRows(plan: Plan, run: Run, facts: Facts): readonly CheckRow[] {
  const checks = plan.order.map((id): CheckRow => {
    const task = plan.tasks.get(id)?.task
    const settlement = run.settled.get(id)
    return {
      id,
      task,
      settlement,
      stage: task?.stage ?? '',
      ending: endingOf(run, id),
      findings: findingsOf(settlement),
      advisory: task?.severity === 'advisory',
      durationMs: durationOf(facts.really.get(id)) ?? durationOf(settlement),
    }
  })
  const skips = plan.skips.map(({ task: id, stage, reason }): CheckRow => {
    return { id, task: undefined, stage, ending: 'skipped', settlement: { kind: 'skipped', reason }, findings: [], advisory: false, durationMs: undefined }
  })
  return [...checks, ...skips]
}

/** Neither green nor left out on purpose nor a description: somebody should look at it. */
export const isBad = (ending: Ending): boolean => !isGreen(ending) && ending !== 'skipped' && ending !== 'described'

export const countsNow = (plan: Plan, run: Run, facts: Facts): Counts => facts.finished?.counts ?? countsOf(plan, run)

/** A run without an end was cut off: nobody knows more. */
export const verdictNow = (run: Run, facts: Facts): Verdict => facts.finished?.verdict ?? run.verdict ?? 'lost'

const durationOf = (settlement: Settlement | undefined): number | undefined =>
  settlement !== undefined && 'durationMs' in settlement ? settlement.durationMs : undefined
