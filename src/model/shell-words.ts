/** Writes commands as a person would type them: for showing and for copy and paste, never for running. */

/** "cd web && FOO=1 eslint 'a b.ts'": quoted for sh. The folder "." and an empty environment are left out. */
export function commandLine(argv: readonly string[], cwd = '.', env: Readonly<Record<string, string>> = {}): string {
  const values = Object.entries(env).map(([name, value]) => `${name}=${quotedWord(value)}`)
  const command = [...values, ...argv.map(quotedWord)].join(' ')
  return cwd === '.' || cwd === '' ? command : `cd ${quotedWord(cwd)} && ${command}`
}

/** A word as sh reads it back, on one line whatever it contains. */
export function quotedWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  if (!/[\x00-\x1f\x7f-\x9f]/.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`
  const escaped = word.replace(/[\\']/g, '\\$&').replace(/[\x00-\x1f\x7f-\x9f]/g, (char) => (char === '\n' ? '\\n' : char === '\t' ? '\\t' : hexBytes(char)))
  return `$'${escaped}'`
}

/** As UTF-8: a byte above 127 alone would be another character. All control characters above 127 have two bytes, the first of them c2. */
function hexBytes(char: string): string {
  const code = char.charCodeAt(0)
  return `${code > 127 ? '\\xc2' : ''}\\x${code.toString(16).padStart(2, '0')}`
}
