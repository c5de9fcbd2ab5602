/** Follows a file that somebody else appends to, also when it is replaced or cut meanwhile. */
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { codeOf } from './state-trouble.ts'

export type FileFollower = {
  /** What is new since the last call; empty: nothing, or there is no such file yet. */
  read(): Uint8Array
  close(): void
}

type Open = { readonly descriptor: number; at: number }

const pieceBytes = 64 * 1024

export function followFile(path: string): FileFollower {
  let open: Open | undefined
  const rest = (): Uint8Array[] => (open === undefined ? [] : restOf(open))
  const close = (): void => {
    if (open !== undefined) closeSync(open.descriptor)
    open = undefined
  }
  return {
    read() {
      open ??= opened(path)
      // A file that was replaced is read to its end first.
      const pieces = rest()
      if (open !== undefined && isOther(path, open)) {
        close()
        open = opened(path)
        pieces.push(...rest())
      }
      return new Uint8Array(Buffer.concat(pieces))
    },
    close,
  }
}

function restOf(open: Open): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (;;) {
    const piece = new Uint8Array(pieceBytes)
    const bytes = readSync(open.descriptor, piece, 0, pieceBytes, open.at)
    if (bytes === 0) return pieces
    open.at += bytes
    pieces.push(piece.subarray(0, bytes))
  }
}

function opened(path: string): Open | undefined {
  const descriptor = unlessMissing(() => openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)))
  return descriptor === undefined ? undefined : { descriptor, at: 0 }
}

/** Another file has its name now, or it was cut. As long as nothing new has its name, it is still the one. */
function isOther(path: string, { descriptor, at }: Open): boolean {
  const [mine, there] = [fstatSync(descriptor), unlessMissing(() => statSync(path))]
  return mine.size < at || (there !== undefined && (there.ino !== mine.ino || there.dev !== mine.dev))
}

function unlessMissing<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
