/** What rows about processes need to watch pawl from outside. */
import { readFileSync } from 'node:fs'
import type { Outcome } from '../../src/model/outcome.ts'

/** Resolves as soon as it is so, or when `limitMs` have passed. Tells whether it is so. */
export async function fact(isSo: () => boolean, limitMs = 60_000): Promise<boolean> {
  const until = performance.now() + limitMs
  while (!isSo()) {
    if (performance.now() > until) return false
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return true
}

/** Indices beyond the end begin again. */
export function numbered<T>(all: readonly T[], index: number): T {
  const one = all[index % all.length]
  if (one === undefined) throw new Error('there is nothing to choose from')
  return one
}

/** The last outcome of each task in what `--json` printed. */
export function outcomesIn(stdout: string): ReadonlyMap<string, Outcome> {
  const found = new Map<string, Outcome>()
  for (const line of stdout.split('\n')) {
    if (!line.startsWith('{') || !line.includes('"attempt.finished"')) continue
    const { task, outcome } = JSON.parse(line) as { task: string; outcome: Outcome }
    found.set(task, outcome)
  }
  return found
}

/** The words that a process was started with; none when it is gone, or a zombie. */
export function wordsOf(pid: number | string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch (error) {
    if (error instanceof Error && 'code' in error) return []
    throw error
  }
}

/** Signals a process that may have ended meanwhile. */
export function signalled(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** The most memory that a living process has held, in MiB; undefined when it is gone. */
export function peakMiB(pid: number): number | undefined {
  try {
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kib === undefined ? undefined : Number(kib) / 1024
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}
