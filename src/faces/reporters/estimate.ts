/** Estimates how long a run will still take from how long its tasks took before; says nothing where that is not known. */
import type { Plan } from '../../model/plan.ts'
import { slotsNow, type Run } from '../../model/run.ts'
import type { TaskId } from '../../model/task.ts'

/** Milliseconds: the longer of the longest chain and the work shared by the slots. Undefined as soon as one open check has no history. */
export function estimateMs(plan: Plan, run: Run, expectedMs: ReadonlyMap<TaskId, number>, now: number): number | undefined {
  const ends = new Map<TaskId, number>()
  const work = new Map<string, number>()
  let longest = 0
  for (const id of plan.order) {
    const task = plan.tasks.get(id)?.task
    if (task === undefined || run.settled.has(id)) continue
    const expected = expectedMs.get(id)
    if (expected === undefined) return undefined
    const live = run.live.get(id)
    const left = Math.max(0, expected - (live === undefined ? 0 : now - live.startedAt))
    const start = Math.max(0, ...[...task.needs, ...task.after].map((need) => ends.get(need) ?? 0))
    ends.set(id, start + left)
    work.set(task.pool, (work.get(task.pool) ?? 0) + left * task.weight)
    longest = Math.max(longest, start + left)
  }
  for (const [pool, sum] of work) longest = Math.max(longest, sum / Math.max(1, slotsNow(plan, run, pool)))
  return longest
}
