/** Reads JSON that tools print, also behind lines of npm and the like, and looks into it without trusting its shape. */
import { withoutEscapes } from './plain-text.ts'

/** "[warn] …" and the like may stand before the document; a text that only looks like JSON must not be parsed again and again. */
const mostTries = 3

/** The one JSON document of an output, or why there is none. */
export function readDocument(stdout: string): { readonly value: unknown } | { readonly unreadable: string } {
  // Inside of JSON the escape character is written \u001b, so what is left out here is colour.
  const text = withoutEscapes(stdout)
    .replace(/^\ufeff/, '')
    .trim()
  if (text === '') return { unreadable: 'nothing was printed where JSON was expected' }
  const whole = parsed(text)
  if (whole !== undefined) return whole
  return innerDocument(text) ?? { unreadable: `what was printed is not JSON: ${firstLine(text)}` }
}

/** `npm run lint` prints the name of the script before, some tools a summary after the document. */
function innerDocument(text: string): { readonly value: unknown } | undefined {
  const end = Math.max(text.lastIndexOf(']'), text.lastIndexOf('}')) + 1
  const starts = /^[[{]/gm
  for (let tries = 0; tries < mostTries; tries++) {
    const start = starts.exec(text)?.index
    if (start === undefined || end <= start) return undefined
    const inner = parsed(text.slice(start, end))
    if (inner !== undefined) return inner
  }
  return undefined
}

/** Every line that is a JSON object. Other lines are left out. */
export function readLines(stdout: string): readonly unknown[] {
  return withoutEscapes(stdout)
    .split('\n')
    .flatMap((line) => {
      const read = line.startsWith('{') ? parsed(line) : undefined
      return read === undefined ? [] : [read.value]
    })
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return { value }
  } catch (error) {
    // RangeError: nested deeper than the stack of the runtime.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined
    throw error
  }
}

const firstLine = (text: string): string => (text.split('\n', 1)[0] ?? '').trim().slice(0, 200)

/** What lies at the end of a way of keys; undefined when the way breaks off. */
export function at(value: unknown, ...keys: readonly (string | number)[]): unknown {
  let here = value
  for (const key of keys) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined
    here = (here as Readonly<Record<string | number, unknown>>)[key]
  }
  return here
}

export const textAt = (value: unknown, ...keys: readonly (string | number)[]): string | undefined => {
  const found = at(value, ...keys)
  return typeof found === 'string' ? found : undefined
}

export const numberAt = (value: unknown, ...keys: readonly (string | number)[]): number | undefined => {
  const found = at(value, ...keys)
  return typeof found === 'number' ? found : undefined
}

export const listAt = (value: unknown, ...keys: readonly (string | number)[]): readonly unknown[] => {
  const found = at(value, ...keys)
  return Array.isArray(found) ? found : []
}
