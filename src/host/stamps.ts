/** Keeps stamps: small files that a hook reads with sh alone, each named by the tree that it vouches for. */
import { lstatSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { saveAtomic } from './save-atomic.ts'
import { makeStateFolder } from './state-trouble.ts'

/** Enough for going to and fro between branches; each is well below a kilobyte or two. */
const keptStamps = 20

/**
 * `since`: epoch milliseconds; what the stamp depends on must not have changed after it. It becomes the time of the file, with which sh compares.
 * A line break in a line would begin another one: then nothing is saved.
 */
export async function saveStamp(folder: string, tree: string, lines: readonly string[], since: number): Promise<boolean> {
  if (!/^[0-9a-f]{40,64}$/.test(tree) || lines.some((line) => /[\n\r\0]/.test(line))) return false
  makeStateFolder(folder)
  const path = join(folder, tree)
  await saveAtomic(path, `${lines.join('\n')}\n`)
  utimesSync(path, since / 1000, since / 1000)
  const stamps = readdirSync(folder)
    .map((name) => ({ name, at: lstatSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at)
  for (const { name } of stamps.slice(keptStamps)) rmSync(join(folder, name), { recursive: true })
  return true
}
