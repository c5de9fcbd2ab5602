/** The tally of a run: what became of each check, the counts, the verdict. Computed from recorded facts; the parts always add up to the total. */
import { Bug } from './failure.ts'
import { satisfies } from './outcome.ts'
import type { Plan } from './plan.ts'
import type { Run } from './run.ts'
import type { TaskId } from './task.ts'
import { isGreen, type Counts, type Ending, type Verdict } from './verdict.ts'

/** How a check ended, over all rounds. A check that failed and passes after a fix is fixed; one that ran in this run and is reused in a later round passed. */
export function endingOf(run: Run, task: TaskId): Ending {
  const last = run.settled.get(task)
  if (last === undefined) return run.cancelling ? 'cancelled' : 'lost'
  if (last.kind === 'refused') return 'skipped'
  if (!satisfies(last)) return last.kind
  if (last.kind === 'described') return 'described'
  if (run.mended.has(task)) return 'fixed'
  return last.kind === 'cached' && run.ran.has(task) ? 'passed' : last.kind
}

/** Where counting begins. */
export const noCounts: Counts = {
  passed: 0,
  fixed: 0,
  cached: 0,
  failed: 0,
  errored: 0,
  'timed-out': 0,
  skipped: 0,
  blocked: 0,
  cancelled: 0,
  lost: 0,
  described: 0,
  total: 0,
  findings: 0,
  advisory: 0,
}

/** Counts every check of the plan and every skip once. */
export function countsOf(plan: Plan, run: Run): Counts {
  const counts = { ...noCounts, skipped: plan.skips.length, total: plan.order.length + plan.skips.length }
  for (const id of plan.order) {
    const ending = endingOf(run, id)
    counts[ending] += 1
    if (!isGreen(ending) && plan.tasks.get(id)?.task.severity === 'advisory') counts.advisory += 1
    const settled = run.settled.get(id)
    if (settled !== undefined && 'findings' in settled) counts.findings += settled.findings.length
  }
  const { total, findings: _findings, advisory: _advisory, ...parts } = counts
  const sum = Object.values(parts).reduce((a, b) => a + b, 0)
  if (sum !== total) throw new Bug(`the parts (${sum}) do not add up to the total (${total})`)
  return counts
}

/** The verdict that the settled facts of a run demand. Nothing that did not run is green. */
export function verdictOf(plan: Plan, run: Run): Verdict {
  if (run.cancelling) return 'cancelled'
  const endings = plan.order.map((id) => ({ ending: endingOf(run, id), required: plan.tasks.get(id)?.task.severity !== 'advisory' }))
  const required = endings.filter((e) => e.required).map((e) => e.ending)
  if (required.includes('failed')) return 'failed'
  if (required.some((e) => !isGreen(e) && e !== 'described')) return 'broken'
  if (endings.some((e) => e.ending === 'described')) return 'described'
  return endings.some((e) => isGreen(e.ending)) ? 'passed' : 'broken'
}
