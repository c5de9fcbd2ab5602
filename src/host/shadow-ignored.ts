/** Brings into a shadow what git ignores in the checkout: installed packages as links, other files as copies, so that no tool writes through to the checkout. */
import {
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  type BigIntStats,
} from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { failed, ok, type Result } from '../model/failure.ts'
import { copyPackages } from './copied-packages.ts'
import { isOwnState } from './git-listing.ts'
import { gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'

/** A folder with more than this is not copied; its entries become links. */
const mostFiles = 2000
const mostBytes = 64n * 1024n * 1024n

/** Which files, by their path relative to the root. `adding`: what is in the shadow already stays, and folders of links are left alone. */
export type Bringing = {
  readonly wanted: (path: string) => boolean
  readonly adding?: true
  /** Folders called node_modules; absent: their entries become links. */
  readonly packages?: 'link' | 'copy'
}

const everything: Bringing = { wanted: () => true }

/** The two roots. */
type Pair = { readonly from: string; readonly to: string }

/** The paths that were brought, relative to the root; of folders only what is wanted. */
export async function bringIgnored(checkout: Repository, shadow: Repository, how = everything): Promise<Result<readonly string[]>> {
  const listed = await ignoredIn(checkout)
  if (listed.ok) await bringListed(checkout, shadow, listed.value, how)
  return listed
}

/** What is there to be brought: files, and folders without a slash. */
export async function ignoredIn(checkout: Repository): Promise<Result<readonly string[]>> {
  const answer = await gitIn(checkout, ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z'])
  if (!answer.ok) return failed(gitFailure('git could not list what it ignores', answer))
  const { root } = checkout
  const paths = new TextDecoder()
    .decode(answer.stdout)
    .split('\0')
    .map((path) => path.replace(/\/$/, ''))
    // A name that is not UTF-8 stands for no file here, and a repository inside is none of this one's business.
    .filter((path) => path !== '' && !isOwnState(path) && !existsSync(join(root, path, '.git')) && stampAt(join(root, path)) !== undefined)
  return ok(paths)
}

export async function bringListed(checkout: Repository, shadow: Repository, paths: readonly string[], how: Bringing): Promise<void> {
  const roots: Pair = { from: checkout.root, to: shadow.root }
  for (const path of paths) {
    if (leadsElsewhere(roots.to, path)) continue
    mkdirSync(dirname(join(roots.to, path)), { recursive: true })
    if (how.packages === 'copy' && basename(path) === 'node_modules' && stampAt(join(roots.from, path))?.isDirectory() === true)
      await copyPackages({ ...roots, path })
    else bring(roots, path, how)
  }
}

/** A link, or a file, where a folder of the shadow should be: whoever worked there may have made it, and nothing is written behind it. */
export function leadsElsewhere(root: string, path: string): boolean {
  const parts = path.split('/')
  return parts.slice(0, -1).some((_, i) => {
    const stat = stampAt(join(root, ...parts.slice(0, i + 1)))
    return stat !== undefined && !stat.isDirectory()
  })
}

function bring(roots: Pair, path: string, how: Bringing): void {
  const from = join(roots.from, path)
  const stat = stampAt(from)
  if (stat?.isDirectory() !== true) return how.wanted(path) ? copied(roots, path) : undefined
  const installed = basename(path) === 'node_modules' || existsSync(join(from, 'pyvenv.cfg'))
  if (!installed && isSmall(from)) copiedFolder(roots, path, how)
  else if (how.adding !== true) linkedEntries(roots, path)
}

/** A folder of links: git ignores it by the same rules, and new files in it stay in the shadow. */
export function linkedEntries(roots: Pair, path: string, left: ReadonlySet<string> = new Set()): void {
  const [from, to] = [join(roots.from, path), join(roots.to, path)]
  const names = readdirSync(from).filter((name) => !left.has(name))
  madeFolder(to)
  withoutOthers(to, names)
  for (const name of names) {
    // The folder of a scope is a folder of packages, and what is done to the names of programs stays in the shadow.
    if (basename(path) === 'node_modules' && (name.startsWith('@') || (name === '.bin' && lstatSync(join(from, name)).isDirectory())))
      linkedEntries(roots, join(path, name))
    else linked(targetOf(roots, join(from, name)), join(to, name))
  }
}

/** A package of the same workspace is the one in the shadow. */
function targetOf(roots: Pair, entry: string): string {
  if (!lstatSync(entry).isSymbolicLink() || !existsSync(entry)) return entry
  const way = relative(realpathSync(roots.from), realpathSync(entry))
  const outside = way === '' || way.startsWith('..') || way.split(sep).includes('node_modules')
  return outside ? entry : join(roots.to, way)
}

function linked(target: string, at: string): void {
  const there = stampAt(at)
  if (there?.isSymbolicLink() === true && readlinkSync(at) === target) return
  if (there !== undefined) rmSync(at, { recursive: true })
  symlinkSync(target, at)
}

function copiedFolder(roots: Pair, path: string, how: Bringing): void {
  const names = readdirSync(join(roots.from, path))
  madeFolder(join(roots.to, path))
  if (how.adding !== true) withoutOthers(join(roots.to, path), names)
  for (const name of names) {
    const inner = join(path, name)
    if (lstatSync(join(roots.from, inner)).isDirectory()) copiedFolder(roots, inner, how)
    else if (how.wanted(inner)) copied(roots, inner)
  }
}

function copied(roots: Pair, path: string): void {
  const [from, to] = [join(roots.from, path), join(roots.to, path)]
  const [wanted, there] = [stampAt(from), stampAt(to)]
  if (wanted?.isSymbolicLink() === true) return linked(readlinkSync(from), to)
  // Sockets and pipes belong to a running program.
  if (wanted?.isFile() !== true) return
  if (wanted.size > mostBytes) return linked(from, to)
  if (there?.isFile() === true && isCopyOf(there, wanted)) return
  if (there !== undefined) rmSync(to, { recursive: true })
  copyFileSync(from, to, constants.COPYFILE_FICLONE)
  utimesSync(to, Number(wanted.mtimeMs) / 1000, Number(wanted.mtimeMs) / 1000)
}

/** Whole milliseconds: a copy that some tool wrote to has other times. A file that was touched when it was copied, or since, is copied again. */
const isCopyOf = (copy: BigIntStats, file: BigIntStats): boolean =>
  copy.size === file.size && copy.mode === file.mode && isAt(copy.mtimeNs, file.mtimeMs * nsPerMs) && file.ctimeNs + tickMs * nsPerMs < copy.ctimeNs

/** Times are set as floating seconds. */
const isAt = (ns: bigint, wanted: bigint): boolean => ns - wanted < 2000n && wanted - ns < 2000n

const nsPerMs = 1_000_000n
const tickMs = 25n

function isSmall(folder: string): boolean {
  let [files, bytes] = [0, 0n]
  const folders = [folder]
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      files += 1
      if (entry.isDirectory()) folders.push(join(at, entry.name))
      else bytes += stampAt(join(at, entry.name))?.size ?? 0n
    }
    if (files > mostFiles || bytes > mostBytes) return false
  }
  return true
}

function madeFolder(path: string): void {
  if (stampAt(path)?.isDirectory() === false) rmSync(path)
  mkdirSync(path, { recursive: true })
}

function withoutOthers(folder: string, names: readonly string[]): void {
  const wanted = new Set(names)
  for (const name of readdirSync(folder)) if (!wanted.has(name)) rmSync(join(folder, name), { recursive: true })
}

const stampAt = (path: string): BigIntStats | undefined => lstatSync(path, { bigint: true, throwIfNoEntry: false })
