/** The way through a configuration to one of its values: checks, lint, needs, 0. */
import type { Place } from '../model/failure.ts'

export type Keys = readonly (string | number)[]

/** Where the last of the keys stands; undefined when the file does not say it. */
export type PlaceOf = (keys: Keys) => Place | undefined

/** "checks.lint.needs[0]" */
export function pathText(keys: Keys): string {
  return keys.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('')
}

/** The value at the end of the way, or undefined. */
export function valueAt(value: unknown, keys: Keys): unknown {
  let at = value
  for (const key of keys) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Readonly<Record<string | number, unknown>>)[key]
  }
  return at
}

/** { place } or nothing: to be spread into a Failure. */
export const placed = (place: Place | undefined): { readonly place?: Place } => (place === undefined ? {} : { place })

/** The first of several ways that the file knows. */
export function firstPlace(placeOf: PlaceOf, ...ways: readonly Keys[]): { readonly place?: Place } {
  for (const way of ways) {
    const place = placeOf(way)
    if (place !== undefined) return { place }
  }
  return {}
}
