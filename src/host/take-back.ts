/** Takes fixes back: every file gets the bytes from before, or, when one of them was edited since, none does. */
import { realpath, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Cache } from '../model/cache.ts'
import type { Failure } from '../model/failure.ts'
import type { Mend, MendedFile } from '../model/mend.ts'
import { isGone } from './content-id.ts'
import { notAFile, readDiskFile, replaceDiskFile } from './disk-file.ts'

type TakenBack = { readonly restored: readonly string[]; readonly failures: readonly Failure[] }
type Wanted = { readonly path: string; readonly before: string | null; readonly after: string | null; readonly mode?: number }

/** `mends` has the newest first. */
export async function takeBack(root: string, mends: readonly Mend[], cache: Pick<Cache, 'readBlob'>): Promise<TakenBack> {
  const { wanted, failures } = folded(mends)
  const todo: Wanted[] = []
  for (const file of wanted) {
    const seen = await refusalOf(root, file, cache)
    if (seen === 'done') continue
    if (seen === undefined) todo.push(file)
    else failures.push(seen)
  }
  if (failures.length > 0) return { restored: [], failures }

  const restored: string[] = []
  // What goes makes room for what comes: a file may take the place of a folder.
  for (const file of todo.toSorted((a, b) => Number(b.before === null) - Number(a.before === null))) {
    const failure = await putBack(root, file, cache)
    if (failure === undefined) restored.push(file.path)
    else failures.push(failure)
  }
  return { restored: restored.toSorted(), failures }
}

/** A file that several fixes changed goes from what the newest made of it to what it was before the oldest. */
function folded(mends: readonly Mend[]): { readonly wanted: readonly Wanted[]; readonly failures: Failure[] } {
  const wanted = new Map<string, Wanted>()
  const failures: Failure[] = []
  for (const file of mends.flatMap((mend) => mend.files)) {
    const newer = wanted.get(file.path)
    // The newer fix began with something that the older one neither found nor left: somebody worked on it between them.
    if (newer !== undefined && newer.before !== file.after && newer.before !== file.before)
      failures.push(edited(file.path, 'it was changed between two of the fixes'))
    wanted.set(file.path, spanning(file, newer))
  }
  return { wanted: [...wanted.values()], failures }
}

const spanning = (older: MendedFile, newer: Wanted | undefined): Wanted => ({
  path: older.path,
  before: older.before,
  after: newer === undefined ? older.after : newer.after,
  ...(older.mode === undefined ? {} : { mode: older.mode }),
})

/** 'done' when it already is as it was before, as after an undo that was interrupted. */
async function refusalOf(root: string, file: Wanted, cache: Pick<Cache, 'readBlob'>): Promise<Failure | 'done' | undefined> {
  if (!(await staysInside(root, file.path))) return edited(file.path, 'it no longer lies inside the repository')
  const found = await readDiskFile(join(root, file.path), 0)
  const now = found?.digest ?? null
  if (now === file.before && (now === null || found?.mode === file.mode)) return 'done'
  if (now !== file.after)
    return now === file.before ? 'done' : edited(file.path, now === null ? 'it was deleted since' : 'its content is not what the fix left')
  if (file.before === null || (await copyOf(file.before, cache)) !== undefined) return undefined
  return lostCopy(file.path)
}

async function putBack(root: string, file: Wanted, cache: Pick<Cache, 'readBlob'>): Promise<Failure | undefined> {
  const path = join(root, file.path)
  const content = file.before === null ? null : await copyOf(file.before, cache)
  if (content === undefined) return lostCopy(file.path)
  // Looked at once more: writing the files before this one took time.
  const now = (await readDiskFile(path, 0))?.digest ?? null
  if (now !== file.after) return edited(file.path, 'it was changed just now')
  try {
    // A folder that still holds something is none of ours: the system refuses.
    if (now === notAFile) await rmdir(path)
    if (content === null) await rm(path, { force: true })
    else await replaceDiskFile(path, content, file.mode ?? 0o644)
    return undefined
  } catch (error) {
    return unwritable(file.path, error)
  }
}

/** What was never kept has no digest to ask for. */
const copyOf = async (digest: string, cache: Pick<Cache, 'readBlob'>) => (/^[0-9a-f]{64}$/.test(digest) ? cache.readBlob(digest) : undefined)

const kept = 'nothing was written; the copies from before the fix are still in the cache'

const edited = (path: string, why: string): Failure => ({
  type: 'undo.edited',
  what: 'this file was edited after the fix',
  why,
  kept,
  hint: 'save your edit elsewhere or commit it, then take the fix back by hand',
  place: { file: path },
})

const lostCopy = (path: string): Failure => ({
  type: 'undo.lost-copy',
  what: `the copy of ${path} from before the fix is gone`,
  kept: 'nothing was written',
  place: { file: path },
})

function unwritable(path: string, error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code !== 'string') throw error
  const why = `the operating system said ${code}`
  return {
    type: code === 'ENOSPC' || code === 'EDQUOT' ? 'disk.low' : 'undo.unwritable',
    what: `${path} could not be written back`,
    why,
    kept: 'the file is as the fix left it',
    place: { file: path },
  }
}

/** What a stored mend names is data: it must not lead out of the repository, into git's folder, or through a link. */
async function staysInside(root: string, path: string): Promise<boolean> {
  const parts = path.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\0') || /^\.git$/i.test(part)) || parts[0] === '.pawl') return false
  const top = await realpath(root)
  return leadsNowhereElse(join(top, ...parts.slice(0, -1)))
}

/** The nearest folder that exists must be itself, not reached through a link: the rest is made anew. */
async function leadsNowhereElse(folder: string): Promise<boolean> {
  try {
    return (await realpath(folder)) === folder
  } catch (error) {
    if (!isGone(error) || dirname(folder) === folder) throw error
    return leadsNowhereElse(dirname(folder))
  }
}
