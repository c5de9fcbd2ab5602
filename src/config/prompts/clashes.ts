/** Which prompts will probably change the same file. Pure. */
import type { Clash, Touch } from '../../model/prompt.ts'

/** Paths that are kept of each clash, and the least probability that is worth a word. */
export const clashBounds = { paths: 10, least: 0.01 } as const

type Held = { readonly id: string; readonly touch: Touch }

/** The probability that at least one file is changed by both; most probable first. Grows with the pairs that share a file. */
export function clashesOf(touches: ReadonlyMap<string, readonly Touch[]>): readonly Clash[] {
  const byPath = new Map<string, Held[]>()
  for (const [id, list] of touches) {
    for (const touch of list) {
      // Where case does not count, two names are one file.
      const key = touch.path.toLowerCase()
      const held = byPath.get(key)
      if (held === undefined) byPath.set(key, [{ id, touch }])
      else held.push({ id, touch })
    }
  }
  const ids = [...touches.keys()]
  const position = new Map(ids.map((id, i) => [id, i]))
  const pairs = new Map<number, Pair>()
  for (const held of byPath.values()) {
    for (const [i, one] of held.entries()) {
      for (let j = i + 1; j < held.length; j++) {
        const other = held[j]
        if (other === undefined || one.id === other.id) continue
        const key = (position.get(one.id) ?? 0) * ids.length + (position.get(other.id) ?? 0)
        const pair = pairs.get(key) ?? { apart: 1, best: [] }
        see(pair, { one, other, probability: one.touch.probability * other.touch.probability })
        pairs.set(key, pair)
      }
    }
  }
  return [...pairs]
    .map(([key, { apart, best }]): Clash => {
      const between = [ids[Math.floor(key / ids.length)] ?? '', ids[key % ids.length] ?? ''] as const
      return { between, probability: rounded(1 - apart), paths: best.map(shared).toSorted(mostProbable) }
    })
    .filter(({ probability }) => probability >= clashBounds.least)
    .toSorted((a, b) => b.probability - a.probability || (a.between.join('\0') < b.between.join('\0') ? -1 : 1))
}

type Both = { readonly one: Held; readonly other: Held; readonly probability: number }
/** `best`: most probable first. */
type Pair = { apart: number; best: Both[] }

function see(pair: Pair, both: Both): void {
  pair.apart *= 1 - both.probability
  const last = pair.best[clashBounds.paths - 1]
  if (last !== undefined && last.probability >= both.probability) return
  pair.best.push(both)
  pair.best.sort((a, b) => b.probability - a.probability)
  pair.best.length = Math.min(pair.best.length, clashBounds.paths)
}

function shared({ one, other, probability }: Both): Touch {
  const { path, hot } = one.touch
  const why = one.touch.why === other.touch.why ? one.touch.why : `${one.id}: ${one.touch.why}; ${other.id}: ${other.touch.why}`
  return { path, probability: rounded(probability), why, ...(hot === undefined ? {} : { hot }) }
}

const mostProbable = (a: Touch, b: Touch): number => b.probability - a.probability || (a.path < b.path ? -1 : 1)

const rounded = (probability: number): number => Math.round(probability * 10_000) / 10_000
