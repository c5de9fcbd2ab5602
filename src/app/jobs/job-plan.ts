/** The plan of a run of jobs: so many agents at a time, and one landing. */
import { jobTasks, type AskedWork } from '../../config/job-tasks.ts'
import { compile, type Wish } from '../../engine/compile.ts'
import type { Result } from '../../model/failure.ts'
import type { Plan } from '../../model/plan.ts'
import type { Task } from '../../model/task.ts'

export type PlannedJobs = AskedWork

/** `costs`: what is known of these tasks from history. */
export function jobPlan(asked: PlannedJobs, costs: (tasks: readonly Task[]) => Pick<Wish, 'expectedMs' | 'expectedBytes'>): Result<Plan> {
  const tasks = jobTasks(asked)
  const slots = new Map([
    ['cpu', asked.work.parallel],
    ['land', 1],
  ])
  return compile({ tasks, skips: [], slots, ...costs(tasks) })
}
