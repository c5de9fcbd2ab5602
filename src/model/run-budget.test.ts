import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { advanced, newJob, type JobState } from './job-state.ts'
import { leftOfBoth, runSpentOut, spentInRun, untoldOf } from './run-budget.ts'
import { taskId, type TaskId } from './task.ts'
import type { Spent } from './budget.ts'

const [one, two] = [taskId('work:one'), taskId('work:two')]
const turn = (state: JobState, spent: Spent): JobState => advanced(state, { kind: 'turn-ended', turn: 1, agent: 'a', outcome: 'ok', spent })
const jobs = (...spents: readonly Spent[]): ReadonlyMap<TaskId, JobState> =>
  new Map([
    [one, spents.reduce(turn, newJob)],
    [two, newJob],
  ])

test('a limit of the run is over when it is reached; amounts are told with it', () => {
  const spent = jobs({ timeMs: 60_000, turns: 2, tokens: 10, usd: 1.5 }, { timeMs: 60_000, turns: 1, tokens: 5, usd: 1.52 })
  const out = (limits: Parameters<typeof runSpentOut>[0]['limits']) => runSpentOut({ limits, before: new Map() }, spent)
  expect([out({}), out({ usd: 3.03, turns: 4 })]).toEqual([undefined, undefined])
  expect(out({ usd: 3 })).toBe('the budget of the run is used up: 3.02 of 3.00 USD')
  expect(out({ turns: 3 })).toBe('the budget of the run is used up: 3 of 3 turns')
  expect(out({ tokens: 15 })).toBe('the budget of the run is used up: 15 of 15 tokens')
  expect(out({ timeMs: 120_000 })).toMatch(/^the budget of the run is used up: 2\b/)
})

test('what is not told is not in the sum, and is told of', () => {
  const limits = { usd: 1, tokens: 100 }
  expect(spentInRun(jobs({ timeMs: 1, usd: 0.5 }, { timeMs: 1 }), new Map())).toEqual({ timeMs: 2, turns: 0, tokens: 0, usd: 0.5 })
  expect(untoldOf({ limits, before: new Map() }, { timeMs: 1 })).toBe('tokens and money')
  expect(untoldOf({ limits, before: new Map() }, { timeMs: 1, tokens: 1, usd: 0 })).toBeUndefined()
})

test('of two budgets the smaller part counts, and the time of a run ends no turn', () => {
  const spent = jobs({ timeMs: 9, turns: 1, tokens: 40, usd: 0.5 })
  const run = { limits: { usd: 2, tokens: 100, timeMs: 10 }, before: new Map() }
  expect(leftOfBoth({ usd: 1, timeMs: 500 }, run, spent)).toEqual({ usd: 1, tokens: 60, timeMs: 500 })
  expect(leftOfBoth({ usd: 5 }, run, spent)).toEqual({ usd: 1.5, tokens: 60 })
})

test('what was known when the run began never counts', () => {
  const amount = fc.record({ timeMs: fc.nat(1000), turns: fc.nat(9), tokens: fc.nat(1000), usd: fc.nat(500).map((cents) => cents / 100) })
  fc.assert(
    fc.property(fc.array(amount, { maxLength: 5 }), amount, (earlier, now) => {
      const before = jobs(...earlier)
      const after = new Map(before).set(one, turn(before.get(one) ?? newJob, now))
      expect(spentInRun(after, before)).toEqual(now)
    }),
  )
})

test('of programs that keep to what they are told, so many at a time spend at most so many times the limit; one after the other never more than it', () => {
  const step = fc.record({ begins: fc.boolean(), which: fc.nat(9), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 40 }), (places, steps) => {
      const budget = { limits: { usd: 10 }, before: new Map() }
      let known = jobs()
      const live: number[] = []
      const end = (told: number, share: number): void => {
        known = new Map(known).set(one, turn(known.get(one) ?? newJob, { timeMs: 1, usd: told * share }))
      }
      for (const { begins, which, share } of steps) {
        if (begins && live.length < places && runSpentOut(budget, known) === undefined) live.push(leftOfBoth({}, budget, known).usd ?? Number.NaN)
        else end(live.splice(which % Math.max(1, live.length), 1)[0] ?? 0, share)
      }
      for (const told of live) end(told, 1)
      expect(spentInRun(known, new Map()).usd).toBeLessThanOrEqual(10 * places + 1e-6)
    }),
  )
})
