/** How short this machine is of memory and processors: of the kernel, and of the limits of the container that pawl runs in. Linux only; elsewhere nothing is assumed. */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { PressureGauge } from '../model/pressure.ts'

export type PressurePlaces = { readonly proc: string; readonly cgroup: string; readonly processors: number }

const machine = (): PressurePlaces => ({ proc: '/proc', cgroup: '/sys/fs/cgroup', processors: availableParallelism() })

export function systemPressure({ proc, cgroup, processors }: PressurePlaces = machine()): PressureGauge {
  let found: readonly Group[] | undefined
  return () => {
    const groups = (found ??= groupsIn(proc, cgroup))
    const meminfo = textOf(`${proc}/meminfo`) ?? ''
    const totalBytes = kibibytesIn(meminfo, 'MemTotal')
    const availableBytes = kibibytesIn(meminfo, 'MemAvailable')
    if (totalBytes === undefined || availableBytes === undefined) return undefined
    const limits = groups.flatMap((group) => roomIn(group, totalBytes) ?? [])
    // Whatever is tightest decides.
    const tightest = [{ availableBytes, totalBytes }, ...limits].reduce((a, b) => (b.availableBytes < a.availableBytes ? b : a))
    const memoryStall = most([`${proc}/pressure/memory`, ...groups.map((group) => `${group.folder}/memory.pressure`)].map(stallIn))
    const cpuStall = stallIn(`${proc}/pressure/cpu`)
    const load = numberIn(textOf(`${proc}/loadavg`)?.split(' ')[0])
    return {
      ...tightest,
      processors,
      ...(memoryStall === undefined ? {} : { memoryStall }),
      ...(cpuStall === undefined ? {} : { cpuStall }),
      ...(load === undefined ? {} : { load }),
    }
  }
}

type Group = { readonly folder: string; readonly limit: string; readonly usage: string; readonly cached: string }

/** The control groups that pawl is in, from its own up to the outermost: every one of them may set a limit. Inside of a container the path may lead nowhere, and the limit stands at the top. */
function groupsIn(proc: string, cgroup: string): readonly Group[] {
  const lines = (textOf(`${proc}/self/cgroup`) ?? '').split('\n').map((line) => line.split(':'))
  return lines.flatMap(([, controllers = '', ...path]): readonly Group[] => {
    const second = controllers === ''
    if (!second && !controllers.split(',').includes('memory')) return []
    const names = second
      ? { limit: 'memory.max', usage: 'memory.current', cached: 'inactive_file' }
      : { limit: 'memory.limit_in_bytes', usage: 'memory.usage_in_bytes', cached: 'total_inactive_file' }
    const top = second ? cgroup : `${cgroup}/memory`
    return upwards(path.join(':')).flatMap((inner) => {
      const folder = `${top}${inner}`
      return textOf(`${folder}/${names.limit}`) === undefined ? [] : [{ folder, ...names }]
    })
  })
}

/** "/a/b" → "/a/b", "/a", "". */
function upwards(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..')
  return [...parts.map((_, i) => `/${parts.slice(0, parts.length - i).join('/')}`), '']
}

/** Files that the kernel holds only to be fast can be dropped, so they count as free. Undefined: no limit below the size of the machine. */
function roomIn({ folder, limit, usage, cached }: Group, machineBytes: number): { readonly availableBytes: number; readonly totalBytes: number } | undefined {
  const totalBytes = numberIn(textOf(`${folder}/${limit}`))
  const used = numberIn(textOf(`${folder}/${usage}`))
  if (totalBytes === undefined || used === undefined || totalBytes >= machineBytes) return undefined
  const dropped = numberIn(new RegExp(`^${cached} (\\d+)$`, 'm').exec(textOf(`${folder}/memory.stat`) ?? '')?.[1]) ?? 0
  return { totalBytes, availableBytes: Math.max(0, totalBytes - Math.max(0, used - dropped)) }
}

function kibibytesIn(meminfo: string, name: string): number | undefined {
  const kibibytes = numberIn(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo)?.[1])
  return kibibytes === undefined ? undefined : kibibytes * 1024
}

/** "some avg10=1.53 …": percent of the last ten seconds in which at least one task stood still. */
const stallIn = (path: string): number | undefined => numberIn(/^some avg10=([\d.]+)/m.exec(textOf(path) ?? '')?.[1])

function most(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : Math.max(...known)
}

/** "max" is no number: no limit. */
function numberIn(text: string | undefined): number | undefined {
  const value = Number(text?.trim() || Number.NaN)
  return Number.isFinite(value) ? value : undefined
}

/** Many kernels and containers do not have all of these files, or do not show them: then that much is not known. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}
