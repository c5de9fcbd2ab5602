/** Cuts a stream of bytes into the lines that are messages; a line that is too long, or no text, is said to be one that cannot be read. */

/** In bytes. No message of a client of ours comes near. */
const mostBytes = 1024 * 1024

export type MessageLines = {
  /** Every line that ends in this chunk; undefined stands for one that cannot be read. What has no end yet is kept. */
  add(chunk: Uint8Array): readonly (string | undefined)[]
}

export function messageLines(most = mostBytes): MessageLines {
  let open: Uint8Array[] = []
  let size = 0
  const keep = (part: Uint8Array): void => {
    size += part.length
    // Of what is too long only its end is waited for.
    if (size > most) open = []
    else if (part.length > 0) open.push(part.slice())
  }
  const end = (): string | undefined => {
    const line = size > most ? undefined : textOf(Buffer.concat(open))
    open = []
    size = 0
    return line
  }
  return {
    add(chunk) {
      const lines: (string | undefined)[] = []
      let from = 0
      for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, from)) {
        keep(chunk.subarray(from, at))
        lines.push(end())
        from = at + 1
      }
      keep(chunk.subarray(from))
      return lines
    },
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
