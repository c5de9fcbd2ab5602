/** Makes text from tools, files, config and git harmless on a terminal and in the log of a CI system: what could act is shown, never done. */

/**
 * C0 and DEL and C1, lone surrogates, everything that reorders or hides text: bidi controls, line and paragraph separators,
 * zero-width space and word joiner, soft hyphen, byte order mark, interlinear annotations, tag characters.
 * The zero-width joiners stay: emoji and several scripts need them.
 */
const acting = /[\p{Cc}\p{Cs}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu

/** GitHub and Azure look for "##[" and "##vso[" anywhere in a line, TeamCity for "##teamcity[". */
const ciCommand = /##(?=\[|vso\[|teamcity\[)/gi

/** What GitHub takes as a command when a line, trimmed, begins with it. */
const commandStart = /^(\s*):(?=:)/

const plainAscii = /^[\x20-\x7e]*$/

/** One line: line breaks and every other control are shown as escapes, a tab is a space. */
export function safeLine(text: string): string {
  const shown = plainAscii.test(text) ? text : text.replaceAll('\t', ' ').replace(acting, escaped)
  if (!shown.includes('##') && !shown.includes('::')) return shown
  return shown.replace(ciCommand, '\\x23#').replace(commandStart, '$1\\x3a')
}

/** Text of several lines, as lines without trailing blank ones. Colours are dropped: they say nothing that must be seen. */
export function safeLines(text: string): string[] {
  const lines = text.replace(colour, '').split(/\r?\n/)
  while (lines.length > 0 && (lines.at(-1) ?? '').trim() === '') lines.pop()
  return lines.map((line) => safeLine(line.replaceAll('\t', '    ')))
}

/** For formats that quote text themselves and keep line breaks and tabs. */
export const safeBlock = (text: string): string =>
  text.replaceAll('\r\n', '\n').replace(acting, (char) => (char === '\n' || char === '\t' ? char : escaped(char)))

const colour = /\x1b\[[0-9;:]*m/g

const names: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x1b': '\\e' }

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0
  return names[char] ?? (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`)
}
