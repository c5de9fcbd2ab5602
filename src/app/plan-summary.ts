/** The plan as plain data, for the first event of a run. */
import type { PlanSummary } from '../model/event.ts'
import type { Plan } from '../model/plan.ts'

export function summaryOf(plan: Plan): PlanSummary {
  const tasks = plan.order.flatMap((id) => {
    const planned = plan.tasks.get(id)
    if (planned === undefined) return []
    const { task, expectedMs } = planned
    return [{ id, stage: task.stage, needs: task.needs, reason: task.reason, ...(expectedMs === undefined ? {} : { expectedMs }) }]
  })
  return { tasks, skips: plan.skips }
}
