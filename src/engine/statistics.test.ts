/** What the history says about a task, from little tables of attempts. */
import { expect, test } from 'bun:test'
import type { Observation } from '../model/history.ts'
import { taskId } from '../model/task.ts'
import { statisticsOf, type Statistics } from './statistics.ts'

const lint = taskId('lint')

/** "F passed 5s" in run 1, 2, …, an hour apart. "!" behind it: its inputs changed while it ran. "+" in front: in the same run as the one before. */
function of(...attempts: readonly string[]): Statistics {
  let run = 0
  const observations = attempts.map((text, i): Observation => {
    const [fingerprint = '', outcome = 'passed', seconds = '1'] = text.replace(/[+!]/g, '').split(' ')
    if (!text.startsWith('+')) run += 1
    return {
      task: lint,
      run,
      attempt: `lint@1.${i}`,
      at: i * 3_600_000,
      cause: 'expired',
      outcome: outcome as Observation['outcome'],
      unsettled: text.endsWith('!'),
      durationMs: Number(seconds) * 1000,
      ...(fingerprint === '?' ? {} : { fingerprint }),
    }
  })
  const [first] = statisticsOf(observations, [])
  if (first === undefined) throw new Error('no statistics')
  return first
}

test('attempts are counted by how they ended', () =>
  expect(of('A passed', 'B failed', 'C errored', 'D timed-out', 'E cancelled')).toMatchObject({ ran: 5, passed: 1, failed: 1, broke: 3 }))

test('the same fingerprint with two answers is flaky, once for each fingerprint', () => {
  expect(of('A passed', '+A failed', 'A passed', 'B failed', 'B passed', 'C failed').contradictions).toBe(2)
  expect(of('A passed', 'B failed', 'A errored', '? passed', '? failed').contradictions).toBe(0)
  expect(of('A failed', 'A passed 1!').contradictions).toBe(0)
})

test('a passed task that was asked again tells whether its answer changed by itself', () => {
  const hour = 3_600_000
  expect(of('A passed', 'A passed', 'A failed', 'A passed').rechecks).toEqual({ count: 2, changed: 1, exposureMs: 2 * hour, longestSameMs: hour })
  expect(of('A failed', 'A failed', 'B passed', 'C passed').rechecks.count).toBe(0)
  expect(of('A passed', 'B passed', 'A passed').rechecks).toMatchObject({ count: 1, changed: 0, longestSameMs: 2 * hour })
})

test('a retry in the same run is no change by itself', () => expect(of('A passed', 'A failed', '+A passed').rechecks).toMatchObject({ count: 1, changed: 0 }))

test('durations are ranks of what was measured; an attempt without an answer does not count, one that hit its limit does', () => {
  const spread = of('A passed 1', 'B passed 2', 'C failed 3', 'D timed-out 10', 'E errored 99').durations
  expect(spread).toEqual({ count: 4, sumMs: 16_000, medianMs: 2000, p95Ms: 10_000, p99Ms: 10_000 })
  expect(of('A errored').durations).toBeUndefined()
})

test('what was only reused is told too', () =>
  expect(statisticsOf([], [{ task: lint, count: 3, savedMs: 900 }])).toMatchObject([{ task: 'lint', ran: 0, reused: 3, savedMs: 900 }]))
