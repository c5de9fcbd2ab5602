/** One measured run of a command: wall time, processor time of it and of all it waited for, peak memory of the largest of these processes. */
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Command = { readonly argv: readonly string[]; readonly cwd: string; readonly env: Readonly<Record<string, string>> }
export type Sample = { readonly wallMs: number; readonly cpuMs: number }
export type Measured = Sample & { readonly memoryKb?: number; readonly exitCode: number; readonly output: () => string }

/** Longer than any tool needs for 1,500 tasks through the slowest package manager. */
const limitMs = 900_000

/**
 * Peak memory comes from GNU time, in a run of its own: a process that is started from a large one inherits its peak, and time is small. Daemons that
 * a tool leaves behind are not waited for and do not count, neither their time nor their memory.
 */
export function measure({ argv, cwd, env }: Command, scratch: string, what: 'times' | 'memory'): Measured {
  const outputFile = join(scratch, 'output.txt')
  const memoryFile = join(scratch, 'memory.txt')
  const output = openSync(outputFile, 'w')
  const full = what === 'memory' ? ['/usr/bin/time', '--quiet', '--output', memoryFile, '--format', '%M', ...argv] : [...argv]
  const at = performance.now()
  const run = Bun.spawnSync(full, { cwd, env: { ...env }, stdin: 'ignore', stdout: output, stderr: output, timeout: limitMs })
  const wallMs = performance.now() - at
  closeSync(output)
  return {
    wallMs,
    cpuMs: Number(run.resourceUsage?.cpuTime.total ?? 0) / 1000,
    exitCode: run.exitCode,
    output: () => readFileSync(outputFile, 'utf8'),
    ...(what === 'memory' ? { memoryKb: Number(readFileSync(memoryFile, 'utf8').trim().split('\n').at(-1)) } : {}),
  }
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}
