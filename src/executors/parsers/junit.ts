/** Reads the XML of JUnit, which test runners of all languages write: every test that failed is a finding. */
import type { Finding } from '../../model/finding.ts'
import { newFinding } from './new-finding.ts'
import type { Parser } from './parser.ts'
import { isPath, placeIn, type Placed } from './place.ts'
import { linesOf } from './plain-text.ts'
import { stackLine } from './test-reports.ts'
import { readXml, type XmlElement } from './xml-document.ts'

type Found = { readonly findings: Finding[]; tests: number; /** A suite counts more than it names. */ counted: boolean }

export const junit: Parser = ({ stdout }) => {
  const read = readXml(stdout, ['testsuites', 'testsuite'])
  if ('unreadable' in read) return { findings: [], unreadable: read.unreadable }
  const found: Found = { findings: [], tests: 0, counted: false }
  gather(read.root, [], found)
  const { findings } = found
  if (findings.length === 0 && found.counted) return { findings, unreadable: 'the report counts failures, but names no test that failed' }
  return findings.length === 0 && found.tests === 0 ? { findings, unreadable: 'the report names no test, so none has run' } : { findings }
}

/** Suites stand in suites; one of them can fail by itself, before any test. */
function gather(element: XmlElement, suites: readonly XmlElement[], found: Found): void {
  const inside = [...suites, element]
  if (['failures', 'errors'].some((name) => Number(element.attributes.get(name) ?? 0) > 0)) found.counted = true
  for (const child of element.children) {
    if (child.name === 'testsuite') gather(child, inside, found)
    else if (child.name === 'testcase') {
      found.tests += 1
      // A test can fail, and then what is to be tidied up after it.
      for (const trouble of child.children.filter(isTrouble)) found.findings.push(findingOf(trouble, child, inside))
    } else if (isTrouble(child)) found.findings.push(findingOf(child, undefined, inside))
  }
}

const isTrouble = ({ name }: XmlElement): boolean => name === 'failure' || name === 'error'

function findingOf(trouble: XmlElement, test: XmlElement | undefined, suites: readonly XmlElement[]): Finding {
  const owners = [...(test === undefined ? [] : [test]), ...suites.toReversed()]
  const className = test?.attributes.get('classname') ?? ''
  const named = owners.map(fileOf).find((file) => file !== undefined) ?? (isSource(className) ? className : undefined)
  const lines = linesOf(trouble.text)
  const place = inStack(lines, named) ?? inTraceback(lines, named, className === '' ? (test?.attributes.get('name') ?? '') : className)
  const file = named ?? place?.file
  const name = test === undefined ? (suites.at(-1)?.attributes.get('name') ?? '') : titleOf(test, className, file)
  const message = messageOfTrouble(trouble, lines)
  return newFinding({
    file,
    line: place?.line ?? lineOf(test, suites),
    column: place?.column,
    rule: 'test',
    severity: 'error',
    message: name === '' ? message : `${name}: ${message}`,
  })
}

/** Vitest leaves out what XML does not allow, and so only the first character of each colour. */
const colour = /\[\d{1,3}(?:;\d{1,3}){0,4}m/g

/** pytest says only "collection failure" of a module that cannot be imported; why stands behind an E. */
function messageOfTrouble({ attributes }: XmlElement, lines: readonly string[]): string {
  const message = (attributes.get('message') ?? '').replace(colour, '')
  const exception =
    message === 'collection failure'
      ? lines
          .find((line) => /^E\s{2,}\S/.test(line))
          ?.slice(1)
          .trim()
      : undefined
  return exception ?? [message, explanation(lines), attributes.get('type') ?? ''].find((text) => text.trim() !== '') ?? 'failed'
}

const explainingLines = 5

/** Where no message is given, it stands at the beginning of the text; PHPUnit puts the name of the test before it. */
function explanation(lines: readonly string[]): string {
  const start = lines.findIndex((line) => line.trim() !== '' && !/^\w[\w\\]*::\w/.test(line))
  const rest = start === -1 ? [] : lines.slice(start)
  const end = rest.findIndex((line) => line.trim() === '' || /^\s*at\s/.test(line))
  return rest.slice(0, Math.min(end === -1 ? rest.length : end, explainingLines)).join('\n')
}

const fileOf = ({ attributes }: XmlElement): string | undefined => {
  const file = attributes.get('file') ?? attributes.get('filepath')
  return file !== undefined && isPath(file) ? file : undefined
}

/** The class of a test is most often no file: "tests.test_a.TestGroup", "com.example.AppTest". */
const isSource = (className: string): boolean => isPath(className) && /\.(?:[cm]?[jt]sx?|py|rb|php|go|rs|java|kt|swift|dart)$/.test(className)

/** JavaScript: the innermost place of the error that was the cause, and not that in a library. */
function inStack(lines: readonly string[], named: string | undefined): Placed | undefined {
  const cause = lines.findLastIndex((line) => /^\s*cause: /.test(line))
  const places = lines.slice(Math.max(0, cause)).map((line) => placeIn(stackLine.exec(line)?.[1] ?? ''))
  return places.find((place) => place !== undefined && !/^node:|[\\/]node_modules[\\/]/.test(place.file) && (named === undefined || isFile(place.file, named)))
}

/** Others tell the way to the error from the outside; the last place in the file of the test says what failed there. */
function inTraceback(lines: readonly string[], named: string | undefined, className: string): Placed | undefined {
  const places = lines.map((line) => placeIn(line.trim()))
  return places.findLast((place) => place !== undefined && (named === undefined ? isModule(place.file, className) : isFile(place.file, named)))
}

function isFile(path: string, named: string): boolean {
  const plain = path.replaceAll('\\', '/')
  return plain === named || plain.endsWith(`/${named.replace(/^\.\//, '')}`)
}

/** pytest: the class "tests.test_a.TestGroup" is in tests/test_a.py. */
function isModule(path: string, className: string): boolean {
  return path.endsWith('.py') && className !== '' && `${className}.`.startsWith(`${path.slice(0, -3).replace(/^\.\//, '').replaceAll(/[\\/]/g, '.')}.`)
}

/** pytest counts lines from 0. */
function lineOf(test: XmlElement | undefined, suites: readonly XmlElement[]): number | undefined {
  const line = test?.attributes.get('line')
  if (line === undefined || line === '') return undefined
  return Number(line) + (suites.some((suite) => suite.attributes.get('name') === 'pytest') ? 1 : 0)
}

/** Where no file says it, the class says which of the tests of that name it is. */
function titleOf({ attributes }: XmlElement, className: string, file: string | undefined): string {
  const name = attributes.get('name') ?? ''
  return file !== undefined || className === '' || name.startsWith(className) ? name || className : `${className}.${name}`
}
