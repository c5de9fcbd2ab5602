/** When a file of the repository was written last. */
import { stat } from 'node:fs/promises'
import { isAbsolute, join, normalize, sep } from 'node:path'
import { isGone } from './content-id.ts'

/** Epoch milliseconds; undefined when nothing is there, or the path leads out of the root. */
export async function writtenAt(root: string, path: string): Promise<number | undefined> {
  if (isAbsolute(path) || normalize(path).split(sep)[0] === '..') return undefined
  try {
    return (await stat(join(root, path))).mtimeMs
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}
