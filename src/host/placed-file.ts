/** A file that pawl puts into a repository for other programs. Where a link stands in the way, nothing is read or written through it. */
import { isUtf8 } from 'node:buffer'
import { lstatSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export type PlacedFile =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  /** Something else is there. */
  | { readonly kind: 'other'; readonly why: string }

export function readPlaced(root: string, path: string): PlacedFile {
  for (const folder of foldersAbove(path)) {
    const stat = lstatSync(join(root, folder), { throwIfNoEntry: false })
    if (stat === undefined) return { kind: 'none' }
    if (!stat.isDirectory()) return { kind: 'other', why: `${folder} is ${stat.isSymbolicLink() ? 'a link' : 'no folder'}` }
  }
  const stat = lstatSync(join(root, path), { throwIfNoEntry: false })
  if (stat === undefined) return { kind: 'none' }
  if (!stat.isFile()) return { kind: 'other', why: `${path} is ${stat.isSymbolicLink() ? 'a link' : 'no file'}` }
  const bytes = readFileSync(join(root, path))
  // Written back, it would be other bytes.
  return isUtf8(bytes) ? { kind: 'text', text: bytes.toString('utf8') } : { kind: 'other', why: `${path} is not UTF-8 text` }
}

/** "a" and "a/b" for "a/b/c". */
function foldersAbove(path: string): readonly string[] {
  const above = dirname(path)
  return above === '.' ? [] : [...foldersAbove(above), above]
}
