/** A Judgement says how far a tree is from green, so that two trees can be compared: by what is outstanding, and by nothing else. */
import { findingsOf, satisfies, type Settlement } from './outcome.ts'
import type { Plan } from './plan.ts'
import type { TaskId } from './task.ts'

/** How a check stands: green, with so many outstanding findings, or unknown because it could not judge. */
export type Standing = 'unknown' | number

/** Of required checks only. */
export type Judgement = ReadonlyMap<TaskId, Standing>

export function judgementOf(plan: Plan, settled: ReadonlyMap<TaskId, Settlement>): Judgement {
  const required = plan.order.filter((id) => plan.tasks.get(id)?.task.severity === 'required')
  return new Map(required.map((id) => [id, standingOf(settled.get(id))]))
}

/** A check that failed has at least one; warnings count only where there are no errors. */
function standingOf(settlement: Settlement | undefined): Standing {
  if (satisfies(settlement)) return 0
  if (settlement?.kind !== 'failed') return 'unknown'
  const findings = findingsOf(settlement)
  const errors = findings.filter(({ severity }) => severity === 'error').length
  return Math.max(1, errors > 0 ? errors : findings.length)
}

export const outstandingIn = (judgement: Judgement): number => [...judgement.values()].reduce<number>((sum, one) => sum + (one === 'unknown' ? 0 : one), 0)

export const isAllGreen = (judgement: Judgement): boolean => [...judgement.values()].every((standing) => standing === 0)

export type Comparison = {
  readonly verdict: 'better' | 'same' | 'worse'
  /** Outstanding findings of the checks that could be judged before. */
  readonly before: number
  readonly after: number
  /** Checks that passed and do not any more, or that could judge and cannot any more. */
  readonly slipped: readonly TaskId[]
}

/**
 * Better is only what has fewer findings while no check slips back. What could not be judged before cannot have become worse:
 * a test that could not even start may now show what it finds.
 */
export function compared(before: Judgement, after: Judgement): Comparison {
  const known = [...before].flatMap(([task, standing]) => (standing === 'unknown' ? [] : [{ task, was: standing, is: after.get(task) ?? 'unknown' }]))
  const slipped = known.filter(({ was, is }) => is === 'unknown' || (was === 0 && is > 0)).map(({ task }) => task)
  const sum = (values: readonly Standing[]): number => values.reduce<number>((total, one) => total + (one === 'unknown' ? 0 : one), 0)
  const counts = { before: sum(known.map(({ was }) => was)), after: sum(known.map(({ is }) => is)) }
  const worse = slipped.length > 0 || counts.after > counts.before
  return { verdict: worse ? 'worse' : counts.after < counts.before ? 'better' : 'same', ...counts, slipped }
}
