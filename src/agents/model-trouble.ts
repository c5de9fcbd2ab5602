/** What the trouble of a model's server means for a turn: by its status, or by the words in which a program passes it on. */
import type { TurnOutcome } from '../model/agent.ts'

/** Of an error of HTTP; undefined: it is none. */
export function outcomeOfStatus(status: number | undefined): TurnOutcome | undefined {
  if (status === undefined || status < 400) return undefined
  if (status === 401 || status === 403) return 'auth'
  if (status === 402 || status === 429) return 'quota'
  if (status === 413) return 'context'
  return status === 408 || status >= 500 ? 'overloaded' : 'refused'
}

const words: readonly (readonly [RegExp, TurnOutcome])[] = [
  [/context.?(window|length)|maximum context|prompt is too long|too many tokens in/i, 'context'],
  [/usage limit|rate.?limit|quota|insufficient.?(funds|credits?)|resource.?exhausted|billing|too many requests/i, 'quota'],
  [/unauthori[sz]ed|unauthenticated|authenticat|not logged in|log ?in|invalid.{0,10}api.?key|(access|refresh).?token/i, 'auth'],
  [/seccomp|landlock|bwrap|bubblewrap|sandbox.{0,40}(fail|denied|unavailable|not supported|could not|cannot)/i, 'sandbox'],
  [
    /overload|at capacity|high demand|unavailable|timed? ?out|disconnected|connection|connect|error sending request|network|dns|econn|socket|internal server error/i,
    'overloaded',
  ],
  [/policy|flagged|refus|invalid.?request|invalid.?argument/i, 'refused'],
]

/** A status that is told counts more than the words around it. Undefined: nothing that is known. */
export function outcomeOfWords(message: string): TurnOutcome | undefined {
  // Of a context that is too long servers say 400, too.
  if (words[0]?.[0].test(message) === true) return 'context'
  const status = /(?:status|error|code|HTTP)\W{0,4}(?:code\W{0,3})?([45]\d\d)\b|^\W*([45]\d\d)\b/i.exec(message)
  return outcomeOfStatus(numberIn(status?.[1] ?? status?.[2])) ?? words.find(([word]) => word.test(message))?.[1]
}

/** Epoch milliseconds: when it is free again, where the words hold a moment. */
export function resetIn(message: string): number | undefined {
  const seconds = numberIn(/"?resets?_?at"?\W{1,4}(\d{10})\b/i.exec(message)?.[1])
  return seconds === undefined ? undefined : seconds * 1000
}

const numberIn = (digits: string | undefined): number | undefined => (digits === undefined ? undefined : Number(digits))
