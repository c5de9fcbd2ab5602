/** Gives a database its tables, and tells a database of ours from a damaged, foreign or newer one. */
import type { DatabaseSync } from 'node:sqlite'
import { StateUnusable } from './state-trouble.ts'

export type Schema = {
  /** From 1. Grows whenever the statements change. */
  readonly version: number
  /** Exactly as SQLite stores them: "CREATE TABLE name(…)". */
  readonly statements: readonly string[]
  /** What leads from an older version to the next one. */
  readonly upgrades?: Readonly<Record<number, readonly string[]>>
}

/** "pawl" in the header of the file: tells ours from those of other programs. */
const applicationId = 0x7061776c

/** Creates or upgrades the tables; says what is wrong when the file is not ours. Throws StateUnusable when it is newer. */
export function ensureSchema(path: string, connection: DatabaseSync, schema: Schema): string | undefined {
  // In one view of the file: another process may be making the tables just now.
  const found = inOneView(connection, () => stateOf(connection, schema))
  if (found === 'current') return undefined
  if (found === 'foreign') return 'its tables are not those of pawl'
  if (found === 'newer') throw new StateUnusable(newer(path))
  // Every step is one transaction, so a file is never between two versions. The copy is for going back to an older pawl.
  if (found !== 'new') backUp(path, connection, found.version)
  connection.exec('BEGIN IMMEDIATE')
  try {
    // Another process may have done it while we waited.
    const now = stateOf(connection, schema)
    if (now === 'new') create(connection, schema)
    else if (typeof now === 'object') upgrade(connection, schema, now.version)
    connection.exec('COMMIT')
  } finally {
    if (connection.isTransaction) connection.exec('ROLLBACK')
  }
  return stateOf(connection, schema) === 'current' ? undefined : 'its tables are not those of pawl'
}

function inOneView<T>(connection: DatabaseSync, look: () => T): T {
  connection.exec('BEGIN')
  try {
    return look()
  } finally {
    if (connection.isTransaction) connection.exec('COMMIT')
  }
}

function stateOf(connection: DatabaseSync, schema: Schema): 'current' | 'new' | 'newer' | 'foreign' | { readonly version: number } {
  const tables = connection
    .prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL')
    .all()
    .map((row) => String(row['sql']))
  // The tables decide, not the number: a flipped bit in the number must not lock anybody out.
  if (tables.toSorted().join('\n') === schema.statements.toSorted().join('\n')) return 'current'
  const version = Number(connection.prepare('PRAGMA user_version').get()?.['user_version'])
  if (tables.length === 0 && version === 0) return 'new'
  if (connection.prepare('PRAGMA application_id').get()?.['application_id'] !== applicationId) return 'foreign'
  if (version > schema.version) return 'newer'
  return version >= 1 && schema.upgrades?.[version] !== undefined ? { version } : 'foreign'
}

function create(connection: DatabaseSync, schema: Schema): void {
  for (const statement of schema.statements) connection.exec(statement)
  connection.exec(`PRAGMA user_version=${schema.version}; PRAGMA application_id=${applicationId}`)
}

function upgrade(connection: DatabaseSync, schema: Schema, from: number): void {
  for (let version = from; version < schema.version; version++) for (const statement of schema.upgrades?.[version] ?? []) connection.exec(statement)
  connection.exec(`PRAGMA user_version=${schema.version}`)
}

function backUp(path: string, connection: DatabaseSync, version: number): void {
  const stamp = new Date().toISOString().replace(/[-:.]/g, '')
  connection.prepare('VACUUM INTO ?').run(`${path}.version-${version}-${stamp}`)
}

const newer = (path: string) =>
  ({
    type: 'store.newer',
    what: `${path} was written by a newer pawl`,
    why: 'this version does not know its tables and would damage it',
    kept: 'nothing was changed',
    hint: 'update pawl',
  }) as const
