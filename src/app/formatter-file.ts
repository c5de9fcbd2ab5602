/** Puts a formatter of pawl where the user's tool can load it: into the state folder, once for each version. */
import { mkdir } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { formatters } from '../executors/formatters/by-name.ts'
import { sha256 } from '../host/digest.ts'
import { saveAtomic } from '../host/save-atomic.ts'
import type { FormatterName } from '../model/task.ts'

/** Absolute path. Rejects with StateUnusable when it cannot be written. */
export async function formatterFile(stateFolder: string, name: FormatterName): Promise<string> {
  // No linter or formatter of the user, given the whole repository, looks into a folder of this name.
  const folder = join(stateFolder, 'node_modules', 'formatters')
  const path = join(folder, `${name}-${sha256(formatters[name]).slice(0, 16)}.mjs`)
  if (existsSync(path)) return path
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await saveAtomic(path, formatters[name])
  return path
}
