/** What to do when the machine is short of file descriptors, processes or memory: wait for what others give back, and do without. */
import { readdirSync, readFileSync } from 'node:fs'
import { codeOf } from './state-trouble.ts'

/** The machine is short of something for a moment; ETXTBSY: the program was written just now and a fork still holds it open. */
const passing = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM', 'ETXTBSY'])
const pausesMs = [20, 80, 320]
const longestPauseMs = 500

export const isPassing = (code: string): boolean => passing.has(code)

/** How long to wait before a refused start is tried again, by the number of tries so far. `patient`: others may yet give something back. */
export const pauseBefore = (tries: number, patient: boolean): number | undefined => pausesMs[tries] ?? (patient ? longestPauseMs : undefined)

/** For looks at the table of processes and for the guardian, without which there is another way to go on: whatever the system refuses them, it is no end of a run. */
export function unlessRefused<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    // "ERR_…" would be a mistake of ours.
    if (!/^E[A-Z\d]+$/.test(codeOf(error) ?? '')) throw error
    return undefined
  }
}

/** Kept free for what pawl itself opens meanwhile: git, logs, files that it digests. */
const mostReserved = 32
/** No run comes near more than this. */
const plenty = 8192
let limit: number | undefined

/** Whether another child would take descriptors that pawl needs itself. False where the system does not tell. */
export function fewDescriptorsLeft(): boolean {
  limit ??= openFilesLimit()
  if (limit > plenty) return false
  try {
    // The folder is open while it is read, so one too many is counted.
    return readdirSync('/proc/self/fd').length > limit - Math.min(mostReserved, limit / 4)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return isPassing(codeOf(error) ?? '')
  }
}

/** Infinity where the system does not tell. */
function openFilesLimit(): number {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Infinity)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return Infinity
  }
}
