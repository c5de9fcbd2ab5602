/** Reads a time limit of a check; what is not one becomes a failure at its place. */
import { parseDuration } from '../model/duration.ts'
import type { Failure } from '../model/failure.ts'
import { firstPlace, pathText, type Keys, type PlaceOf } from './keys.ts'

/** Undefined when nothing is said, or when it is wrong: then a failure was added. The shape has checked what a file says, but not what a preset says. */
export function limitOf(duration: string | number | undefined, keys: Keys, placeOf: PlaceOf, failures: Failure[]): number | undefined {
  if (duration === undefined) return undefined
  const value = parseDuration(duration)
  if (value !== undefined && value > 0) return value
  failures.push({
    type: 'config.invalid',
    what: `'${pathText(keys)}' must be a duration, not '${duration}'`,
    hint: 'Write for example "90s", "10m" or "1h 30m".',
    ...firstPlace(placeOf, keys, keys.slice(0, 2)),
  })
  return undefined
}
