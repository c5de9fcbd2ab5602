/** Says as a Failure why pawl's own state cannot be read or written. */
import { lstatSync, mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Failure } from '../model/failure.ts'

/** Thrown where a port leaves no room for a Failure; whoever catches it shows `failure` (exit code 2, not a bug). */
export class StateUnusable extends Error {
  override name = 'StateUnusable'
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.why === undefined ? failure.what : `${failure.what}: ${failure.why}`, { cause: failure })
    this.failure = failure
  }
}

/** "ENOENT", "ERR_SQLITE_ERROR" …; undefined for errors that name no code. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** What a refusal of the operating system means here. An error that is none is thrown on: it is a bug. */
export function stateTrouble(path: string, error: unknown): StateUnusable {
  if (error instanceof StateUnusable) return error
  const code = codeOf(error)
  if (!(error instanceof Error) || code === undefined || !/^E[A-Z0-9]+$/.test(code)) throw error
  return new StateUnusable(unusable(path, reasons[code] ?? { why: error.message, hint: undefined }))
}

/** The state at `path` cannot be used, and why. */
export function unusable(path: string, reason: { readonly why: string; readonly hint: string | undefined }, kept?: string): Failure {
  return {
    type: 'store.unusable',
    what: `pawl cannot use its state in ${path}`,
    why: reason.why,
    ...(kept === undefined ? {} : { kept }),
    ...(reason.hint === undefined ? {} : { hint: reason.hint }),
  }
}

/** Turns what `work` throws because of the operating system into a Failure. */
export function attempted<T>(path: string, work: () => T): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure } {
  try {
    return { ok: true, value: work() }
  } catch (error) {
    return { ok: false, failure: stateTrouble(path, error).failure }
  }
}

/** Makes a folder for state, and the folders above it; what stands in its way in the last two places and is no folder is removed. */
export function makeStateFolder(path: string): void {
  try {
    for (const one of [dirname(path), path]) if (lstatSync(one, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(one)
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw stateTrouble(path, error)
  }
}

/** Removes a file of the state, if it is there. */
export function removeState(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch (error) {
    throw stateTrouble(path, error)
  }
}

export const diskFull = { why: 'the disk is full', hint: 'free some space (`pawl cache clear` may help), then run again' }
export const notAllowed = {
  why: 'permission denied',
  hint: 'make the folder writable for you (`ls -ld` shows whose it is); it may stem from a run as another user',
}
export const readOnly = { why: 'the file system is mounted read-only', hint: 'work on a writable copy of the repository' }
const badDisk = { why: 'the disk reported an input/output error', hint: 'look at the health of the disk (`dmesg`) before you run again' }

const reasons: Readonly<Record<string, { readonly why: string; readonly hint: string | undefined }>> = {
  ENOSPC: diskFull,
  EDQUOT: { why: 'your disk quota is used up', hint: diskFull.hint },
  EACCES: notAllowed,
  EPERM: notAllowed,
  EROFS: readOnly,
  EIO: badDisk,
  EMFILE: { why: 'this process has too many files open', hint: 'raise the limit (`ulimit -n 4096`) or run fewer tasks at once' },
  ENFILE: { why: 'the machine has too many files open', hint: 'end programs that hold many files open' },
  ELOOP: { why: 'a symbolic link stands in its place', hint: 'remove the link; pawl creates the folder itself' },
  ENOTDIR: { why: 'a file stands where a folder must be', hint: 'move that file away' },
  EISDIR: { why: 'a folder stands where a file must be', hint: 'move that folder away' },
}
