/** The plan of a run of jobs: so many agents at a time, and one landing. */
import { jobTasks } from '../../config/job-tasks.ts'
import type { Work } from '../../config/work.ts'
import { compile, type Wish } from '../../engine/compile.ts'
import type { Result } from '../../model/failure.ts'
import type { Plan } from '../../model/plan.ts'
import type { Forecast, Prompt } from '../../model/prompt.ts'
import type { Task } from '../../model/task.ts'

/** `onto`: short name of the branch on which it lands. */
export type PlannedJobs = {
  readonly prompts: readonly Prompt[]
  readonly lanes: Forecast['lanes']
  readonly work: Work
  readonly onto: string
}

/** `costs`: what is known of these tasks from history. */
export function jobPlan(
  { prompts, lanes, work, onto }: PlannedJobs,
  costs: (tasks: readonly Task[]) => Pick<Wish, 'expectedMs' | 'expectedBytes'>,
): Result<Plan> {
  const tasks = jobTasks(prompts, lanes, work, onto)
  const slots = new Map([
    ['cpu', work.parallel],
    ['land', 1],
  ])
  return compile({ tasks, skips: [], slots, ...costs(tasks) })
}
