/** Takes known secrets out of text and of streams of bytes, whatever the borders of the chunks, in every form of `secret-forms`. */
import { formsOf } from './secret-forms.ts'

export type Secret = { readonly name: string; readonly value: string }

export type Redactor = {
  text(text: string): string
  /** One for each output of a program: what may be the beginning of a secret is held back until more comes. */
  stream(): RedactingStream
}
export type RedactingStream = {
  /** What of the bytes so far can be shown. The chunk may be used again afterwards. */
  push(chunk: Uint8Array): Uint8Array
  end(): Uint8Array
}

/** Shorter values stand in ordinary text by chance. */
export const shortestSecret = 6

/** Undefined when there is nothing to look for: then nothing has to be looked at. */
export function newRedactor(secrets: readonly Secret[]): Redactor | undefined {
  const patterns = patternsOf(secrets)
  if (patterns.length === 0) return undefined
  const search = searchFor(patterns)
  return {
    text(text) {
      const bytes = encoder.encode(text)
      const found = search.all(bytes, 0)
      return found.length === 0 ? text : decoder.decode(cut(bytes, found, bytes.length))
    },
    stream: () => newStream(search),
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const nothing = new Uint8Array(0)
const longestName = 60

type Pattern = { readonly bytes: Uint8Array; readonly mark: Uint8Array }
type Found = { from: number; to: number; readonly mark: Uint8Array }

function patternsOf(secrets: readonly Secret[]): readonly Pattern[] {
  const patterns = new Map<string, Pattern>()
  for (const { name, value } of secrets) {
    const mark = encoder.encode(`[redacted ${name.replace(/[^\w.:/@-]/g, '_').slice(0, longestName)}]`)
    for (const form of formsOf(value, shortestSecret)) if (!patterns.has(form)) patterns.set(form, { bytes: encoder.encode(form), mark })
  }
  // Of two that begin alike the longer one is found.
  return [...patterns.values()].toSorted((a, b) => b.bytes.length - a.bytes.length)
}

type Search = {
  /** Places that hold a secret, in order; those that overlap are one. The first `covered` bytes count as one without a mark. */
  all(bytes: Uint8Array, covered: number): readonly Found[]
  /** Where the end of the bytes begins that may be the beginning of a secret. */
  openFrom(bytes: Uint8Array): number
}

/**
 * Wu and Manber's search: a table tells for each pair of bytes how far to skip at least, so that most of a text is never looked at.
 * All patterns are at least `window` long.
 */
function searchFor(patterns: readonly Pattern[]): Search {
  const window = Math.min(...patterns.map(({ bytes }) => bytes.length))
  const longest = Math.max(...patterns.map(({ bytes }) => bytes.length))
  const skips = new Uint8Array(65_536).fill(Math.min(window - 1, 255))
  const starts = new Map<number, Pattern[]>()
  const ends = new Map<number, Pattern[]>()
  for (const pattern of patterns) {
    for (let at = 1; at < window; at++) {
      const pair = pairAt(pattern.bytes, at)
      skips[pair] = Math.min(skips[pair] ?? 0, window - 1 - at)
    }
    listed(ends, pairAt(pattern.bytes, window - 1)).push(pattern)
    listed(starts, pattern.bytes[0] ?? 0).push(pattern)
  }
  return {
    all(bytes, covered) {
      const found: Found[] = covered === 0 ? [] : [{ from: 0, to: covered, mark: nothing }]
      for (let at = window - 1; at < bytes.length;) {
        const pair = ((bytes[at - 1] ?? 0) << 8) | (bytes[at] ?? 0)
        const skip = skips[pair] ?? 0
        if (skip > 0) {
          at += skip
          continue
        }
        const from = at - window + 1
        const hit = ends.get(pair)?.find((pattern) => stands(pattern.bytes, bytes, from, pattern.bytes.length))
        if (hit !== undefined) noteFound(found, { from, to: from + hit.bytes.length, mark: hit.mark })
        at += 1
      }
      return found
    },
    openFrom(bytes) {
      for (let from = Math.max(0, bytes.length - longest + 1); from < bytes.length; from++) {
        const left = bytes.length - from
        if (starts.get(bytes[from] ?? 0)?.some((pattern) => pattern.bytes.length > left && stands(pattern.bytes, bytes, from, left)) === true) return from
      }
      return bytes.length
    },
  }
}

const pairAt = (bytes: Uint8Array, at: number): number => ((bytes[at - 1] ?? 0) << 8) | (bytes[at] ?? 0)

function listed(lists: Map<number, Pattern[]>, key: number): Pattern[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

function stands(pattern: Uint8Array, bytes: Uint8Array, from: number, length: number): boolean {
  if (from + length > bytes.length) return false
  for (let at = 0; at < length; at++) if (pattern[at] !== bytes[from + at]) return false
  return true
}

/** Secrets that overlap are taken out as one: the rest of the second would be a part of it. */
function noteFound(found: Found[], next: Found): void {
  const last = found.at(-1)
  if (last !== undefined && next.from < last.to) last.to = Math.max(last.to, next.to)
  else found.push(next)
}

/** The bytes before `end` with marks in the place of what was found. */
function cut(bytes: Uint8Array, found: readonly Found[], end: number): Uint8Array {
  const parts: Uint8Array[] = []
  let at = 0
  for (const one of found) {
    if (one.from >= end) break
    parts.push(bytes.subarray(at, one.from), one.mark)
    at = one.to
  }
  if (at < end) parts.push(bytes.subarray(at, end))
  return joined(parts)
}

function newStream(search: Search): RedactingStream {
  let held: Uint8Array = nothing
  /** So many of the held bytes belong to a secret whose mark is out already. */
  let covered = 0
  const taken = (bytes: Uint8Array, open: number): Uint8Array => {
    const found = search.all(bytes, covered)
    held = bytes.slice(open)
    if (found.length === 0) return open === bytes.length ? bytes : bytes.slice(0, open)
    const shown = cut(bytes, found, open)
    const before = found.findLast((one) => one.from < open || one.mark === nothing)
    covered = Math.max(0, (before?.to ?? 0) - open)
    return shown
  }
  return {
    push(chunk) {
      const bytes = held.length === 0 ? chunk : joined([held, chunk])
      return taken(bytes, search.openFrom(bytes))
    },
    end: () => taken(held, held.length),
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
