/** What is learned from history, and what is not: too little data, content that decides alone, differences that do not matter. */
import { expect, test } from 'bun:test'
import { learnedTimeout, learnedTtl } from './learned-limits.ts'

const hour = 3_600_000
const minute = 60_000
const asked = (count: number, changed: number, eachMs: number) => ({ count, changed, exposureMs: count * eachMs, longestSameMs: eachMs })
const took = (count: number, p99Ms: number) => ({ count, sumMs: 0, medianMs: 0, p95Ms: 0, p99Ms })

test('a check that its content decides alone has no limit to learn', () =>
  expect(learnedTtl(asked(500, 0, hour), undefined)).toEqual({ kind: 'keep', why: 'its content alone decides: there is no limit to learn' }))

test('too little data says how much is missing', () => {
  expect(learnedTtl(asked(3, 0, hour), 10 * minute)).toEqual({ kind: 'unknown', why: 'not enough data (3 of 20 needed)' })
  expect(learnedTimeout(took(19, 1000), 600_000)).toEqual({ kind: 'unknown', why: 'not enough data (19 of 20 needed)' })
  expect(learnedTimeout(undefined, 600_000)).toEqual({ kind: 'unknown', why: 'not enough data (0 of 20 needed)' })
})

test('an answer that never changed by itself may be reused longer: the rule of three', () => {
  // 100 hours without a change: at 95 % less than 3 changes in 100 hours; 1 % of that rate is reached after 0.335 hours.
  expect(learnedTtl(asked(20, 0, 5 * hour), 10 * minute)).toEqual({
    kind: 'change',
    ms: 20 * minute,
    why: '0 of 20 answers changed without any change of an input, in 100 h 00 m together',
  })
})

test('that nothing ever changed never makes a limit shorter', () => expect(learnedTtl(asked(20, 0, 10 * minute), hour).kind).toBe('keep'))

test('an answer that often changes by itself may be reused for a shorter time only', () =>
  expect(learnedTtl(asked(60, 12, hour), hour)).toMatchObject({ kind: 'change', ms: 111_000 }))

test('a limit that the data does not contradict stays', () => expect(learnedTtl(asked(1000, 10, 10 * hour), 10 * hour).kind).toBe('keep'))

test('limits stay between a minute and thirty days, and within what was seen', () => {
  expect(learnedTtl(asked(30, 30, minute), hour)).toMatchObject({ ms: minute })
  expect(learnedTtl(asked(100_000, 0, 100 * 24 * hour), hour)).toMatchObject({ ms: 30 * 24 * hour })
  expect(learnedTtl(asked(100_000, 0, 3 * hour), hour)).toMatchObject({ ms: 3 * hour })
})

test('a time limit is three times what nearly all attempts took, and half a minute at least', () => {
  expect(learnedTimeout(took(20, 40_000), 600_000)).toEqual({ kind: 'change', ms: 120_000, why: '99 of 100 attempts took at most 40 s' })
  expect(learnedTimeout(took(20, 200), 600_000)).toMatchObject({ kind: 'change', ms: 30_000 })
  expect(learnedTimeout(took(20, 400_000), 600_000)).toMatchObject({ kind: 'change', ms: 1_200_000 })
  expect(learnedTimeout(took(20, 41_000), 120_000).kind).toBe('keep')
})
