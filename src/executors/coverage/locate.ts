/** Finds the files of the repository that a report means, whatever way its tool writes paths; what lies outside is left out and counted. */
import type { Coverage, FileCoverage } from '../../model/coverage.ts'
import { joined } from '../../model/coverage.ts'
import { isWindowsPath, pathInRoot } from '../paths-in-root.ts'
import type { Read } from './reader.ts'

export type Located = {
  readonly coverage: Coverage
  /** Paths as the report has them: outside of the repository, or of packages in it that somebody else wrote. */
  readonly outside: readonly string[]
  /** Files that are not there. */
  readonly gone: readonly Gone[]
}

export type Gone = {
  /** As the report has it. */ readonly path: string
  /** Paths in the repository that it may mean. */ readonly candidates: readonly string[]
}

export type Places = {
  /** Absolute. */
  readonly root: string
  /** Files that git knows, sorted. */
  readonly paths: ReadonlySet<string>
  exists(path: string): Promise<boolean>
}

export async function located({ coverage, bases = [], ends }: Extract<Read, { coverage: Coverage }>, report: string, places: Places): Promise<Located> {
  const files: FileCoverage[] = []
  const outside: string[] = []
  const gone: Gone[] = []
  const byName = ends === true ? namesOf(places.paths) : undefined
  for (const file of coverage.files) {
    const candidates = byName === undefined ? pathsFor(file.file, bases, report, places.root) : endingIn(file.file, byName, report)
    const found = await firstThere(candidates, places)
    const [first] = candidates
    if (found !== undefined) files.push({ ...file, file: found })
    else if (first === undefined || isForeign(first)) outside.push(file.file)
    else gone.push({ path: file.file, candidates })
  }
  return { coverage: joined([{ files }]), outside, gone }
}

const isForeign = (path: string): boolean => path.split('/').includes('node_modules')

async function firstThere(candidates: readonly string[], places: Places): Promise<string | undefined> {
  for (const path of candidates) if (places.paths.has(path) || (!isForeign(path) && (await places.exists(path)))) return path
  return undefined
}

/** Paths relative to the root that a written path may mean, likeliest first. A tool writes them as seen from where it ran: a folder around its report. */
function pathsFor(written: string, bases: readonly string[], report: string, root: string): readonly string[] {
  const path = slashed(written, root)
  const isAbsolute = path.startsWith('/') || isWindowsPath(path) || /^[a-z]+:\/\//i.test(path)
  const asked = isAbsolute
    ? [path]
    : [...bases.map((base) => `${slashed(base, root).replace(/\/$/, '')}/${path}`), ...foldersAround(report).map((folder) => `${folder}${path}`)]
  const inside = asked.flatMap((one) => {
    const relative = pathInRoot(one, { root, cwd: '.' })
    return relative === '.' || relative.startsWith('/') || relative.startsWith('../') || /^[a-z]+:/i.test(relative) ? [] : [relative]
  })
  return [...new Set(inside)]
}

/** Windows writes backslashes; elsewhere one is part of a name only where no folder is written otherwise. */
const slashed = (path: string, root: string): string => (isWindowsPath(path) || isWindowsPath(root) || !path.includes('/') ? path.replaceAll('\\', '/') : path)

/** "packages/a/coverage/", "packages/a/", "packages/", "" */
function foldersAround(report: string): readonly string[] {
  const parts = report.split('/').slice(0, -1)
  return [...parts.map((_, i) => `${parts.slice(0, parts.length - i).join('/')}/`), '']
}

type Names = ReadonlyMap<string, readonly string[]>

function namesOf(paths: ReadonlySet<string>): Names {
  const names = new Map<string, string[]>()
  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const known = names.get(name)
    if (known === undefined) names.set(name, [path])
    else known.push(path)
  }
  return names
}

/** The one file with this end; of several the one nearest to the report. Two that are equally near: nobody can say which is meant. */
function endingIn(end: string, names: Names, report: string): readonly string[] {
  const found = (names.get(end.slice(end.lastIndexOf('/') + 1)) ?? []).filter((path) => path === end || path.endsWith(`/${end}`))
  const near = found.map((path) => ({ path, shared: sharedFolders(path, report) })).sort((a, b) => b.shared - a.shared)
  const [first, second] = near
  return first === undefined || first.shared === second?.shared ? [] : [first.path]
}

function sharedFolders(a: string, b: string): number {
  const [one, other] = [a.split('/'), b.split('/')]
  let shared = 0
  while (shared < one.length && one[shared] === other[shared]) shared += 1
  return shared
}
