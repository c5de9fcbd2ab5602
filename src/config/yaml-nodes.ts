/** Finds the node of a YAML document that a way of keys leads to, through aliases and merges. */
import { isAlias, isMap, isNode, isPair, isScalar, isSeq, type Alias, type Document, type Node, type Pair, type YAMLMap } from 'yaml'
import type { Keys } from './keys.ts'

/** The key in front of a value, or the item of a list. */
export function keyAt(document: Document, keys: Keys): Node | undefined {
  const last = keys.at(-1)
  if (last === undefined) return document.contents ?? undefined
  const parent = resolved(document, valueNodeAt(document, keys.slice(0, -1)))
  if (isMap(parent)) {
    const key = pairOf(document, parent, String(last))?.key
    return isNode(key) ? key : undefined
  }
  return itemOf(parent, last)
}

export function valueNodeAt(document: Document, keys: Keys): Node | undefined {
  let at: Node | undefined = document.contents ?? undefined
  for (const key of keys) {
    const parent = resolved(document, at)
    const next: unknown = isMap(parent) ? pairOf(document, parent, String(key))?.value : itemOf(parent, key)
    at = isNode(next) ? next : undefined
  }
  return at
}

/**
 * Every alias with the nodes that it stands in, and every pair, in order; `false` ends the walk.
 * The library's own `visit` copies the way to each node, which takes minutes for what is nested a thousand times.
 */
export function walk(document: Document, see: { alias?(alias: Alias, within: ReadonlySet<unknown>): false | void; pair?(pair: Pair): void }): void {
  const within = new Set<unknown>()
  const into = (node: unknown): boolean => {
    if (isAlias(node)) return see.alias?.(node, within) !== false
    if (isPair(node)) {
      see.pair?.(node)
      return into(node.key) && into(node.value)
    }
    if (!isMap(node) && !isSeq(node)) return true
    within.add(node)
    const wentOn = node.items.every(into)
    within.delete(node)
    return wentOn
  }
  into(document.contents)
}

/** Undefined: no merge. `bad` is what stands behind << and cannot be merged. */
export function isMerge(document: Document, pair: Pair): { readonly maps: readonly YAMLMap[]; readonly bad: Node | undefined } | undefined {
  if (!isScalar(pair.key) || pair.key.value !== '<<' || pair.key.type !== 'PLAIN') return undefined
  const value = isNode(pair.value) ? pair.value : undefined
  const source = resolved(document, value)
  const sources = isSeq(source) ? source.items.map((item) => resolved(document, isNode(item) ? item : undefined)) : [source]
  const maps = sources.filter((node) => isMap(node))
  return { maps, bad: maps.length === sources.length ? undefined : (value ?? pair.key) }
}

const resolved = (document: Document, node: Node | undefined): Node | undefined => (isAlias(node) ? node.resolve(document) : node)

function itemOf(parent: Node | undefined, key: string | number): Node | undefined {
  const item: unknown = isSeq(parent) && typeof key === 'number' ? parent.items[key] : undefined
  return isNode(item) ? item : undefined
}

/** What a mapping says itself goes before what it merges; of several merged mappings the first one counts. */
function pairOf(document: Document, map: YAMLMap, key: string): Pair | undefined {
  const own = map.items.findLast((pair) => isScalar(pair.key) && String(pair.key.value) === key)
  if (own !== undefined) return own
  for (const pair of map.items) {
    for (const merged of isMerge(document, pair)?.maps ?? []) {
      const found = pairOf(document, merged, key)
      if (found !== undefined) return found
    }
  }
  return undefined
}
