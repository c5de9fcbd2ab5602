/** A pipe that a child writes into and that is read without waiting: many times cheaper than a stream for a child that prints little. */
import { closeSync, fstatSync, readSync } from 'node:fs'
import type { NativeCalls } from './native-calls.ts'

export type OutputPipe = {
  readonly writeFd: number
  /** As the process table shows it; undefined when it has ended. */
  name(): string | undefined
  /** The child has its own copy of the writing end; ours would keep the pipe open. */
  closeWriting(): void
  /** Passes on what is there now. Tells how many bytes, or that nobody can write into it any more. */
  read(): number | 'ended'
  close(): void
}

/** Read in one turn at most: other children want to be read too. */
const turnBytes = 1024 * 1024
/** What a pipe holds: as much at once means that the child waits for us. */
export const usualBytes = 64 * 1024
const shared = Buffer.allocUnsafeSlow(usualBytes)

/** Undefined when the machine has no file descriptor left. */
export function outputPipe(native: NativeCalls, take: (chunk: Uint8Array) => void, trouble: (error: Error) => void): OutputPipe | undefined {
  const ends = native.pipe()
  if (ends === undefined) return undefined
  const { readFd, writeFd } = ends
  let ended = false
  let wide = false
  const close = (): void => {
    if (!ended) closeSync(readFd)
    ended = true
  }
  const read = (): number | 'ended' => {
    let bytes = 0
    while (bytes < turnBytes) {
      const count = ended ? 0 : bytesFrom(readFd, trouble)
      if (count === 0) close()
      if (count === undefined || count === 0) break
      // Copied: what reads next uses the same memory.
      take(new Uint8Array(shared.subarray(0, count)))
      bytes += count
    }
    if (bytes >= usualBytes && !wide && !ended) {
      wide = true
      native.widen(readFd)
    }
    return ended ? 'ended' : bytes
  }
  return { writeFd, name: () => (ended ? undefined : `pipe:[${fstatSync(readFd).ino}]`), closeWriting: () => closeSync(writeFd), read, close }
}

/** Undefined: there is nothing now. Zero: there will be nothing more. */
function bytesFrom(fd: number, trouble: (error: Error) => void): number | undefined {
  try {
    return readSync(fd, shared)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EAGAIN' || code === 'EINTR') return undefined
    trouble(error)
    return 0
  }
}
