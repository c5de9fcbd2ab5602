/** Digests what lies at a path, for inputs that git does not look at. */
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { Digest } from '../model/fingerprint.ts'
import type { TreeSource } from '../model/tree.ts'
import { sameStamp } from './content-id.ts'
import { newHasher, sha256 } from './digest.ts'

const tries = 8

/** Links are followed: the tool that reads this path would follow them too. Rejects when it cannot be read although it is there. */
export async function digestOfPath(root: string, path: string): ReturnType<TreeSource['digestOf']> {
  const absolute = resolve(root, path)
  for (let attempt = 0; attempt < tries; attempt++) {
    try {
      const before = await stat(absolute, { bigint: true })
      const digest = before.isDirectory() ? await digestOfNames(absolute) : before.isFile() ? await digestOfFile(absolute) : sha256(`special ${before.rdev}`)
      if (sameStamp(before, await stat(absolute, { bigint: true }))) return digest
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'ENOENT' || code === 'ENOTDIR') return 'absent'
      throw error
    }
  }
  throw new Error(`${path} does not stop changing`)
}

async function digestOfNames(folder: string): Promise<Digest> {
  const all = await readdir(folder, { withFileTypes: true })
  // Bundlers and test runners keep caches beside the packages (.cache, .vite): they come and go without any installation.
  const entries = basename(folder) === 'node_modules' ? all.filter((entry) => !entry.name.startsWith('.') || entry.name === '.bin') : all
  return sha256(
    entries
      .map((entry) => entry.name + (entry.isDirectory() ? '/' : ''))
      .toSorted()
      .join('\0'),
  )
}

async function digestOfFile(file: string): Promise<Digest> {
  const hash = newHasher()
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Uint8Array>) hash.update(chunk)
  return hash.digest('hex')
}
