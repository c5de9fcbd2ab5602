/** Finds files of settings in a checkout, with a digest of each that moves when it, or a file of the checkout that it names, changes. What is not read as a whole has no digest. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { sha256 } from './digest.ts'
import { codeOf } from './state-trouble.ts'

export type SettingFile = { readonly path: string; readonly text: string; readonly digest: string | undefined }

export type SettingSearch = {
  /** Relative to the checkout; a folder ends with "/". */
  readonly places: readonly string[]
  /** Folders of that kind are passed over. */
  readonly isApart: (path: string) => boolean
  /** False: it is only text. */
  readonly carries: (path: string, text: string) => boolean
}

const mostFiles = 2000
const mostBytes = 4 * 1024 * 1024
const mostDepth = 16
const mostNamed = 200

/** Links are followed, as every program does. `root`: absolute. */
export function settingFiles(root: string, { places, isApart, carries }: SettingSearch): readonly SettingFile[] {
  const found = places.flatMap((place) => (place.endsWith('/') ? filesBelow(root, place.slice(0, -1), isApart) : [place]))
  return [...new Set(found)].flatMap((path) => {
    const file = fileAt(root, path)
    if (file === undefined || (file.digest !== undefined && !carries(path, file.text))) return []
    return [file]
  })
}

/** Relative paths. A folder that holds too much, or cannot be listed, stands for itself: it has no digest. */
function filesBelow(root: string, folder: string, isApart: (path: string) => boolean): readonly string[] {
  if (looked(join(root, folder))?.isDirectory() !== true) return looked(join(root, folder)) === undefined ? [] : [folder]
  const files: string[] = []
  const folders: (readonly [path: string, depth: number])[] = [[folder, 0]]
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const [at, depth] = next
    const names = namesIn(join(root, at))
    if (names === undefined || depth > mostDepth || files.length + names.length > mostFiles) return [folder]
    for (const name of names) {
      const path = `${at}/${name}`
      if (isApart(path)) continue
      if (looked(join(root, path))?.isDirectory() === true) folders.push([path, depth + 1])
      else files.push(path)
    }
  }
  return files.toSorted()
}

/** Undefined: nothing is there. */
function fileAt(root: string, path: string): SettingFile | undefined {
  const stat = looked(join(root, path))
  if (stat === undefined) return undefined
  // A pipe would keep whoever reads it waiting for ever.
  const bytes = stat.isFile() && stat.size <= mostBytes ? contentOf(join(root, path)) : undefined
  if (bytes === undefined) return { path, text: '', digest: undefined }
  const text = new TextDecoder().decode(bytes)
  const named = namedIn(root, text).map((name) => [name, digestAt(join(root, name))])
  return { path, text, digest: sha256(JSON.stringify([1, path, sha256(bytes), named])) }
}

/** Files of the checkout that a text names, as whole words or below a variable: what a server or a hook of it runs. */
function namedIn(root: string, text: string): readonly string[] {
  const words = new Set([...text.matchAll(/[\w@%+=:,./~-]{2,512}/g)].flatMap(([word]) => [word, word.replace(/^\w+\//, '')]))
  const paths = new Set([...words].map((word) => normalize(word).replace(/^\/+/, '')).filter((path) => path !== '' && !path.startsWith('..')))
  return [...paths]
    .filter((path) => looked(join(root, path))?.isFile() === true)
    .toSorted()
    .slice(0, mostNamed)
}

function digestAt(path: string): string | null {
  const stat = looked(path)
  const bytes = stat?.isFile() === true && stat.size <= 16 * mostBytes ? contentOf(path) : undefined
  // Too large to be read each time: its size and time stand for it.
  return bytes === undefined ? (stat === undefined ? null : `${stat.size} ${stat.mtimeMs}`) : sha256(bytes)
}

/** What a program would meet there. Undefined: nothing. */
function looked(path: string): { isFile(): boolean; isDirectory(): boolean; readonly size: number; readonly mtimeMs: number } | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ELOOP') return undefined
    // It may be there, and nobody can look.
    if (code === 'EACCES' || code === 'EPERM' || code === 'EIO') return { isFile: () => false, isDirectory: () => false, size: 0, mtimeMs: 0 }
    throw error
  }
}

function contentOf(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return undefined
  }
}

function namesIn(path: string): readonly string[] | undefined {
  try {
    return readdirSync(path)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return undefined
  }
}
