/** The words that start this very program again, from anywhere. */

/** A compiled program is one file; source files need what runs them. Bun takes a first "--" for itself then. */
export function ownProgram(): readonly string[] {
  const script = process.argv[1] ?? ''
  const compiled = script === '' || /^(\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/])/.test(script)
  if (compiled) return [process.execPath]
  return process.versions['bun'] === undefined ? [process.execPath, script] : [process.execPath, script, '--']
}
