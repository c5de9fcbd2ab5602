/** Reads contents out of git's object store, many with one process, without running any filter. */
import { Buffer } from 'node:buffer'
import { gitError, gitFailure } from './git.ts'
import type { GitAnswer } from './git.ts'
import { gitIn } from './repository.ts'
import type { Repository } from './repository.ts'

const groupBytes = 64 * 1024 * 1024

/** Yields what exists and is not larger than `maxBytes`, each id once. */
export async function* readBlobs(repository: Repository, ids: readonly string[], maxBytes: number): AsyncGenerator<readonly [id: string, content: Uint8Array]> {
  yield* readSized(repository, new Map(await sizesOf(repository, [...new Set(ids)])), maxBytes)
}

/** `sized`: ids of contents, with how many bytes they have. Yields those that are there. */
export async function* readSized(
  repository: Repository,
  sized: ReadonlyMap<string, number>,
  maxBytes: number,
): AsyncGenerator<readonly [id: string, content: Uint8Array]> {
  let group: string[] = []
  let room = groupBytes
  for (const [id, size] of sized) {
    if (size > maxBytes) continue
    if (size > room && group.length > 0) {
      yield* await contentsOf(repository, group)
      group = []
      room = groupBytes
    }
    group.push(id)
    room -= size
  }
  if (group.length > 0) yield* await contentsOf(repository, group)
}

async function sizesOf(repository: Repository, ids: readonly string[]): Promise<readonly (readonly [string, number])[]> {
  if (ids.length === 0) return []
  const answer = bytesOf(await gitIn(repository, ['cat-file', '--batch-check'], { input: `${ids.join('\n')}\n` }))
  const lines = answer
    .toString('latin1')
    .split('\n')
    .map((line) => line.split(' '))
  return lines.flatMap(([id, type, size]) => (id !== undefined && type === 'blob' ? [[id, Number(size)] as const] : []))
}

async function contentsOf(repository: Repository, ids: readonly string[]): Promise<readonly (readonly [string, Uint8Array])[]> {
  const bytes = bytesOf(await gitIn(repository, ['cat-file', '--batch'], { input: `${ids.join('\n')}\n` }))
  const found: (readonly [string, Uint8Array])[] = []
  // "<id> blob <size>\n<content>\n" for each; "<id> missing\n" for what this clone does not have.
  for (let at = 0; at < bytes.length;) {
    const lineEnd = bytes.indexOf(10, at)
    const [id = '', , size] = bytes.toString('latin1', at, lineEnd).split(' ')
    if (size === undefined) {
      at = lineEnd + 1
      continue
    }
    const to = lineEnd + 1 + Number(size)
    found.push([id, bytes.subarray(lineEnd + 1, to)])
    at = to + 1
  }
  return found
}

function bytesOf(answer: GitAnswer): Buffer {
  if (!answer.ok) throw gitError(gitFailure('git could not read the content of committed files', answer))
  return Buffer.from(answer.stdout.buffer, answer.stdout.byteOffset, answer.stdout.byteLength)
}
