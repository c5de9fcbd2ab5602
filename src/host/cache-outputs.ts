/** Takes the outputs of a task into the cache and puts them back, without ever following a link or leaving the root. */
import type { Dirent, Stats } from 'node:fs'
import { chmod, copyFile, lstat, mkdir, readdir, realpath, rename, rm } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import type { OutputManifest } from '../model/proof.ts'
import { digestOf, digestOfFile, isDigest, type Blobs } from './cache-blobs.ts'
import { globLibrary, matcherFor, type Matcher } from './globs.ts'
import type { Digest } from '../model/fingerprint.ts'
import { sight } from './sightings.ts'
import { codeOf } from './state-trouble.ts'
import { randomHex } from './random-hex.ts'

type OutputFile = OutputManifest['files'][number]

/** Outputs by path as this process last saw them: with the same stamp it is the same content, which need not be read again. */
export type SeenOutputs = Map<string, { readonly stamp: string; readonly content: Digest }>

export async function keepOutputs(root: string, blobs: Blobs, globs: readonly string[], seen: SeenOutputs): Promise<OutputManifest> {
  const wanted = globs.map((glob) => glob.replace(/\/+$/, ''))
  // A plain name may be a folder: then all in it counts.
  const matches = matcherFor(
    wanted.flatMap((glob) => (isPlain(glob.replace(/^!/, '')) ? [glob, `${glob}/**`] : [glob])),
    await globLibrary(),
  )
  const starts = outermost(
    wanted
      .filter((glob) => !glob.startsWith('!'))
      .map(fixedPrefix)
      .filter(isInside),
  )
  const paths: string[] = []
  for (const start of starts) await collect(root, start, matches, paths)
  const files = (await inParallel(paths.toSorted(), (path) => kept(root, path, blobs, seen))).filter((file) => file !== undefined)
  return { digest: digestOfFiles(files), files }
}

/** False when a content is missing or damaged, or a path cannot be written safely: nothing was written then. */
export async function restoreOutputs(root: string, blobs: Blobs, manifest: OutputManifest, seen: SeenOutputs): Promise<boolean> {
  if (!isSound(manifest)) return false
  const realRoot = await realpath(root)
  const states = await inParallel(manifest.files, (file) => stateOf(realRoot, file, seen))
  if (states.includes('unsafe')) return false
  const missing = manifest.files.filter((_, index) => states[index] !== 'same')
  const contents = await inParallel(missing, async (file) => (await blobs.size(file.content)) === file.size && blobs.verify(file.content))
  if (contents.includes(false)) return false
  const placed = await inParallel(missing, async (file) => {
    const isPlaced = await place(realRoot, file, blobs.pathOf(file.content))
    if (isPlaced) note(realRoot, file, seen)
    return isPlaced
  })
  return !placed.includes(false)
}

/** What can be trusted to name files below the root, each once. */
export function isSound(manifest: OutputManifest): boolean {
  const paths = new Set(manifest.files.map((file) => file.path))
  const sound = manifest.files.every(
    (file) =>
      file.path !== '' && isInside(file.path) && isDigest(file.content) && Number.isSafeInteger(file.size) && file.size >= 0 && (file.mode & ~0o777) === 0,
  )
  return sound && paths.size === manifest.files.length && manifest.digest === digestOfFiles(manifest.files)
}

const digestOfFiles = (files: readonly OutputFile[]): string =>
  digestOf(JSON.stringify(files.map(({ path, content, mode, size }) => [path, content, mode, size])))

/** Relative, without "..", and in no folder that is git's or ours. */
function isInside(path: string): boolean {
  if (path === '') return true
  if (path.includes('\0') || (sep !== '/' && path.includes(sep))) return false
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !isPrivate(part))
}

/** Also as other systems may spell the two: in any case, with blanks, dots or the name of a stream at the end, with letters that nobody sees, by a short name. */
function isPrivate(name: string): boolean {
  const folded = name.toLowerCase().replace(/[\p{Cf}\ufeff]/gu, '')
  return /^(?:\.(?:git|pawl)[ .]*(?:$|:)|(?:git|pawl)~\d+$)/.test(folded)
}

const isPlain = (glob: string): boolean => !/[*?()[\]{}!+@|\\]/.test(glob)

/** "dist/js" of "dist/js/**": where the walk may begin. */
function fixedPrefix(glob: string): string {
  const parts = glob.replace(/^(\.\/)+/, '').split('/')
  const magic = parts.findIndex((part) => !isPlain(part))
  return parts.slice(0, magic === -1 ? parts.length : magic).join('/')
}

function outermost(prefixes: readonly string[]): readonly string[] {
  const unique = [...new Set(prefixes)]
  return unique.filter((prefix) => !unique.some((other) => other !== prefix && (other === '' || prefix.startsWith(`${other}/`))))
}

async function collect(root: string, start: string, matches: Matcher, paths: string[]): Promise<void> {
  if (start === '') return walk(root, '', matches, paths)
  const stat = await throughPlainFolders(root, start)
  if (stat?.isDirectory() === true) await walk(root, start, matches, paths)
  else if (stat?.isFile() === true && matches(start)) paths.push(start)
}

async function walk(root: string, folder: string, matches: Matcher, paths: string[]): Promise<void> {
  for (const entry of await entriesOf(join(root, folder))) {
    if (isPrivate(entry.name)) continue
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) await walk(root, path, matches, paths)
    else if (entry.isFile() && matches(path)) paths.push(path)
  }
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []
    throw error
  }
}

async function kept(root: string, path: string, blobs: Blobs, seen: SeenOutputs): Promise<OutputFile | undefined> {
  const [, before] = sight(root, path)
  const stat = await lstatIfThere(join(root, path))
  const content = stat?.isFile() === true ? await blobs.keepFile(join(root, path)) : undefined
  if (content !== undefined && sight(root, path)[1] === before) seen.set(path, { stamp: before, content: content.digest })
  return stat === undefined || content === undefined ? undefined : { path, content: content.digest, mode: stat.mode & 0o777, size: content.size }
}

/** 'same': already holds this content and mode. 'unsafe': a link or something that is no file is in the way. */
async function stateOf(root: string, file: OutputFile, seen: SeenOutputs): Promise<'same' | 'different' | 'unsafe'> {
  const parts = file.path.split('/')
  for (let depth = 1; depth < parts.length; depth++) {
    const stat = await lstatIfThere(join(root, ...parts.slice(0, depth)))
    if (stat === undefined) return 'different'
    if (!stat.isDirectory()) return 'unsafe'
  }
  const path = join(root, file.path)
  const stat = await lstatIfThere(path)
  if (stat === undefined || stat.isSymbolicLink()) return 'different'
  if (!stat.isFile()) return 'unsafe'
  if (stat.size !== file.size || (stat.mode & 0o777) !== file.mode) return 'different'
  const [, stamp] = sight(root, file.path)
  const known = seen.get(file.path)
  const content = known?.stamp === stamp ? known.content : await digestOfFile(path)
  if (content !== undefined && sight(root, file.path)[1] === stamp) seen.set(file.path, { stamp, content })
  return content === file.content ? 'same' : 'different'
}

/** Just put there by us, and not touched before we looked. */
function note(root: string, file: OutputFile, seen: SeenOutputs): void {
  seen.set(file.path, { stamp: sight(root, file.path)[1], content: file.content })
}

/** Beside its place and then renamed, so that nobody ever sees half a file, and a link in its place is replaced, not followed. */
async function place(root: string, file: OutputFile, source: string): Promise<boolean> {
  const parent = join(root, dirname(file.path))
  await mkdir(parent, { recursive: true })
  // A link may have come into the way since we looked.
  if ((await realpath(parent)) !== parent) return false
  const temporary = join(parent, `.pawl-${randomHex(9)}.tmp`)
  try {
    await copyFile(source, temporary)
    if ((await digestOfFile(temporary)) !== file.content) return false
    await chmod(temporary, file.mode)
    await rename(temporary, join(root, file.path))
    return true
  } finally {
    await rm(temporary, { force: true })
  }
}

/** What is at the path, when every folder on the way is a real one. */
async function throughPlainFolders(root: string, path: string): Promise<Stats | undefined> {
  const parts = path.split('/')
  for (let depth = 1; depth < parts.length; depth++) {
    if ((await lstatIfThere(join(root, ...parts.slice(0, depth))))?.isDirectory() !== true) return undefined
  }
  return lstatIfThere(join(root, path))
}

async function lstatIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw error
  }
}

const lanes = 16

/** The results stand in the order of the items. When one fails no further ones are begun, and none goes on behind our back. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = Array.from({ length: items.length })
  let next = 0
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index] as T
      results[index] = await work(item).catch((error: unknown) => {
        next = items.length
        throw error
      })
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: Math.min(lanes, items.length) }, lane))
  const refused = ended.find((end) => end.status === 'rejected')
  if (refused !== undefined) throw refused.reason
  return results
}
