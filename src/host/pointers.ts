/** Finds what a tree only points to: commits of submodules, and contents that git LFS keeps elsewhere. */
import { failed, ok, type Result } from '../model/failure.ts'
import type { Pointer } from '../model/landing.ts'
import { readBlobs } from './blob-reader.ts'
import { eachRecord } from './git-listing.ts'
import { gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'

const largestPointer = 1024
const lfs = 'version https://git-lfs.github.com/spec/'

/** Those that are not the same in both commits, sorted. */
export async function pointersBetween(repository: Repository, older: string, newer: string): Promise<Result<readonly Pointer[]>> {
  const answer = await gitIn(repository, ['diff-tree', '-r', '--raw', '-z', '--no-renames', '--no-abbrev', '--ignore-submodules=none', older, newer])
  if (!answer.ok) return failed(gitFailure('git could not compare two commits', answer))
  const [pointers, blobs]: [Pointer[], Map<string, string[]>] = [[], new Map()]
  let change: string[] | undefined
  // ":100644 100755 <old> <new> M" and its path are two records.
  eachRecord(answer.stdout, new Map(), (record, name) => {
    if (change === undefined) {
      change = record.slice(1).split(' ')
      return
    }
    const [oldMode, mode = '', , id = ''] = change
    const path = name(record)
    change = undefined
    if (mode === '160000' || (mode === '000000' && oldMode === '160000')) pointers.push({ path, kind: 'submodule' })
    else if (mode.startsWith('100')) blobs.set(id, [...(blobs.get(id) ?? []), path])
  })
  for await (const [id, content] of readBlobs(repository, [...blobs.keys()], largestPointer)) {
    if (new TextDecoder().decode(content.subarray(0, lfs.length)) !== lfs) continue
    for (const path of blobs.get(id) ?? []) pointers.push({ path, kind: 'lfs' })
  }
  return ok(pointers.toSorted((a, b) => (a.path < b.path ? -1 : 1)))
}
