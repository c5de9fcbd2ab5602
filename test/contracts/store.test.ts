/** What every store promises, held against the database and the store of the laboratory. */
import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareStateFolder } from '../../src/host/state-folder.ts'
import { openStore } from '../../src/host/store.ts'
import type { Event, Happening } from '../../src/model/event.ts'
import type { Store } from '../../src/model/store.ts'
import { noCounts } from '../../src/model/tally.ts'
import { taskId } from '../../src/model/task.ts'
import { memoryStore } from './laboratory.ts'

type Bench = { readonly store: Store; [Symbol.dispose](): void }

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  'the store on disk': async () => {
    const root = mkdtempSync(join(tmpdir(), 'pawl-contract-'))
    await prepareStateFolder(join(root, '.pawl'))
    const opened = openStore(join(root, '.pawl'))
    if (!opened.ok) throw new Error(JSON.stringify(opened.failures))
    const { store } = opened.value
    return { store, [Symbol.dispose]: () => (store.close(), rmSync(root, { recursive: true })) }
  },
  'the store of the laboratory': async () => ({ store: memoryStore(), [Symbol.dispose]: () => undefined }),
}

const lint = taskId('lint')
const started = (seq: number): Event => ({ type: 'attempt.started', attempt: 'lint@1.1', task: lint, round: 1, seq, at: seq })
const ended = (seq: number, durationMs: number): Event => ({
  type: 'attempt.finished',
  attempt: 'lint@1.1',
  task: lint,
  round: 1,
  outcome: { kind: 'passed', findings: [], durationMs },
  seq,
  at: seq,
})
const finished = (seq: number): Event => ({ type: 'run.finished', verdict: 'passed', counts: noCounts, durationMs: 1, savedMs: 0, seq, at: seq })
const begin = (store: Store): number => store.begin({ startedAt: 1, command: 'pawl', root: '/repo' })

for (const [name, bench] of Object.entries(benches)) {
  test(`${name} numbers runs upwards and lists them newest first`, async () => {
    using at = await bench()
    const [one, two] = [begin(at.store), begin(at.store)]
    expect(two).toBeGreaterThan(one)
    expect(at.store.runs(10).map((run) => run.number)).toEqual([two, one])
    expect(at.store.runs(1).map((run) => run.number)).toEqual([two])
  })

  test(`${name} keeps what happened outside of any run, in order`, async () => {
    using at = await bench()
    const mark = (id: string): Happening => ({ type: 'roadmap.marked', mark: { kind: 'skipped', id, title: 'one', digest: 'd' } })
    at.store.tell(mark('A1'), 7)
    const run = begin(at.store)
    at.store.append(run, [started(1)])
    at.store.tell(mark('A2'), 5)
    expect(at.store.told()).toEqual([
      { ...mark('A1'), seq: 1, at: 7 },
      { ...mark('A2'), seq: 2, at: 5 },
    ])
    expect([run, at.store.events(run)]).toEqual([1, [started(1)]])
    expect(at.store.runs(10).length).toBe(1)
  })

  test(`${name} gives events back in order, each run its own`, async () => {
    using at = await bench()
    const [one, two] = [begin(at.store), begin(at.store)]
    at.store.append(one, [started(1)])
    at.store.append(two, [started(1)])
    at.store.append(one, [ended(2, 7), finished(3)])
    expect(at.store.events(one)).toEqual([started(1), ended(2, 7), finished(3)])
    expect(at.store.events(two)).toEqual([started(1)])
  })

  test(`${name} calls a run unfinished until its end is recorded`, async () => {
    using at = await bench()
    const run = begin(at.store)
    expect(at.store.unfinished().map((record) => record.number)).toEqual([run])
    at.store.append(run, [finished(1)])
    expect(at.store.unfinished()).toEqual([])
    expect(at.store.runs(1)[0]).toMatchObject({ number: run, verdict: 'passed', finishedAt: 1 })
  })

  test(`${name} remembers how long a task really took, newest first`, async () => {
    using at = await bench()
    const run = begin(at.store)
    at.store.append(run, [started(1), ended(2, 10), started(3), ended(4, 30)])
    const both = [taskId('other'), lint]
    expect(at.store.costs(both, 5)).toEqual(new Map([[lint, { durationsMs: [30, 10], peakBytes: [] }]]))
    expect(at.store.costs(both, 1)).toEqual(new Map([[lint, { durationsMs: [30], peakBytes: [] }]]))
  })

  test(`${name} remembers of each attempt that really ran why it ran, how it ended and what it took`, async () => {
    using at = await bench()
    const missed = (seq: number, attempt: string, fingerprint?: string): Event => ({
      type: 'attempt.missed',
      attempt,
      task: lint,
      cause: { kind: 'expired', run: 1, ageMs: 5, limitMs: 4 },
      ...(fingerprint === undefined ? {} : { fingerprint }),
      seq,
      at: seq,
    })
    const usage = { cpuMs: 40, peakBytes: 4096 }
    const end = (seq: number, attempt: string, outcome: Extract<Event, { type: 'attempt.finished' }>['outcome']): Event => ({
      type: 'attempt.finished',
      attempt,
      task: lint,
      round: 1,
      outcome,
      seq,
      at: seq,
    })
    const cached = { kind: 'cached', findings: [], from: { run: 1, at: 1 }, savedMs: 7, durationMs: 0 } as const
    const [one, two] = [begin(at.store), begin(at.store)]
    at.store.append(one, [missed(1, 'lint@1.1', 'ff'), end(2, 'lint@1.1', { kind: 'passed', findings: [], durationMs: 9, usage }), end(3, 'lint@2.1', cached)])
    at.store.append(two, [missed(4, 'lint@1.1')])
    at.store.append(two, [
      end(5, 'lint@1.1', { kind: 'passed', findings: [], durationMs: 8, notKept: 'changed' }),
      end(6, 'lint@2.1', cached),
      missed(7, 'lint@3.1'),
    ])
    const both = { task: lint, attempt: 'lint@1.1', cause: 'expired', outcome: 'passed' } as const
    expect(at.store.history.observations()).toEqual([
      { ...both, run: one, at: 2, fingerprint: 'ff', unsettled: false, durationMs: 9, ...usage },
      { ...both, run: two, at: 5, unsettled: true, durationMs: 8 },
    ])
    const other = taskId('other')
    const reused = [lint, other].map((task) => ({ task, run: 1, at: 1, savedMs: 7 }))
    at.store.append(two, [{ type: 'tasks.reused', round: 2, reused, seq: 8, at: 8 }])
    expect(at.store.history.reuses()).toEqual([
      { task: lint, count: 3, savedMs: 21 },
      { task: other, count: 1, savedMs: 7 },
    ])
    expect(at.store.costs([lint], 5)).toEqual(new Map([[lint, { durationsMs: [8, 9], peakBytes: [4096] }]]))
  })
}
