/** Recognises failed tests in what `node --test` prints: the list at its end for people, and TAP, which older versions write into a pipe. */
import type { Finding } from '../../model/finding.ts'
import { newFinding } from './new-finding.ts'
import { newThrownErrors, type Thrown } from './node-thrown.ts'
import { placeIn } from './place.ts'
import type { TestReports } from './test-reports.ts'

type Section = { readonly form: 'list' | 'tap'; name?: string; place?: string; message?: string; isNone?: boolean; awaitsMessage?: boolean; age: number }

/** What follows so far below the head of a failed test belongs to something else. */
const longestSection = 300

const listHead = /^test at (\S.*:\d+:\d+)$/
const listName = /^[✖⚠] (.+?)(?: \([\d.]+ms\))?$/
const tapHead = /^\s*not ok \d+ - (.+?)(?: # time=\S+)?$/
/** A test that is marked as to be done may fail. */
const excused = / # (?:TODO|SKIP)\b/i
const excusedInList = /^⚠ |\([\d.]+ms\) # (?:TODO|SKIP)\b/

export function newNodeTests(): TestReports {
  let section: Section | undefined
  const thrown = newThrownErrors()
  const close = (): readonly Finding[] => {
    const done = section === undefined ? [] : findingOf(section, thrown.of(section.name ?? ''))
    section = undefined
    return done
  }
  return {
    take(line) {
      const head = headOf(line)
      if (head !== undefined) {
        if (head.name !== undefined) thrown.endOf(head.name)
        const done = close()
        section = head
        return done.length > 0 ? done : 'part'
      }
      if (section === undefined) {
        thrown.take(line)
        return undefined
      }
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
  return name === undefined || excused.test(line) ? undefined : { form: 'tap', name: name.replace(/\\([#\\])/g, '$1'), age: 0 }
}

function readList(section: Section, line: string): void {
  const name = section.name === undefined ? listName.exec(line)?.[1] : undefined
  if (name !== undefined) {
    section.name = name
    section.isNone = excusedInList.test(line)
  } else if (section.name !== undefined && line.trim() !== '') section.message ??= unquoted(line.trim())
}

/** The block of YAML below a test. */
function readTap(section: Section, line: string): void {
  const [, key, value = ''] = /^(location|error|failureType): (.+)$/.exec(line) ?? []
  if (section.awaitsMessage === true) section.message = line
  section.awaitsMessage = key === 'error' && /^[|>]/.test(value)
  if (key === 'location') section.place ??= unquoted(value)
  else if (key === 'failureType') section.isNone = unquoted(value) === 'subtestsFailed'
  else if (key === 'error' && !section.awaitsMessage) section.message ??= unquoted(value)
}

const unquoted = (text: string): string => text.replace(/^(['"`])(.*)\1$/, '$2').replaceAll("''", "'")

/** A group fails because of the tests in it, which are named themselves. TAP of others says no place. */
function findingOf(section: Section, thrown: Thrown | undefined): readonly Finding[] {
  if (section.isNone === true || section.place === undefined) return []
  // Of a file that cannot even be loaded Node says no more than this.
  const cause = section.message === 'test failed' ? thrown : undefined
  const place = cause?.place ?? placeIn(section.place)
  const message = [section.name, cause?.message ?? section.message].filter((part) => part !== undefined && part !== '').join(': ')
  return [newFinding({ file: place?.file, line: place?.line, column: place?.column, rule: 'test', severity: 'error', message })]
}
