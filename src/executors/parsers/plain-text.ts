/** Plain text from what tools print: no escape sequences, no control characters, lines and messages of bounded length. */

const longestLine = 4000
const longestMessage = 2000

/** OSC and DCS end on their own line or count as a stray introducer: an unfinished one must not swallow what follows. */
const escapes = /\x1b\][^\x07\x1b\x9c\n]*(?:\x07|\x9c|\x1b\\)|\x1b[PX^_][^\x1b\x9c\n]*(?:\x9c|\x1b\\)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]?/g
const controls = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g

export function withoutEscapes(text: string): string {
  return text.includes('\x1b') || text.includes('\x9b') ? text.replace(escapes, '') : text
}

/** Lines in plain text. A carriage return ends a line too: what it would overwrite on a terminal stays visible. */
export function linesOf(text: string): readonly string[] {
  const lines = withoutEscapes(text)
    .replace(controls, '\ufffd')
    .split(/\r\n|\n|\r/)
  return lines.map((line) => (line.length > longestLine ? line.slice(0, longestLine) : line))
}

/** For messages: blanks at the ends and tabs are gone, line breaks stay, the end of a long one is left out. */
export function messageOf(text: string): string {
  const clean = cleaned(text.slice(0, longestMessage * 4))
  return clean.length > longestMessage ? `${clean.slice(0, longestMessage - 1).toWellFormed()}…` : clean
}

/** The last lines that are not blank; the beginning of a long text is left out. */
export function tailOf(text: string, count: number): string {
  // One line of a sane tool is shorter than this; of an insane one the end is enough.
  const lines = linesOf(text.slice(-longestLine * count)).filter((line) => line.trim() !== '')
  const tail = cleaned(lines.slice(-count).join('\n'))
  return tail.length > longestMessage ? `…${tail.slice(1 - longestMessage).toWellFormed()}` : tail
}

function cleaned(text: string): string {
  return withoutEscapes(text).replace(/\r\n?/g, '\n').replace(controls, '\ufffd').replaceAll('\t', ' ').toWellFormed().trim()
}
