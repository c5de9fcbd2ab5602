import { expect, test } from 'bun:test'
import type { GitWork } from '../model/watching.ts'
import { settling, stillCounts, type Unrest } from './settling.ts'

/** Plays changes at the given moments, looking when told to, until it acts; the clock moves only as far as it is told to wait. */
function play(changes: readonly number[], git: (at: number) => GitWork = () => undefined): { actedAt: number; looks: number; lookCounts: boolean } {
  const first = changes[0] ?? 0
  let unrest: Unrest = { firstAt: first, lastAt: first }
  let [now, looks] = [first, 0]
  for (;;) {
    unrest = { ...unrest, lastAt: changes.findLast((at) => at <= now) ?? first }
    const next = settling(unrest, now, git(now))
    if (next.do === 'act') return { actedAt: now - first, looks, lookCounts: stillCounts(unrest) }
    if (next.do === 'wait') {
      expect(next.ms).toBeGreaterThan(0)
      now += next.ms
    } else {
      looks += 1
      unrest = { ...unrest, lookedAt: now }
    }
  }
}

const every = (ms: number, until: number): number[] => Array.from({ length: Math.floor(until / ms) + 1 }, (_, i) => i * ms)

test('one save is acted on after the quiet time, with the look that was begun meanwhile', () =>
  expect(play([0])).toEqual({ actedAt: 30, looks: 1, lookCounts: true }))

test('an atomic save of a few milliseconds needs one look as well', () => expect(play([0, 1, 5])).toEqual({ actedAt: 35, looks: 1, lookCounts: true }))

test('a change after the early look makes that look worthless', () => expect(play([0, 20])).toEqual({ actedAt: 50, looks: 1, lookCounts: false }))

test('changes without a pause are acted on after 300 ms, not never', () => {
  const { actedAt, looks } = play(every(5, 5000))
  expect(actedAt).toBeGreaterThanOrEqual(300)
  expect(actedAt).toBeLessThan(310)
  expect(looks).toBeLessThanOrEqual(1)
})

test('while git holds its index nothing is looked at; then the burst counts as over', () => {
  const { actedAt, looks } = play([0, 500, 900], (at) => (at < 900 ? 'writing' : undefined))
  expect(actedAt).toBeGreaterThanOrEqual(900)
  expect(actedAt).toBeLessThan(960)
  expect(looks).toBe(0)
})

test('a lock of the index that was left behind delays for 10 seconds, not for ever', () => {
  const { actedAt } = play([0], () => 'writing')
  expect(actedAt).toBeGreaterThanOrEqual(10_000)
  expect(actedAt).toBeLessThan(10_050)
})

test('the steps of a rebase are one burst, as long as it takes less than 3 seconds', () => {
  expect(play([0, 300, 600, 900], () => 'between-steps').actedAt).toBe(1300)
  expect(play(every(300, 9000), () => 'between-steps').actedAt).toBe(3000)
})
