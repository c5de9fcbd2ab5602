/** A RunBudget limits what all agents of one run may spend together; what an earlier run has spent on the same jobs does not count. */
import { nothingTold, type Budget, type Spent, type Told } from './budget.ts'
import { durationText } from './duration.ts'
import type { JobState } from './job-state.ts'
import type { TaskId } from './task.ts'

export type RunBudget = {
  readonly limits: Budget
  /** What was known of jobs from an earlier run when this one began. */
  readonly before: ReadonlyMap<TaskId, JobState>
}

const keys = ['timeMs', 'turns', 'tokens', 'usd'] as const

/** What agents told of all turns of this run that have ended. */
export function spentInRun(jobs: ReadonlyMap<TaskId, JobState>, before: ReadonlyMap<TaskId, JobState>): Told {
  const sum = { ...nothingTold }
  for (const [id, { told }] of jobs) for (const key of keys) sum[key] += told[key] - (before.get(id)?.told[key] ?? 0)
  // Amounts as small as these come of taking sums apart again.
  return { ...sum, usd: Math.max(0, Math.round(sum.usd * 1e9) / 1e9) }
}

/** Why no further turn may begin: "the budget of the run is used up: 3.02 of 3.00 USD". Undefined while something is left of every limit. */
export function runSpentOut({ limits, before }: RunBudget, jobs: ReadonlyMap<TaskId, JobState>): string | undefined {
  if (keys.every((key) => limits[key] === undefined)) return undefined
  const spent = spentInRun(jobs, before)
  const out = keys.find((key) => spent[key] >= (limits[key] ?? Number.POSITIVE_INFINITY))
  return out === undefined ? undefined : `the budget of the run is used up: ${amountText(out, spent[out], limits[out] ?? 0)}`
}

/** Of two budgets the smaller one, limit by limit; the time of a run ends no turn that goes on. */
export function leftOfBoth(ofJob: Budget, { limits, before }: RunBudget, jobs: ReadonlyMap<TaskId, JobState>): Budget {
  const spent = spentInRun(jobs, before)
  const left: { -readonly [K in keyof Budget]: Budget[K] } = { ...ofJob }
  for (const key of ['turns', 'tokens', 'usd'] as const) {
    const limit = limits[key]
    if (limit !== undefined) left[key] = Math.min(left[key] ?? Number.POSITIVE_INFINITY, Math.max(0, limit - spent[key]))
  }
  return left
}

/** What is limited, and what the agent has not told of a turn; undefined: nothing. */
export function untoldOf({ limits }: RunBudget, spent: Spent): string | undefined {
  const names = { turns: 'turns', tokens: 'tokens', usd: 'money' } as const
  const untold = (['turns', 'tokens', 'usd'] as const).filter((key) => limits[key] !== undefined && spent[key] === undefined)
  return untold.length === 0 ? undefined : untold.map((key) => names[key]).join(' and ')
}

function amountText(key: (typeof keys)[number], spent: number, limit: number): string {
  if (key === 'usd') return `${moneyText(spent)} of ${moneyText(limit)} USD`
  if (key === 'timeMs') return `${durationText(spent)} of ${durationText(limit)}`
  return `${spent} of ${limit} ${key}`
}

/** Cents, and more where less than a cent tells. */
const moneyText = (usd: number): string => (usd >= 0.01 || usd === 0 ? usd.toFixed(2) : usd.toFixed(4))
