/** Keeps what one call prints: the end of both outputs as a person would have seen it, and all of stdout for formats that are worthless in part. */

export type CallOutput = {
  add(chunk: Uint8Array, from: 'stdout' | 'stderr'): void
  /** The end of both outputs, in the order in which they came. */
  end(): string
  /** All of stdout; undefined when it was too long, or not asked for. */
  whole(): string | undefined
}

const lineBreak = new Uint8Array([10])
const endBytes = 64 * 1024
const wholeBytes = 32 * 1024 * 1024

export function newCallOutput(keepsWhole: boolean): CallOutput {
  const last = newChunks()
  const all = newChunks()
  let isWhole = keepsWhole
  let before: 'stdout' | 'stderr' | undefined
  let isMidLine = false
  return {
    add(chunk, from) {
      if (chunk.length === 0) return
      // Halves of two lines of the two outputs never look like one.
      if (isMidLine && from !== before) last.push(lineBreak)
      before = from
      isMidLine = chunk.at(-1) !== lineBreak[0]
      last.push(chunk.length > endBytes ? chunk.slice(-endBytes) : chunk)
      while (last.size() - last.firstLength() >= endBytes) last.shift()
      if (!isWhole || from !== 'stdout') return
      isWhole = all.size() + chunk.length <= wholeBytes
      if (isWhole) all.push(chunk)
      else all.clear()
    },
    end: () => last.text(),
    whole: () => (isWhole ? all.text() : undefined),
  }
}

const nothing = new Uint8Array(0)

function newChunks() {
  let chunks: Uint8Array[] = []
  let first = 0
  let bytes = 0
  return {
    push(chunk: Uint8Array) {
      // Copied: the one who reads the pipe may use its memory again.
      chunks.push(chunk.slice())
      bytes += chunk.length
    },
    shift() {
      bytes -= chunks[first]?.length ?? 0
      chunks[first] = nothing
      first += 1
      if (first < 1024) return
      chunks = chunks.slice(first)
      first = 0
    },
    clear() {
      chunks = []
      first = bytes = 0
    },
    size: () => bytes,
    firstLength: () => chunks[first]?.length ?? 0,
    text() {
      const decoder = new TextDecoder()
      const parts = chunks.slice(first).map((chunk) => decoder.decode(chunk, { stream: true }))
      return parts.join('') + decoder.decode()
    },
  }
}
