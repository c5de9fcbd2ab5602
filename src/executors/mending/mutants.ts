/** Makes deliberate faults in lines of code, one at a time: tests that notice none of them prove nothing about these lines. */

export type Mutant = {
  readonly line: number
  /** "=== becomes !==" */
  readonly what: string
  /** The whole text with the fault. */
  readonly text: string
}

/** What stands in many languages, and what it becomes. Each keeps the grammar. */
const swaps: readonly (readonly [pattern: RegExp, becomes: string | ((found: string) => string)])[] = [
  [/===/, '!=='],
  [/!==/, '==='],
  [/(?<![=!<>])==(?!=)/, '!='],
  [/!=(?!=)/, '=='],
  [/(?<=[\w)\]] )<=(?= )/, '>'],
  [/(?<=[\w)\]] )>=(?= )/, '<'],
  [/(?<=[\w)\]] )<(?= )/, '>='],
  [/(?<=[\w)\]] )>(?= )/, '<='],
  [/&&/, '||'],
  [/\|\|/, '&&'],
  [/\band\b/, 'or'],
  [/\bor\b/, 'and'],
  [/(?<=[\w)\]] )\+(?= )/, '-'],
  [/(?<=[\w)\]] )-(?= )/, '+'],
  [/(?<=[\w)\]] )\*(?= )/, '/'],
  [/(?<=[\w)\]] )\/(?= )/, '*'],
  [/\btrue\b/, 'false'],
  [/\bfalse\b/, 'true'],
  [/\bTrue\b/, 'False'],
  [/\bFalse\b/, 'True'],
  [/\+=/, '-='],
  [/-=/, '+='],
  [/(?<![\w.])\d+(?![\w.])/, (found) => String(Number(found) + 1)],
  [/'[^'\\]+'/, "'pawl'"],
  [/"[^"\\]+"/, '"pawl"'],
]

const commentOrImport = /^\s*(?:\/\/|#|\*|\/\*|import\b|from\b|export\s+\*|package\b|use\b|require\b)/

/** At most one a line, and `most` in all, spread over the lines. */
export function mutantsOf(text: string, lines: readonly number[], most: number): readonly Mutant[] {
  const all = text.split('\n')
  const possible = lines.flatMap((line): Mutant[] => {
    const mutated = mutatedLine(all[line - 1] ?? '')
    return mutated === undefined ? [] : [{ line, what: mutated.what, text: all.with(line - 1, mutated.text).join('\n') }]
  })
  if (possible.length <= most) return possible
  return Array.from({ length: most }, (_, n) => possible[Math.floor((n * possible.length) / most)]).filter((one) => one !== undefined)
}

/** The same code with other bytes: blanks where a line ends with what ends no text, and an empty line at the end. */
export function withBlanks(text: string, lines: readonly number[]): string {
  const chosen = new Set(lines)
  const all = text.split('\n').map((line, i) => (chosen.has(i + 1) && /[;{})\],:]$/.test(line) ? `${line}  ` : line))
  return `${all.join('\n')}\n`
}

function mutatedLine(line: string): { readonly text: string; readonly what: string } | undefined {
  if (commentOrImport.test(line)) return undefined
  for (const [pattern, becomes] of swaps) {
    const found = pattern.exec(line)?.[0]
    if (found === undefined) continue
    const made = typeof becomes === 'string' ? becomes : becomes(found)
    if (made === found) continue
    return { text: line.replace(pattern, made), what: `${found} becomes ${made}` }
  }
  return undefined
}
