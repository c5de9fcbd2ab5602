/** Remembers, in the database of the cache, of which files the tasks that judge each by itself have nothing to say. A flipped bit makes a row that nobody asks for. */
import type { Digest } from '../model/fingerprint.ts'
import type { Origin } from '../model/outcome.ts'
import type { Database } from './sqlite.ts'

/** As SQLite stores it. */
export const knownFilesTable =
  'CREATE TABLE known_file(context TEXT NOT NULL, file TEXT NOT NULL, task TEXT NOT NULL, run INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(context, file)) STRICT, WITHOUT ROWID'

/** Settings differ between branches: so many of a task are remembered. */
const keptContexts = 8
const keptMs = 30 * 24 * 3_600_000

export type KnownFiles = {
  of(context: Digest): ReadonlyMap<Digest, Origin>
  keep(task: string, context: Digest, files: readonly Digest[], from: Origin): void
  count(): number
  /** Those of one task, or all. */
  clear(task?: string): void
  /** Everything that was kept before this moment, in epoch milliseconds. */
  clearBefore(at: number): void
}

export function knownFiles(database: Database): KnownFiles {
  return {
    of: (context) =>
      new Map(
        database
          .rows('SELECT file, run, at FROM known_file WHERE context=?', context)
          .map((row) => [String(row['file']), { run: Number(row['run']), at: Number(row['at']) }]),
      ),
    keep(task, context, files, from) {
      database.write((transaction) => {
        const at = Math.trunc(from.at)
        for (const file of files) transaction.run('INSERT OR REPLACE INTO known_file VALUES(?, ?, ?, ?, ?)', context, file, task, from.run, at)
        const contexts = transaction.rows('SELECT context FROM known_file WHERE task=? GROUP BY context ORDER BY max(at) DESC, context', task)
        const gone = contexts.map((row) => String(row['context'])).filter((one, rank) => rank >= keptContexts && one !== context)
        for (const one of gone) transaction.run('DELETE FROM known_file WHERE context=?', one)
        transaction.run('DELETE FROM known_file WHERE task=? AND at<?', task, at - keptMs)
      }, 'repeat')
    },
    count: () => Number(database.rows('SELECT count(*) AS files FROM known_file')[0]?.['files'] ?? 0),
    clear: (task) =>
      database.write(
        (transaction) => (task === undefined ? transaction.run('DELETE FROM known_file') : transaction.run('DELETE FROM known_file WHERE task=?', task)),
        'repeat',
      ),
    clearBefore: (at) => database.write((transaction) => transaction.run('DELETE FROM known_file WHERE at<?', Math.trunc(at)), 'repeat'),
  }
}
