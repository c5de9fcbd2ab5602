/** Measures the process trees that carry tags of attempts, also those of another pawl: how many processes, what they took, whether they can go on. Linux only. */
import { totalmem } from 'node:os'
import { readFileSync } from 'node:fs'
import type { LiveTree } from '../model/live-tree.ts'
import { unlessRefused } from './exhaustion.ts'
import { keeperName } from './keeper.ts'
import { liveProcesses, ownerOf, tagsOf, withDescendants } from './proc-table.ts'
import type { LiveProcess } from './proc-table.ts'
import { pageBytes, tickMs } from './tree-usage.ts'

/** `keyOf`: whose tree a process with this tag belongs to. Undefined where trees cannot be seen. */
export function liveTrees(keyOf: (tag: string) => string | undefined): ReadonlyMap<string, LiveTree> | undefined {
  if (process.platform !== 'linux') return undefined
  const user = process.getuid?.()
  const all = liveProcesses()
  const mine = all.filter(({ pid }) => pid !== process.pid && ownerOf(pid) === user)
  const roots = new Map<string, LiveProcess[]>()
  for (const one of mine) {
    const keys = new Set((tagsOf(one.pid) ?? '').split('\t').flatMap((tag) => keyOf(tag) ?? []))
    for (const key of keys) roots.set(key, [...(roots.get(key) ?? []), one])
  }
  const trees = new Map<string, LiveTree>()
  for (const [key, found] of roots) {
    const tree = treeOf(withDescendants(found, mine))
    if (tree !== undefined) trees.set(key, tree)
  }
  return trees
}

type Sample = {
  readonly name: string
  readonly start: number
  readonly pid: number
  readonly state: string
  readonly ticks: number
  readonly threads: number
  readonly pages: number
}

function treeOf(processes: readonly LiveProcess[]): LiveTree | undefined {
  const all = processes.flatMap((one) => sampleOf(one) ?? []).toSorted((a, b) => a.start - b.start || a.pid - b.pid)
  // Only the oldest can be the keeper: whatever calls itself so below is the work of somebody else.
  const samples = all[0]?.name === keeperName ? all.slice(1) : all
  const [oldest] = samples
  if (oldest === undefined) return undefined
  const sum = (of: (sample: Sample) => number): number => samples.reduce((total, sample) => total + of(sample), 0)
  const bytes = sum(({ pages }) => pages) * pageBytes()
  return {
    pid: oldest.pid,
    processes: samples.length,
    threads: sum(({ threads }) => threads),
    cpuMs: sum(({ ticks }) => ticks) * tickMs,
    bytes,
    share: bytes / totalmem(),
    state: states[oldest.state] ?? 'sleeping',
    since: bootedAt() + oldest.start * tickMs,
  }
}

const states: Readonly<Record<string, LiveTree['state']>> = { R: 'running', S: 'sleeping', I: 'sleeping', D: 'waiting', T: 'stopped', t: 'stopped' }

/** Undefined: it has ended meanwhile. */
function sampleOf({ pid, start }: LiveProcess): Sample | undefined {
  const text = unlessRefused(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  if (text === undefined) return undefined
  // The name stands in brackets and may hold anything; the numbers begin after the last one.
  const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'))
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  if (Number(fields[19]) !== start) return undefined
  const ticks = [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0)
  return { name, start, pid, state: fields[0] ?? '', ticks, threads: Number(fields[17]), pages: Number(fields[21]) }
}

function bootedAt(): number {
  const uptime = Number(unlessRefused(() => readFileSync('/proc/uptime', 'utf8'))?.split(' ')[0])
  return Date.now() - uptime * 1000
}
