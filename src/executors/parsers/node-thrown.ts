/** Remembers what Node prints when a test file throws while it is loaded: the list of failed tests only says that it failed. */
import { placeIn, type Placed } from './place.ts'

export type Thrown = { readonly message: string; readonly place?: Placed }

/** In TAP all of this stands in comments. */
const comment = /^# /
const fileLine = /^(?:file:\/\/)?((?:\/|[A-Za-z]:[\\/])\S*:\d{1,7})$/
const errorLine = /^(?:Uncaught )?\w*(?:Error|Exception)(?: \[\w+\])?: \S/
const frame = /^\s+at (?:[^()]* \()?(?:file:\/\/)?((?:\/|[A-Za-z]:[\\/])[^()]*?:\d+:\d+)\)?$/
/** "✖ test/a.test.js (12.3ms)". */
const failedFile = /^✖ (\S+)(?: \([\d.]+ms\))?$/
/** What was printed before the end of a test that passed, or of one inside of a file, is no reason. */
const otherEnd = /^\s*(?:✔|﹣|ok \d+ )|^\s+✖ /

export function newThrownErrors() {
  const byName = new Map<string, Thrown>()
  let above: Placed | undefined
  let last: Thrown | undefined
  let hasStack = false
  let isFramed = false
  const endOf = (name: string): void => {
    // What is not followed by a stack was only said, not thrown.
    if (last !== undefined && hasStack) byName.set(name, last)
    last = above = undefined
  }
  return {
    take(printed: string): void {
      const line = printed.replace(comment, '')
      const failed = failedFile.exec(line)?.[1]
      if (failed !== undefined) return endOf(failed)
      if (otherEnd.test(line)) last = above = undefined
      const file = fileLine.exec(line)?.[1]
      if (file !== undefined) above = placeIn(file)
      else if ((last === undefined || !hasStack) && errorLine.test(line)) {
        last = { message: line.trim(), ...(above === undefined ? {} : { place: above }) }
        hasStack = isFramed = false
      } else if (last !== undefined && /^\s+at \S/.test(line)) {
        hasStack = true
        const place = isFramed ? undefined : placeIn(frame.exec(line)?.[1] ?? '')
        if (place === undefined || place.file.includes('node_modules')) return
        last = { message: last.message, place }
        isFramed = true
      }
    },
    /** What was printed since the test before belongs to this one. */
    endOf,
    of: (name: string): Thrown | undefined => byName.get(name),
  }
}
