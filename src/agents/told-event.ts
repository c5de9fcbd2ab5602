/** One line of an event stream as what it is: the fields of a JSON object, or nothing; and careful looks into them. */

export type Fields = Readonly<Record<string, unknown>>

/** Undefined for lines that are no JSON object: warnings of the program, and what was torn. */
export function eventIn(text: string): Fields | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return fieldsOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

export const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
export const numberOf = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined)
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** What stands under these names, one inside of the other. */
export function inside(value: unknown, ...names: readonly string[]): unknown {
  let found = value
  for (const name of names) {
    const fields = fieldsOf(found)
    found = fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined
  }
  return found
}

/** The sum; undefined as soon as one of them is unknown. */
export const sumOf = (parts: readonly (number | undefined)[]): number | undefined =>
  parts.every((part) => part !== undefined) ? parts.reduce((sum, part) => sum + part, 0) : undefined

/** In one line that is not too long. */
export const lineOf = (text: string, most = 200): string => text.trim().split('\n')[0]?.trim().slice(0, most) ?? ''

/** A tool with what it is called for. */
export function callText(tool: string, input: unknown): string {
  const about = ['file_path', 'filePath', 'path', 'pattern', 'command', 'cmd', 'query', 'url']
    .map((name) => textOf(inside(input, name)))
    .find((one) => one !== undefined)
  return about === undefined ? tool : `${tool} ${lineOf(about)}`
}
