/** A Judgement says how far a tree is from green, so that two trees can be compared: by what is outstanding, and by nothing else. */
import type { Finding } from './finding.ts'
import { findingsOf, satisfies, type Settlement } from './outcome.ts'
import type { Plan } from './plan.ts'
import type { TaskId } from './task.ts'

/** How a check stands: green, with so many outstanding findings, or unknown because it could not judge. */
export type Standing = 'unknown' | number

/** Of required checks only. */
export type Judgement = ReadonlyMap<TaskId, Standing>

/** `before`: what the same checks said of the tree that this one came from. */
export function judgementOf(plan: Plan, settled: ReadonlyMap<TaskId, Settlement>, before?: ReadonlyMap<TaskId, Settlement>): Judgement {
  const required = plan.order.filter((id) => plan.tasks.get(id)?.task.severity === 'required')
  return new Map(required.map((id) => [id, seesLess(before?.get(id), settled.get(id)) ? 'unknown' : standingOf(settled.get(id))]))
}

/** One error of syntax hides all else that is wrong in a file or in all of them, and so does a check that only says that it failed. */
function seesLess(before: Settlement | undefined, after: Settlement | undefined): boolean {
  if (before?.kind !== 'failed' || after?.kind !== 'failed' || before.findings.length === 0) return false
  return after.findings.length === 0 || after.findings.filter(isBlindness).length > before.findings.filter(isBlindness).length
}

const blindRule = /^(?:parse|parser|PARSE_ERROR|syntax|syntax-error|invalid-syntax|E999|E902|TS1\d{3}|typecheck)$/i
const blindMessage =
  /\b(?:pars(?:e|ing) error|syntax ?error|unexpected (?:token|end of|eof)|unterminated|(?:failed|unable|cannot|could not|can't) (?:to )?parse|error collecting|while importing test module|test suite failed to run)\b/i

/** Says that code could not be read, so that nothing else is said about it. */
const isBlindness = ({ rule, message }: Finding): boolean => blindRule.test(rule ?? '') || blindMessage.test(message)

/** A check that failed has at least one. Warnings count, too: where they fail a check, a solved error must not look like more of them. */
function standingOf(settlement: Settlement | undefined): Standing {
  if (satisfies(settlement)) return 0
  if (settlement?.kind !== 'failed') return 'unknown'
  return Math.max(1, findingsOf(settlement).filter(({ severity }) => severity !== 'info').length)
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
