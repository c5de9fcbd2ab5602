import { expect, test } from 'bun:test'
import { newJob } from './job-state.ts'
import { signOf, type Life } from './job-sign.ts'
import type { JobRow } from './job-table.ts'
import type { LiveTree } from './live-tree.ts'

const row: JobRow = { id: 'a', createdAt: 0, status: 'running', live: true, attempt: 'work:a@1.1', toldAt: 1000, facts: { ...newJob, inTurn: true } }
const tree: LiveTree = { pid: 7, processes: 1, threads: 1, cpuMs: 10, bytes: 1, share: 0.1, state: 'sleeping', since: 0 }
const trees = (state: LiveTree['state']) => new Map([['work:a@1.1', { ...tree, state }]])
const minutes = 60_000

test('silence is no sign of death while a process lives; dead, stopped and unknown are told apart', () => {
  const cases: readonly (readonly [Life, JobRow, ReadonlyMap<string, LiveTree> | undefined, number])[] = [
    ['alive', row, trees('sleeping'), 1000],
    ['alive', row, trees('sleeping'), 1000 + 3 * minutes],
    ['alive', row, trees('running'), 1000 + 600 * minutes],
    ['stopped', row, trees('stopped'), 1000 + 3 * minutes],
    ['dead', row, new Map(), 1000 + 3 * minutes],
    // It has only just been told that a turn begins.
    ['none', row, new Map(), 1500],
    ['unknown', row, undefined, 1000 + 3 * minutes],
    ['none', { ...row, status: 'judging' }, new Map(), 1000 + 3 * minutes],
    ['none', { ...row, status: 'landed' }, trees('running'), 1000],
  ]
  expect(cases.map(([, one, seen, now]) => signOf(one, { trees: seen, outputAt: undefined, now }).life)).toEqual(cases.map(([life]) => life))
})

test('what was heard last is an event or output', () => {
  expect(signOf(row, { trees: trees('running'), outputAt: 5000, now: 6000 })).toMatchObject({ heardAt: 5000, outputAt: 5000, tree: { pid: 7 } })
  expect(signOf(row, { trees: trees('running'), outputAt: 500, now: 6000 })).toMatchObject({ heardAt: 1000, outputAt: 500 })
})
