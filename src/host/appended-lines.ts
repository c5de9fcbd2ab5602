/** A file to which several processes append lines of JSON, each written whole, durably, and within bounds. Whatever else stands in it is passed over. */
import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Json } from '../model/json.ts'
import { syncFolder } from './save-atomic.ts'
import { attempted, codeOf, unusable } from './state-trouble.ts'
import { parsedJson } from '../model/json.ts'

/** A line, and the whole file, in bytes. */
const mostLine = 64 * 1024
const mostBytes = 4 * 1024 * 1024
const mostLines = 2000

/** Never a link, and never waiting for the other end of a pipe that somebody put there. */
const guarded = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** When it is ok, the line survives a power loss. */
export async function appendLine(path: string, value: Json): Promise<Result<void>> {
  // Between two line breaks: a line that was cut off before ends there, and takes nothing with it.
  const line = Buffer.from(`\n${JSON.stringify(value)}\n`)
  if (line.length > mostLine) return failed(full(path, `a record has at most ${mostLine} bytes, and this one has ${line.length}`))
  const written = attempted(path, () => appendTo(path, line))
  if (!written.ok) return failed(written.failure)
  if (written.value === 'begun') await syncFolder(dirname(path))
  return typeof written.value === 'object' ? failed(written.value) : ok(undefined)
}

function appendTo(path: string, line: Uint8Array): Failure | 'begun' | 'added' {
  const file = openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | guarded, 0o600)
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) return unusable(path, { why: 'it is no plain file', hint: undefined })
    if (stat.size + line.length > mostBytes || linesIn(textOf(file, stat.size)).length >= mostLines)
      return full(path, `it holds at most ${mostLines} records and ${mostBytes} bytes`)
    // One call: the kernel puts it behind whatever another process has written meanwhile.
    const count = writeSync(file, line)
    if (count < line.length) return full(path, 'the disk took only a part of a record')
    fsyncSync(file)
    return stat.size === 0 ? 'begun' : 'added'
  } finally {
    closeSync(file)
  }
}

/** Every whole line that is JSON, in order; nothing when there is no such file. */
export function readLines(path: string): Result<readonly unknown[]> {
  const read = attempted(path, () => {
    try {
      return linesIn(readText(path))
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return []
      throw error
    }
  })
  return read.ok ? ok(read.value.flatMap(parsed)) : failed(read.failure)
}

function readText(path: string): string {
  const file = openSync(path, constants.O_RDONLY | guarded)
  try {
    const stat = fstatSync(file)
    return stat.isFile() ? textOf(file, stat.size) : ''
  } finally {
    closeSync(file)
  }
}

function textOf(file: number, size: number): string {
  const bytes = Buffer.alloc(Math.min(size, mostBytes))
  let done = 0
  while (done < bytes.length) {
    const count = readSync(file, bytes, done, bytes.length - done, done)
    if (count === 0) break
    done += count
  }
  return bytes.toString('utf8', 0, done)
}

const linesIn = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .slice(0, mostLines)

/** What is no JSON was cut off, or is not ours. */
function parsed(line: string): readonly unknown[] {
  const value = parsedJson(line)
  return value === undefined ? [] : [value]
}

const full = (path: string, why: string): Failure => ({
  type: 'job.full',
  what: `nothing more can be recorded in ${path}`,
  why,
  kept: 'what was recorded before is kept',
})
