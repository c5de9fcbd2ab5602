/** Reads the value of one flag, or says what it cannot be. */
import { parseDuration } from '../../model/duration.ts'
import { failed, ok, type Result } from '../../model/failure.ts'
import { nearest } from '../../model/suggestion.ts'
import type { Flag } from './flags.ts'
import type { Token } from './tokens.ts'

export type FlagValue = true | string | number | readonly string[]

export function valueOf(flag: Flag, { text, next }: Pick<Extract<Token, { kind: 'flag' }>, 'text' | 'next'>): Result<FlagValue> {
  if (flag.value === undefined) return text === undefined ? ok(true) : bad(flag, 'takes no value')
  if (flag.value === 'optional' && text === undefined) return ok(true)
  const parts =
    flag.value === 'list'
      ? (text ?? '')
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== '')
      : []
  if (text === undefined || text.trim() === '' || (flag.value === 'list' && parts.length === 0)) return missing(flag, next)
  if (flag.choices !== undefined && !flag.choices.includes(text)) {
    const meant = nearest(text, flag.choices)
    return bad(flag, `cannot be '${text}'; it is one of ${flag.choices.join(', ')}`, meant === undefined ? undefined : `Did you mean '${meant}'?`)
  }
  if (flag.value === 'number') return numberOf(flag, text)
  if (flag.value === 'duration') return durationOf(flag, text)
  return ok(flag.value === 'list' ? parts : text)
}

function missing(flag: Flag, next: string | undefined): Result<never> {
  const wanted = flag.shown ?? flag.value ?? ''
  return bad(
    flag,
    `needs a value (${wanted})`,
    next === undefined ? undefined : `'${next}' looks like a flag. If it is the value, write --${flag.name}=${next}`,
  )
}

function numberOf(flag: Flag, text: string): Result<number> {
  const value = /^\d+$/.test(text) ? Number(text) : 0
  return value >= 1 && Number.isSafeInteger(value) ? ok(value) : bad(flag, `needs a whole number from 1, not '${text}'`)
}

function durationOf(flag: Flag, text: string): Result<number> {
  const ms = parseDuration(text)
  if (ms === undefined) return bad(flag, `needs a duration like 90s, 10m or 1h, not '${text}'`)
  return ms > 0 || flag.zero === true ? ok(ms) : bad(flag, 'needs a duration longer than 0')
}

const bad = (flag: Flag, why: string, hint?: string): Result<never> =>
  failed({ type: 'args.bad-value', what: `--${flag.name} ${why}`, ...(hint === undefined ? {} : { hint }) })
