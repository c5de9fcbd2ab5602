/** The paths of a repository, ready to be asked for what people write in prose: files, folders, names of files, endings. */
import picomatch from 'picomatch'
import { isEndlessGlob } from '../../model/endless-glob.ts'
import { folderOf, nameOf } from './paths.ts'

/** Beyond these, further paths are not known: a forecast is worth no more. */
const mostPaths = 200_000
const mostGlobs = 500

export type KnownPaths = {
  readonly files: ReadonlySet<string>
  /** Files below a folder; undefined: no such folder. */
  below(folder: string): readonly string[] | undefined
  /** Files of that name in any folder. */
  named(name: string): readonly string[]
  /** "ts", "md": without the dot, in small letters. */
  readonly endings: ReadonlySet<string>
  /** Undefined: a glob that cannot be read. */
  matching(glob: string): readonly string[] | undefined
}

export function knownPaths(paths: readonly string[]): KnownPaths {
  const sorted = paths.slice(0, mostPaths).toSorted()
  const files = new Set(sorted)
  const byName = Map.groupBy(sorted, nameOf)
  const folders = new Set<string>()
  for (const path of sorted) for (let folder = folderOf(path); folder !== '' && !folders.has(folder); folder = folderOf(folder)) folders.add(folder)
  const globs = new Map<string, readonly string[] | undefined>()
  const below = (folder: string): readonly string[] | undefined =>
    folders.has(folder) ? sorted.slice(firstFrom(sorted, `${folder}/`), firstFrom(sorted, `${folder}0`)) : undefined
  return {
    files,
    below,
    named: (name) => byName.get(name) ?? [],
    endings: new Set(sorted.flatMap((path) => /[^/]\.([A-Za-z0-9]{1,10})$/.exec(path)?.[1]?.toLowerCase() ?? [])),
    matching(glob) {
      if (!globs.has(glob) && globs.size < mostGlobs) globs.set(glob, matches(glob, sorted, below))
      return globs.get(glob)
    },
  }
}

function matches(glob: string, sorted: readonly string[], below: KnownPaths['below']): readonly string[] | undefined {
  if (glob === '' || glob.length > 500 || isEndlessGlob(glob)) return undefined
  const start = /^(?:[^*?()[\]{}|\\!/]+\/)+/.exec(glob)?.[0].slice(0, -1)
  try {
    const test = picomatch(glob, { dot: true, windows: false })
    return (start === undefined ? sorted : (below(start) ?? [])).filter((path) => test(path))
  } catch (error) {
    // The library throws errors of many kinds at brackets that nobody closes; a forecast does without such a glob.
    if (error instanceof Error) return undefined
    throw error
  }
}

/** Index of the first that is not before `text`; "0" follows "/" in the order of characters. */
function firstFrom(sorted: readonly string[], text: string): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? '') < text) low = middle + 1
    else high = middle
  }
  return low
}
