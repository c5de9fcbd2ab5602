/** What both YAML forms of a roadmap are read with: places, ids as they are written, and the rules that every task keeps. */
import type { Failure, Place } from '../../model/failure.ts'
import { placed, type Keys } from '../keys.ts'
import type { Problem } from '../problems.ts'
import type { YamlFile } from '../read-yaml.ts'

export type YamlSource = {
  readonly file: string
  readonly yaml: YamlFile
  readonly lines: readonly string[]
  readonly digestOf: (content: string) => string
}

/** All that is asked for of a task, and nothing else. */
export const contentOf = (task: { readonly title: string; readonly text: string; readonly spec?: string; readonly criteria: readonly string[] }): string =>
  JSON.stringify([task.title, task.text, task.spec ?? null, task.criteria])

export const placeAt = ({ yaml, file }: YamlSource, keys: Keys): Place => yaml.keyPlace(keys) ?? { file, line: 1, column: 1 }

/** A number as it stands in the file: 2.10 is another id than 2.1. */
export function writtenId(source: YamlSource, value: string | number, keys: Keys): string {
  if (typeof value === 'string') return value.trim()
  const place = source.yaml.valuePlace(keys)
  const rest = source.lines[(place?.line ?? 0) - 1]?.slice((place?.column ?? 1) - 1)
  const written = /^[+-]?[\d.]+/.exec(rest ?? '')?.[0]
  return written !== undefined && Number(written) === value ? written : String(value)
}

/** One or several, each with the keys that lead to it. */
export function eachOf<T>(value: T | readonly T[] | undefined, keys: Keys): readonly { readonly value: T; readonly keys: Keys }[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as readonly T[]).map((one, i) => ({ value: one, keys: [...keys, i] })) : [{ value: value as T, keys }]
}

export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** Parts of a text, as paragraphs; what is blank is left out. */
export const paragraphs = (...parts: readonly (string | undefined)[]): string =>
  parts.flatMap((part) => (part === undefined || part.trim() === '' ? [] : [part.replace(/\r\n?/g, '\n').trimEnd()])).join('\n\n')

/** An absolute path, or one that leaves the root. */
export function isOutside(path: string): boolean {
  const plain = path.replace(/^!/, '')
  return plain.trim() === '' || /^(?:[/\\~]|[A-Za-z]:)/.test(plain) || /(?:^|[/\\])\.\.(?:[/\\]|$)/.test(plain)
}

/** Complaints about YAML itself, in the words of roadmaps. */
export const ofRoadmap = (failures: readonly Failure[]): readonly Failure[] =>
  failures.map((failure) => ({ ...failure, type: failure.type === 'config.invalid' ? 'roadmap.invalid' : 'roadmap.unreadable' }))

export function problemFailure({ yaml }: YamlSource, { path, at, what, hint }: Problem): Failure {
  return { type: 'roadmap.invalid', what, hint, ...placed(at === 'key' ? yaml.keyPlace(path) : yaml.valuePlace(path)) }
}

export const inOrder = (failures: readonly Failure[]): readonly Failure[] =>
  failures.toSorted((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0))
