/** What the live block says of a run of agents: rows by the names of prompts, the newest note of each, and how many prompts are through. */
import type { Plan } from '../../model/plan.ts'
import type { Run } from '../../model/run.ts'
import type { TaskId } from '../../model/task.ts'
import { isLanding, jobsOf, promptName } from './job-names.ts'

const mostNext = 3

/** "3/7 prompts  2 waiting, next: beta, gamma" */
export function jobsProgress(plan: Plan, run: Run): string {
  const jobs = jobsOf(plan)
  const isOver = (id: TaskId): boolean => run.settled.has(id)
  const landings = plan.order.filter((id) => isLanding(plan, id))
  const waiting = jobs.filter((id) => !isOver(id) && !run.live.has(id))
  const names = waiting.slice(0, mostNext).map((id) => promptName(plan, id))
  const parts = [
    `${jobs.filter(isOver).length}/${jobs.length} prompts`,
    landings.some(isOver) ? `${landings.filter(isOver).length} through landing` : '',
    waiting.length === 0 || run.cancelling ? '' : `${waiting.length} waiting, next: ${names.join(', ')}`,
    run.cancelling ? 'cancelling' : '',
  ]
  return parts.filter((part) => part !== '').join('  ')
}
