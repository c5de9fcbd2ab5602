/** Matches paths with glob lists as people write them: dot files count, "!" excludes, the last match wins. */
import type { Failure } from '../model/failure.ts'
import type { TreeFile, Tree } from '../model/tree.ts'
import type { TreeMark } from '../model/tree-mark.ts'
import { messageOf } from '../model/thrown.ts'

export type Matcher = (path: string) => boolean
type Picomatch = (glob: string, options: { dot: boolean; flags: string; windows: boolean }) => Matcher

/** Loads the glob library: 5 ms that are spent while git works. */
export async function globLibrary(): Promise<Picomatch> {
  const library = await import('picomatch')
  return library.default
}

/** A tree whose answers to `matching` are remembered. */
export function newTree(
  files: readonly TreeFile[],
  mark: TreeMark,
  picomatch: Picomatch,
  ignores: Tree['ignores'],
  at: { branch?: string; commit?: string } = {},
): Tree {
  const answers = new Map<string, readonly TreeFile[]>()
  return {
    files,
    mark,
    ignores,
    ...at,
    matching(globs) {
      const key = globs.join('\0')
      const known = answers.get(key)
      if (known !== undefined) return known
      const matches = matcherFor(globs, picomatch)
      const answer = inOrderOfPath(rangesOf(globs).map((start) => within(files, start).filter((file) => matches(file.path))))
      answers.set(key, answer)
      return answer
    },
  }
}

/** Files and folders in which the list can find something, as a tree has them: for watching them. */
export function searched(files: readonly TreeFile[], globs: readonly string[]): { readonly starts: readonly string[]; readonly files: readonly TreeFile[] } {
  // A plain path appears in its folder, where nothing else matters.
  const starts = [...new Set(globs.filter((glob) => !glob.startsWith('!')).map(fixedStart))]
  return { starts, files: rangesOf(globs).flatMap((start) => within(files, start)) }
}

/** Paths such that all that the list can describe is one of them or lies below it, sorted, none below another; [""] is everywhere. */
function rangesOf(globs: readonly string[]): readonly string[] {
  const starts = [...new Set(globs.filter((glob) => !glob.startsWith('!')).map((glob) => (isPath(glob) ? glob : fixedStart(glob))))].sort()
  return starts.filter((start, i) => !starts.some((other, j) => j < i && (other === '' || start.startsWith(`${other}/`))))
}

/** "packages/a" of "packages/a/**" and of "packages/a/*.ts"; "" where the first part is open or written in an odd way. */
export function fixedStart(glob: string): string {
  const start = /^(?:[^*?()[\]{}|\\/]+\/)*/.exec(glob)?.[0] ?? ''
  const parts = start.split('/').slice(0, -1)
  return parts.some((part) => part === '.' || part === '..') ? '' : parts.join('/')
}

/** Of the sorted files the one that is the path itself and those below it. */
function within(files: readonly TreeFile[], start: string): readonly TreeFile[] {
  if (start === '') return files
  const itself = firstFrom(files, (path) => path >= start)
  const from = firstFrom(files, (path) => path >= `${start}/`)
  // "0" follows "/" in the order of characters.
  const to = firstFrom(files, (path) => path >= `${start}0`)
  const found = files.slice(from, to)
  const file = files[itself]
  return file?.path === start ? [file, ...found] : found
}

/** Ranges do not nest, yet "a/x" comes after "a-b", which comes after "a". */
function inOrderOfPath(ranges: readonly (readonly TreeFile[])[]): readonly TreeFile[] {
  const [first, ...more] = ranges
  return first === undefined || more.length === 0 ? (first ?? []) : ranges.flat().sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** The one that is this path, if it is among the sorted files. */
export function fileAt(files: readonly TreeFile[], path: string): TreeFile | undefined {
  const file = files[firstFrom(files, (other) => other >= path)]
  return file?.path === path ? file : undefined
}

/** Names of the files and folders directly in a folder that hold any of the sorted files; "" is the root. Steps over what lies deeper. */
export function namesIn(files: readonly TreeFile[], folder: string): ReadonlySet<string> {
  const start = folder === '' ? '' : `${folder}/`
  const names = new Set<string>()
  for (let i = firstFrom(files, (path) => path >= start); files[i]?.path.startsWith(start) === true;) {
    const rest = files[i]?.path.slice(start.length) ?? ''
    const slash = rest.indexOf('/')
    names.add(slash === -1 ? rest : rest.slice(0, slash))
    // "0" follows "/" in the order of characters.
    i = slash === -1 ? i + 1 : firstFrom(files, (path) => path >= `${start}${rest.slice(0, slash)}0`, i)
  }
  return names
}

function firstFrom(files: readonly TreeFile[], holds: (path: string) => boolean, from = 0): number {
  let [low, high] = [from, files.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(files[middle]?.path ?? '')) high = middle
    else low = middle + 1
  }
  return low
}

const matchers = new Map<string, Matcher>()

/** Whether a path is in what the list describes. An empty list describes nothing. */
export function matcherFor(globs: readonly string[], picomatch: Picomatch): Matcher {
  const key = globs.join('\0')
  const known = matchers.get(key)
  if (known !== undefined) return known
  const matcher = inOrder(
    globs.map((glob) =>
      glob.startsWith('!') ? { wanted: false, matches: single(glob.slice(1), picomatch) } : { wanted: true, matches: single(glob, picomatch) },
    ),
  )
  matchers.set(key, matcher)
  return matcher
}

function inOrder(rules: readonly { readonly wanted: boolean; readonly matches: Matcher }[]): Matcher {
  const newestFirst = rules.toReversed()
  return (path) => newestFirst.find((rule) => rule.matches(path))?.wanted ?? false
}

// ! + and @ mean something before a parenthesis only.
const plain = '[^*?()[\\]{}|\\\\]+'
const suffixGlob = /^\*\*\/\*(\.[\w.-]+)$/
const suffixesGlob = /^\*\*\/\*\.\{([\w-]+(?:,[\w-]+)+)\}$/
const folderGlob = new RegExp(`^(${plain})/\\*\\*(?:/\\*)?$`)
const nameGlob = new RegExp(`^\\*\\*/(${plain})$`)
const pathGlob = new RegExp(`^${plain}$`)

/** The shapes that nearly all globs have need no regular expression. */
function single(glob: string, picomatch: Picomatch): Matcher {
  if (glob === '**' || glob === '**/*') return () => true
  // The library throws for it.
  if (glob === '') return () => false
  const suffix = suffixGlob.exec(glob)?.[1]
  if (suffix !== undefined) return (path) => path.endsWith(suffix)
  const suffixes = suffixesGlob
    .exec(glob)?.[1]
    ?.split(',')
    .map((end) => `.${end}`)
  if (suffixes !== undefined) return (path) => suffixes.some((end) => path.endsWith(end))
  const simple = isOdd(glob) ? undefined : simpleShape(glob)
  return simple ?? compiled(glob, picomatch)
}

/** The library throws errors of many kinds at brackets that nobody closes, and at what is too long. */
function compiled(glob: string, picomatch: Picomatch): Matcher {
  try {
    // Flag s: a path may hold a line break. Our paths have forward slashes everywhere.
    return picomatch(glob, { dot: true, flags: 's', windows: false })
  } catch (error) {
    const why = messageOf(error)
    const failure: Failure = { type: 'config.invalid', what: `the glob '${glob}' cannot be read`, why, hint: 'Look at its brackets.' }
    // oxlint-disable-next-line preserve-caught-error -- the cause is what a person can do about it; why holds what the library said
    throw new Error(failure.what, { cause: failure })
  }
}

/** A part is "", "." or "..". */
const isOdd = (glob: string): boolean => glob.includes('//') || /(^|\/)\.\.?(\/|$)/.test(glob)
const isPath = (glob: string): boolean => pathGlob.test(glob) && !glob.endsWith('/') && !isOdd(glob)

function simpleShape(glob: string): Matcher | undefined {
  const folder = folderGlob.exec(glob)?.[1]
  if (folder !== undefined) {
    const [prefix, itself] = [`${folder}/`, glob.endsWith('/**')]
    return (path) => path.startsWith(prefix) || (itself && path === folder)
  }
  const name = nameGlob.exec(glob)?.[1]
  if (name !== undefined) {
    const tail = `/${name}`
    return (path) => path === name || path.endsWith(tail)
  }
  return isPath(glob) ? (path) => path === glob : undefined
}
