/** Gives files on disk the content id that git would give them, so that the same content has one id, committed or not. */
import type { Buffer } from 'node:buffer'
import { createReadStream, lstatSync, readFileSync, readlinkSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { survives } from './conversions.ts'
import type { Conversion } from './conversions.ts'
import { newHasher } from './digest.ts'

export type IdRules = {
  /** Blob ids of git, or plain SHA-256 outside of git. */
  readonly as: 'git-sha1' | 'git-sha256' | 'sha256'
  readonly conversion: Conversion
  /** The exec bit as git counts it; undefined: the disk says. */
  readonly mode?: string
}

/** A folder is no content; absent is nothing there. */
export type ContentId = { readonly kind: 'id'; readonly id: string } | { readonly kind: 'absent' } | { readonly kind: 'folder' }

/** Below this, reading at once is faster than any asynchronous way. */
const smallBytes = 4 * 1024 * 1024
const tries = 8

/** Stamp → read → stamp: a content is never paired with the stamp of another. A file that keeps moving gets an id that no other look will see again. */
export async function contentId(path: string | Buffer, rules: IdRules): Promise<ContentId> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const before = stampOf(path)
    if (before === undefined) return { kind: 'absent' }
    if (before.isDirectory()) return { kind: 'folder' }
    const hash = await hashOf(path, before, rules)
    const after = stampOf(path)
    if (hash !== undefined && after !== undefined && sameStamp(before, after)) return { kind: 'id', id: `${modeOf(before, rules)}:${hash}` }
  }
  return { kind: 'id', id: `moving:${process.hrtime.bigint()}` }
}

/** Undefined when nothing is there, also when a folder on the way is gone. */
export function stampOf(path: string | Buffer): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true })
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)
export const isGone = (error: unknown): boolean => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'

/** Everything that moves when a file is written, also by tools that put the old time stamp back. */
export const sameStamp = (a: BigIntStats, b: BigIntStats): boolean =>
  a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.size === b.size && a.ino === b.ino && a.mode === b.mode

function modeOf(stat: BigIntStats, rules: IdRules): string {
  if (stat.isSymbolicLink()) return '120000'
  if (rules.mode === '100644' || rules.mode === '100755') return rules.mode
  return (stat.mode & 0o100n) === 0n ? '100644' : '100755'
}

/** Undefined: it vanished or changed meanwhile, look again. */
async function hashOf(path: string | Buffer, stat: BigIntStats, rules: IdRules): Promise<string | undefined> {
  try {
    if (stat.isSymbolicLink()) return digest(readlinkSync(path, { encoding: 'buffer' }), { ...rules, conversion: 'none' })
    // Reading a pipe would wait for ever.
    if (!stat.isFile()) return `special:${stat.rdev}`
    return stat.size <= smallBytes ? digest(readFileSync(path), rules) : await streamed(path, Number(stat.size), rules)
  } catch (error) {
    const code = codeOf(error)
    if (isGone(error) || code === 'EINVAL') return undefined
    // The tools cannot read it either; its stamp stands for its content.
    if (code === 'EACCES' || code === 'EPERM') return `unreadable:${stat.ctimeNs}:${stat.size}`
    throw error
  }
}

function digest(content: Uint8Array, rules: IdRules): string {
  const hash = newHash(rules, content.byteLength).update(content).digest('hex')
  return prefix(rules, survives(content, rules.conversion)) + hash
}

/** Large content with any conversion counts as converted: at worst a result is not reused. */
async function streamed(path: string | Buffer, size: number, rules: IdRules): Promise<string | undefined> {
  const hash = newHash(rules, size)
  let seen = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Uint8Array>) {
    hash.update(chunk)
    seen += chunk.byteLength
  }
  return seen === size ? prefix(rules, rules.conversion === 'none') + hash.digest('hex') : undefined
}

const newHash = (rules: IdRules, size: number) =>
  rules.as === 'sha256' ? newHasher() : newHasher(rules.as === 'git-sha1' ? 'sha1' : 'sha256').update(`blob ${size}\0`)

/** "raw" keeps bytes that git would store differently apart from the blob that happens to have the same bytes. */
const prefix = (rules: IdRules, survived: boolean): string => (rules.as === 'sha256' ? 'sha256:' : survived ? '' : 'raw:')
