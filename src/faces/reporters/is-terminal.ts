/** Tells whether a person may look at an output, without loading node:tty where the name of the file says it: that costs 10 ms on Bun. */
import { readlinkSync } from 'node:fs'

export function isTerminal(descriptor: 0 | 1 | 2): boolean {
  const name = nameOf(descriptor)
  if (name?.startsWith('/dev/pts/') === true) return true
  // A pipe, a socket, a plain file. Other devices are asked.
  if (name !== undefined && (!name.startsWith('/dev/') || name === '/dev/null')) return false
  return process.getBuiltinModule('node:tty').isatty(descriptor)
}

/** Only Linux has these names. */
function nameOf(descriptor: number): string | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}
