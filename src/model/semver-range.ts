/** Says whether a version lies in a range as npm writes it: ^ ~ x-ranges, hyphens, ||, comparisons, prereleases. */

export type Version = { readonly numbers: readonly [number, number, number]; readonly prerelease: readonly (string | number)[] }

/** Undefined: the range is none (a tag such as "latest", an address), or the version is no version. */
export function satisfiesRange(version: string, range: string): boolean | undefined {
  const parsed = parseVersion(version)
  if (parsed === undefined) return undefined
  const sets = range.split('||').map((part) => comparatorsOf(part.trim()))
  if (sets.some((set) => set === undefined)) return undefined
  return sets.some((set) => set !== undefined && inSet(parsed, set))
}

export function parseVersion(text: string): Version | undefined {
  const match = /^[v=]*\s*(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(text.trim())
  if (match === null) return undefined
  return { numbers: [Number(match[1]), Number(match[2]), Number(match[3])], prerelease: prereleaseOf(match[4]) }
}

/** Negative, 0 or positive, like every comparison for sorting. */
export function compareVersions(a: Version, b: Version): number {
  for (const i of [0, 1, 2] as const) if (a.numbers[i] !== b.numbers[i]) return a.numbers[i] - b.numbers[i]
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return b.prerelease.length - a.prerelease.length
  for (let i = 0; i < Math.max(a.prerelease.length, b.prerelease.length); i++) {
    const order = compareIdentifiers(a.prerelease[i], b.prerelease[i])
    if (order !== 0) return order
  }
  return 0
}

type Comparator = { readonly operator: '<' | '<=' | '>' | '>=' | '='; readonly version: Version }
type Partial = { readonly major?: number; readonly minor?: number; readonly patch?: number; readonly prerelease: readonly (string | number)[] }

const none: Comparator = { operator: '<', version: { numbers: [0, 0, 0], prerelease: [0] } }
const xr = String.raw`[v=\s]*(\d+|[xX*])(?:\.(\d+|[xX*])(?:\.(\d+|[xX*])(?:-?([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?)?)?`
const hyphen = new RegExp(String.raw`^(${xr})\s+-\s+(${xr})$`)
const single = new RegExp(String.raw`^(\^|~>?|[<>]=?|=)?(${xr})$`)

function comparatorsOf(part: string): readonly Comparator[] | undefined {
  if (part === '') return []
  const range = hyphen.exec(part)
  if (range !== null) return [...lowest('>=', partialOf(range[1] ?? '')), ...atMost(partialOf(range[6] ?? ''))]
  const tokens = part.replace(/(\^|~>?|[<>]=?|=)\s+/g, '$1').split(/\s+/)
  const sets = tokens.map(comparatorsOfToken)
  return sets.some((set) => set === undefined) ? undefined : sets.flatMap((set) => set ?? [])
}

function comparatorsOfToken(token: string): readonly Comparator[] | undefined {
  const match = single.exec(token)
  if (match === null) return undefined
  const partial = partialOf(match[2] ?? '')
  switch (match[1]) {
    case '^':
      return [...lowest('>=', partial), ...below(caretLimit(partial))]
    case '~':
    case '~>':
      return [...lowest('>=', partial), ...below(tildeLimit(partial))]
    case '>=':
      return lowest('>=', partial)
    case '>':
      return above(partial)
    case '<':
      return partial.major === undefined
        ? [none]
        : [{ operator: '<', version: isFull(partial) ? filled(partial) : { numbers: filled(partial).numbers, prerelease: [0] } }]
    case '<=':
      return atMost(partial)
    default:
      return isFull(partial) ? [{ operator: '=', version: filled(partial) }] : [...lowest('>=', partial), ...below(tildeLimit(partial))]
  }
}

function partialOf(text: string): Partial {
  const match = new RegExp(`^${xr}$`).exec(text) ?? []
  const number = (i: number): number | undefined => (match[i] !== undefined && /^\d+$/.test(match[i]) ? Number(match[i]) : undefined)
  const [major, minor, patch] = [number(1), number(2), number(3)]
  if (major === undefined) return { prerelease: [] }
  if (minor === undefined) return { major, prerelease: [] }
  if (patch === undefined) return { major, minor, prerelease: [] }
  return { major, minor, patch, prerelease: prereleaseOf(match[4]) }
}

const prereleaseOf = (text: string | undefined): readonly (string | number)[] =>
  text === undefined ? [] : text.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))
const isFull = (partial: Partial): boolean => partial.patch !== undefined
const filled = (partial: Partial): Version => ({ numbers: [partial.major ?? 0, partial.minor ?? 0, partial.patch ?? 0], prerelease: partial.prerelease })
const lowest = (operator: '>=' | '>', partial: Partial): readonly Comparator[] => (partial.major === undefined ? [] : [{ operator, version: filled(partial) }])

// The limit itself is left out together with its prereleases: "-0" is the lowest of them.
const below = (limit: readonly [number, number, number] | undefined): readonly Comparator[] =>
  limit === undefined ? [] : [{ operator: '<', version: { numbers: limit, prerelease: [0] } }]

function caretLimit({ major, minor, patch }: Partial): readonly [number, number, number] | undefined {
  if (major === undefined) return undefined
  if (major > 0 || minor === undefined) return [major + 1, 0, 0]
  if (minor > 0 || patch === undefined) return [0, minor + 1, 0]
  return [0, 0, patch + 1]
}

function tildeLimit({ major, minor }: Partial): readonly [number, number, number] | undefined {
  if (major === undefined) return undefined
  return minor === undefined ? [major + 1, 0, 0] : [major, minor + 1, 0]
}

const atMost = (partial: Partial): readonly Comparator[] => (isFull(partial) ? [{ operator: '<=', version: filled(partial) }] : below(tildeLimit(partial)))

function above(partial: Partial): readonly Comparator[] {
  if (partial.major === undefined) return [none]
  if (isFull(partial)) return lowest('>', partial)
  return [{ operator: '>=', version: { numbers: tildeLimit(partial) ?? [0, 0, 0], prerelease: [] } }]
}

function inSet(version: Version, set: readonly Comparator[]): boolean {
  if (!set.every((comparator) => holds(version, comparator))) return false
  if (version.prerelease.length === 0) return true
  // A prerelease counts only when the range itself names a prerelease of the same version.
  return set.some((comparator) => comparator.version.prerelease.length > 0 && comparator.version.numbers.every((number, i) => number === version.numbers[i]))
}

function holds(version: Version, { operator, version: limit }: Comparator): boolean {
  const order = compareVersions(version, limit)
  switch (operator) {
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    case '=':
      return order === 0
  }
}

function compareIdentifiers(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b) return 0
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'number' || typeof b === 'number') return typeof a === 'number' ? -1 : 1
  return a < b ? -1 : 1
}
