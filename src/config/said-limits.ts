/** Durations and budgets as they are written, as numbers. To be called with what the shape has let pass. */
import type { Budget } from '../model/budget.ts'
import { parseDuration } from '../model/duration.ts'
import { Bug } from '../model/failure.ts'
import type { BudgetConfig } from './agent-shape.ts'

export function milliseconds(duration: string | number): number {
  const value = parseDuration(duration)
  if (value === undefined) throw new Bug(`the shape let pass the duration ${duration}`)
  return value
}

export function budgetFrom({ time, turns, tokens, money }: BudgetConfig): Budget {
  return {
    ...(time === undefined ? {} : { timeMs: milliseconds(time) }),
    ...(turns === undefined ? {} : { turns }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(money === undefined ? {} : { usd: money }),
  }
}
