/** Cuts a command line into words and flags with their values; whether a command has the flag is decided later. */
import type { Flag } from './flags.ts'

export type Token =
  | { readonly kind: 'word'; readonly text: string }
  /** `next`: the word that followed where a value was needed, but looks like a flag. */
  | { readonly kind: 'flag'; readonly flag: Flag; readonly shown: string; readonly text?: string; readonly next?: string }
  | { readonly kind: 'unknown'; readonly name: string; readonly shown: string }

export function tokensOf(words: readonly string[], flags: readonly Flag[]): readonly Token[] {
  const tokens: Token[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    const cut =
      !word.startsWith('-') || word === '-'
        ? [{ kind: 'word', text: word } as const]
        : word.startsWith('--')
          ? [longFlag(word, flags)]
          : shortFlags(word, flags)
    const last = cut.at(-1)
    const open = last?.kind === 'flag' && last.text === undefined && last.flag.value !== undefined && last.flag.value !== 'optional'
    const next = words[i + 1]
    if (!open || next === undefined) tokens.push(...cut)
    // "-1" is a wrong number rather than a flag.
    else if (/^-[^\d]/.test(next)) tokens.push(...cut.slice(0, -1), { ...last, next })
    else {
      tokens.push(...cut.slice(0, -1), { ...last, text: next })
      i += 1
    }
  }
  return tokens
}

function longFlag(word: string, flags: readonly Flag[]): Token {
  const [shown, text] = split(word)
  const flag = flags.find((candidate) => candidate.name === shown.slice(2))
  return flag === undefined ? { kind: 'unknown', name: shown.slice(2), shown } : { kind: 'flag', flag, shown, ...text }
}

/** "-nv", "-j4", "-j=4": switches, the last of which may have a value. */
function shortFlags(word: string, flags: readonly Flag[]): Token[] {
  const [whole] = split(word)
  const name = whole.slice(1)
  // A long flag with one dash is no heap of short ones.
  if (name.length !== 1 && (name === '' || flags.some((flag) => flag.name === name))) return [{ kind: 'unknown', name, shown: whole }]
  const tokens: Token[] = []
  for (let i = 1; i < word.length; i++) {
    const letter = String.fromCodePoint(word.codePointAt(i) ?? 0)
    const flag = flags.find((candidate) => candidate.short === letter)
    if (flag === undefined) return [...tokens, { kind: 'unknown', name, shown: `-${letter}` }]
    const rest = word.slice(i + 1)
    const takesRest = rest.startsWith('=') || (rest !== '' && flag.value !== undefined && flag.value !== 'optional')
    if (takesRest) return [...tokens, { kind: 'flag', flag, shown: `-${letter}`, text: rest.replace(/^=/, '') }]
    tokens.push({ kind: 'flag', flag, shown: `-${letter}` })
  }
  return tokens
}

function split(word: string): [string, { text?: string }] {
  const equals = word.indexOf('=')
  return equals === -1 ? [word, {}] : [word.slice(0, equals), { text: word.slice(equals + 1) }]
}
