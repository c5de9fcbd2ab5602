/** Watches the working copy while a fix runs: what it changed is known afterwards, with a copy of everything from before. */
import { join } from 'node:path'
import type { Cache } from '../model/cache.ts'
import type { Digest } from '../model/fingerprint.ts'
import type { MendedFile } from '../model/mend.ts'
import type { MendingRecord, Mendings } from '../model/mendings.ts'
import type { Tree, TreeSource } from '../model/tree.ts'
import { readBlobs } from './blob-reader.ts'
import { contentId } from './content-id.ts'
import { conversionsOf } from './conversions.ts'
import { readDiskFile } from './disk-file.ts'
import type { DiskFile } from './disk-file.ts'
import { answerText, gitError, gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'
import { takeBack } from './take-back.ts'

export type Blobs = Pick<Cache, 'keepBlob' | 'readBlob'>

/** Larger files are only digested: taking a fix back says then that the copy is missing. */
const largestCopy = 64 * 1024 * 1024

type Copy = { readonly digest: Digest; readonly mode: number }

/** `copy`: the root is a copy of the checkout. */
export function mendings(root: string, repository: Repository | undefined, trees: TreeSource, cache: Blobs, copy = false): Mendings {
  const mark = copy ? { copy: true as const } : {}
  return {
    async begin(fix) {
      const before = await trees.look()
      const copies = await keptCopies(root, await notInGit(repository, before), cache)
      return {
        record: { mark: before.mark, copies: Object.fromEntries(copies), derived: fix.derived, ...mark },
        async end() {
          const { changed, submodules } = changedBetween(before, await trees.look())
          const files = await mendedFiles({ root, repository, cache, copies }, changed)
          return { files, derived: [...fix.derived, ...submodules], ...mark }
        },
      }
    },
    async changesSince(record) {
      const now = await trees.look()
      const pairs = await pairsSince(repository, record, now, (await trees.changedSince(record.mark, now)) ?? [])
      const files = await mendedFiles({ root, repository, cache, copies: new Map(Object.entries(record.copies)) }, pairs)
      return { files, derived: record.derived }
    },
    takeBack: (mends) => takeBack(root, mends, cache),
  }
}

/** Paths whose bytes on disk cannot be had from git later. */
async function notInGit(repository: Repository | undefined, tree: Tree): Promise<readonly string[]> {
  const files = tree.files.filter((file) => !isSubmodule(file.id))
  if (repository === undefined) return files.map((file) => file.path)
  const dirty = files.filter((file) => Object.hasOwn(tree.mark.delta, file.path))
  const clean = files.filter((file) => !Object.hasOwn(tree.mark.delta, file.path))
  const conversions = await conversionsOf(
    repository,
    clean.map((file) => file.path),
    new Map(),
  )
  const paths = dirty.map((file) => file.path)
  for (const { path, id } of clean) {
    if (conversions.of(path) === 'none') continue
    // git calls it clean, yet the bytes it stores are others (line ends, large-file pointers).
    const raw = await contentId(join(repository.root, path), { as: conversions.sha256 ? 'git-sha256' : 'git-sha1', conversion: 'none' })
    if (raw.kind === 'id' && blobOf(raw.id) !== blobOf(id)) paths.push(path)
  }
  return paths
}

async function keptCopies(root: string, paths: readonly string[], cache: Blobs): Promise<ReadonlyMap<string, Copy>> {
  const copies = new Map<string, Copy>()
  for (const path of paths) {
    const file = await readDiskFile(join(root, path), largestCopy)
    if (file === undefined) continue
    copies.set(path, { digest: file.content === undefined ? file.digest : await cache.keepBlob(file.content), mode: file.mode })
  }
  return copies
}

type Pair = { readonly path: string; readonly before?: string; readonly after?: string }

function changedBetween(before: Tree, after: Tree): { readonly changed: readonly Pair[]; readonly submodules: readonly string[] } {
  const [old, now] = [idsOf(before), idsOf(after)]
  const paths = [...new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path)).toSorted()
  const pairs = paths.map((path): Pair => {
    const [was, is] = [old.get(path), now.get(path)]
    return { path, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }
  })
  const touchesSubmodule = (pair: Pair): boolean => isSubmodule(pair.before) || isSubmodule(pair.after)
  return { changed: pairs.filter((pair) => !touchesSubmodule(pair)), submodules: pairs.filter(touchesSubmodule).map((pair) => pair.path) }
}

/** The ids from before come from what was recorded, and for files that were clean from the commit that they were clean against. */
async function pairsSince(repository: Repository | undefined, record: MendingRecord, now: Tree, paths: readonly string[]): Promise<readonly Pair[]> {
  const { base, delta } = record.mark
  const ids = idsOf(now)
  const clean = paths.filter((path) => !Object.hasOwn(delta, path))
  const committed = repository === undefined || base === undefined ? new Map<string, string>() : await idsIn(repository, base, clean)
  return paths
    .map((path): Pair => {
      const [was, is] = [delta[path] ?? committed.get(path), ids.get(path)]
      return { path, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }
    })
    .filter((pair) => !isSubmodule(pair.before) && !isSubmodule(pair.after))
}

/** Path → "mode:blob" in a commit. */
async function idsIn(repository: Repository, commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (paths.length === 0) return new Map()
  const answer = await gitIn(repository, ['ls-tree', '-r', '-z', '--full-tree', commit])
  if (!answer.ok) throw gitError(gitFailure('git cannot list the files of a commit', answer))
  const wanted = new Set(paths)
  const ids = new Map<string, string>()
  for (const row of answerText(answer.stdout).split('\0')) {
    const [, mode = '', blob = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t([\s\S]*)$/.exec(row) ?? []
    if (wanted.has(path)) ids.set(path, `${mode}:${blob}`)
  }
  return ids
}

const idsOf = (tree: Tree): ReadonlyMap<string, string> => new Map(tree.files.map((file) => [file.path, file.id]))
const isSubmodule = (id: string | undefined): boolean => id?.startsWith('160000:') ?? false
const blobOf = (id: string): string => id.slice(id.indexOf(':') + 1)

type Watched = {
  readonly root: string
  readonly repository: Repository | undefined
  readonly cache: Blobs
  readonly copies: ReadonlyMap<string, Copy>
}

async function mendedFiles(watched: Watched, changed: readonly Pair[]): Promise<readonly MendedFile[]> {
  const fromGit = await keptFromGit(watched, changed)
  const files: MendedFile[] = []
  for (const { path, before: id } of changed) {
    const after = await readDiskFile(join(watched.root, path), largestCopy)
    const before = watched.copies.get(path) ?? fromId(id, fromGit, after)
    // Only what git thinks of it changed, for example because it was staged.
    if (before?.digest === after?.digest && before?.mode === after?.mode) continue
    files.push({ path, before: before?.digest ?? null, after: after?.digest ?? null, ...(before === undefined ? {} : { mode: before.mode }) })
  }
  return files
}

/** Blob id → digest of the copy that is kept now, for changed files that were clean. */
async function keptFromGit(watched: Watched, changed: readonly Pair[]): Promise<ReadonlyMap<string, Digest>> {
  const { repository, copies, cache } = watched
  const digests = new Map<string, Digest>()
  if (repository === undefined) return digests
  const ids = changed.flatMap(({ path, before }) => (before === undefined || copies.has(path) ? [] : [blobOf(before)]))
  for await (const [id, content] of readBlobs(repository, ids.filter(isBlob), largestCopy)) digests.set(id, await cache.keepBlob(content))
  return digests
}

const isBlob = (id: string): boolean => /^[0-9a-f]{40,64}$/.test(id)

/** git only knows whether a file is executable; the other permission bits are taken from the file that is there now. */
function fromId(id: string | undefined, kept: ReadonlyMap<string, Digest>, after: DiskFile | undefined): Copy | undefined {
  if (id === undefined) return undefined
  const digest = kept.get(blobOf(id)) ?? `not kept: ${id}`
  if (id.startsWith('120000:')) return { digest, mode: 0o120777 }
  const bits = after === undefined || after.mode > 0o7777 ? 0o666 & ~process.umask() : after.mode
  return { digest, mode: id.startsWith('100755:') ? bits | ((bits & 0o444) >> 2) : bits & ~0o111 }
}
