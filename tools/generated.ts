/** Writes every file that is made from the source; with --check it only says which are out of date. */
import { spawnSync } from 'node:child_process'

const stale = ['tools/schema.ts', 'tools/event-schema.ts', 'tools/reference.ts'].filter(
  (tool) => spawnSync(process.execPath, [tool, ...process.argv.slice(2)], { stdio: 'inherit' }).status !== 0,
)
process.exitCode = stale.length === 0 ? 0 : 1
