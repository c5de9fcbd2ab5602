/** Makes a folder of installed packages equal to another one, as copies: whoever writes into one changes nothing in the other. */
import { constants, copyFileSync, lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync, type BigIntStats } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { inside } from './inside.ts'

/** The roots of the two checkouts, and the folder in both. */
export type CopiedFolder = { readonly from: string; readonly to: string; readonly path: string }

/** What tools write beside the packages; each checkout begins without. */
export const packageCaches: readonly string[] = ['.cache', '.vite', '.vite-temp', '.turbo']

/**
 * File of the copy → how it and its source were seen. Only as long as this process lives, and never on the disk, where an agent could change it:
 * what is not remembered is copied anew.
 */
type Memory = Map<string, { readonly source: string; readonly copy: string }>
const memories = new Map<string, Memory>()

/** Whether a later call can tell what was changed in the copy since, by times that nobody can set. */
export const remembersCopy = (folder: string): boolean => memories.has(folder)

/** Files share their blocks where the file system can do that. What lies only in the copy is removed. */
export async function copyPackages({ from, to, path }: CopiedFolder): Promise<void> {
  const memory: Memory = memories.get(join(to, path)) ?? new Map()
  const copying: Copying = { roots: { from, to }, memory, next: new Map(), breathe: breathing() }
  madeFolder(join(to, path))
  await equalFolder(copying, path, true)
  memories.set(join(to, path), copying.next)
}

type Copying = {
  readonly roots: { readonly from: string; readonly to: string }
  readonly memory: Memory
  /** What is remembered afterwards. */
  readonly next: Memory
  /** Lets the rest of pawl do its work. */
  readonly breathe: () => Promise<void>
}

async function equalFolder(copying: Copying, path: string, isTop: boolean): Promise<void> {
  const [from, to] = [join(copying.roots.from, path), join(copying.roots.to, path)]
  const entries = readdirSync(from, { withFileTypes: true }).filter(({ name }) => !isTop || !packageCaches.includes(name))
  const wanted = new Set(entries.map(({ name }) => name))
  for (const name of readdirSync(to)) if (!wanted.has(name)) rmSync(join(to, name), { recursive: true, force: true })
  for (const entry of entries) {
    const inner = join(path, entry.name)
    await copying.breathe()
    if (entry.isSymbolicLink()) equalLink(copying, inner)
    else if (entry.isFile()) await equalFile(copying, inner)
    else if (entry.isDirectory()) {
      madeFolder(join(to, entry.name))
      await equalFolder(copying, inner, false)
    }
  }
}

/** Bytes; what is larger is copied while other things go on. */
const mostAtOnce = 256 * 1024

async function equalFile({ roots, memory, next }: Copying, path: string): Promise<void> {
  const [from, to] = [join(roots.from, path), join(roots.to, path)]
  const [source, there] = [statAt(from), statAt(to)]
  if (source === undefined) return rmSync(to, { recursive: true, force: true })
  const known = memory.get(path)
  if (known !== undefined && there !== undefined && known.source === stampOf(source) && known.copy === stampOf(there)) {
    next.set(path, known)
    return
  }
  if (there !== undefined) rmSync(to, { recursive: true, force: true })
  if (source.size > mostAtOnce) await copyFile(from, to, constants.COPYFILE_FICLONE)
  else copyFileSync(from, to, constants.COPYFILE_FICLONE)
  const copy = statAt(to)
  if (copy !== undefined) next.set(path, { source: stampOf(source), copy: stampOf(copy) })
}

function equalLink({ roots }: Copying, path: string): void {
  const to = join(roots.to, path)
  const target = targetOf(roots, path)
  const there = statAt(to)
  if (there?.isSymbolicLink() === true && readlinkSync(to) === target) return
  if (there !== undefined) rmSync(to, { recursive: true, force: true })
  symlinkSync(target, to)
}

/** What lies in the checkout is the one of the copy; what lies elsewhere stays where it is. */
function targetOf({ from, to }: Copying['roots'], path: string): string {
  const said = readlinkSync(join(from, path))
  const meant = resolve(dirname(join(from, path)), said)
  const way = inside(from, meant)
  if (way === undefined) return meant
  return isAbsolute(said) ? join(to, way) : said
}

/** The inode, too: another file in its place may be as old. */
const stampOf = ({ ino, size, mode, ctimeNs }: BigIntStats): string => `${ino} ${size} ${mode} ${ctimeNs}`

/** What stands in its place and is no folder, such as a link that leads elsewhere, is removed. */
function madeFolder(path: string): void {
  const there = statAt(path)
  if (there !== undefined && !there.isDirectory()) rmSync(path, { force: true })
  if (there?.isDirectory() !== true) mkdirSync(path, { recursive: true })
}

const statAt = (path: string): BigIntStats | undefined => lstatSync(path, { bigint: true, throwIfNoEntry: false })

const longestMs = 15

function breathing(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < longestMs) return
    await new Promise<void>((resume) => setImmediate(resume))
    since = performance.now()
  }
}
