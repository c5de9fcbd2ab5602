/** Keeps one row for each attempt that really ran, beside the events, so that questions about hundreds of runs need not read all of them. */
import type { Event } from '../model/event.ts'
import type { History, Observation, Reuse } from '../model/history.ts'
import { taskId } from '../model/task.ts'
import type { Database, Row, Transaction } from './sqlite.ts'

export const observationTable =
  'CREATE TABLE observation(task TEXT NOT NULL, run INTEGER NOT NULL, attempt TEXT NOT NULL, at INTEGER NOT NULL, cause TEXT NOT NULL, fingerprint TEXT, outcome TEXT, unsettled INTEGER NOT NULL, duration_ms REAL, cpu_ms REAL, peak_bytes REAL, PRIMARY KEY(task, run, attempt)) STRICT, WITHOUT ROWID'

/** To be called for each event, in the transaction that keeps it. What is only reused costs nothing here. */
export function observe(transaction: Transaction, run: number, event: Event): void {
  if (event.type === 'attempt.missed') {
    const { task, attempt, at, cause, fingerprint } = event
    transaction.run(
      'INSERT OR REPLACE INTO observation(task, run, attempt, at, cause, fingerprint, unsettled) VALUES(?, ?, ?, ?, ?, ?, 0)',
      task,
      run,
      attempt,
      Math.trunc(at),
      cause.kind,
      fingerprint ?? null,
    )
  }
  if (event.type === 'attempt.finished' && event.outcome.kind !== 'cached') {
    const { task, attempt, at, outcome } = event
    const usage = 'usage' in outcome ? outcome.usage : undefined
    transaction.run(
      'UPDATE observation SET at=?, outcome=?, unsettled=?, duration_ms=?, cpu_ms=?, peak_bytes=? WHERE task=? AND run=? AND attempt=?',
      Math.trunc(at),
      outcome.kind,
      outcome.kind === 'passed' && outcome.notKept !== undefined ? 1 : 0,
      'durationMs' in outcome ? outcome.durationMs : null,
      usage?.cpuMs ?? null,
      usage?.peakBytes ?? null,
      task,
      run,
      attempt,
    )
  }
}

/** So many of the newest attempts are looked at. */
const mostObservations = 200_000

export function historyIn(database: Pick<Database, 'rows'>): History {
  return {
    observations: () =>
      database
        .rows('SELECT * FROM observation WHERE outcome IS NOT NULL ORDER BY at DESC, run DESC, attempt DESC LIMIT ?', mostObservations)
        .flatMap((row) => observationOf(row) ?? [])
        .reverse(),
    // A reuse is an event like any other and has no row of its own: a run that only reuses must stay as fast as it is.
    reuses: () => database.rows(reusesByTask).flatMap((row) => reuseOf(row) ?? []),
  }
}

const reusesByTask = `SELECT task, count(*) AS count, sum(saved) AS saved FROM (
  SELECT json_extract(one.value, '$.task') AS task, json_extract(one.value, '$.savedMs') AS saved
  FROM event, json_each(CASE WHEN json_valid(body) THEN body ELSE '{}' END, '$.reused') AS one WHERE body LIKE '{"type":"tasks.reused"%'
  UNION ALL
  SELECT json_extract(body, '$.task') AS task, json_extract(body, '$.outcome.savedMs') AS saved
  FROM event WHERE body LIKE '%"kind":"cached"%' AND CASE WHEN json_valid(body) THEN json_extract(body, '$.outcome.kind') END = 'cached'
) GROUP BY task ORDER BY task`

function reuseOf(row: Row): Reuse | undefined {
  const { task, count, saved } = row
  return typeof task === 'string' && typeof count === 'number' ? { task: taskId(task), count, savedMs: amount(saved) ?? 0 } : undefined
}

/** Only rows that pawl can have written. */
function observationOf(row: Row): Observation | undefined {
  const { task, run, attempt, at, cause, fingerprint, outcome, unsettled } = row
  const texts = typeof task === 'string' && typeof attempt === 'string' && isCause(cause) && isOutcome(outcome)
  if (!texts || typeof run !== 'number' || typeof at !== 'number') return undefined
  const durationMs = amount(row['duration_ms'])
  const cpuMs = amount(row['cpu_ms'])
  const peakBytes = amount(row['peak_bytes'])
  return {
    task: taskId(task),
    run,
    attempt,
    at,
    cause,
    outcome,
    unsettled: unsettled !== 0,
    ...(typeof fingerprint === 'string' ? { fingerprint } : {}),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(cpuMs === undefined ? {} : { cpuMs }),
    ...(peakBytes === undefined ? {} : { peakBytes }),
  }
}

const causes = {
  first: true,
  forced: true,
  'unknown-inputs': true,
  fix: true,
  work: true,
  changed: true,
  expired: true,
  future: true,
  damaged: true,
} as const satisfies Record<Observation['cause'], true>
const outcomes = {
  passed: true,
  cached: true,
  failed: true,
  errored: true,
  'timed-out': true,
  cancelled: true,
  lost: true,
  refused: true,
  described: true,
} as const satisfies Record<Observation['outcome'], true>

const isCause = (value: unknown): value is Observation['cause'] => typeof value === 'string' && Object.hasOwn(causes, value)
const isOutcome = (value: unknown): value is Observation['outcome'] => typeof value === 'string' && Object.hasOwn(outcomes, value)

const amount = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined)
