/** Keeps the last part of what an attempt printed: raw bytes come in, harmless lines come out. */
import { safeLine, safeLines } from './safe-text.ts'

export type OutputTail = {
  add(chunk: Uint8Array): void
  /** All that is kept, as lines; `cut` says that there was more. */
  lines(): { readonly lines: readonly string[]; readonly cut: boolean }
  /** The last line that is not blank. */
  lastLine(): string
}

export function outputTail(maxBytes: number): OutputTail {
  let chunks: Uint8Array[] = []
  let bytes = 0
  let cut = false
  let last: string | undefined
  return {
    add(chunk) {
      // Copied: the sender may use its buffer again.
      chunks.push(chunk.slice(-maxBytes))
      cut ||= chunk.length > maxBytes
      bytes += Math.min(chunk.length, maxBytes)
      last = undefined
      while (bytes > maxBytes && chunks.length > 1) {
        bytes -= chunks.shift()?.length ?? 0
        cut = true
      }
    },
    lines() {
      chunks = chunks.length > 1 ? [joined(chunks)] : chunks
      return { lines: safeLines(decoded(chunks)), cut }
    },
    lastLine() {
      last ??= lastLineOf(decoded([joined(chunks.slice(-4)).slice(-2048)]))
      return last
    },
  }
}

const decoded = (chunks: readonly Uint8Array[]): string => (chunks[0] === undefined ? '' : new TextDecoder().decode(chunks[0]))

/** What a terminal would show after the last carriage return, as far as it is not blank. */
function lastLineOf(text: string): string {
  const line = text
    .replace(/\x1b\[[0-9;:]*m/g, '')
    .split(/[\r\n]+/)
    .findLast((part) => part.trim() !== '')
  return safeLine((line ?? '').trim())
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
