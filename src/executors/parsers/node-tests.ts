/** Recognises failed tests in what `node --test` prints: the list at its end for people, and TAP, which older versions write into a pipe. */
import type { Finding } from '../../model/finding.ts'
import { newFinding } from './new-finding.ts'
import { placeIn } from './place.ts'
import type { TestReports } from './test-reports.ts'

type Section = { readonly form: 'list' | 'tap'; name?: string; place?: string; message?: string; isGroup?: boolean; awaitsMessage?: boolean; age: number }

/** What follows so far below the head of a failed test belongs to something else. */
const longestSection = 300

const listHead = /^test at (\S.*:\d+:\d+)$/
const listName = /^✖ (.+?)(?: \([\d.]+ms\))?$/
/** A test that is marked as to be done may fail. */
const tapHead = /^\s*not ok \d+ - (.+?)(?: # time=\S+)?$/
const excused = / # (?:TODO|SKIP)\b/i

export function newNodeTests(): TestReports {
  let section: Section | undefined
  const close = (): readonly Finding[] => {
    const done = section === undefined ? [] : findingOf(section)
    section = undefined
    return done
  }
  return {
    take(line) {
      const head = headOf(line)
      if (head !== undefined) {
        const done = close()
        section = head
        return done.length > 0 ? done : 'part'
      }
      if (section === undefined) return undefined
      section.age += 1
      const ends = section.form === 'tap' ? /^\s*\.\.\.$/.test(line) || (section.age === 1 && line.trim() !== '---') : line === '' && section.name !== undefined
      if (ends || section.age > longestSection) return close()
      if (section.form === 'tap') readTap(section, line.trim())
      else readList(section, line)
      return 'part'
    },
    rest: close,
  }
}

function headOf(line: string): Section | undefined {
  const place = listHead.exec(line)?.[1]
  if (place !== undefined) return { form: 'list', place, age: 0 }
  const name = tapHead.exec(line)?.[1]
  return name === undefined || excused.test(line) ? undefined : { form: 'tap', name, age: 0 }
}

function readList(section: Section, line: string): void {
  const name = listName.exec(line)?.[1]
  if (section.name === undefined && name !== undefined) section.name = name
  else if (section.name !== undefined && line.trim() !== '') section.message ??= unquoted(line.trim())
}

/** The block of YAML below a test. */
function readTap(section: Section, line: string): void {
  const [, key, value = ''] = /^(location|error|failureType): (.+)$/.exec(line) ?? []
  if (section.awaitsMessage === true) section.message = line
  section.awaitsMessage = key === 'error' && /^[|>]/.test(value)
  if (key === 'location') section.place ??= unquoted(value)
  else if (key === 'failureType') section.isGroup = unquoted(value) === 'subtestsFailed'
  else if (key === 'error' && !section.awaitsMessage) section.message ??= unquoted(value)
}

const unquoted = (text: string): string => text.replace(/^'(.*)'$/, '$1').replaceAll("''", "'")

/** A group fails because of the tests in it, which are named themselves. TAP of others says no place. */
function findingOf(section: Section): readonly Finding[] {
  if (section.isGroup === true || section.place === undefined) return []
  const place = placeIn(section.place)
  const message = [section.name, section.message].filter((part) => part !== undefined && part !== '').join(': ')
  return [newFinding({ file: place?.file, line: place?.line, column: place?.column, rule: 'test', severity: 'error', message })]
}
