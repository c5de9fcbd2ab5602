/** The words that start this very program again, from anywhere. */
import { join } from 'node:path'

/** A compiled program is one file; source files need what runs them. Bun takes a first "--" for itself then. */
export function ownProgram(): readonly string[] {
  const script = process.argv[1] ?? ''
  const compiled = script === '' || /^(\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/])/.test(script)
  if (compiled) return [process.execPath]
  // Used as a library: what was started is somebody else's program.
  if (!/[\\/](?:src[\\/]faces[\\/]cli[\\/]start\.ts|dist[\\/]node[\\/]start\.js)$/.test(script)) return [process.execPath, launcher()]
  return process.versions['bun'] === undefined ? [process.execPath, script] : [process.execPath, script, '--']
}

/** As far from here as from the built files of the library. */
const launcher = (): string => join(import.meta.dirname, '../../bin/pawl.mjs')
