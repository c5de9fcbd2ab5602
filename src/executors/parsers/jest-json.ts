/** Reads `jest --json` and the JSON reporter of Vitest, which prints the same shape: a list of test files with their tests. */
import type { Finding } from '../../model/finding.ts'
import { at, listAt, numberAt, readDocument, textAt } from './json-output.ts'
import { newFinding, type Remark } from './new-finding.ts'
import type { Parser } from './parser.ts'
import { placeIn, type Placed } from './place.ts'
import { linesOf, messageOf, withoutEscapes } from './plain-text.ts'

export const jestJson: Parser = ({ stdout }) => read(stdout, ' › ')

/** Since version 5 Vitest writes its report into a file, and says only where. */
export const vitestJson: Parser = ({ stdout }) => {
  const written = /^JSON report written to (.+)$/m.exec(stdout)?.[1]
  const parsed = read(stdout, ' > ')
  if (parsed.unreadable === undefined || written === undefined) return parsed
  return { findings: [], unreadable: `Vitest wrote its report into a file instead of printing it: ${messageOf(written)}` }
}

/** Tests print what they like, also what looks like JSON: the report is known by its first key. */
const reportStart = /^\{\s*"num[A-Z]/m

function read(stdout: string, between: string): ReturnType<Parser> {
  const start = stdout.search(reportStart)
  const document = readDocument(start > 0 ? stdout.slice(start) : stdout)
  if ('unreadable' in document) return { findings: [], unreadable: document.unreadable }
  const files = at(document.value, 'testResults')
  if (!Array.isArray(files) || numberAt(document.value, 'numTotalTests') === undefined)
    return { findings: [], unreadable: 'the JSON has no results of tests, as Jest and Vitest print them' }
  const findings = files.flatMap((file) => findingsOfFile(file, between))
  if (at(document.value, 'wasInterrupted') === true) return { findings, unreadable: 'the tests were interrupted: not all of them have run' }
  return { findings: files.length === 0 ? [noTest(at(document.value, 'success') === true)] : findings }
}

/** Who has told the runner to be content without a test is reminded of it. */
const noTest = (isContent: boolean): Finding =>
  newFinding({ rule: 'no-tests', severity: isContent ? 'warning' : 'error', message: 'no test was found, so none has run' })

function findingsOfFile(result: unknown, between: string): readonly Finding[] {
  const file = textAt(result, 'name')
  const failed = listAt(result, 'assertionResults').filter((test) => at(test, 'status') === 'failed')
  if (failed.length > 0) return failed.map((test) => findingOfTest(test, file, between))
  if (at(result, 'status') !== 'failed') return []
  const { message, ...place } = reasonOf(suiteText(textAt(result, 'message') ?? ''), file)
  return [newFinding({ ...place, rule: 'suite', severity: 'error', message: message === '' ? 'failed outside of its tests, for example in a hook' : message })]
}

/** Jest puts a heading above its picture of the error, and advice between the two. */
function suiteText(text: string): string {
  const plain = withoutEscapes(text).replace(/^\s*● Test suite failed to run\s*/, '')
  const details = /^ *Details:$/m.exec(plain)
  return details === null ? plain : plain.slice(details.index + details[0].length).trimStart()
}

function findingOfTest(test: unknown, file: string | undefined, between: string): Finding {
  const name = [...listAt(test, 'ancestorTitles'), textAt(test, 'title')].filter((part) => typeof part === 'string' && part !== '').join(between)
  const failures = listAt(test, 'failureMessages')
  const { message, ...stack } = reasonOf(typeof failures[0] === 'string' ? failures[0] : '', file)
  const told = at(test, 'location')
  const place =
    stack.line === undefined && numberAt(told, 'line') !== undefined ? { file, line: numberAt(told, 'line'), column: numberAt(told, 'column') } : stack
  // Up to version 3 the report of Vitest has this in the place of what it says about a time limit.
  const why = /STACK_TRACE_ERROR$/.test(message) ? 'timed out' : message
  return newFinding({
    ...place,
    rule: 'test',
    severity: 'error',
    message: [name || textAt(test, 'fullName'), why].filter((part) => part !== undefined && part !== '').join(': '),
  })
}

/** "at name (a.test.js:2:36)", "at a.test.js:2:36", and the head of a picture: "╭─[ a.test.ts:2:36 ]". */
const frame = /^\s*(?:at (?:[^()]* \()?|╭─\[ )(?:file:\/\/\/(?=[A-Za-z]:)|file:\/\/)?((?:\/|[A-Za-z]:[\\/]|[\w.@-])[^()]*?:\d+:\d+)(?:\)| \])?$/
const foreign = /(?:^|[\\/])node_modules[\\/]|^node:|^\[native/
/** What is drawn below the reason: the code around the place, and the stack. */
const drawn = /^\s*(?:>?\s*\d+ ?[|│]|╭|at .*(?::\d+\)?|\(<anonymous>\))$)/
/** Babel: "SyntaxError: /repo/a.js: Unexpected token (2:0)", where columns count from 0. */
const babelPlace = /^SyntaxError: (.+): .* \((\d{1,7}):(\d{1,7})\)$/
const longestReason = 20

type Reason = Pick<Remark, 'file' | 'line' | 'column' | 'message'>

/** What a stack is about, and the first place in it that is one's own. */
function reasonOf(stack: string, file: string | undefined): Reason {
  const lines = linesOf(stack)
  const end = lines.findIndex((line) => drawn.test(line))
  const reason = (end === -1 ? lines : lines.slice(0, end)).slice(0, longestReason).map((line) => line.replace(/^ {4}/, ''))
  return { ...placeInStack(lines, file), message: reason.join('\n').trim() }
}

function placeInStack(lines: readonly string[], file: string | undefined): Omit<Reason, 'message'> {
  const babel = babelPlace.exec(lines[0] ?? '')
  if (babel !== null) return { file: babel[1], line: Number(babel[2]), column: Number(babel[3]) + 1 }
  const own = lines.map(placeOfFrame).find((place) => place !== undefined) ?? lines.map((line) => placeIn(line.trim())).find((place) => place?.file === file)
  if (own === undefined) return { file }
  // Pictures name files from the root of the project, which need not be where the runner was started.
  const isSame = file?.replaceAll('\\', '/').endsWith(`/${own.file}`) === true
  return { file: isSame ? file : own.file, line: own.line, column: own.column }
}

function placeOfFrame(line: string): Placed | undefined {
  const text = frame.exec(line)?.[1]
  return text === undefined || foreign.test(text) ? undefined : placeIn(text)
}
