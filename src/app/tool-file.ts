/** Puts a file of pawl where a tool of the user can load it: into the state folder, once for each version. */
import { mkdir } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '../host/digest.ts'
import { saveAtomic } from '../host/save-atomic.ts'

/** Absolute path. Rejects with StateUnusable when it cannot be written. */
export async function toolFile(stateFolder: string, kind: string, name: string, text: string): Promise<string> {
  // No linter or formatter of the user, given the whole repository, looks into a folder of this name.
  const folder = join(stateFolder, 'node_modules', kind)
  const path = join(folder, `${name}-${sha256(text).slice(0, 16)}.mjs`)
  if (existsSync(path)) return path
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await saveAtomic(path, text)
  return path
}
