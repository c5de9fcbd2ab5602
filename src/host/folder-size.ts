/** How much room a folder takes on the disk. */
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from './state-trouble.ts'

/** Bytes of all files below; links are not followed. What vanishes meanwhile, or cannot be read, does not count. */
export async function folderSize(folder: string): Promise<number> {
  let bytes = 0
  const seen = new Set<string>()
  const waiting = [folder]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const entries = await unlessGone(() => opendir(next))
    if (entries === undefined) continue
    for await (const entry of entries) {
      const path = join(next, entry.name)
      if (entry.isDirectory()) waiting.push(path)
      const stat = await unlessGone(() => lstat(path))
      if (stat === undefined || (stat.nlink > 1 && seen.has(`${stat.dev}:${stat.ino}`))) continue
      if (stat.nlink > 1) seen.add(`${stat.dev}:${stat.ino}`)
      bytes += stat.blocks * 512
    }
  }
  return bytes
}

async function unlessGone<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(codeOf(error) ?? '')) return undefined
    throw error
  }
}
