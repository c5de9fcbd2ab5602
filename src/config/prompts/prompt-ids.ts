/** Gives prompts ids: short, safe in names of branches and files, and different from each other. */
import { folderOf, nameOf, stemOf } from './paths.ts'

const longest = 64

/** [a-z0-9][a-z0-9-]{0,63}; undefined when nothing of the text can stand in one. */
export function kebab(text: string): string | undefined {
  const plain = text
    .slice(0, 1000)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
  const id = trimmed(plain)
  return id === '' ? undefined : id
}

const trimmed = (text: string): string => text.replace(/^-+/, '').slice(0, longest).replace(/-+$/, '')

/** Of files, in order. Where stems are the same in different folders, folders go before them; where that does not help, numbers behind. */
export function fileIds(paths: readonly string[]): readonly string[] {
  const stems = paths.map((path) => kebab(stemOf(path)) ?? 'prompt')
  const same = (ids: readonly string[]): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>()
    for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1)
    return counts
  }
  const often = same(stems)
  const prefixed = paths.map((path, i) => {
    const stem = stems[i] ?? 'prompt'
    const folder = kebab(nameOf(folderOf(path)))
    return (often.get(stem) ?? 0) > 1 && folder !== undefined ? trimmed(`${folder}-${stem}`) : stem
  })
  return distinct(prefixed)
}

/** Later ones get -2, -3 and so on; `taken` are ids that are given away already. */
export function distinct(ids: readonly string[], taken: Iterable<string> = []): readonly string[] {
  const used = new Set(taken)
  const next = new Map<string, number>()
  const wanted = new Set(ids)
  const claimed = new Set<string>()
  return ids.map((id) => {
    let own = id
    let n = next.get(id) ?? 2
    // A number is not given where it would take the id of another one.
    while (used.has(own) || (own !== id && wanted.has(own) && !claimed.has(own))) {
      own = `${id.slice(0, longest - String(n).length - 1).replace(/-+$/, '')}-${n}`
      n += 1
    }
    next.set(id, n)
    used.add(own)
    claimed.add(own)
    return own
  })
}
