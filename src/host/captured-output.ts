/** Keeps the first and the last part of an output of any length within a fixed amount of memory. */

export type CapturedOutput = {
  add(chunk: Uint8Array): void
  text(): string
  /** There was more than could be kept. */
  readonly cut: boolean
}

export function capturedOutput(capBytes: number): CapturedOutput {
  const headCap = Math.max(1, Math.floor(capBytes / 2))
  const tailCap = Math.max(1, capBytes - headCap)
  let head = new Uint8Array(0)
  let headLength = 0
  /** A ring: the byte number n after the head lies at n modulo its length. */
  let tail = new Uint8Array(0)
  let tailTotal = 0

  const addToHead = (chunk: Uint8Array): void => {
    const needed = headLength + chunk.length
    if (needed > head.length) {
      const grown = new Uint8Array(Math.min(headCap, Math.max(needed, head.length * 2)))
      grown.set(head.subarray(0, headLength))
      head = grown
    }
    head.set(chunk, headLength)
    headLength = needed
  }

  const addToTail = (chunk: Uint8Array): void => {
    if (tail.length === 0) tail = new Uint8Array(tailCap)
    const kept = chunk.subarray(Math.max(0, chunk.length - tailCap))
    const at = (tailTotal + chunk.length - kept.length) % tailCap
    const untilWrap = kept.subarray(0, tailCap - at)
    tail.set(untilWrap, at)
    tail.set(kept.subarray(untilWrap.length), 0)
    tailTotal += chunk.length
  }

  return {
    add(chunk) {
      const room = headCap - headLength
      if (room > 0) addToHead(chunk.subarray(0, room))
      if (chunk.length > room) addToTail(chunk.subarray(room))
    },
    get cut() {
      return tailTotal > tailCap
    },
    text() {
      const first = head.subarray(0, headLength)
      if (tailTotal <= tailCap) return decode(first, tail.subarray(0, tailTotal))
      const at = tailTotal % tailCap
      const last = Buffer.concat([tail.subarray(at), tail.subarray(0, at)])
      // On a line of its own, so that two halves never look like one line of the tool.
      return `${decode(withoutTornEnd(first))}\n[pawl: ${tailTotal - tailCap} bytes left out]\n${decode(withoutTornStart(last))}`
    },
  }
}

const decode = (...parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString('utf8')

/** Drops a UTF-8 character whose last bytes are missing. */
function withoutTornEnd(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= 4 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (isContinuation(byte)) continue
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return size > back ? bytes.subarray(0, bytes.length - back) : bytes
  }
  return bytes
}

/** Drops the end of a UTF-8 character whose first bytes are missing. */
function withoutTornStart(bytes: Uint8Array): Uint8Array {
  let start = 0
  while (start < 3 && isContinuation(bytes[start] ?? 0)) start++
  return bytes.subarray(start)
}

const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80
