/** A row of the fault table: something that goes wrong, played many times and judged from outside of pawl. */
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** `ci`: part of every test run. `full`: the figure that is published. */
export type SoakSize = 'ci' | 'full'

/** `broken` says one line for each case in which a promise did not hold. `skipped`: why nothing could be tried here. */
export type SoakResult = { readonly cases: number; readonly broken: readonly string[]; readonly skipped?: string }

export type SoakRow = {
  readonly id: string
  readonly title: string
  /** `report` takes figures that were measured on the way. */
  run(size: SoakSize, report: (line: string) => void): Promise<SoakResult>
}

/** Why a row cannot be played without one of these programs; undefined when all are there. */
export function missingProgram(...programs: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const missing = programs.filter((program) => !folders.some((folder) => existsSync(join(folder, program))))
  return missing.length === 0 ? undefined : `${missing.join(', ')} is not installed`
}

/** For cases by the thousand that are not about the disk: in memory where there is such a folder. Programs may not be startable there. */
export const quickFolder = (): string => (existsSync('/dev/shm') ? '/dev/shm' : tmpdir())

export const skippedRow = (skipped: string): SoakResult => ({ cases: 0, broken: [], skipped })

/** Plays `count` cases, `atOnce` of them at a time. A case answers with what did not hold. SOAK_STOP_EARLY: one that is broken is enough. */
export async function eachCase(count: number, atOnce: number, play: (index: number, worker: number) => Promise<readonly string[]>): Promise<SoakResult> {
  const broken: string[] = []
  const isEnough = (): boolean => process.env['SOAK_STOP_EARLY'] === '1' && broken.length > 0
  let next = 0
  const worker = async (_: unknown, number: number): Promise<void> => {
    for (let index = next++; index < count && !isEnough(); index = next++) for (const line of await play(index, number)) broken.push(`case ${index}: ${line}`)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker))
  return { cases: count, broken }
}

/** Several parts of a row as one. */
export function together(...parts: readonly SoakResult[]): SoakResult {
  const skipped = parts.flatMap((part) => part.skipped ?? [])
  return {
    cases: parts.reduce((sum, part) => sum + part.cases, 0),
    broken: parts.flatMap((part) => part.broken),
    ...(skipped.length === 0 ? {} : { skipped: skipped.join('; ') }),
  }
}

/** Smallest, middle and largest of what was measured. */
export function spread(values: readonly number[], unit: string): string {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (part: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(0)
  return `${at(0)} / ${at(0.5)} / ${at(1)} ${unit} (least / median / most of ${sorted.length})`
}
