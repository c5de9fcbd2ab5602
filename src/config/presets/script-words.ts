/** Takes a script of package.json apart into the commands that `&&` joins, as far as no real shell is needed for that. */

export type ScriptPart = {
  /** As written, for running it through a shell. */
  readonly text: string
  readonly words: readonly string[]
  /** Leading NAME=value words, also behind cross-env. */
  readonly env: Readonly<Record<string, string>>
  /** A word outside quotes holds * ? [ or {: a shell would replace it. */
  readonly globbed: boolean
}

/** Undefined: pipes, redirections, variables, several lines. Only a shell knows what that does. */
export function scriptParts(script: string): readonly ScriptPart[] | undefined {
  const parts: ScriptPart[] = []
  let at = 0
  for (;;) {
    const part = readPart(script, at)
    if (part === undefined || part.words.length === 0) return undefined
    const shaped = withoutAssignments(part)
    if (shaped === undefined) return undefined
    parts.push(shaped)
    if (part.end >= script.length) return parts
    at = part.end + 2
  }
}

type Raw = { readonly words: readonly string[]; readonly text: string; readonly globbed: boolean; readonly end: number }
type Word = { readonly text: string; readonly end: number; readonly globbed: boolean }

function readPart(script: string, start: number): Raw | undefined {
  const words: string[] = []
  let globbed = false
  let at = start
  while (at < script.length && !script.startsWith('&&', at)) {
    if (/[ \t]/.test(script.charAt(at))) {
      at += 1
      continue
    }
    const word = readWord(script, at)
    if (word === undefined) return undefined
    words.push(word.text)
    globbed ||= word.globbed
    at = word.end
  }
  return { words, text: script.slice(start, at).trim(), globbed, end: at }
}

function readWord(script: string, start: number): Word | undefined {
  if (/[#~]/.test(script.charAt(start))) return undefined
  let text = ''
  let globbed = false
  let at = start
  while (at < script.length && !/[ \t]/.test(script.charAt(at)) && !script.startsWith('&&', at)) {
    const char = script.charAt(at)
    if (/[|;&<>()$`\n\r]/.test(char)) return undefined
    if (char === '"' || char === "'") {
      const quoted = readQuoted(script, at)
      if (quoted === undefined) return undefined
      text += quoted.text
      at = quoted.end
      continue
    }
    if (/[*?[{]/.test(char)) globbed = true
    text += char === '\\' ? script.charAt(at + 1) : char
    at += char === '\\' ? 2 : 1
  }
  return { text, end: at, globbed }
}

function readQuoted(script: string, start: number): Word | undefined {
  const quote = script.charAt(start)
  let text = ''
  for (let at = start + 1; at < script.length; at++) {
    const char = script.charAt(at)
    if (char === quote) return { text, end: at + 1, globbed: false }
    if (quote === '"' && (char === '$' || char === '`')) return undefined
    const escaped = quote === '"' && char === '\\' && /["\\$`]/.test(script.charAt(at + 1))
    text += escaped ? script.charAt(at + 1) : char
    if (escaped) at += 1
  }
  return undefined
}

function withoutAssignments({ words, text, globbed }: Raw): ScriptPart | undefined {
  const env: Record<string, string> = {}
  const crossEnv = words[0] === 'cross-env'
  let rest = crossEnv ? words.slice(1) : words
  for (let match = assignment(rest[0]); match !== null; match = assignment(rest[0])) {
    env[match[1] ?? ''] = match[2] ?? ''
    rest = rest.slice(1)
  }
  return rest.length === 0 ? undefined : { text, words: rest, env, globbed }
}

const assignment = (word: string | undefined): RegExpExecArray | null => /^([A-Za-z_]\w*)=(.*)$/s.exec(word ?? '')
