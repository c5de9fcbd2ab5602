/** What the generic formats allow beyond what the recorded tools make of it. */
import { expect, test } from 'bun:test'
import type { Finding } from '../../model/finding.ts'
import type { ParserName } from '../../model/task.ts'
import { parsers } from './by-name.ts'
import type { ParsedOutput } from './parser.ts'
import { readXml } from './xml-document.ts'

const read = (parser: ParserName, stdout: string): ParsedOutput => parsers[parser]({ stdout, stderr: '' })
const sarifOf = (run: object): ParsedOutput => read('sarif', JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'scan' } }, ...run }] }))
const first = (result: object, run: object = {}): Finding | undefined => sarifOf({ results: [{ message: { text: 'm' }, ...result }], ...run }).findings[0]
const located = (artifactLocation: object, region: object = { startLine: 2, startColumn: 3 }): object => ({
  locations: [{ physicalLocation: { artifactLocation, region } }],
})

test('files of SARIF are addresses: with escapes, named folders and rows of a table', () => {
  const fileOf = (location: object, run: object = {}): string | undefined => first(located(location), run)?.file
  expect(fileOf({ uri: 'src/my%20file%C3%A4.ts' })).toBe('src/my fileä.ts')
  expect(fileOf({ uri: 'src/100%.ts' })).toBe('src/100%.ts')
  expect(fileOf({ uri: 'file:///repo/a.ts' })).toBe('/repo/a.ts')
  expect(fileOf({ uri: 'file://localhost/repo/a.ts' })).toBe('/repo/a.ts')
  expect(fileOf({ uri: 'file:///C:/repo/a.ts' })).toBe('C:/repo/a.ts')
  expect(fileOf({ uri: 'file:/repo/a.ts' })).toBe('/repo/a.ts')
  expect(fileOf({ uri: 'C:\\repo\\a.ts' })).toBe('C:\\repo\\a.ts')
  expect(fileOf({ uri: 'https://example.com/a.ts' })).toBeUndefined()
  expect(fileOf({ uri: 'a.ts', uriBaseId: '%SRCROOT%' })).toBe('a.ts')
  const folders = { originalUriBaseIds: { ROOT: { uri: 'file:///repo/' }, SRC: { uri: 'src', uriBaseId: 'ROOT' }, A: { uri: 'x/', uriBaseId: 'A' } } }
  expect(fileOf({ uri: 'a.ts', uriBaseId: 'SRC' }, folders)).toBe('/repo/src/a.ts')
  expect(fileOf({ uri: 'a.ts', uriBaseId: 'A' }, folders)).toEndWith('x/a.ts')
  expect(fileOf({ index: 1 }, { artifacts: [{}, { location: { uri: 'b.ts' } }] })).toBe('b.ts')
  expect(first(located({ uri: 'a.ts' }))).toMatchObject({ line: 2, column: 3 })
})

test('the severity of SARIF is that of the result, else of its rule, else a warning', () => {
  const rules = [{ id: 'r', defaultConfiguration: { level: 'note' }, helpUri: 'https://x', messageStrings: { d: { text: 'no {0} in {1}' } } }]
  const tool = { tool: { driver: { name: 'scan', rules } } }
  expect(first({})).toEqual({ severity: 'warning', message: 'm' })
  expect(first({ ruleId: 'r' }, tool)).toMatchObject({ rule: 'r', severity: 'info', suggestion: 'https://x' })
  expect(first({ ruleIndex: 0 }, tool)).toMatchObject({ rule: 'r', severity: 'info' })
  expect(first({ ruleId: 'r/part' }, tool)).toMatchObject({ rule: 'r/part', severity: 'info' })
  expect(first({ ruleId: 'r', level: 'error' }, tool)).toMatchObject({ severity: 'error' })
  expect(first({ level: 'none' })).toMatchObject({ severity: 'info' })
  expect(first({ kind: 'review' })).toMatchObject({ severity: 'warning' })
  expect(first({ ruleId: 'r', message: { id: 'd', arguments: ['tabs', 'a.ts'] } }, tool)?.message).toBe('no tabs in a.ts')
  expect(first({ message: { text: 'from [here](1) to {9}' } })?.message).toBe('from here to {9}')
})

test('what passed, what is gone and what was suppressed is no finding; what somebody still has to decide about is one', () => {
  for (const kind of ['pass', 'notApplicable']) expect(first({ kind })).toBeUndefined()
  expect(first({ baselineState: 'absent' })).toBeUndefined()
  expect(first({ suppressions: [{ kind: 'inSource' }] })).toBeUndefined()
  expect(first({ suppressions: [] })).toBeDefined()
  expect(first({ suppressions: [{ kind: 'external', status: 'underReview' }] })).toBeDefined()
  expect(first({ fixes: [{ description: { text: 'Use let.' }, artifactChanges: [{}] }] })).toMatchObject({ fixable: true, suggestion: 'Use let.' })
})

test('a tool of SARIF that did not look, or says that it could not, has not passed', () => {
  expect(sarifOf({}).unreadable).toBe('scan gave no list of results: it did not look')
  expect(sarifOf({ results: [], invocations: [{ executionSuccessful: false }] }).unreadable).toBe('scan says that it did not succeed')
  const notification = (level: string): object => ({ results: [], invocations: [{ toolExecutionNotifications: [{ level, message: { text: 'no rules' } }] }] })
  expect(sarifOf(notification('error'))).toEqual({
    findings: [{ rule: 'tool', severity: 'error', message: 'no rules' }],
    unreadable: 'scan could not do its work: no rules',
  })
  expect(sarifOf(notification('warning'))).toEqual({ findings: [] })
  expect(sarifOf({ results: [] })).toEqual({ findings: [] })
})

const suite = (inside: string, attributes = ''): ParsedOutput =>
  read('junit', `<testsuites><testsuite name="s" ${attributes}>${inside}</testsuite></testsuites>`)

test('suites of JUnit stand in suites, fail by themselves, and say where their tests are', () => {
  expect(suite('<testcase name="a" file="t/a.php" line="12"><error type="E"/></testcase>').findings).toEqual([
    { file: 't/a.php', line: 12, rule: 'test', severity: 'error', message: 'a: E' },
  ])
  expect(suite('<error message="no database"/><testcase name="a"/>').findings).toEqual([{ rule: 'test', severity: 'error', message: 's: no database' }])
  expect(
    suite(
      '<testcase classname="com.example.AppTest" name="adds"><failure>java.lang.AssertionError: no\n\tat com.example.AppTest.adds(AppTest.java:12)</failure></testcase>',
    ).findings,
  ).toEqual([{ rule: 'test', severity: 'error', message: 'com.example.AppTest.adds: java.lang.AssertionError: no' }])
  expect(suite('<testsuite name="inner" file="t/b.rb"><testcase name="b"><failure message="no"/></testcase></testsuite>').findings).toEqual([
    { file: 't/b.rb', rule: 'test', severity: 'error', message: 'b: no' },
  ])
  expect(suite('<testcase name="a"><failure message="no"/><error message="not tidied up"/></testcase>').findings.map(({ message }) => message)).toEqual([
    'a: no',
    'a: not tidied up',
  ])
  expect(suite('<testcase name="a"><skipped/></testcase><testcase name="b"><flakyFailure message="once"/></testcase>')).toEqual({ findings: [] })
})

test('a report of JUnit without tests, or with failures that it does not name, is no pass', () => {
  expect(read('junit', '<testsuites/>').unreadable).toBe('the report names no test, so none has run')
  expect(suite('<testcase name="a"/>', 'failures="1"').unreadable).toBe('the report counts failures, but names no test that failed')
})

test('of XML only what reports need is read: no document types, no entities of their own, nothing that is not closed', () => {
  const unreadable = (text: string): string | undefined => read('checkstyle', text).unreadable
  expect(unreadable('<!DOCTYPE checkstyle [<!ENTITY x "y">]><checkstyle/>')).toBeString()
  expect(unreadable('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa">]><checkstyle>&a;</checkstyle>')).toBe(
    'the XML cannot be read: line 1: a document type or an entity of its own is not read',
  )
  for (const text of [
    '<checkstyle>&a;</checkstyle>',
    '<checkstyle>',
    '<checkstyle><file></checkstyle>',
    '<checkstyle a="1" a="2"/>',
    '<checkstyle a=1/>',
    '<checkstyle a="<"/>',
    '<checkstyle><file name="a',
    '<checkstyle>&#0;</checkstyle>',
    '<checkstyle><!-- </checkstyle>',
    `<checkstyle>${'<a>'.repeat(200)}`,
    '<html></html>',
    'all good',
    '',
  ])
    expect(unreadable(text)).toBeString()
  expect(unreadable('> app@1.0.0 lint\n<?xml version="1.0"?>\n<!-- x --><checkstyle version="1"></checkstyle>\ndone\n')).toBeUndefined()
})

test('text of XML is plain: entities, numbers, CDATA, and line breaks where they are written as numbers', () => {
  const text = '<r a="1 &lt; 2&#10;&#x26;\n3">a&amp;<![CDATA[<b>&]]><c/>d</r>'
  expect(readXml(text, ['r'])).toEqual({
    root: { name: 'r', attributes: new Map([['a', '1 < 2\n& 3']]), text: 'a&<b>&d', children: [{ name: 'c', attributes: new Map(), text: '', children: [] }] },
  })
})

test('a file that Checkstyle fails on is an error, and what is to be ignored is none', () => {
  const inside = '<error severity="ignore" message="x"/><error line="1" message="no severity"/><exception><![CDATA[boom\n\tat A]]></exception>'
  expect(read('checkstyle', `<checkstyle><file name="A.java">${inside}</file></checkstyle>`).findings).toEqual([
    { file: 'A.java', line: 1, severity: 'error', message: 'no severity' },
    { file: 'A.java', rule: 'exception', severity: 'error', message: 'boom' },
  ])
})
