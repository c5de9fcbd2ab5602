/** Opens databases that survive crashes, damage and other processes: WAL, immediate transactions, damaged files set aside. */
import { closeSync, lstatSync, openSync, renameSync } from 'node:fs'
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { asideName, holdFile, inodeOf } from './file-hold.ts'
import { syncContent } from './save-atomic.ts'
import { ensureSchema, type Schema } from './sqlite-schema.ts'
import { connect, damageIn, errorNumberOf, sqliteErrors, sqliteTrouble } from './sqlite-module.ts'
import { codeOf, StateUnusable, unusable } from './state-trouble.ts'

export type Row = Readonly<Record<string, SQLOutputValue>>

export type Transaction = {
  readonly run: (sql: string, ...values: SQLInputValue[]) => void
  readonly rows: (sql: string, ...values: SQLInputValue[]) => readonly Row[]
}

/** Everything throws StateUnusable when the file cannot be used. */
export type Database = {
  rows(sql: string, ...values: SQLInputValue[]): readonly Row[]
  /** All or nothing. When the file turns out damaged it is set aside, and the work is done once more on a new one, or not, as `ifDamaged` says. */
  write<T>(work: (transaction: Transaction) => T, ifDamaged: 'repeat' | 'fail', durability?: Durability): T
  /** Resolves when all that was written before survives a power loss. Does not hold up this process meanwhile. */
  settle(): Promise<void>
  close(): void
}

/** 'soon' survives the end of this process at once and a power loss after `settle`; 'durable' survives both when the writing returns. */
export type Durability = 'soon' | 'durable'

export type OpenedDatabase = {
  readonly database: Database
  /** What was repaired; grows when damage shows later. */
  readonly notes: Failure[]
}

export function openDatabase(path: string, schema: Schema): Result<OpenedDatabase> {
  const notes: Failure[] = []
  const open = (): Opened => openOrStartAnew(path, schema, notes)
  try {
    return ok({ database: newDatabase(path, open, notes), notes })
  } catch (error) {
    return failed(sqliteTrouble(path, error).failure)
  }
}

/** How long this process may stand still because another one writes. */
const busyMs = 2000

type Opened = { readonly connection: DatabaseSync; readonly inode: bigint | undefined; readonly statements: Map<string, StatementSync> }

function newDatabase(path: string, open: () => Opened, notes: Failure[]): Database {
  let opened = open()
  const transaction: Transaction = {
    run: (sql, ...values) => void statement(opened, sql).run(...values),
    rows: (sql, ...values) => statement(opened, sql).all(...values),
  }
  const guarded = <T>(work: () => T, ifDamaged: 'repeat' | 'fail'): T => {
    try {
      return work()
    } catch (error) {
      const replaced = error instanceof FileReplaced || (errorNumberOf(error) !== undefined && inodeOf(path) !== opened.inode)
      if (replaced && ifDamaged === 'repeat') {
        opened.connection.close()
        opened = open()
        notes.push({ type: 'store.recovered', what: `${path} was deleted or replaced while pawl used it`, kept: 'what lies there now is used from here on' })
        return work()
      }
      if (replaced) throw fileReplaced(path)
      const damage = damageIn(path, error)
      if (damage === undefined) throw sqliteTrouble(path, error)
      opened.connection.close()
      startAnew(path, opened.inode, damage, notes)
      opened = open()
      if (ifDamaged === 'fail') throw new StateUnusable(unusable(path, { why: `${damage}; it was set aside`, hint: 'run again: a new one is started' }))
      return work()
    }
  }
  return {
    rows: (sql, ...values) => guarded(() => transaction.rows(sql, ...values), 'repeat'),
    write: (work, ifDamaged, durability = 'soon') => guarded(() => inTransaction(path, opened, durability, () => work(transaction)), ifDamaged),
    settle: async () => {
      try {
        await syncContent(`${path}-wal`)
      } catch (error) {
        throw sqliteTrouble(path, error)
      }
    },
    close: () => {
      if (opened.connection.isOpen) opened.connection.close()
    },
  }
}

class FileReplaced extends Error {
  override name = 'FileReplaced'
}

const fileReplaced = (path: string): StateUnusable =>
  new StateUnusable(
    unusable(path, {
      why: 'it was deleted or replaced while pawl used it',
      hint: 'run again; never delete state while a run is going on (`pawl cache clear` is safe)',
    }),
  )

function statement(opened: Opened, sql: string): StatementSync {
  const known = opened.statements.get(sql)
  if (known !== undefined) return known
  const prepared = opened.connection.prepare(sql)
  opened.statements.set(sql, prepared)
  return prepared
}

function inTransaction<T>(path: string, { connection, inode }: Opened, durability: Durability, work: () => T): T {
  // What is written to a deleted or replaced file would be lost without a word.
  if (inodeOf(path) !== inode) throw new FileReplaced()
  if (durability === 'durable') connection.exec('PRAGMA synchronous=FULL')
  // Immediate: a deferred transaction that reads first cannot wait for another writer, it fails.
  connection.exec('BEGIN IMMEDIATE')
  try {
    const value = work()
    connection.exec('COMMIT')
    return value
  } finally {
    // Some errors have rolled back already.
    if (connection.isTransaction) connection.exec('ROLLBACK')
    if (durability === 'durable') connection.exec('PRAGMA synchronous=NORMAL')
  }
}

function openOrStartAnew(path: string, schema: Schema, notes: Failure[]): Opened {
  // Each turn either opens the file or moves one damaged file away; several in a row mean that somebody keeps writing damaged ones.
  for (let turn = 0; turn < 4; turn++) {
    const seen = inodeOf(path)
    const tried = tryToOpen(path, schema)
    if ('connection' in tried) return tried
    startAnew(path, seen, tried.damage, notes)
  }
  throw new StateUnusable(unusable(path, { why: 'it is damaged again and again', hint: badStateHint }))
}

const badStateHint = 'look for another program that writes to this folder, and at the health of the disk'

function tryToOpen(path: string, schema: Schema): Opened | { readonly damage: string } {
  const misplaced = ['', '-wal', '-shm', '-journal'].find((ending) => lstatSync(path + ending, { throwIfNoEntry: false })?.isFile() === false)
  if (misplaced !== undefined) return { damage: `${misplaced === '' ? 'it' : `its ${misplaced}`} is no file` }
  // SQLite would take an empty file for a new database and drop what its log still holds. The log is looked at first:
  // another process that makes the database now fills the file before there is a log.
  if (sizeOf(`${path}-wal`) > 0 && sizeOf(path) === 0) return { damage: 'it is empty although its log is not' }
  createPrivately(path)
  const inode = inodeOf(path)
  const connection = connect(path)
  let damage: string | undefined
  try {
    // trusted_schema, cell_size_check: the content may have been written by anybody.
    connection.exec(`PRAGMA busy_timeout=${busyMs}; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA synchronous=NORMAL`)
    damage = ensureSchema(path, connection, schema) ?? structureDamage(path, connection)
    if (damage === undefined) {
      useLog(path, connection)
      return { connection, inode, statements: new Map() }
    }
  } catch (error) {
    // At this point a plain SQL error comes from the schema in the file, not from our statements.
    damage = damageIn(path, error) ?? (errorNumberOf(error) === sqliteErrors.error ? 'its tables cannot be read' : undefined)
    if (damage === undefined) {
      connection.close()
      throw inodeOf(path) === inode ? sqliteTrouble(path, error) : fileReplaced(path)
    }
  }
  connection.close()
  return { damage }
}

/** Up to this size the whole structure is checked at every start: half a millisecond for each MiB. Damage in larger files shows when it is met. */
const checkedBytes = 4 * 1024 * 1024

function structureDamage(path: string, connection: DatabaseSync): string | undefined {
  if (sizeOf(path) > checkedBytes) return undefined
  const answer = connection.prepare('PRAGMA quick_check(1)').get()?.['quick_check']
  return answer === 'ok' ? undefined : 'its content is damaged'
}

const sizeOf = (path: string): number => lstatSync(path, { throwIfNoEntry: false })?.size ?? 0

/** Mode 0600; the files beside it inherit that. An existing file is not opened: closing it would drop the locks of a connection in this process. */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw sqliteTrouble(path, error)
  }
}

/** The switch to WAL needs the file alone for a moment, and SQLite does not wait for that. */
function useLog(path: string, connection: DatabaseSync): void {
  for (let leftTries = busyMs / 10; ; leftTries--) {
    try {
      const mode = connection.prepare('PRAGMA journal_mode=WAL').get()?.['journal_mode']
      if (mode === 'wal') return
      throw new StateUnusable(
        unusable(path, { why: 'this file system does not support write-ahead logs', hint: 'check out the repository on a local disk and run pawl there' }),
      )
    } catch (error) {
      if (errorNumberOf(error) !== sqliteErrors.busy || leftTries <= 0) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}

/** Moves the damaged file and what belongs to it aside, unless another process has done so since. */
function startAnew(path: string, damagedInode: bigint | undefined, damage: string, notes: Failure[]): void {
  const hold = holdFile(`${path}.repair`, busyMs)
  if (hold === 'busy') throw new StateUnusable(unusable(path, { why: `${damage}, and another process is repairing it`, hint: 'try again' }))
  try {
    if (damagedInode !== undefined && inodeOf(path) !== damagedInode) return
    const aside = asideName(path)
    // The log goes first: a new database must never meet the log of an old one.
    for (const ending of ['-wal', '-shm', '-journal', '']) moveIfThere(path + ending, aside + ending)
    notes.push({ type: 'store.recovered', what: `${path} was damaged and a new one was started`, why: damage, kept: `the damaged file is kept as ${aside}` })
  } finally {
    hold.release()
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw sqliteTrouble(from, error)
  }
}
