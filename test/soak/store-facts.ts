/** Reads the databases of pawl with another SQLite and nothing of pawl's: the outside oracle of what is stored. */
import { Database } from 'bun:sqlite'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export type StoredRun = { readonly number: number; readonly ended: boolean; readonly verdict: string | undefined; readonly events: readonly string[] }

/** What is wrong with the structure of a database; nothing when it is missing. Give a copy: looking may fold the log into the file. */
export function damageOf(path: string): readonly string[] {
  if (!existsSync(path)) return []
  using database = new Database(path)
  const rows = database.query('PRAGMA integrity_check').all() as { integrity_check: string }[]
  return rows.map((row) => row.integrity_check).filter((line) => line !== 'ok')
}

export function storedRuns(state: string): readonly StoredRun[] {
  const path = join(state, 'store.db')
  if (!existsSync(path)) return []
  using database = new Database(path)
  if (database.query("SELECT 1 FROM sqlite_schema WHERE name='run'").get() === null) return []
  const runs = database.query('SELECT number, end FROM run ORDER BY number').all() as { number: number; end: string | null }[]
  const events = database.query('SELECT body FROM event WHERE run=? ORDER BY seq')
  return runs.map(({ number, end }) => ({
    number,
    ended: end !== null,
    verdict: end === null ? undefined : (JSON.parse(end) as { verdict: string }).verdict,
    events: (events.all(number) as { body: string }[]).map((row) => (JSON.parse(row.body) as { type: string }).type),
  }))
}

/** Durations of attempts in milliseconds, as stored. */
export function storedDurations(state: string): readonly number[] {
  using database = new Database(join(state, 'store.db'))
  return (database.query('SELECT duration_ms FROM attempt').all() as { duration_ms: number }[]).map((row) => row.duration_ms)
}
