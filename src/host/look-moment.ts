/** The moment at which a look at the working copy began, and which files were certainly not touched since. */
import { lstatSync, statSync, type BigIntStats } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf } from './state-trouble.ts'

export type LookMoment = { readonly wallMs: number; readonly elapsedMs: number }

export const lookMoment = (): LookMoment => ({ wallMs: Date.now(), elapsedMs: performance.now() })

/** Kernels stamp with a clock that ticks up to every 10 ms; the rest is for a wall clock that is slewed. */
const tickMs = 25
/** File systems that count whole seconds: FAT counts in steps of two. */
const secondsTickMs = 2000
const nsPerMs = 1_000_000n

/**
 * Nobody can set the time of the last change of a file (ctime), so one that is older than the look has the content that the look saw.
 * Not when somebody set the clock meanwhile: then nothing is known to be old.
 */
export function isOlder(stat: BigIntStats, moment: LookMoment): boolean {
  const tick = stat.ctimeNs % 1_000_000_000n === 0n ? secondsTickMs : tickMs
  return stat.ctimeNs < BigInt(Math.floor(moment.wallMs) - tick) * nsPerMs
}

/** Somebody set the wall clock since: times of files before and after say nothing about each other. */
export function clockWasSet(moment: LookMoment): boolean {
  const drift = Math.abs(Date.now() - moment.wallMs - (performance.now() - moment.elapsedMs))
  return drift > tickMs / 2 + (performance.now() - moment.elapsedMs) / 1000
}

/** What lies at an absolute path, and the link that leads there, are older; where nothing lies, the folder in which it would. */
export function isOlderAt(path: string, moment: LookMoment): boolean {
  if (clockWasSet(moment)) return false
  try {
    return isOlder(lstatSync(path, { bigint: true }), moment) && isOlder(statSync(path, { bigint: true }), moment)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return codeOf(error) === 'ENOENT' && path !== dirname(path) && isOlderAt(dirname(path), moment)
  }
}
