/** Keeps the raw output of attempts and the line log of each run, and removes those of old runs. */
import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { AttemptId } from '../model/event.ts'
import type { Failure } from '../model/failure.ts'
import { codeOf, stateTrouble } from './state-trouble.ts'
import { sha256 } from './digest.ts'

export type AttemptLog = {
  write(chunk: Uint8Array | string): void
  /** `bytes` counts what the attempt printed and was kept; `cut`: there was more. `failure`: why not all of it could be written. */
  close(): Promise<{ readonly bytes: number; readonly cut: boolean; readonly failure?: Failure }>
}

export type AttemptLogs = {
  open(attempt: AttemptId): AttemptLog
  pathOf(attempt: AttemptId): string
  read(attempt: AttemptId): Promise<Uint8Array | undefined>
}

/** `dir` is the folder for state. A log is created with its first byte; trouble with a log never ends an attempt. */
export function attemptLogs(dir: string, runNumber: number, mostBytes = 64 * 1024 * 1024): AttemptLogs {
  const folder = join(dir, 'logs', runName(runNumber))
  const pathOf = (attempt: AttemptId): string => join(folder, `${safeName(attempt)}.log`)
  return { open: (attempt) => openLog(pathOf(attempt), mostBytes), pathOf, read: (attempt) => readIfThere(pathOf(attempt)) }
}

/** Where a reporter writes the lines of a run. `close` says why lines are missing, if some are. */
export function runLog(dir: string, runNumber: number): { readonly path: string; readonly write: (line: string) => void; close(): Failure | undefined } {
  const path = join(dir, 'logs', `${runName(runNumber)}.log`)
  const file = appendingFile(path)
  return { path, write: (line) => void file.write(Buffer.from(`${line}\n`)), close: () => file.close() }
}

/** Removes what runs beyond the `keep` newest left, never that of live runs. Tells of how many runs, and why not all: no run has to fail for want of a log. */
export async function rotateLogs(dir: string, keep: number, live: readonly number[]): Promise<{ readonly removed: number; readonly failure?: Failure }> {
  const folder = join(dir, 'logs')
  const names = await namesIn(folder)
  if ('failure' in names) return { removed: 0, ...names }
  const byRun = Map.groupBy(names.value, runOf)
  const runs = [...byRun.keys()].filter((run) => run !== undefined).toSorted((a, b) => b - a)
  const old = runs.slice(keep).filter((run) => !live.includes(run))
  const paths = old.flatMap((run) => byRun.get(run) ?? []).map((name) => join(folder, name))
  const removals = await Promise.allSettled(paths.map((path) => rm(path, { recursive: true, force: true })))
  const refused = removals.find((removal) => removal.status === 'rejected')
  return refused === undefined ? { removed: old.length } : { removed: 0, failure: stateTrouble(folder, refused.reason).failure }
}

const runName = (run: number): string => `run-${String(run).padStart(6, '0')}`

const runOf = (name: string): number | undefined => {
  const digits = /^run-(\d{6,12})(\.log)?$/.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

async function namesIn(folder: string): Promise<{ readonly value: readonly string[] } | { readonly failure: Failure }> {
  try {
    return { value: await readdir(folder) }
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? { value: [] } : { failure: stateTrouble(folder, error).failure }
  }
}

/** Different attempts never share a name: what is not plain is written as %XX. A name that is too long for a file ends in its digest. */
function safeName(attempt: AttemptId): string {
  const safe = attempt.replace(/[^A-Za-z0-9@._-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  )
  return safe.length <= 200 ? safe : `${safe.slice(0, 160)}-${sha256(attempt).slice(0, 32)}`
}

function openLog(path: string, mostBytes: number): AttemptLog {
  const file = appendingFile(path)
  let bytes = 0
  let cut = false
  return {
    write(chunk) {
      const content = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      if (cut || content.byteLength === 0) return
      const fitting = content.subarray(0, mostBytes - bytes)
      if (file.write(fitting)) bytes += fitting.byteLength
      cut = fitting.byteLength < content.byteLength
      if (cut) file.write(Buffer.from(`\n[pawl: the log was cut here, after ${mostBytes} bytes]\n`))
    },
    async close() {
      const failure = file.close()
      return { bytes, cut: cut || failure !== undefined, ...(failure === undefined ? {} : { failure }) }
    },
  }
}

/** Opened at the first write. After the first refusal nothing more is written; `close` tells why. */
function appendingFile(path: string): { write(content: Uint8Array): boolean; close(): Failure | undefined } {
  let descriptor: number | undefined
  let failure: Failure | undefined
  let closed = false
  return {
    write(content) {
      if (failure !== undefined || closed) return false
      try {
        descriptor ??= openForAppending(path)
        for (let written = 0; written < content.byteLength;) written += writeSync(descriptor, content, written)
        return true
      } catch (error) {
        failure = stateTrouble(path, error).failure
        return false
      }
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor)
      descriptor = undefined
      closed = true
      return failure
    },
  }
}

function openForAppending(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  return openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0), 0o600)
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw stateTrouble(path, error)
  }
}
