import { expect, test } from 'bun:test'
import { leftOf, nothingSpent, spentOut, spentTogether } from './budget.ts'

test('what is not known of one part is not known of the whole', () => {
  const first = spentTogether(nothingSpent, { timeMs: 5, turns: 2, usd: 0.5 })
  expect(first).toEqual({ timeMs: 5, turns: 2, usd: 0.5 })
  expect(spentTogether(first, { timeMs: 5, turns: 1, tokens: 10, usd: 0.25 })).toEqual({ timeMs: 10, turns: 3, usd: 0.75 })
})

test('a limit is over when it is reached, or when nobody can tell', () => {
  expect(spentOut({}, { timeMs: 9e9 })).toBeUndefined()
  expect(spentOut({ usd: 1, timeMs: 10 }, nothingSpent)).toBeUndefined()
  expect(spentOut({ timeMs: 10 }, { timeMs: 10 })).toBe('the budget of time is used up')
  expect(spentOut({ tokens: 100 }, { timeMs: 1, tokens: 101 })).toBe('the budget of tokens is used up')
  expect(spentOut({ usd: 1 }, { timeMs: 1 })).toBe('the agent does not say how much it used of its budget of money')
})

test('what is left is never below zero', () => {
  expect(leftOf({ timeMs: 10, turns: 3, usd: 1 }, { timeMs: 4, turns: 5, usd: 0.25 })).toEqual({ timeMs: 6, turns: 0, usd: 0.75 })
})
