/** The plan as plain data, for the first event of a run. */
import type { PlanSummary } from '../model/event.ts'
import type { Plan } from '../model/plan.ts'
import type { Store } from '../model/store.ts'
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

/** The most memory that a task took in its last attempts, as far as it was measured. */
export function usualBytes(store: Store): (task: TaskId) => number | undefined {
  return (task) => {
    const peaks = store.history.peaks(task, 5)
    return peaks.length === 0 ? undefined : Math.max(...peaks)
  }
}

/** How long a task usually takes: the median of its last attempts that really ran, in whole milliseconds. */
export function usualMs(store: Store): (task: TaskId) => number | undefined {
  return (task) => {
    const sorted = [...store.durations(task, 5)].sort((a, b) => a - b)
    const middle = sorted[Math.floor(sorted.length / 2)]
    return middle === undefined ? undefined : Math.round(middle)
  }
}
