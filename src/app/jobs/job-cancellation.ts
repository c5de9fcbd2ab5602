/** A JobCancellation ends one job while the others go on: somebody asked for it in a second terminal, or the whole run is to end. Final: whatever else comes of the job, it counts as cancelled. */
import { isToCancel } from '../../host/job-papers.ts'
import { newCancellation } from '../../model/cancellation.ts'
import type { Executor } from '../../model/executor.ts'
import { jobOf } from '../../model/job-table.ts'
import type { JobAction, LandAction, TaskId } from '../../model/task.ts'
import type { Site } from '../site.ts'

const pollMs = 250

/** Whether somebody asked that a job of the run ends. */
export const cancelledJobs =
  ({ stateFolder }: Pick<Site, 'stateFolder'>, run: number) =>
  (task: TaskId): boolean => {
    const job = jobOf(task)
    return job !== undefined && isToCancel(stateFolder, run, job)
  }

type IsCancelled = (task: TaskId) => boolean

/** The same work, which ends when its job is to end. */
export function cancellable(executor: Executor<JobAction>, isCancelled: IsCancelled, everyMs = pollMs): Executor<JobAction> {
  return {
    ...executor,
    async perform(task, context) {
      if (isCancelled(task.id)) return { kind: 'cancelled', durationMs: 0 }
      const own = newCancellation()
      const forget = context.cancellation.onRequest((reason) => own.request(reason))
      const look = (): boolean => {
        const asked = isCancelled(task.id)
        if (asked) own.request('pawl cancel')
        return asked
      }
      const timer = setInterval(look, everyMs)
      try {
        const outcome = await executor.perform(task, { ...context, cancellation: own })
        return look() ? { kind: 'cancelled', durationMs: 'durationMs' in outcome ? (outcome.durationMs ?? 0) : 0 } : outcome
      } finally {
        clearInterval(timer)
        forget()
      }
    },
  }
}

/** A job that waits for its next try need not wait to learn that it is to end. */
export function rousedWhenCancelled(isCancelled: IsCancelled, everyMs = pollMs): (task: TaskId, wake: () => void) => () => void {
  return (task, wake) => {
    const timer = setInterval(() => (isCancelled(task) ? wake() : undefined), everyMs)
    return () => clearInterval(timer)
  }
}

/** Landing is one deed for many jobs: a job is left out of it, but nothing stops in the middle. */
export function unlessCancelled(executor: Executor<LandAction>, isCancelled: IsCancelled): Executor<LandAction> {
  return {
    ...executor,
    perform: async (task, context) => (isCancelled(task.id) ? { kind: 'cancelled', durationMs: 0 } : executor.perform(task, context)),
  }
}
