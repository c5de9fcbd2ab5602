/** Takes objects and refs out of a repository that somebody else could write to, as plain files: its git is never asked, nothing of its settings is read. */
import { constants, copyFileSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { gitFailure } from './git.ts'
import { hostile } from './hostile-changes.ts'
import { gitIn, type Repository } from './repository.ts'

const mostBytes = 512 * 1024 * 1024
const mostFiles = 200_000
const mostRefBytes = 1024 * 1024

/** The commit that its HEAD stands for; undefined when it says nothing that could be one. */
export function headOf(gitDir: string): string | undefined {
  const head = plainText(join(gitDir, 'HEAD'))?.trim()
  const ref = /^ref: (refs\/heads\/[A-Za-z0-9._/-]+)$/.exec(head ?? '')?.[1]
  if (ref === undefined || ref.split('/').includes('..')) return commitIn(head)
  const packed = plainText(join(gitDir, 'packed-refs'))?.split('\n')
  return commitIn(plainText(join(gitDir, ref))?.trim()) ?? commitIn(packed?.find((line) => line.endsWith(` ${ref}`))?.split(' ')[0])
}

const commitIn = (text: string | undefined): string | undefined => (text !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : undefined)

/** Neither a pipe, which would be waited for, nor a device. */
function plainText(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat?.isFile() === true && stat.size <= mostRefBytes ? readFileSync(path, 'utf8') : undefined
}

/** Every commit that a ref, a log of a ref or a file in git's folder names; these are words of somebody else, and may name nothing. */
export function tipsIn(gitDir: string): readonly string[] {
  const files = ['HEAD', 'packed-refs', 'ORIG_HEAD', 'MERGE_HEAD', 'CHERRY_PICK_HEAD', ...['refs', 'logs'].flatMap((name) => filesBelow(gitDir, name))]
  const words = files.flatMap((name) => (plainText(join(gitDir, name)) ?? '').split(/\s+/))
  return [...new Set(words.flatMap((word) => commitIn(word) ?? []))].filter((id) => !/^0+$/.test(id)).slice(0, mostTips)
}

const mostTips = 10_000

/** No link is followed. */
function filesBelow(gitDir: string, folder: string): readonly string[] {
  if (lstatSync(join(gitDir, folder), { throwIfNoEntry: false })?.isDirectory() !== true) return []
  return readdirSync(join(gitDir, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(gitDir, path) : entry.isFile() ? [path] : []
  })
}

/** Brings the objects of `gitDir` into `into`, which must be new and ours. Its indexes of packs are made anew. */
export async function takeObjects(gitDir: string, into: Repository): Promise<Failure | undefined> {
  const from = join(gitDir, 'objects')
  const listed = objectFiles(from)
  if (!listed.ok) return listed.failures[0]
  for (const path of listed.value) {
    const to = join(into.gitDir, 'objects', path)
    mkdirSync(join(to, '..'), { recursive: true, mode: 0o700 })
    copyFileSync(join(from, path), to, constants.COPYFILE_FICLONE)
    if (!path.startsWith('pack/')) continue
    const indexed = await gitIn(into, ['index-pack', to])
    if (!indexed.ok) return gitFailure('git could not read a pack of the clone', indexed)
  }
  return undefined
}

/** Only what has the place and name of an object, and is a file. */
function objectFiles(objects: string): Result<readonly string[]> {
  const folders = foldersIn(objects, /^(?:[0-9a-f]{2}|pack)$/)
  if (folders === undefined) return failed(hostile("the clone's folder of objects was made something else"))
  const files: string[] = []
  let bytes = 0
  for (const folder of folders) {
    const wanted = folder === 'pack' ? /^pack-[0-9a-f]+\.pack$/ : /^(?:[0-9a-f]{38}|[0-9a-f]{62})$/
    for (const entry of readdirSync(join(objects, folder), { withFileTypes: true })) {
      if (!entry.isFile() || !wanted.test(entry.name)) continue
      files.push(`${folder}/${entry.name}`)
      bytes += lstatSync(join(objects, folder, entry.name)).size
      if (files.length > mostFiles || bytes > mostBytes) return failed(hostile('what was committed is too large to be looked through'))
    }
  }
  return ok(files)
}

function foldersIn(folder: string, wanted: RegExp): readonly string[] | undefined {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() && wanted.test(entry.name) ? [entry.name] : []))
}
