/** Files that a person named, read as they are: nothing is repaired, and a pipe or a very large file is never read. */
import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { NamedFiles } from '../model/named-files.ts'
import { utf8Text } from './utf8-text.ts'

export function namedFiles(): NamedFiles {
  return {
    kind: kindOf,
    async names(folder) {
      const entries = (await unlessMissing(readdir(folder, { withFileTypes: true }))) ?? []
      const names = entries.map(async (entry) => {
        const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await kindOf(join(folder, entry.name))) === 'folder')
        return entry.name + (isFolder ? '/' : '')
      })
      return (await Promise.all(names)).toSorted()
    },
    async text(path, mostBytes) {
      const found = await unlessMissing(stat(path))
      if (found?.isFile() !== true) return { kind: 'missing' }
      if (found.size > mostBytes) return { kind: 'too-large', bytes: found.size }
      const bytes = await unlessMissing(readFile(path))
      if (bytes === undefined) return { kind: 'missing' }
      // It may have grown since.
      if (bytes.length > mostBytes) return { kind: 'too-large', bytes: bytes.length }
      const text = utf8Text(bytes)
      return text === undefined ? { kind: 'not-text' } : { kind: 'text', text }
    },
  }
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await unlessMissing(stat(path))
  if (found === undefined) return undefined
  return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : undefined
}

/** What is not there, or is of the other kind, is no trouble. Anything else goes up. */
async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(code)) return undefined
    throw error
  }
}
