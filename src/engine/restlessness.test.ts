import { expect, test } from 'bun:test'
import { afterRun, isWorthTelling, mayCutOff, noRest, pauseMs } from './restlessness.ts'

/** What is decided after each of a series of runs during which these paths changed. */
const series = (runs: readonly (readonly string[])[]) => {
  let now = noRest
  return runs.map((paths) => {
    now = afterRun(now, paths)
    return { cutsOff: mayCutOff(now), pause: pauseMs(now), tells: isWorthTelling(now) }
  })
}
const pauses = (runs: readonly (readonly string[])[]) => series(runs).map(({ pause }) => pause)

test('a file that changes during every run slows watching down, is told once, and never stops it', () => {
  const all = series(Array.from({ length: 12 }, () => ['report.txt']))
  expect(all.map(({ pause }) => pause)).toEqual([0, 0, 0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000])
  expect(all.map(({ cutsOff }) => cutsOff)).toEqual([true, true, ...Array.from({ length: 10 }, () => false)])
  expect(all.filter(({ tells }) => tells)).toHaveLength(1)
})

test('a run without a change, or a change elsewhere, ends the series', () => {
  expect(pauses([['a'], ['a'], ['a'], [], ['a'], ['a']])).toEqual([0, 0, 0, 0, 0, 0])
  expect(pauses([['a'], ['a'], ['a'], ['a', 'b'], ['a'], ['b']])).toEqual([0, 0, 0, 0, 0, 0])
})
