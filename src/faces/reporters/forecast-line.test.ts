import { expect, test } from 'bun:test'
import type { Plan } from '../../model/plan.ts'
import { forecastLine } from './forecast-line.ts'

const plan: Plan = { tasks: new Map(), order: [], skips: [], slots: new Map() }
const clash = (one: string, other: string, apart = false) => ({ between: [one, other] as const, probability: 0.2, apart })

test.each([
  [[], [], []],
  [[clash('a', 'b', true), clash('c', 'b'), clash('a', 'd')], [], ['forecast: 3 possible clashes, 1 kept apart in lanes: 0 came, 3 did not']],
  [
    [clash('c', 'b')],
    [
      ['b', 'c'],
      ['c', 'b'],
    ],
    ['forecast: 1 possible clash, 0 kept apart in lanes: 1 came, 0 did not'],
  ],
  [[], [['a', 'b'], ['c']], ['forecast: no clash; 2 conflicts not foreseen (a with b, c with the branch)']],
])('what was foreseen is compared with what came: %j, %j', (foreseen, conflicts, expected) => {
  expect(forecastLine(plan, { foreseen, conflicts })).toEqual(expected)
})
