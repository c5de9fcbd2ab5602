/** Learns time limits from history: how old a reused answer may be, and how long a check may take. Says so where there is too little to learn from. Pure. */
import { durationText, settingText } from '../model/duration.ts'
import type { Durations, Rechecks } from './statistics.ts'

export type Learned =
  /** The data contradicts the limit that is in force; this one fits. */
  | { readonly kind: 'change'; readonly ms: number; readonly why: string }
  | { readonly kind: 'keep'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string }

const enough = 20
const day = 86_400_000

/** So many of the answers that are reused at the very end of the limit may be stale. */
const staleShare = 0.01
const shortestTtlMs = 60_000
const longestTtlMs = 30 * day

/**
 * An answer that changes by itself is taken to do so at a constant rate. The rate lies between two bounds, each wrong in 5 % of cases (for no change
 * at all the upper one is the rule of three). A limit is changed only when it lies outside of what both bounds allow, and then to the safe one.
 */
export function learnedTtl({ count, changed, exposureMs, longestSameMs }: Rechecks, currentMs: number | undefined): Learned {
  if (currentMs === undefined) return { kind: 'keep', why: 'its content alone decides: there is no limit to learn' }
  if (count < enough) return { kind: 'unknown', why: `not enough data (${count} of ${enough} needed)` }
  const data = `${changed} of ${count} answers changed without any change of an input, in ${durationText(exposureMs)} together`
  const limitAt = (rate: number): number => -Math.log(1 - staleShare) / rate
  const safe = clamped(Math.min(limitAt(mostEvents(changed) / exposureMs), longestSameMs))
  const loosest = changed === 0 ? Infinity : limitAt(leastEvents(changed) / exposureMs)
  if (currentMs < safe) return changedTo(safe, data, currentMs, 'down')
  if (currentMs > Math.max(loosest, shortestTtlMs)) return changedTo(safe, data, currentMs, 'down')
  return { kind: 'keep', why: data }
}

const leastTimeoutMs = 30_000

/** Three times what all but one of a hundred attempts took, and never less than half a minute. */
export function learnedTimeout(durations: Durations | undefined, currentMs: number): Learned {
  const count = durations?.count ?? 0
  if (durations === undefined || count < enough) return { kind: 'unknown', why: `not enough data (${count} of ${enough} needed)` }
  const data = `99 of 100 attempts took at most ${durationText(durations.p99Ms)}`
  return changedTo(Math.max(leastTimeoutMs, 3 * durations.p99Ms), data, currentMs, 'up')
}

/** Small differences are not worth a change of the file. */
const noticeable = 0.2

function changedTo(ms: number, why: string, currentMs: number, round: 'up' | 'down'): Learned {
  const { ms: rounded } = settingText(ms, round)
  return Math.abs(rounded - currentMs) <= currentMs * noticeable ? { kind: 'keep', why } : { kind: 'change', ms: rounded, why }
}

const clamped = (ms: number): number => Math.min(longestTtlMs, Math.max(shortestTtlMs, ms))

/** How many events are expected where seeing at most `seen` of them has a chance of 5 %: 3.0 for none. */
const mostEvents = (seen: number): number => solved((expected) => chanceOfAtMost(seen, expected) > 0.05)

/** How many are expected where seeing at least `seen` of them has a chance of 5 %. */
const leastEvents = (seen: number): number => solved((expected) => 1 - chanceOfAtMost(seen - 1, expected) < 0.05)

/** The border between where `below` holds and where it does not, by halving. */
function solved(below: (value: number) => boolean): number {
  let [low, high] = [0, 1]
  while (below(high)) high *= 2
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (below(middle)) low = middle
    else high = middle
  }
  return high
}

/** Poisson. Summed in logarithms: e^-800 is 0 for a computer. */
function chanceOfAtMost(seen: number, expected: number): number {
  let logTerm = -expected
  let sum = Math.exp(logTerm)
  for (let i = 1; i <= seen; i++) {
    logTerm += Math.log(expected / i)
    sum += Math.exp(logTerm)
  }
  return sum
}
