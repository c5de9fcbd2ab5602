/** Measures what the process tree of a child takes while it lives: processor time and memory, a few looks a second. Linux only; elsewhere nothing is known. */
import { readdirSync, readFileSync } from 'node:fs'
import type { Usage } from '../model/usage.ts'
import { unlessRefused } from './exhaustion.ts'
import { liveProcess, liveProcesses, withDescendants } from './proc-table.ts'

/** `exactCpuMs`: where the runtime knows at the end what the child and all that it waited for took. */
export type UsageWatch = { end(exactCpuMs?: number): { readonly usage?: Usage } }

/** The first look comes soon, for many tasks are short; the later ones are rare, for each costs some tenths of a millisecond. */
const firstMs = 50
const longestMs = 500
const growth = 1.5

export function watchUsage(leader: number): UsageWatch {
  if (process.platform !== 'linux') return { end: (cpuMs) => (cpuMs === undefined ? {} : { usage: { cpuMs } }) }
  let seen: Required<Usage> | undefined
  let start: number | undefined
  let pauseMs = firstMs
  const look = (): void => {
    const now = unlessRefused(() => liveProcess(leader))?.start
    // A number that was given to another process since is not measured.
    start ??= now
    const sample = now !== undefined && now === start ? unlessRefused(() => sampleOf(treeOf(leader))) : undefined
    if (sample !== undefined) seen = { cpuMs: Math.max(sample.cpuMs, seen?.cpuMs ?? 0), peakBytes: Math.max(sample.peakBytes, seen?.peakBytes ?? 0) }
    pauseMs = Math.min(longestMs, pauseMs * growth)
    timer = setTimeout(look, pauseMs)
    timer.unref()
  }
  let timer = setTimeout(look, pauseMs)
  timer.unref()
  return {
    end(exactCpuMs) {
      clearTimeout(timer)
      if (seen === undefined) return exactCpuMs === undefined ? {} : { usage: { cpuMs: exactCpuMs } }
      // What nobody waited for is only in what was seen.
      return { usage: { ...seen, cpuMs: Math.max(seen.cpuMs, exactCpuMs ?? 0) } }
    },
  }
}

/** What ended and was waited for counts through its parent; so the sum over the living is that of the whole tree. */
function sampleOf(pids: readonly number[]): Required<Usage> | undefined {
  let ticks = 0
  let pages = 0
  for (const pid of pids) {
    const stat = textOf(`/proc/${pid}/stat`)
    if (stat === undefined) continue
    // The name stands in brackets and may hold anything; the numbers begin after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    for (const field of [11, 12, 13, 14]) ticks += Number(fields[field])
    pages += Number(fields[21])
  }
  return pages === 0 ? undefined : { cpuMs: ticks * tickMs, peakBytes: pages * pageBytes() }
}

/** The clock ticks of /proc are hundredths of a second on every Linux. */
export const tickMs = 10

function treeOf(leader: number): readonly number[] {
  const found = [leader]
  for (const pid of found) {
    const children = childrenOf(pid)
    if (children === 'untold') return [...new Set([leader, ...scanned(leader)])]
    found.push(...children)
  }
  return found
}

/** Kernels without lists of children exist; there the whole process table is read. */
function scanned(leader: number): readonly number[] {
  const all = liveProcesses()
  return withDescendants(
    all.filter(({ pid }) => pid === leader),
    all,
  ).map(({ pid }) => pid)
}

function childrenOf(pid: number): readonly number[] | 'untold' {
  const threads = unlessRefused(() => readdirSync(`/proc/${pid}/task`)) ?? []
  const lists = threads.map((thread) => textOf(`/proc/${pid}/task/${thread}/children`))
  if (threads.length > 0 && lists.every((list) => list === undefined) && liveProcess(pid) !== undefined) return 'untold'
  return lists.flatMap((list) => (list ?? '').split(' ').filter(Boolean).map(Number))
}

let knownPageBytes: number | undefined

/** From the table that the kernel gave this process at its start: pairs of words, 6 stands for the size of a page. */
export function pageBytes(): number {
  return (knownPageBytes ??= pageBytesIn(unlessRefused(() => readFileSync('/proc/self/auxv'))) ?? 4096)
}

function pageBytesIn(table: Uint8Array | undefined): number | undefined {
  if (table === undefined) return undefined
  const words = new BigUint64Array(table.buffer.slice(table.byteOffset, table.byteOffset + (table.length & ~7)))
  for (let i = 0; i + 1 < words.length; i += 2) if (words[i] === 6n) return Number(words[i + 1])
  return undefined
}

const textOf = (path: string): string | undefined => unlessRefused(() => readFileSync(path, 'utf8'))
