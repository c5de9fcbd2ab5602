/** Tells whether files are as a look saw them by the times of their last change: a few microseconds each, where asking git starts two processes. */
import { lstatSync, readdirSync, type BigIntStats, type Dirent } from 'node:fs'
import { join } from 'node:path'
import type { Stillness, Tree, Watch } from '../model/tree.ts'
import { namesIn, searched } from './globs.ts'
import { clockWasSet, isOlder, type LookMoment } from './look-moment.ts'
import { codeOf } from './state-trouble.ts'

/** In more folders than this a look by git is as fast. */
const mostFolders = 4000

export type WatchWish = {
  readonly root: string
  readonly tree: Tree
  readonly moment: LookMoment
  /** Files that were read after a moment of their own. */
  readonly read: { readonly paths: ReadonlySet<string>; readonly moment: LookMoment }
  readonly globs: readonly string[]
  /** Where things may appear without being seen by git. */
  readonly spared: ReadonlySet<string>
}

export function watchFiles(wish: WatchWish): Watch {
  const { root, tree, moment, read } = wish
  const momentOf = (path: string): LookMoment => (read.paths.has(path) ? read.moment : moment)
  const inputs = tree.matching(wish.globs).map((file) => file.path)
  const young = new Map<string, string>()
  let before: Stillness = 'still'
  for (const path of inputs) {
    const stat = statOf(join(root, path))
    if (stat !== undefined && isOlder(stat, momentOf(path))) continue
    // Touched since, or just before: nobody knows which of two contents the look saw.
    young.set(path, stampText(stat))
    before = 'unsure'
  }
  const folders = watchedFolders(wish)
  const settled = (): boolean => !clockWasSet(moment) && folders !== undefined && folders.every((folder) => nothingAppeared(folder, wish))
  if (before === 'still' && !settled()) before = 'unsure'
  return {
    before,
    since() {
      let unsure = false
      for (const path of inputs) {
        const stat = statOf(join(root, path))
        const known = young.get(path)
        if (known === undefined ? stat === undefined || !isOlder(stat, momentOf(path)) : known !== stampText(stat)) return 'moved'
        unsure ||= known !== undefined
      }
      return unsure || !settled() ? 'unsure' : 'still'
    },
  }
}

/** Every folder in which a file of these globs can appear. Undefined when there are too many. */
function watchedFolders({ tree, globs }: WatchWish): readonly string[] | undefined {
  const { starts, files } = searched(tree.files, globs)
  const folders = new Set<string>()
  for (const start of starts) addFolder(folders, start)
  for (const { path } of files) {
    const end = path.lastIndexOf('/')
    for (let folder = end === -1 ? '' : path.slice(0, end); !folders.has(folder);) {
      folders.add(folder)
      const up = folder.lastIndexOf('/')
      const above = up === -1 ? '' : folder.slice(0, up)
      // Above the start nothing of these globs can appear.
      if (starts.includes(folder) || folder === '') break
      folder = above
    }
    if (folders.size > mostFolders) return undefined
  }
  return [...folders]
}

/** A start that is no folder yet appears in the nearest one that is. */
function addFolder(folders: Set<string>, start: string): void {
  folders.add(start)
  if (start !== '') folders.add(start.slice(0, Math.max(0, start.lastIndexOf('/'))))
}

/** Nothing was added to the folder since the look, but for what is spared; and nothing to folders in it of which the tree knows no file yet. */
function nothingAppeared(folder: string, wish: WatchWish): boolean {
  const { root, moment } = wish
  const stat = statOf(join(root, folder))
  if (stat === undefined) return knownFolder(folder, wish).names.size === 0
  if (!stat.isDirectory()) return false
  const known = knownFolder(folder, wish)
  const strays = isOlder(stat, moment) ? (known.strays ??= straysIn(folder, known.names, wish)) : (known.strays ?? [])
  if (!strays.every((stray) => nothingAppeared(stray, wish))) return false
  if (isOlder(stat, moment)) return true
  return entriesIn(join(root, folder)).every(({ name }) => {
    const path = under(folder, name)
    return known.names.has(name) || isSpared(path, wish) || strays.includes(path)
  })
}

const isSpared = (path: string, { tree, spared }: WatchWish): boolean => tree.ignores(path) || spared.has(path)
const under = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)

type KnownFolder = {
  /** Of the files and folders that the tree has in it. */
  readonly names: ReadonlySet<string>
  /** Folders in it without any file of the tree, of which git would list a file if one came. Known once the folder was seen as it was at the look. */
  strays: readonly string[] | undefined
}
const byTree = new WeakMap<Tree, Map<string, KnownFolder>>()

function knownFolder(folder: string, wish: WatchWish): KnownFolder {
  const { tree } = wish
  const folders = byTree.get(tree) ?? new Map<string, KnownFolder>()
  byTree.set(tree, folders)
  const seen = folders.get(folder)
  if (seen !== undefined) return seen
  const known: KnownFolder = { names: namesIn(tree.files, folder), strays: undefined }
  folders.set(folder, known)
  return known
}

function straysIn(folder: string, names: ReadonlySet<string>, wish: WatchWish): readonly string[] {
  return entriesIn(join(wish.root, folder))
    .filter((entry) => entry.isDirectory() && entry.name !== '.git' && !names.has(entry.name))
    .map((entry) => under(folder, entry.name))
    .filter((path) => !isSpared(path, wish))
}

/** A folder that vanished holds nothing. */
const entriesIn = (folder: string): readonly Dirent[] => unlessGone(() => readdirSync(folder, { withFileTypes: true })) ?? []
const statOf = (path: string): BigIntStats | undefined => unlessGone(() => lstatSync(path, { bigint: true, throwIfNoEntry: false }))
const stampText = (stat: BigIntStats | undefined): string => (stat === undefined ? 'absent' : `${stat.ctimeNs} ${stat.ino}`)

function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw error
  }
}
