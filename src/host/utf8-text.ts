/** Bytes as text, byte for byte, or not at all: a byte order mark is kept, and nothing is repaired. */

/** Undefined: they are no UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    // The decoder says with it that the bytes are no UTF-8, which the caller tells.
    if (error instanceof TypeError) return undefined
    throw error
  }
}
