/** What tasks usually take, as the history tells: what is expected of them in a plan. */
import type { Store } from '../model/store.ts'
import type { Task, TaskId } from '../model/task.ts'

export type UsualCosts = {
  /** The median of the last attempts that really ran, in whole milliseconds. */
  readonly expectedMs: (task: TaskId) => number | undefined
  /** The most memory of the last attempts, as far as it was measured. */
  readonly expectedBytes: (task: TaskId) => number | undefined
}

const attempts = 5

export const nothingUsual: UsualCosts = { expectedMs: () => undefined, expectedBytes: () => undefined }

export function usualCosts(store: Pick<Store, 'costs'>, tasks: readonly Task[]): UsualCosts {
  const costs = store.costs(
    tasks.map((task) => task.id),
    attempts,
  )
  return {
    expectedMs(task) {
      const sorted = [...(costs.get(task)?.durationsMs ?? [])].sort((a, b) => a - b)
      const middle = sorted[Math.floor(sorted.length / 2)]
      return middle === undefined ? undefined : Math.round(middle)
    },
    expectedBytes(task) {
      const peaks = costs.get(task)?.peakBytes ?? []
      return peaks.length === 0 ? undefined : Math.max(...peaks)
    },
  }
}
