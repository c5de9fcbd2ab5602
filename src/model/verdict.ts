/** A Verdict says how a Run ended, and which exit code that is. */
/** passed · failed: findings · broken: we could not judge · cancelled · described: a dry run · lost: pawl was ended in the middle. */
export type Verdict = 'passed' | 'failed' | 'broken' | 'cancelled' | 'described' | 'lost'

export const exitCodes = {
  passed: 0,
  described: 0,
  failed: 1,
  broken: 2,
  lost: 2,
  cancelled: 130,
} as const satisfies Record<Verdict, number>

/** Exit codes that no verdict of a run stands for. */
export const otherExitCodes = { failure: 2, bug: 70, lock: 75, hangup: 129, terminated: 143 } as const

/** What became of a check in the whole run. */

export type Counts = Readonly<Record<Ending, number>> & { readonly total: number; readonly findings: number; readonly advisory: number }

export const endings = ['passed', 'fixed', 'cached', 'failed', 'errored', 'timed-out', 'skipped', 'blocked', 'cancelled', 'lost', 'described'] as const
export type Ending = (typeof endings)[number]

const green: ReadonlySet<Ending> = new Set(['passed', 'fixed', 'cached'])
export const isGreen = (ending: Ending): boolean => green.has(ending)
