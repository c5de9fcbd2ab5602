/** The few calls of the C library that JavaScript has no words for; there only on Bun for Linux. */
import type * as Ffi from 'bun:ffi'
import { closeSync, constants } from 'node:fs'

export type NativeCalls = {
  /** A pipe that children do not inherit by themselves, and whose reading end never waits. Undefined: the machine has no file descriptor left. */
  pipe(): { readonly readFd: number; readonly writeFd: number } | undefined
  /** Lets a pipe hold a megabyte, where the user may have such pipes. */
  widen(fd: number): void
  /** From now on what loses its parent below us becomes our child. False: the kernel cannot. */
  adoptOrphans(): boolean
  /** Takes a child that has ended off the process table. Never for a child that the runtime started: that one waits for it itself. */
  reap(pid: number): void
}

let found: NativeCalls | undefined | null = null

/** Undefined where there are none: then the portable way does it. Loaded at the first use, which takes a millisecond. */
export function nativeCalls(): NativeCalls | undefined {
  if (found === null) found = process.platform === 'linux' && 'bun' in process.versions ? loaded() : undefined
  return found
}

/** The same on every processor that Bun runs on. */
const closeOnExec = 0o2000000
const setFlags = 4
const setPipeSize = 1031
const setChildSubreaper = 36
const withoutWaiting = 1

const names = ['libc.so.6', `libc.musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`]

function loaded(): NativeCalls | undefined {
  const library = open()
  if (library === undefined) return undefined
  const { pipe2, fcntl, prctl, waitpid } = library
  return {
    pipe() {
      const ends = new Int32Array(2)
      if (pipe2(ends, closeOnExec) !== 0) return undefined
      const [readFd = -1, writeFd = -1] = ends
      if (fcntl(readFd, setFlags, constants.O_NONBLOCK) === 0) return { readFd, writeFd }
      closeSync(readFd)
      closeSync(writeFd)
      return undefined
    },
    widen: (fd) => void fcntl(fd, setPipeSize, 1024 * 1024),
    adoptOrphans: () => prctl(setChildSubreaper, 1, 0, 0, 0) === 0,
    reap: (pid) => void waitpid(pid, null, withoutWaiting),
  }
}

function open() {
  // Not an import: Node cannot resolve it.
  const ffi = process.getBuiltinModule('bun:ffi') as typeof Ffi | undefined
  for (const name of ffi === undefined ? [] : names) {
    try {
      return ffi?.dlopen(name, {
        pipe2: { args: ['ptr', 'i32'], returns: 'i32' },
        fcntl: { args: ['i32', 'i32', 'i32'], returns: 'i32' },
        prctl: { args: ['i32', 'u64', 'u64', 'u64', 'u64'], returns: 'i32' },
        waitpid: { args: ['i32', 'ptr', 'i32'], returns: 'i32' },
      }).symbols
    } catch (error) {
      // The other C library has another name; where neither is found, the portable way is taken.
      if (!(error instanceof Error)) throw error
    }
  }
  return undefined
}
