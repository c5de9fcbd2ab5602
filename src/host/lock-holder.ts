/** Describes who holds the run lock, for people: a process id is only believed together with its start time and the boot. */
import { readFileSync } from 'node:fs'
import type { Holder } from '../model/lock.ts'
import { codeOf } from './state-trouble.ts'

export type HolderRecord = ProcessIdentity & { readonly command: string; readonly since: number; readonly host: string }

/** Start time and boot id are missing where there is no /proc. */
export type ProcessIdentity = { readonly pid: number; readonly start?: string; readonly boot?: string }

export function identityOf(pid: number): ProcessIdentity {
  const [start, boot] = [processStat(pid)?.start, bootId()]
  return { pid, ...(start === undefined ? {} : { start }), ...(boot === undefined ? {} : { boot }) }
}

/** What the file says about the holder, as far as it is true now. Somebody does hold the lock when this is called. */
export function readHolder(path: string): Holder {
  const record = readRecord(path)
  // The holder writes its record a moment after it has the lock: until then the record is that of one who is dead.
  if (record === undefined || isDead(record)) return unknownHolder
  const { pid, command, since, host } = record
  return { pid, command, since, host, state: stateOf(record) }
}

/** The record is missing or torn: the holder is just about to write it. */
const unknownHolder: Holder = { pid: 0, command: '', since: 0, host: '', state: 'unknown' }

function readRecord(path: string): HolderRecord | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isRecord(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError || ['ENOENT', 'EISDIR', 'ELOOP'].includes(codeOf(error) ?? '')) return undefined
    throw error
  }
}

function isRecord(value: unknown): value is HolderRecord {
  if (typeof value !== 'object' || value === null) return false
  const { pid, command, since, host, start, boot } = value as Readonly<Record<string, unknown>>
  const texts = [start, boot].every((text) => text === undefined || typeof text === 'string')
  return (
    texts &&
    typeof pid === 'number' &&
    Number.isSafeInteger(pid) &&
    pid > 0 &&
    typeof command === 'string' &&
    typeof since === 'number' &&
    typeof host === 'string'
  )
}

/** Another start time: the id was given to a stranger, who must not be shown, let alone ended. */
function isDead({ pid, start, boot }: HolderRecord): boolean {
  const known = start !== undefined && boot !== undefined && bootId() !== undefined
  return known && (boot !== bootId() || processStat(pid)?.start !== start)
}

function stateOf(record: HolderRecord): Holder['state'] {
  if (record.start === undefined) return 'unknown'
  const stat = processStat(record.pid)
  if (stat === undefined) return 'unknown'
  return stat.state === 'T' || stat.state === 't' ? 'stopped' : 'running'
}

function processStat(pid: number): { readonly state: string; readonly start: string } | undefined {
  const text = readProc(`/proc/${pid}/stat`)
  if (text === undefined) return undefined
  // The name of the program may hold spaces and brackets; fields 3 and 22 are counted from its end.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, start] = [fields[0], fields[19]]
  return state === undefined || start === undefined ? undefined : { state, start }
}

const bootId = (): string | undefined => readProc('/proc/sys/kernel/random/boot_id')?.trim()

/** ENOENT and ESRCH: no such process, or no /proc. EACCES: a system that hides the processes of others. */
function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(codeOf(error) ?? '')) return undefined
    throw error
  }
}
