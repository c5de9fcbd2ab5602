/** How short the machine is, read from files as kernels and containers write them. */
import { expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Pressure } from '../model/pressure.ts'
import { systemPressure } from './system-pressure.ts'

const mib = 1024 ** 2
const meminfo = 'MemTotal:        8388608 kB\nMemFree:          204800 kB\nMemAvailable:    4194304 kB\n'
const psi = (some: number): string => `some avg10=${some.toFixed(2)} avg60=0.10 avg300=0.00 total=12\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n`

function look(files: Readonly<Record<string, string>>): Pressure | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-pressure-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    return systemPressure({ proc: join(folder, 'proc'), cgroup: join(folder, 'cgroup'), processors: 4 })()
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('a plain machine: what the kernel says, and nothing that it does not say', () => {
  expect(look({ 'proc/meminfo': meminfo })).toEqual({ availableBytes: 4096 * mib, totalBytes: 8192 * mib, processors: 4 })
  expect(
    look({ 'proc/meminfo': meminfo, 'proc/loadavg': '3.51 2.00 1.00 2/300 99\n', 'proc/pressure/memory': psi(12.5), 'proc/pressure/cpu': psi(80) }),
  ).toEqual({
    availableBytes: 4096 * mib,
    totalBytes: 8192 * mib,
    processors: 4,
    memoryStall: 12.5,
    cpuStall: 80,
    load: 3.51,
  })
})

test('where nothing can be read, nothing is assumed', () => {
  expect(look({})).toBeUndefined()
  expect(look({ 'proc/meminfo': 'MemTotal: 8388608 kB\n' })).toBeUndefined()
})

test('in a container the limit of its group counts; file caches of the group can be dropped', () => {
  const group = {
    'cgroup/memory.max': `${512 * mib}\n`,
    'cgroup/memory.current': `${500 * mib}\n`,
    'cgroup/memory.stat': `anon 1\ninactive_file ${100 * mib}\n`,
  }
  expect(look({ 'proc/meminfo': meminfo, 'proc/self/cgroup': '0::/\n', ...group })).toMatchObject({ availableBytes: 112 * mib, totalBytes: 512 * mib })
  expect(look({ 'proc/meminfo': meminfo, 'proc/self/cgroup': '0::/\n', ...group, 'cgroup/memory.max': 'max\n' })).toMatchObject({ totalBytes: 8192 * mib })
  expect(look({ 'proc/meminfo': meminfo, 'proc/self/cgroup': '0::/\n', ...group, 'cgroup/memory.pressure': psi(30) })).toMatchObject({ memoryStall: 30 })
})

test('a limit of any group above counts, the tightest decides', () => {
  const files = {
    'cgroup/user/job/memory.max': 'max\n',
    'cgroup/user/job/memory.current': '0\n',
    'cgroup/user/memory.max': `${1024 * mib}\n`,
    'cgroup/user/memory.current': `${1000 * mib}\n`,
    'cgroup/user/memory.stat': 'inactive_file 0\n',
  }
  expect(look({ 'proc/meminfo': meminfo, 'proc/self/cgroup': '0::/user/job\n', ...files })).toMatchObject({ availableBytes: 24 * mib })
})

test('control groups of the first version, also when the path is that of the outside', () => {
  const group = { 'cgroup/memory/memory.limit_in_bytes': `${256 * mib}\n`, 'cgroup/memory/memory.usage_in_bytes': `${16 * mib}\n` }
  const huge = { 'cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n', 'cgroup/memory/memory.usage_in_bytes': '4096\n' }
  const path = { 'proc/meminfo': meminfo, 'proc/self/cgroup': '9:name=systemd:/\n4:cpu,memory:/docker/abc\n0::/\n' }
  expect(look({ ...path, ...group })).toMatchObject({ availableBytes: 240 * mib, totalBytes: 256 * mib })
  expect(look({ ...path, ...huge })).toMatchObject({ totalBytes: 8192 * mib })
})

test('this machine can be looked at', () => {
  const seen = systemPressure()()
  if (process.platform !== 'linux') return expect(seen).toBeUndefined()
  expect(seen?.availableBytes).toBeGreaterThan(0)
  expect(seen?.availableBytes).toBeLessThanOrEqual(seen?.totalBytes ?? 0)
})
