/** Keeps briefs of agents and their edits that were not applied, the newest of them, as files below the folder for state. */
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { saveAtomic } from './save-atomic.ts'

const mostFiles = 60

/** The answer is the absolute path. */
export async function keepProposed(stateFolder: string, name: string, text: string): Promise<string> {
  const folder = join(stateFolder, 'proposals')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, name.replaceAll(/[^\w.@-]+/g, '-'))
  await saveAtomic(path, text)
  await forgetOldest(folder)
  return path
}

async function forgetOldest(folder: string): Promise<void> {
  const names = await readdir(folder)
  if (names.length <= mostFiles) return
  const dated = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })))
  for (const { name } of dated.toSorted((a, b) => b.at - a.at).slice(mostFiles)) await rm(join(folder, name), { force: true })
}
