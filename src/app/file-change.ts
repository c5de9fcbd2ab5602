/** What `pawl init` would do with one file for another program: first planned, then carried out. */
import { rmSync } from 'node:fs'
import { saveSharedFile } from '../host/save-atomic.ts'
import { ok, type Result } from '../model/failure.ts'

export type FileChange = {
  /** As people know it. */
  readonly path: string
  /** Absolute. */
  readonly file: string
  /** add: the file is somebody else's, too. */
  readonly does: 'write' | 'add' | 'renew' | 'keep' | 'remove' | 'nothing'
  /** The whole file afterwards; undefined: it is removed, or there is none. */
  readonly text: string | undefined
  /** The part of it that pawl writes. */
  readonly written: string
}

export async function carryOutFiles(changes: readonly FileChange[]): Promise<Result<void>> {
  for (const { file, does, text } of changes) {
    if (does === 'keep' || does === 'nothing') continue
    if (text === undefined) rmSync(file)
    else {
      const saved = await saveSharedFile(file, text)
      if (!saved.ok) return saved
    }
  }
  return ok(undefined)
}
