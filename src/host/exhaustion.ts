/** What to do when the machine is short of file descriptors, processes or memory: wait for what others give back, and do without. */
import { closeSync, openSync, readFileSync } from 'node:fs'

/** The machine is short of something for a moment; ETXTBSY: the program was written just now and a fork still holds it open. */
const passing = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM', 'ETXTBSY'])
const pausesMs = [20, 80, 320]
const longestPauseMs = 500

export const isPassing = (code: string): boolean => passing.has(code)

/** How long to wait before a refused start is tried again, by the number of tries so far. `patient`: others may yet give something back. */
export const pauseBefore = (tries: number, patient: boolean): number | undefined => pausesMs[tries] ?? (patient ? longestPauseMs : undefined)

export function unlessExhausted<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EMFILE' || code === 'ENFILE') return undefined
    throw error
  }
}

/** Kept free for what pawl itself opens meanwhile: git, logs, files that it digests. */
const mostReserved = 32
let limit: number | undefined

/** Numbers are given from below, so the next one tells how many are open. */
export function fewDescriptorsLeft(): boolean {
  limit ??= openFilesLimit()
  if (limit === Infinity) return false
  const next = unlessExhausted(() => openSync('/dev/null', 'r'))
  if (next === undefined) return true
  closeSync(next)
  return next >= limit - Math.min(mostReserved, limit / 4)
}

/** Infinity where the system does not tell. */
function openFilesLimit(): number {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Infinity)
  } catch (error) {
    if (error instanceof Error && 'code' in error) return Infinity
    throw error
  }
}
