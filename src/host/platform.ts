/** Which machine this is, and whether a process that was once recorded is still the same one. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { liveProcess } from './proc-table.ts'

export type Platform = 'linux' | 'macos' | 'windows' | 'wsl'

/** Read once: none of this changes while we run. */
let known: Platform | undefined
let key: string | undefined
let boot: { readonly id: string | undefined } | undefined

export function platform(): Platform {
  known ??= ({ darwin: 'macos', win32: 'windows' } as const)[process.platform as string] ?? (isWsl() ? 'wsl' : 'linux')
  return known
}

/** "linux-x64-glibc", "darwin-arm64": what results of compiled tools depend on. */
export function platformKey(): string {
  key ??= [process.platform, process.arch, ...(process.platform === 'linux' ? [libc()] : [])].join('-')
  return key
}

/** Differs after each start of the machine; undefined where the system does not tell. */
export function bootId(): string | undefined {
  boot ??= { id: readBootId() }
  return boot.id
}

/** When a process started: with the pid it names one process until the next boot. Undefined: it has ended, or the system does not tell. */
export function processStart(pid: number): string | undefined {
  if (process.platform === 'linux') return liveProcess(pid)?.start.toString()
  if (process.platform === 'darwin') return answerOf('/bin/ps', ['-o', 'lstart=', '-p', String(pid)])
  return undefined
}

function isWsl(): boolean {
  return /microsoft/i.test(textOf('/proc/version') ?? '')
}

/** The script `ldd` belongs to the C library in use; loaders of the other one may be installed beside it. */
function libc(): string {
  const ldd = textOf('/usr/bin/ldd') ?? ''
  if (ldd.includes('ld-musl')) return 'musl'
  if (/GLIBC|GNU C Library|GNU libc/.test(ldd)) return 'glibc'
  return existsSync('/lib') && readdirSync('/lib').some((name) => name.startsWith('ld-musl-')) ? 'musl' : 'glibc'
}

function readBootId(): string | undefined {
  if (process.platform === 'linux') return textOf('/proc/sys/kernel/random/boot_id')?.trim()
  if (process.platform === 'darwin') return answerOf('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'])
  return undefined
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(code)) return undefined
    throw error
  }
}

/** One line from a program of the system; undefined when it ends with an exit code: `ps` does for a process that has ended. */
function answerOf(program: string, args: readonly string[]): string | undefined {
  try {
    const text = execFileSync(program, [...args], { encoding: 'utf8', env: { LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    return text === '' ? undefined : text
  } catch (error) {
    if (error instanceof Error && 'status' in error && typeof error.status === 'number') return undefined
    throw error
  }
}
