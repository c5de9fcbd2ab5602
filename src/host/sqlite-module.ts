/** Loads SQLite when it is first needed and knows what its errors mean. */
import type { DatabaseSync } from 'node:sqlite'
import { accessSync, constants } from 'node:fs'
import { codeOf, diskFull, notAllowed, readOnly, stateTrouble, StateUnusable, unusable } from './state-trouble.ts'

/** A raw connection. Throws StateUnusable when the runtime has no SQLite. */
export function connect(path: string, onlyRead = false): DatabaseSync {
  // Not an import: loading SQLite takes milliseconds that commands without state do not have to spend.
  const sqlite = process.getBuiltinModule('node:sqlite')
  if (sqlite === undefined)
    throw new StateUnusable(
      unusable(path, { why: `this JavaScript runtime (${process.version}) has no SQLite`, hint: 'use the pawl executable, or Node 24 or newer' }),
    )
  try {
    return new sqlite.DatabaseSync(path, { readOnly: onlyRead })
  } catch (error) {
    throw sqliteTrouble(path, error)
  }
}

/** Primary result codes: https://www.sqlite.org/rescode.html */
export const sqliteErrors = {
  error: 1,
  permission: 3,
  busy: 5,
  locked: 6,
  noMemory: 7,
  readOnly: 8,
  inputOutput: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  lockProtocol: 15,
  notADatabase: 26,
} as const

/** The primary result code of an error that came from SQLite. */
export function errorNumberOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
}

/** Thrown in a transaction that finds rows which cannot be right: the file is treated as damaged. */
export class DamagedRows extends Error {
  override name = 'DamagedRows'
}

/** Why the content of the file cannot be right; undefined when the error says nothing of the kind. */
export function damageIn(path: string, error: unknown): string | undefined {
  if (error instanceof DamagedRows) return error.message
  switch (errorNumberOf(error)) {
    case sqliteErrors.corrupt:
      return 'its content is damaged'
    case sqliteErrors.notADatabase:
      return 'it is no database'
    case sqliteErrors.readOnly:
      return isWritable(path) ? 'its header forbids writing' : undefined
    default:
      // A number that no number of ours can be.
      return codeOf(error) === 'ERR_OUT_OF_RANGE' ? 'its content is damaged' : undefined
  }
}

/** What an error of SQLite means for the user. Errors that can only be ours are thrown on. */
export function sqliteTrouble(path: string, error: unknown): StateUnusable {
  const number = errorNumberOf(error)
  if (number === undefined) return stateTrouble(path, error)
  const reason = reasonOf(number)
  if (reason === undefined) throw error
  return new StateUnusable(unusable(path, reason, 'what was recorded before is untouched'))
}

function reasonOf(number: number): { readonly why: string; readonly hint: string | undefined } | undefined {
  switch (number) {
    case sqliteErrors.busy:
    case sqliteErrors.locked:
      return { why: 'another program keeps it locked', hint: 'close database viewers and backup programs that have it open' }
    // SQLite has tried for ten seconds by then.
    case sqliteErrors.lockProtocol:
      return { why: 'the system refuses locks on it', hint: 'look at the memory that is left and at the file system, then run again' }
    case sqliteErrors.full:
      return diskFull
    case sqliteErrors.readOnly:
      return readOnly
    case sqliteErrors.permission:
      return notAllowed
    case sqliteErrors.cannotOpen:
      return { why: 'it cannot be opened', hint: notAllowed.hint }
    case sqliteErrors.inputOutput:
      return { why: 'reading or writing it failed (input/output error)', hint: 'look whether the disk is full (`df`) or failing (`dmesg`), then run again' }
    case sqliteErrors.noMemory:
      return { why: 'there is not enough memory', hint: undefined }
    default:
      return undefined
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return false
  }
}
