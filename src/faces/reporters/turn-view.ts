/** The view of one run in a series: only what really ran or is different from the run before. */
import type { Event } from '../../model/event.ts'
import type { Plan } from '../../model/plan.ts'
import type { Reporter } from '../../model/reporter.ts'
import type { Run } from '../../model/run.ts'
import { endingOf } from '../../model/tally.ts'
import type { TaskId } from '../../model/task.ts'
import { isGreen } from '../../model/verdict.ts'

/** What was shown last; kept from one run to the next. */
export type Shown = {
  green: ReadonlySet<TaskId>
  skips: string
}

export const nothingShown = (): Shown => ({ green: new Set(), skips: '[]' })

/** `isMuted`: the run is cut off, so that its end is no news. */
export function turnView(view: Reporter, shown: Shown, isMuted: () => boolean): Reporter {
  const isKnown = (task: TaskId, run: Run): boolean => shown.green.has(task) && !run.failedBefore.has(task)
  const onlyNews = (event: Event, run: Run): Event | undefined => {
    if (event.type === 'attempt.finished') return event.outcome.kind === 'cached' && isKnown(event.task, run) ? undefined : event
    if (event.type === 'tasks.reused') return { ...event, reused: event.reused.filter(({ task }) => !isKnown(task, run)) }
    if (event.type !== 'run.started') return event
    const skips = JSON.stringify(event.plan.skips)
    const known = skips === shown.skips
    shown.skips = skips
    return known ? { ...event, plan: { ...event.plan, skips: [] } } : event
  }
  return {
    ...view,
    on(event, run, plan) {
      if (isMuted()) return
      const news = onlyNews(event, run)
      if (news !== undefined) view.on(news, run, plan)
      if (event.type === 'run.finished' && event.verdict !== 'cancelled') shown.green = greenOnes(plan, run)
    },
  }
}

const greenOnes = (plan: Plan, run: Run): ReadonlySet<TaskId> => new Set(plan.order.filter((id) => isGreen(endingOf(run, id))))
