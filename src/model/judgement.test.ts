import { expect, test } from 'bun:test'
import { compared, isAllGreen, judgementOf, outstandingIn, type Judgement, type Standing } from './judgement.ts'
import { taskId, type TaskId } from './task.ts'
import type { Finding } from './finding.ts'
import type { Plan } from './plan.ts'
import type { Settlement } from './outcome.ts'
import { plainTask } from '../../test/plain-task.ts'

const judged = (standings: Readonly<Record<string, Standing>>): Judgement => new Map(Object.entries(standings).map(([id, one]) => [taskId(id), one]))

test.each([
  [{ a: 3, b: 0 }, { a: 2, b: 0 }, 'better'],
  [{ a: 3, b: 0 }, { a: 0, b: 0 }, 'better'],
  [{ a: 3, b: 2 }, { a: 1, b: 3 }, 'better'],
  [{ a: 3, b: 0 }, { a: 3, b: 0 }, 'same'],
  [{ a: 3, b: 0 }, { a: 4, b: 0 }, 'worse'],
  // Whatever it mends elsewhere: nothing slips back.
  [{ a: 9, b: 0 }, { a: 0, b: 1 }, 'worse'],
  [{ a: 9, b: 0 }, { a: 0, b: 'unknown' }, 'worse'],
  [{ a: 9 }, { a: 'unknown' }, 'worse'],
  [{ a: 9 }, {}, 'worse'],
  // A test that could not start before may show now what it finds.
  [{ types: 1, test: 'unknown' }, { types: 0, test: 5 }, 'better'],
  [{ types: 1, test: 'unknown' }, { types: 1, test: 0 }, 'same'],
] as const)('%j → %j is %s', (before, after, verdict) => {
  expect(compared(judged(before), judged(after)).verdict).toBe(verdict)
})

test('what slipped is named, and counts are of what could be judged before', () => {
  const comparison = compared(judged({ a: 2, b: 0, c: 'unknown' }), judged({ a: 0, b: 1, c: 7 }))
  expect(comparison).toEqual({ verdict: 'worse', before: 2, after: 1, slipped: [taskId('b')] })
})

const finding = (severity: Finding['severity']): Finding => ({ severity, message: 'x' })
const failed = (...findings: readonly Finding[]): Settlement => ({ kind: 'failed', findings, durationMs: 1, summary: 's' })

test('a check that failed has at least one; warnings count, remarks and advisory checks do not', () => {
  const ids = ['none', 'warned', 'mixed', 'green', 'broke', 'never', 'advisory'].map(taskId)
  const tasks = new Map(
    ids.map((id) => [id, { task: { ...plainTask(id), ...(id === 'advisory' ? { severity: 'advisory' as const } : {}) }, rank: 0, dependents: [] }]),
  )
  const plan: Plan = { tasks, order: ids, skips: [], slots: new Map() }
  const settled = Object.entries({
    none: failed(),
    warned: failed(finding('warning'), finding('warning')),
    mixed: failed(finding('warning'), finding('error')),
    green: { kind: 'passed', findings: [], durationMs: 1 },
    broke: { kind: 'errored', failure: { type: 'tool.crashed', what: 'x' }, durationMs: 1 },
    advisory: failed(finding('error')),
  } satisfies Record<string, Settlement>)
  const judgement = judgementOf(plan, new Map(settled.map(([id, one]): [TaskId, Settlement] => [taskId(id), one])))
  expect([...judgement]).toEqual([
    [taskId('none'), 1],
    [taskId('warned'), 2],
    [taskId('mixed'), 2],
    [taskId('green'), 0],
    [taskId('broke'), 'unknown'],
    [taskId('never'), 'unknown'],
  ])
  expect(outstandingIn(judgement)).toBe(5)
  expect(isAllGreen(judgement)).toBe(false)
  expect(isAllGreen(judged({ a: 0, b: 0 }))).toBe(true)
})

const said = (message: string, rule?: string): Finding => ({ severity: 'error', message, ...(rule === undefined ? {} : { rule }) })

test.each([
  ['an error of syntax among errors of types', [said('x', 'TS2322'), said('y', 'TS2345')], [said("';' expected.", 'TS1005')], 'unknown'],
  ['a file that cannot be parsed', [said('x', 'no-undef'), said('y', 'no-undef')], [said('Parsing error: Unexpected token', 'parse')], 'unknown'],
  ['tests that are not even collected', [said('assert 1 == 2'), said('assert 3 == 4')], [said('ImportError while importing test module')], 'unknown'],
  ['a check that only says that it failed', [said('x'), said('y')], [], 'unknown'],
  ['fewer errors of syntax than before', [said('x', 'TS1005'), said('y', 'TS1128')], [said('x', 'TS1005')], 1],
  ['what an error of syntax had hidden', [said('x', 'TS1005')], [said('x', 'TS2322'), said('y', 'TS2322')], 2],
  ['a check that had only said that it failed', [], [said('x')], 1],
  ['fewer findings', [said('x'), said('y')], [said('x')], 1],
] as const)('%s', (_, before, after, standing) => {
  const id = taskId('a')
  const plan: Plan = { tasks: new Map([[id, { task: plainTask('a'), rank: 0, dependents: [] }]]), order: [id], skips: [], slots: new Map() }
  expect(judgementOf(plan, new Map([[id, failed(...after)]]), new Map([[id, failed(...before)]])).get(id)).toBe(standing)
})
