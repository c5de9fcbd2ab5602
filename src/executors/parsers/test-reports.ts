/** Recognises failed tests in what Vitest, Jest, pytest, Bun and Rust's test harness print for people. */
import type { Finding } from '../../model/finding.ts'
import { newFinding } from './new-finding.ts'
import { isPath, placeIn } from './place.ts'

type Section = { file?: string; name?: string; message?: string; line?: number; column?: number; readonly lastPlaceWins: boolean; age?: number }

/** What follows so far below the head of a failed test belongs to something else. */
const longestSection = 300

export type TestReports = {
  /** Findings that are complete with this line, or "part" when the line belongs to a failed test, or undefined. */
  take(line: string): readonly Finding[] | 'part' | undefined
  rest(): readonly Finding[]
}

const vitest = /^ ?FAIL {1,2}(\S+)(?: > (.+)| \[.*\])?$/
/** Vitest: an error that belongs to no test. A heading above all of them says "Unhandled Errors". */
const unhandled = /^⎯{3,} ((?:Uncaught|Unhandled) (?!Errors)\w+(?: \w+)?) ⎯{3,}$/
const jestTest = /^ {2}● (.+)$/
const pytestTest = /^_{3,} (.+?) _{3,}$/
const rustPanic = /^thread '(.+)' (?:\(\d+\) )?panicked at (\S+:\d+:\d+):$/
const sectionEnd = /^(?:={5,}|⎯{5,}|!{5,}|Test Suites:| ?Test Files )/
/** " ❯ name a.test.ts:2:36", "at name (a.test.js:2:36)". */
export const stackLine = /^\s*(?:❯|at) (?:.*[ (])?([^\s()]+:\d+:\d+)\)?$/
/** "tests/test_a.py:4: in helper", "tests/test_a.py:4: AssertionError", "tests/test_a.py:7: ". */
const pytestPlace = /^(\S+\.py:\d+):(?: in \S+| [\w.]+| ?)$/
const bunFailed = /^\(fail\) (.+?)(?: \[[\d.]+ ?m?s\])?$/

export function newTestReports(): TestReports {
  let section: Section | undefined
  let inJestFile: string | undefined
  let lastError: string | undefined
  let lastPlace: string | undefined
  const bunNames = new Set<string>()

  const open = (next: Section | undefined): readonly Finding[] => {
    const done = section === undefined ? [] : findingsOf(section)
    section = next
    return done
  }

  return {
    take(line) {
      const failed = vitest.exec(line)
      if (failed !== null && isPath(failed[1] ?? '')) {
        inJestFile = failed[1]
        return open({ file: failed[1] ?? '', lastPlaceWins: false, ...(failed[2] === undefined ? {} : { name: failed[2] }) })
      }
      const jest = inJestFile === undefined ? null : jestTest.exec(line)
      if (jest !== null && inJestFile !== undefined) {
        // Jest names the file once, above its tests: alone it is no finding.
        if (section?.name === undefined) section = undefined
        return open({ file: inJestFile, name: jest[1] ?? '', lastPlaceWins: false })
      }
      const pytest = pytestTest.exec(line)
      if (pytest !== null) return open({ name: pytest[1] ?? '', lastPlaceWins: true })
      const panic = rustPanic.exec(line)
      if (panic !== null) return open({ name: panic[1] ?? '', lastPlaceWins: false, ...placeOf(panic[2]) })
      const stray = unhandled.exec(line)
      if (stray !== null) {
        inJestFile = undefined
        return open({ name: stray[1] ?? '', lastPlaceWins: false })
      }
      if (sectionEnd.test(line)) {
        inJestFile = undefined
        return section === undefined ? undefined : open(undefined)
      }
      if (section !== undefined) return continued(section, line) ? 'part' : open(undefined)

      const bun = bunFailed.exec(line)
      if (bun !== null) {
        // Long runs end with a list of all failed tests, by name alone.
        if (bunNames.has(bun[1] ?? '') && lastError === undefined && lastPlace === undefined) return 'part'
        bunNames.add(bun[1] ?? '')
        const finding = findingsOf({
          name: bun[1] ?? '',
          lastPlaceWins: false,
          ...placeOf(lastPlace),
          ...(lastError === undefined ? {} : { message: lastError }),
        })
        lastError = lastPlace = undefined
        return finding
      }
      if (line.startsWith('error: ')) lastError = line.slice('error: '.length)
      else lastPlace = stackLine.exec(line)?.[1] ?? lastPlace
      return undefined
    },
    rest: () => open(undefined),
  }
}

/** Reads one more line of a failed test. False when it can be none: a panic ends with a blank line. */
function continued(section: Section, line: string): boolean {
  section.age = (section.age ?? 0) + 1
  if (section.age > longestSection) return false
  if (section.lastPlaceWins) {
    const place = pytestPlace.exec(line)
    // A frame in the library is of no use to the reader.
    if (place !== null && !/site-packages|[\\/]lib[\\/]python/.test(line)) Object.assign(section, placeOf(place[1]))
    else if (/^E {2,}\S/.test(line)) section.message ??= line.slice(1).trim()
    return true
  }
  if (section.message === undefined) {
    if (line.trim() !== '') section.message = line.trim()
    return true
  }
  if (section.line === undefined) {
    const place = placeOf(stackLine.exec(line)?.[1])
    if (place.file !== undefined && !place.file.includes('node_modules')) Object.assign(section, place)
    return true
  }
  return line.trim() !== '' || section.file === undefined
}

function placeOf(text: string | undefined): { file?: string; line?: number; column?: number } {
  const place = text === undefined ? undefined : placeIn(text)
  return place === undefined ? {} : { file: place.file, line: place.line, ...(place.column === undefined ? {} : { column: place.column }) }
}

function findingsOf(section: Section): readonly Finding[] {
  const message = [section.name, section.message].filter((part) => part !== undefined && part !== '').join(': ')
  return message === '' ? [] : [newFinding({ file: section.file, line: section.line, column: section.column, rule: 'test', severity: 'error', message })]
}
