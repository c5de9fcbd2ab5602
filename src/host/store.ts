/** The Store on disk: runs and their events in SQLite. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { eventTypes, type Event, type Happening } from '../model/event.ts'
import { ok, type Result, type Failure } from '../model/failure.ts'
import type { RunRecord, Store } from '../model/store.ts'
import { exitCodes } from '../model/verdict.ts'
import { DamagedRows } from './sqlite-module.ts'
import { historyIn, observationTable, observe } from './observations.ts'
import { openDatabase, type Row, type Transaction } from './sqlite.ts'
import { codeOf, StateUnusable, unusable } from './state-trouble.ts'
import { costsIn } from './task-costs.ts'
import { sha256 } from './digest.ts'
import { parsedJson } from '../model/json.ts'

/** `notes` grows while the store is used: damaged rows are skipped and told. Everything of the store throws StateUnusable when the file cannot be used. */
export function openStore(dir: string): Result<{ readonly store: Store; readonly notes: readonly Failure[] }> {
  const opened = openDatabase(join(dir, 'store.db'), schema)
  if (!opened.ok) return opened
  const { database, notes } = opened.value
  const whole = <T>(rows: readonly Row[], read: (row: Row) => T | undefined): { values: T[]; damaged: Row[] } => {
    const values: T[] = []
    const damaged: Row[] = []
    for (const row of rows) {
      const value = read(row)
      if (value === undefined) damaged.push(row)
      else values.push(value)
    }
    if (damaged.length > 0) notes.push(skipped(dir, damaged.length, values.length))
    return { values, damaged }
  }
  // Runs are read at every start: a damaged one is told once and then kept apart.
  const wholeRuns = (rows: readonly Row[]): RunRecord[] => {
    const { values, damaged } = whole(rows, runOf)
    if (damaged.length > 0) database.write((transaction) => damaged.forEach((row) => keepApart(transaction, row)), 'repeat')
    return values
  }
  const store: Store = {
    begin: (record) => database.write((transaction) => begin(transaction, dir, record), 'repeat', 'durable'),
    append: (run, events) => {
      const durable = events.some((event) => event.type === 'mending.begun')
      if (events.length > 0) database.write((transaction) => append(transaction, dir, run, events), 'fail', durable ? 'durable' : 'soon')
    },
    tell: (happening, at) => database.write((transaction) => tell(transaction, happening, at), 'fail', 'durable'),
    told: () => whole(database.rows('SELECT run, seq, body, sum FROM event WHERE run=? ORDER BY seq', outside), eventOf).values,
    settle: () => database.settle(),
    events: (run, after = 0) => whole(database.rows('SELECT run, seq, body, sum FROM event WHERE run=? AND seq>? ORDER BY seq', run, after), eventOf).values,
    runs: (limit) => wholeRuns(database.rows('SELECT * FROM run ORDER BY number DESC LIMIT ?', limit)),
    unfinished: () => wholeRuns(database.rows('SELECT * FROM run WHERE end IS NULL ORDER BY number DESC')),
    costs: (tasks, limit) => costsIn(database, tasks, limit),
    history: historyIn(database),
    close: () => database.close(),
  }
  return ok({ store, notes })
}

/** `sum` is a digest over the row: SQLite notices broken pages but not a flipped bit in a text. */
const schema = {
  version: 2,
  statements: [
    'CREATE TABLE run(number INTEGER PRIMARY KEY, body TEXT NOT NULL, sum TEXT NOT NULL, end TEXT, end_sum TEXT) STRICT',
    'CREATE TABLE event(run INTEGER NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, sum TEXT NOT NULL, PRIMARY KEY(run, seq)) STRICT, WITHOUT ROWID',
    'CREATE TABLE attempt(task TEXT NOT NULL, run INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, duration_ms REAL NOT NULL, PRIMARY KEY(task, run, seq)) STRICT, WITHOUT ROWID',
    'CREATE TABLE damaged_run(body TEXT NOT NULL) STRICT',
    observationTable,
  ],
  upgrades: { 1: [observationTable] },
}

/** So many runs keep all their events. Of older ones there stays that they were, and what their attempts took; those of jobs keep all: how a roadmap stands is their fold. */
const keptRuns = 500

function begin(transaction: Transaction, dir: string, record: Parameters<Store['begin']>[0]): number {
  const newest = transaction.rows('SELECT max(number) AS number FROM (SELECT max(number) AS number FROM run UNION ALL SELECT max(run) FROM event)')[0]?.[
    'number'
  ]
  // After a lost history, numbers go on behind the logs that are still there.
  const number = (typeof newest === 'number' ? newest : newestLog(dir)) + 1
  const { startedAt, command, lock, root, branch, commit } = record
  const body = JSON.stringify({ startedAt, command, lock, root, branch, commit })
  transaction.run('INSERT INTO run(number, body, sum) VALUES(?, ?, ?)', number, body, sumOf('run', number, body))
  transaction.run(
    `DELETE FROM event WHERE run>? AND run<=? AND run NOT IN (SELECT number FROM run WHERE body LIKE '%"lock":"jobs"%')`,
    outside,
    number - keptRuns,
  )
  return number
}

/** Under this number stands what belongs to no run. */
const outside = 0

function tell(transaction: Transaction, happening: Happening, at: number): void {
  const newest = transaction.rows('SELECT max(seq) AS seq FROM event WHERE run=?', outside)[0]?.['seq']
  const seq = (typeof newest === 'number' ? newest : 0) + 1
  const body = JSON.stringify({ ...happening, seq, at })
  transaction.run('INSERT INTO event(run, seq, body, sum) VALUES(?, ?, ?, ?)', outside, seq, body, sumOf('event', outside, seq, body))
}

function keepApart(transaction: Transaction, row: Row): void {
  transaction.run('INSERT INTO damaged_run(body) VALUES(?)', JSON.stringify(row))
  transaction.run('DELETE FROM run WHERE number=?', row['number'] ?? null)
}

function newestLog(dir: string): number {
  try {
    return readdirSync(join(dir, 'logs')).reduce((newest, name) => Math.max(newest, Number(/^run-(\d{1,12})(\.log)?$/.exec(name)?.[1] ?? 0)), 0)
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return 0
    throw error
  }
}

function append(transaction: Transaction, dir: string, run: number, events: readonly Event[]): void {
  // A pawl that was stopped or cut from its lock wakes up late: another one has closed its run since and told so.
  if (transaction.rows('SELECT 1 FROM run WHERE number=? AND end IS NOT NULL', run).length > 0) throw new StateUnusable(closedMeanwhile(dir, run))
  for (const event of events) {
    const body = JSON.stringify(event)
    transaction.run('INSERT INTO event(run, seq, body, sum) VALUES(?, ?, ?, ?)', run, event.seq, body, sumOf('event', run, event.seq, body))
    observe(transaction, run, event)
    if (event.type === 'attempt.finished' && (event.outcome.kind === 'passed' || event.outcome.kind === 'failed')) {
      const { task, seq, at, outcome } = event
      transaction.run('INSERT INTO attempt(task, run, seq, at, duration_ms) VALUES(?, ?, ?, ?, ?)', task, run, seq, Math.trunc(at), outcome.durationMs)
    }
    if (event.type === 'run.finished') {
      const end = JSON.stringify({ finishedAt: event.at, verdict: event.verdict })
      transaction.run('UPDATE run SET end=?, end_sum=? WHERE number=?', end, sumOf('end', run, end), run)
    }
  }
  // In a damaged tree rows can land where no search finds them; such an append must not be acknowledged.
  const seqs = events.map((event) => event.seq)
  const found = transaction.rows('SELECT count(*) AS count FROM event WHERE run=? AND seq>=? AND seq<=?', run, Math.min(...seqs), Math.max(...seqs))
  if (Number(found[0]?.['count']) < events.length) throw new DamagedRows('rows cannot be found again')
}

function eventOf(row: Row): Event | undefined {
  const { run, seq, body, sum } = row
  if (typeof body !== 'string' || sum !== sumOf('event', run, seq, body)) return undefined
  const value = parsedJson(body)
  return isEvent(value) && value.seq === seq ? value : undefined
}

/** The digest vouches for the rest: only what pawl itself wrote has one. */
function isEvent(value: unknown): value is Event {
  return (
    isObject(value) &&
    typeof value['type'] === 'string' &&
    Object.hasOwn(eventTypes, value['type']) &&
    Number.isSafeInteger(value['seq']) &&
    typeof value['at'] === 'number'
  )
}

function runOf(row: Row): RunRecord | undefined {
  const { number, body, sum, end, end_sum: endSum } = row
  if (typeof number !== 'number' || typeof body !== 'string' || sum !== sumOf('run', number, body)) return undefined
  const record = parsedJson(body)
  if (!isRecord(record)) return undefined
  if (end === null) return { ...record, number }
  if (typeof end !== 'string' || endSum !== sumOf('end', number, end)) return undefined
  const ending = parsedJson(end)
  return isEnding(ending) ? { ...record, ...ending, number } : undefined
}

function isRecord(value: unknown): value is Omit<RunRecord, 'number'> {
  if (!isObject(value)) return false
  const optional = [value['lock'], value['branch'], value['commit']].every((text) => text === undefined || typeof text === 'string')
  return optional && typeof value['startedAt'] === 'number' && typeof value['command'] === 'string' && typeof value['root'] === 'string'
}

function isEnding(value: unknown): value is Required<Pick<RunRecord, 'finishedAt' | 'verdict'>> {
  return isObject(value) && typeof value['finishedAt'] === 'number' && typeof value['verdict'] === 'string' && Object.hasOwn(exitCodes, value['verdict'])
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const closedMeanwhile = (dir: string, run: number): Failure =>
  unusable(
    join(dir, 'store.db'),
    { why: `run ${run} was closed by another pawl, which took this one for dead`, hint: 'run again; never delete state while a run is going on' },
    'what the other one recorded',
  )

/** Half a SHA-256: against accidents, not against people who may write here anyway. */
const sumOf = (...parts: readonly unknown[]): string => sha256(JSON.stringify(parts)).slice(0, 32)

function skipped(dir: string, count: number, left: number): Failure {
  const rows = count === 1 ? '1 row' : `${count} rows`
  return {
    type: 'store.recovered',
    what: `${rows} of the history did not match the digest and ${count === 1 ? 'was' : 'were'} skipped`,
    why: `${join(dir, 'store.db')} was damaged in part`,
    kept: `${left} whole rows were read; nothing was deleted`,
  }
}
