/** Reads and replaces single files of the working copy whole: bytes, permission bits, and links as links. */
import { createReadStream } from 'node:fs'
import { chmod, lstat, mkdir, open, readFile, readlink, rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Digest } from '../model/fingerprint.ts'
import { isGone } from './content-id.ts'
import { newHasher, sha256 } from './digest.ts'

export type DiskFile = {
  /** SHA-256 of the bytes, or of the target of a link. */
  readonly digest: Digest
  /** Permission bits; with the type bits of a link when it is one. */
  readonly mode: number
  /** Absent when there are more bytes than asked for. */
  readonly content?: Uint8Array
}

const link = 0o120000
/** The digest of a folder or a device. */
export const notAFile = 'not a file'

/** Undefined when nothing is there; a folder or a device has a digest that no file has. */
export async function readDiskFile(path: string, maxBytes: number): Promise<DiskFile | undefined> {
  try {
    const stat = await lstat(path)
    if (stat.isSymbolicLink()) return whole(await readlink(path, { encoding: 'buffer' }), link | 0o777)
    if (!stat.isFile()) return { digest: notAFile, mode: stat.mode & 0o7777 }
    if (stat.size <= maxBytes) return whole(await readFile(path), stat.mode & 0o7777)
    return { digest: await digestOfStream(path), mode: stat.mode & 0o7777 }
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

const whole = (content: Uint8Array, mode: number): DiskFile => ({ digest: sha256(content), mode, content })

async function digestOfStream(path: string): Promise<Digest> {
  const hash = newHasher()
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Uint8Array>) hash.update(chunk)
  return hash.digest('hex')
}

/** Whoever reads the path sees the old content or the new one, never a part. */
export async function replaceDiskFile(path: string, content: Uint8Array, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  // Always the same name for a path, so that what a killed pawl left half written is cleared away by the next one. The run lock keeps writers apart.
  const beside = join(dirname(path), `.${basename(path).slice(0, 100)}.${sha256(path).slice(0, 12)}.pawl`)
  try {
    await rm(beside, { force: true })
    if ((mode & 0o170000) === link) await symlink(Buffer.from(content), beside)
    else await writeNew(beside, content, mode & 0o7777)
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

async function writeNew(path: string, content: Uint8Array, mode: number): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  // After the writing, so that the umask does not count and a set-id bit survives.
  await chmod(path, mode)
}
