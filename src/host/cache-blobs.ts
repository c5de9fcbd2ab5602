/** Keeps contents by their SHA-256, each once. What does not match its digest is never handed out, but set aside. */
import { createReadStream, type Stats } from 'node:fs'
import { copyFile, chmod, lstat, mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Bug } from '../model/failure.ts'
import type { Digest } from '../model/fingerprint.ts'
import { asideName } from './file-hold.ts'
import { syncFolder, writeDurably } from './save-atomic.ts'
import { codeOf } from './state-trouble.ts'
import { newHasher, sha256 } from './digest.ts'
import { randomHex } from './random-hex.ts'

export type StoredBlob = { readonly digest: Digest; readonly size: number; readonly modifiedAt: number }

export type Blobs = {
  /** Survives a power loss: copies for undo are kept this way. */
  keep(content: Uint8Array): Promise<Digest>
  /** For outputs, of which there are many: not synced, since a lost one only means a miss. Undefined when the file vanished. */
  keepFile(path: string): Promise<{ readonly digest: Digest; readonly size: number } | undefined>
  read(digest: Digest): Promise<Uint8Array | undefined>
  /** Whether the content is there and right; a damaged one is set aside. */
  verify(digest: Digest): Promise<boolean>
  size(digest: Digest): Promise<number | undefined>
  pathOf(digest: Digest): string
  all(): Promise<readonly StoredBlob[]>
  remove(digest: Digest): Promise<void>
  setAside(digest: Digest): Promise<void>
  /** Removes what writers that were killed left half done before this time. */
  removeLeftovers(before: number): Promise<void>
}

/** Files up to this size are read at once. */
const smallBytes = 8 * 1024 * 1024

const incoming = 'incoming-'

export const isDigest = (text: unknown): text is Digest => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text)

export function openBlobs(folder: string): Blobs {
  const pathOf = (digest: Digest): string => {
    if (!isDigest(digest)) throw new Bug('a content is asked for by something that is no digest')
    return join(folder, digest.slice(0, 2), digest)
  }
  const temporary = (): string => join(folder, `${incoming}${randomHex(12)}`)
  const moveIn = async (from: string, digest: Digest): Promise<void> => {
    await mkdir(join(folder, digest.slice(0, 2)), { recursive: true, mode: 0o700 })
    await rename(from, pathOf(digest))
  }
  const setAside = async (digest: Digest): Promise<void> => {
    const quarantine = join(folder, 'quarantine')
    await mkdir(quarantine, { recursive: true, mode: 0o700 })
    await unlessMissing(() => rename(pathOf(digest), asideName(join(quarantine, digest))))
  }
  const read = async (digest: Digest): Promise<Uint8Array | undefined> => {
    if (!isDigest(digest) || (await sizeOf(pathOf(digest))) === undefined) return undefined
    const content = await unlessMissing(() => readFile(pathOf(digest)))
    if (content === undefined || digestOf(content) === digest) return content
    await setAside(digest)
    return undefined
  }
  const verify = async (digest: Digest): Promise<boolean> => {
    if (!isDigest(digest) || (await sizeOf(pathOf(digest))) === undefined) return false
    const found = await digestOfFile(pathOf(digest))
    if (found !== undefined && found !== digest) await setAside(digest)
    return found === digest
  }
  return {
    pathOf,
    read,
    setAside,
    verify,
    size: async (digest) => (isDigest(digest) ? sizeOf(pathOf(digest)) : undefined),
    async keep(content) {
      const digest = digestOf(content)
      // Read again: a content that was damaged meanwhile must not count as kept.
      if (await verify(digest)) {
        await touch(pathOf(digest))
        return digest
      }
      const path = temporary()
      await cleanedUp(path, async () => {
        await writeDurably(path, content, 0o600)
        await moveIn(path, digest)
      })
      await syncFolder(join(folder, digest.slice(0, 2)))
      return digest
    },
    async keepFile(source) {
      const path = temporary()
      return cleanedUp(path, () =>
        takeIn(
          source,
          path,
          async (digest, size) => {
            if ((await sizeOf(pathOf(digest))) === size) {
              await touch(pathOf(digest))
              return false
            }
            return true
          },
          moveIn,
        ),
      )
    },
    all: () => listAll(folder),
    remove: (digest) => rm(pathOf(digest), { force: true }),
    removeLeftovers: (before) => removeLeftovers(folder, before),
  }
}

export const digestOf = (content: Uint8Array | string): Digest => sha256(content)

/** Undefined when there is no such file. */
export async function digestOfFile(path: string): Promise<Digest | undefined> {
  return unlessMissing(async () => {
    const { size } = await lstat(path)
    if (size <= smallBytes) return digestOf(await readFile(path))
    const hash = newHasher()
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Uint8Array>) hash.update(chunk)
    return hash.digest('hex')
  })
}

/** The digest is always that of the bytes that were kept, also when the file changes meanwhile: large files are copied first. */
async function takeIn(
  source: string,
  path: string,
  isNew: (digest: Digest, size: number) => Promise<boolean>,
  moveIn: (from: string, digest: Digest) => Promise<void>,
) {
  const stat = await unlessMissing(() => lstat(source))
  if (stat === undefined || !stat.isFile()) return undefined
  const small = stat.size <= smallBytes ? await unlessMissing(() => readFile(source)) : undefined
  if (small === undefined) {
    const copied = await unlessMissing(async () => (await copyFile(source, path), true))
    if (copied === undefined) return undefined
    await chmod(path, 0o600)
  }
  const digest = small === undefined ? await digestOfFile(path) : digestOf(small)
  const size = small === undefined ? await sizeOf(path) : small.byteLength
  if (digest === undefined || size === undefined) return undefined
  if (await isNew(digest, size)) {
    if (small !== undefined) await writeFile(path, small, { flag: 'wx', mode: 0o600 })
    await moveIn(path, digest)
  }
  return { digest, size }
}

async function cleanedUp<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

/** Only regular files count: a link or a folder in the place of a content is none. */
async function sizeOf(path: string): Promise<number | undefined> {
  const stat: Stats | undefined = await unlessMissing(() => lstat(path))
  return stat?.isFile() === true ? stat.size : undefined
}

/** Used just now, so it is not an old leftover. */
async function touch(path: string): Promise<void> {
  const now = new Date()
  await unlessMissing(() => utimes(path, now, now))
}

async function listAll(folder: string): Promise<readonly StoredBlob[]> {
  const shards = ((await unlessMissing(() => readdir(folder))) ?? []).filter((name) => /^[0-9a-f]{2}$/.test(name))
  const found: StoredBlob[] = []
  for (const shard of shards) {
    for (const name of (await unlessMissing(() => readdir(join(folder, shard)))) ?? []) {
      const stat = isDigest(name) ? await unlessMissing(() => lstat(join(folder, shard, name))) : undefined
      if (stat?.isFile() === true) found.push({ digest: name, size: stat.size, modifiedAt: stat.mtimeMs })
    }
  }
  return found
}

async function removeLeftovers(folder: string, before: number): Promise<void> {
  for (const name of (await unlessMissing(() => readdir(folder))) ?? []) {
    if (!name.startsWith(incoming)) continue
    const stat = await unlessMissing(() => lstat(join(folder, name)))
    if (stat !== undefined && stat.mtimeMs < before) await rm(join(folder, name), { force: true })
  }
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw error
  }
}
