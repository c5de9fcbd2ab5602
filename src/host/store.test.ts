import { afterEach, expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Event } from '../model/event.ts'
import { taskId } from '../model/task.ts'
import { openStore } from './store.ts'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })))

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-store-'))
  folders.push(folder)
  return folder
}

function opened(dir: string) {
  const result = openStore(dir)
  if (!result.ok) throw new Error(JSON.stringify(result.failures))
  return result.value
}

const record = { startedAt: 1000, command: 'check', root: '/repo', branch: 'main' }
const lint = taskId('lint')
const noted = (seq: number): Event => ({ type: 'failure.noted', failure: { type: 'disk.low', what: `event ${seq} ${'x'.repeat(80)}` }, seq, at: 1000 + seq })
const finished = (seq: number, outcome: Extract<Event, { type: 'attempt.finished' }>['outcome']): Event => ({
  type: 'attempt.finished',
  attempt: `lint@${seq}.1`,
  task: lint,
  round: seq,
  outcome,
  seq,
  at: 1000 + seq,
})
const counts = {
  passed: 1,
  fixed: 0,
  cached: 0,
  failed: 0,
  errored: 0,
  'timed-out': 0,
  skipped: 0,
  blocked: 0,
  cancelled: 0,
  lost: 0,
  described: 0,
  total: 1,
  findings: 0,
  advisory: 0,
}
const ended = (seq: number): Event => ({ type: 'run.finished', verdict: 'passed', counts, durationMs: 5, savedMs: 0, seq, at: 2000 })

test('events come back as they went in, in order, by run', () => {
  const dir = newFolder()
  const { store } = opened(dir)
  const run = store.begin(record)
  const other = store.begin(record)
  store.append(run, [noted(1), noted(2)])
  store.append(other, [noted(1)])
  store.append(run, [noted(3)])
  store.close()
  const again = opened(dir)
  expect([run, other]).toEqual([1, 2])
  expect(again.store.events(run)).toEqual([noted(1), noted(2), noted(3)])
  expect(again.store.events(99)).toEqual([])
  expect(again.notes).toEqual([])
  again.store.close()
})

test('the events of the last 500 runs are kept; of older ones there stays that they were', () => {
  const { store } = opened(newFolder())
  const first = store.begin(record)
  store.append(first, [noted(1), ended(2)])
  for (let n = 1; n < 500; n++) store.begin(record)
  expect(store.events(first)).toHaveLength(2)
  store.begin(record)
  expect([store.events(first).length, store.runs(1000).at(-1)?.verdict]).toEqual([0, 'passed'])
  store.close()
})

test('a run without an end is unfinished; its end and verdict are known afterwards', () => {
  const { store } = opened(newFolder())
  const [first, second] = [store.begin(record), store.begin({ ...record, commit: 'abc' })]
  store.append(first, [ended(1)])
  expect(store.unfinished()).toEqual([{ ...record, commit: 'abc', number: second }])
  expect(store.runs(10)).toEqual([
    { ...record, commit: 'abc', number: second },
    { ...record, number: first, finishedAt: 2000, verdict: 'passed' },
  ])
  expect(store.runs(1).map((run) => run.number)).toEqual([second])
  store.close()
})

test('durations are those of attempts that really ran, newest first', () => {
  const { store } = opened(newFolder())
  for (const ms of [30, 20]) {
    store.append(store.begin(record), [
      finished(1, { kind: 'passed', findings: [], durationMs: ms }),
      finished(2, { kind: 'cached', findings: [], from: { run: 1, at: 1 }, savedMs: 9, durationMs: 1 }),
      finished(3, { kind: 'failed', findings: [], durationMs: ms + 0.5, summary: 'no' }),
      finished(4, { kind: 'lost' }),
    ])
  }
  expect(store.costs([taskId('none'), lint], 3)).toEqual(new Map([[lint, { durationsMs: [20.5, 20, 30.5], peakBytes: [] }]]))
  store.close()
})

test('the same event twice is refused as a whole', () => {
  const { store } = opened(newFolder())
  const run = store.begin(record)
  store.append(run, [noted(1)])
  expect(() => store.append(run, [noted(2), noted(1)])).toThrow()
  expect(store.events(run)).toEqual([noted(1)])
  store.close()
})

test('a changed row is skipped and told, never believed', () => {
  const dir = newFolder()
  const { store } = opened(dir)
  const run = store.begin(record)
  store.append(run, [noted(1), noted(2), ended(3)])
  store.close()
  const raw = new DatabaseSync(join(dir, 'store.db'))
  raw.exec(
    `UPDATE event SET body=replace(body, 'event 1', 'event 7') WHERE seq=1; UPDATE run SET end=replace(end, 'passed', 'failed'); UPDATE event SET body='{"type":' WHERE seq=2`,
  )
  raw.close()
  const again = opened(dir)
  expect(again.store.events(run)).toEqual([ended(3)])
  expect(again.store.runs(5)).toEqual([])
  expect(again.notes.map((note) => note.type)).toEqual(['store.recovered', 'store.recovered'])
  expect([again.store.runs(5), again.notes.length]).toEqual([[], 2])
  expect(again.store.begin(record)).toBe(2)
  again.store.close()
})

test('after a lost history the numbers go on behind the logs that are left', () => {
  const dir = newFolder()
  mkdirSync(join(dir, 'logs', 'run-000041'), { recursive: true })
  writeFileSync(join(dir, 'logs', 'run-000039.log'), '')
  const { store } = opened(dir)
  expect(store.begin(record)).toBe(42)
  store.close()
})

/** Starts twice on the damaged file: nothing false may be read, and the second start must be silent. */
function expectSurvives(dir: string, originals: ReadonlySet<string>, what: string): void {
  const first = opened(dir)
  const read = first.store.runs(5).flatMap((run) => first.store.events(run.number))
  for (const event of read) if (!originals.has(JSON.stringify(event))) throw new Error(`${what}: a wrong event was read: ${JSON.stringify(event)}`)
  const run = first.store.begin(record)
  try {
    first.store.append(run, [noted(1)])
  } catch (error) {
    expect([what, (error as Error).name]).toEqual([what, 'StateUnusable'])
  }
  first.store.close()
  const second = opened(dir)
  second.store.append(second.store.begin(record), [noted(1)])
  expect([what, second.notes.length]).toEqual([what, 0])
  second.store.close()
}

function damagedStores(check: (dir: string, originals: ReadonlySet<string>, size: number, path: string) => void): void {
  const source = newFolder()
  const { store } = opened(source)
  const all = Array.from({ length: 60 }, (_, i) => noted(i + 1))
  for (let run = 0; run < 3; run++) store.append(store.begin(record), all)
  store.close()
  const originals = new Set(all.map((event) => JSON.stringify(event)))
  const size = readFileSync(join(source, 'store.db')).byteLength
  const dir = newFolder()
  const restart = (): void => {
    rmSync(dir, { recursive: true })
    mkdirSync(dir)
    copyFileSync(join(source, 'store.db'), join(dir, 'store.db'))
  }
  for (let i = 0; i < 40; i++) {
    restart()
    check(dir, originals, Math.floor((size * i) / 40), join(dir, 'store.db'))
  }
}

test('a store that was cut at any place opens, tells nothing false, and is quiet the second time', () => {
  damagedStores((dir, originals, offset, path) => {
    truncateSync(path, offset + (offset % 7))
    expectSurvives(dir, originals, `cut at ${offset}`)
  })
})

test('a store with a flipped bit anywhere opens, tells nothing false, and is quiet the second time', () => {
  let turn = 0
  damagedStores((dir, originals, offset, path) => {
    // The header and the heads of pages are where a bit does most harm.
    const at = [offset, turn * 2, Math.floor(offset / 4096) * 4096 + (turn % 12)][turn % 3] ?? 0
    const content = readFileSync(path)
    content[at] = (content[at] ?? 0) ^ (1 << (turn % 8))
    writeFileSync(path, content)
    expectSurvives(dir, originals, `bit ${turn % 8} of byte ${at}`)
    turn += 1
  })
})

const appender = `
  import { writeSync } from 'node:fs'
  const { openStore } = await import(process.argv[2])
  const { value: { store } } = openStore(process.argv[3])
  const run = store.begin({ startedAt: 1, command: 'loop', root: '/' })
  for (let seq = 1; ; seq++) {
    store.append(run, [{ type: 'round.opened', round: seq, seq, at: seq }])
    writeSync(1, run + ' ' + seq + '\\n')
  }
`

test('what was acknowledged before a kill -9 is in the store afterwards', async () => {
  const dir = newFolder()
  const script = join(dir, 'appender.mjs')
  writeFileSync(script, appender)
  let acknowledged = 0
  for (const enough of [1, 7, 20, 33]) {
    const child = spawn(process.execPath, [script, join(import.meta.dir, 'store.ts'), dir], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.split('\n').length > enough) child.kill('SIGKILL')
    })
    await once(child, 'close')
    const last =
      output
        .split('\n')
        .filter((line) => /^\d+ \d+$/.test(line))
        .at(-1)
        ?.split(' ')
        .map(Number) ?? []
    const { store, notes } = opened(dir)
    const events = store.events(last[0] ?? 0)
    expect(notes).toEqual([])
    expect(events.length).toBeGreaterThanOrEqual(last[1] ?? 0)
    expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i + 1))
    expect(store.unfinished().length).toBe(store.runs(99).length)
    acknowledged += last[1] ?? 0
    store.close()
  }
  expect(acknowledged).toBeGreaterThanOrEqual(61)
})
