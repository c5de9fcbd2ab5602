#!/usr/bin/env node
// Finds the pawl executable of this platform and becomes it. Runs on any Node from 18; needs no install script.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const start = findProgram()
if (start === undefined) {
  console.error(
    `pawl: no executable for ${process.platform}-${process.arch} is installed, and Node ${process.versions.node} is too old to run pawl itself (24 or newer can).`,
  )
  console.error('  try: install again without --omit=optional, or use Node 24')
  process.exit(2)
}

// What would make the executable run other people's code or act as another program is taken away.
const { BUN_OPTIONS: _options, BUN_BE_BUN: _be, NODE_OPTIONS: _node, ...env } = process.env
const child = spawn(start[0], [...start.slice(1), ...process.argv.slice(2)], { stdio: 'inherit', env })
// A signal from the terminal reaches the whole group by itself; one sent to this process alone must be passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => signal !== 'SIGINT' && child.kill(signal))
child.on('error', (error) => {
  console.error(`pawl: cannot start ${start[0]}: ${error.message}`)
  process.exit(2)
})
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))

/** The executable of the platform package; in a checkout the source under Bun; else the library on a new enough Node. */
function findProgram() {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const require = createRequire(import.meta.url)
  try {
    return [require.resolve(`@pawl/${process.platform}-${process.arch}/pawl${suffix}`)]
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error
  }
  const source = join(root, 'src/faces/cli/start.ts')
  const bun = join(root, 'node_modules/.bin/bun')
  if (existsSync(source) && existsSync(bun)) return [bun, source, '--'] // Bun takes a leading "--" for itself.
  const bundle = join(root, 'dist/node/start.js')
  const library = existsSync(bundle) ? bundle : source
  return Number(process.versions.node.split('.')[0]) >= 24 && existsSync(library) ? [process.execPath, library] : undefined
}
