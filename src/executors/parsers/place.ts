/** Finds the place that a line of output is about: "src/a.ts:3:5", "src/a.ts(3,5)". */

export type Placed = {
  readonly file: string
  readonly line: number
  readonly column?: number
  /** What follows the place, without the separator. */
  readonly rest: string
}

/** The ends of a range ("3:5:3:9") are skipped. The first match of a line decides: what follows is text. */
const position = /:(\d{1,7})(?::(\d{1,7}))?(?::\d{1,7}:\d{1,7})?(?=$|[\s:])|\((\d{1,7})(?:,(\d{1,7}))?\)(?=$|[\s:])/
const separator = /^\s*(?:[:•–-](?=\s|$)\s*|:\s*)?/

/** Undefined when the line does not begin with a place. */
export function placeIn(text: string): Placed | undefined {
  const match = position.exec(text)
  if (match === null) return undefined
  const file = text.slice(0, match.index).trim()
  if (!isPath(file)) return undefined
  const column = match[2] ?? match[4]
  return {
    file,
    line: Number(match[1] ?? match[3]),
    ...(column === undefined ? {} : { column: Number(column) }),
    rest: text
      .slice(match.index + match[0].length)
      .replace(separator, '')
      .trim(),
  }
}

const longestPath = 500
const neverInPaths = /[<>|"*?\t]|: |^[([{'`@-]/
const bareNames = /^(?:[A-Z][a-z]+file|CMakeLists)$/

/** Whether a text looks like the path of a file. Blanks are believed only where the path says by itself that it is one. */
export function isPath(text: string): boolean {
  if (text === '' || text.length > longestPath || neverInPaths.test(text) || !/\p{L}/u.test(text)) return false
  if (text.includes('://') && !text.startsWith('file://')) return false
  if (/\s/.test(text) && !/^(?:\.{0,2}[\\/]|[A-Za-z]:[\\/])/.test(text)) return false
  return /[./\\]/.test(text) ? !text.endsWith('.') && !text.endsWith('/') : bareNames.test(text)
}
