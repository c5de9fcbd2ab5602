/** What keys of pawl.yaml are made of: descriptions, durations, globs. The text of each `v.check` completes "must be …" in what the user reads. */
import * as v from 'valibot'
import { parseDuration } from '../model/duration.ts'
import { isEndlessGlob } from '../model/endless-glob.ts'

export const describe = <S extends v.GenericSchema>(schema: S, description: string) => v.pipe(schema, v.description(description))

const isDuration = (value: string | number): boolean => (parseDuration(value) ?? 0) > 0
export const duration = describe(
  v.pipe(v.union([v.string(), v.number()]), v.check(isDuration, 'a duration such as "90s", "10m", "1h 30m" or a number of seconds')),
  'A duration: "90s", "10m", "1h 30m", or a number of seconds.',
)
export const count = v.pipe(v.number(), v.integer(), v.minValue(1))
export const glob = v.pipe(
  v.string(),
  v.check((text) => !isEndlessGlob(text), 'a glob in which nothing that repeats itself is repeated, because that could take for ever'),
)
export const globs = v.array(glob)
export const oneOrMore = v.union([v.string(), v.array(v.string())])

export const folder = v.pipe(v.string(), v.check(isInside, 'a folder inside the repository, relative to its root, such as "packages/app"'))

/** True for a relative path that does not climb above its start. */
function isInside(path: string): boolean {
  if (path === '' || /^([/\\]|[A-Za-z]:)/.test(path)) return false
  let depth = 0
  for (const part of path.split(/[/\\]/)) {
    if (part === '..') depth -= 1
    else if (part !== '.' && part !== '') depth += 1
    if (depth < 0) return false
  }
  return true
}
