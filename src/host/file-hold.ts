/** Holds a file so that one process at a time has it: the kernel lets go when the process ends, in whatever way. */
import { closeSync, copyFileSync, lstatSync, openSync, renameSync, truncateSync } from 'node:fs'
import { connect, errorNumberOf, sqliteErrors, sqliteTrouble } from './sqlite-module.ts'
import { codeOf } from './state-trouble.ts'

export type FileHold = {
  /** Whether the held file is still the one at its path; if not, somebody deleted it and another process may hold its successor. */
  intact(): boolean
  release(): void
}

/**
 * Takes the file at `path` or says 'busy', after at most `waitMs` during which this whole process stands still. Throws StateUnusable.
 * Nothing but SQLite may open that file in this process: closing any descriptor of it would drop the lock (POSIX).
 */
export function holdFile(path: string, waitMs: number): FileHold | 'busy' {
  createPrivately(path)
  const connection = connect(path)
  try {
    // Rollback-journal mode: BEGIN EXCLUSIVE is a plain kernel lock on the file and writes nothing.
    connection.exec(`PRAGMA busy_timeout=${waitMs}; BEGIN EXCLUSIVE`)
  } catch (error) {
    connection.close()
    const number = errorNumberOf(error)
    if (number === sqliteErrors.busy || number === sqliteErrors.locked) return 'busy'
    if (number === sqliteErrors.notADatabase || number === sqliteErrors.corrupt) {
      emptyForeign(path)
      return holdFile(path, waitMs)
    }
    throw sqliteTrouble(path, error)
  }
  const inode = inodeOf(path)
  return {
    intact: () => inode !== undefined && inodeOf(path) === inode,
    release: () => {
      if (connection.isOpen) connection.close()
    },
  }
}

/** Whether somebody holds the file at this moment. Does not take it and creates nothing. */
export function isHeld(path: string): boolean {
  if (inodeOf(path) === undefined) return false
  const connection = connect(path, true)
  try {
    connection.exec('PRAGMA busy_timeout=0')
    connection.prepare('PRAGMA schema_version').get()
    return false
  } catch (error) {
    const number = errorNumberOf(error)
    if (number === sqliteErrors.busy || number === sqliteErrors.locked) return true
    if (number === sqliteErrors.notADatabase || number === sqliteErrors.corrupt) return false
    throw sqliteTrouble(path, error)
  } finally {
    connection.close()
  }
}

/** Creates the file with mode 0600 when it is missing, and moves a folder in its place away. */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    // With the slash a rename only ever moves a folder, also when another process just put the file in its place.
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) moveFolderAway(path)
  }
}

function moveFolderAway(path: string): void {
  try {
    renameSync(`${path}/`, asideName(path))
  } catch (error) {
    if (codeOf(error) !== 'ENOTDIR' && codeOf(error) !== 'ENOENT') throw error
  }
  createPrivately(path)
}

/** A foreign content is only ever seen by who has the lock, so nobody holds it. Emptied in place: a new file would have a lock of its own. */
function emptyForeign(path: string): void {
  copyFileSync(path, asideName(path))
  truncateSync(path, 0)
}

/** A folder in the place of a file of ours. What it holds is kept. */
export function moveAsideFolder(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) renameSync(path, asideName(path))
}

export function asideName(path: string): string {
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  for (let count = 1; ; count++) {
    const name = `${path}.corrupt-${stamp}${count === 1 ? '' : `-${count}`}`
    if (lstatSync(name, { throwIfNoEntry: false }) === undefined) return name
  }
}

export const inodeOf = (path: string): bigint | undefined => lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino
