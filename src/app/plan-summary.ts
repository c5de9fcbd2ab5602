/** The plan as plain data, for the first event of a run. */
import type { PlanSummary } from '../model/event.ts'
import type { Plan } from '../model/plan.ts'
import type { TaskId } from '../model/task.ts'

export function summaryOf(plan: Plan, expectedMs: (task: TaskId) => number | undefined): PlanSummary {
  const tasks = plan.order.flatMap((id) => {
    const task = plan.tasks.get(id)?.task
    if (task === undefined) return []
    const expected = expectedMs(id)
    return [{ id, stage: task.stage, needs: task.needs, reason: task.reason, ...(expected === undefined ? {} : { expectedMs: expected }) }]
  })
  return { tasks, skips: plan.skips }
}
