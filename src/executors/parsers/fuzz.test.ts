import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import type { Finding } from '../../model/finding.ts'
import type { ParserName } from '../../model/task.ts'
import { parsers } from './by-name.ts'

const names = Object.keys(parsers) as readonly ParserName[]

/** Pieces that parsers look for, so that chance gets past their first glance. */
const pieces = [
  'a.ts',
  ':',
  '1',
  '2',
  ' ',
  '  ',
  '\n',
  '\r',
  '\t',
  '(',
  ')',
  ',',
  '[',
  ']',
  '{',
  '}',
  '"',
  'error',
  'warning',
  ' - ',
  'TS1',
  'note: ',
  '--> ',
  ',-[',
  'FAIL  ',
  '● ',
  ' > ',
  '____ ',
  'E   ',
  '# ',
  'vet: ',
  '(fail) ',
  "thread 'x' panicked at ",
  '\x1b[',
  '\x1b]',
  '\x1bP',
  '\x07',
  '\x9b',
  '0m',
  '\0',
  '\u202e',
  '\ud800',
  '::set-env::',
  '/repo/',
  'C:\\',
  '..',
  '|',
  '^',
  'Diff in ',
  ' at line ',
  'Would reformat: ',
  '[warn] ',
  '[error] ',
  'SyntaxError: ',
  '{"reason":"build-finished"}',
  '{"reason":"compiler-message","message":',
  '{"Action":"fail","Package":"a/b","Test":"T/x"}',
  '{"diagnostics":[',
  '[{"filePath":"a","messages":[{}]}]',
  '{"version":"2.1.0","runs":[{"results":[',
  '{"locations":[{"physicalLocation":{"artifactLocation":{"uri":"file:///a%20b%"}}}]}',
  ']}]}',
  '{"generalDiagnostics":[{"range":{"start":{"line":0,"character":0}}}]}',
  '{"comments":[{"code":1,"fix":{"replacements":[]}}]}',
  '{"results":[{}],"errors":[{}]}',
  '[{"RuleID":"a","Secret":"b","Commit":"c"}]',
  '{"dependencies":[{"name":"a","vulns":[{"id":"b"}]}]}',
  '{"code":"a","location":{}}\n',
  '<?xml version="1.0"?>',
  '<testsuites>',
  '<testsuite name="a" failures="1">',
  '<testcase classname="t.a" name="b" line="0">',
  '<failure message="x&#10;">',
  '</failure></testcase></testsuite></testsuites>',
  '<checkstyle><file name="a.ts">',
  '<error line="1" severity="error" message="x"/>',
  '</file></checkstyle>',
  '<![CDATA[',
  ']]>',
  '<!--',
  '&lt;',
  '&#x1b;',
  ' ==> ',
  '[{"source":"a.css","warnings":[{}],"parseErrors":[1]}]',
  '{"issues":[{"file":"a.ts","exports":[{"name":"x","line":0}],"enumMembers":{"E":[{}]},"duplicates":[[{}]]}]}',
  '{"numTotalTests":1,"testResults":[{"name":"a.ts","status":"failed","message":" at x (a.ts:1:1)"}]}',
  '{"vulnerabilities":{"a":{"via":["b",{}],"isDirect":true,"fixAvailable":{}}}}',
  '{"advisories":{"1":{}}}',
  ' MD001/x ',
  'test at a.ts:1:1\n',
  '✖ a.ts (1ms)',
  '⚠ x (1ms) # TODO',
  'not ok 1 - ',
  'Error: ',
  '⎯⎯⎯⎯⎯ Uncaught Exception ⎯⎯⎯⎯⎯',
  'null',
  '__proto__',
] as const
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join('')),
)
const json = fc.json({ maxDepth: 4 })

// oxlint-disable-next-line no-control-regex
const foreign = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/

function judge(finding: Finding): void {
  expect(finding.message).not.toBe('')
  expect(finding.message.length).toBeLessThanOrEqual(2000)
  expect([finding.message, finding.rule, finding.suggestion].join('')).not.toMatch(foreign)
  expect(finding.message.isWellFormed()).toBeTrue()
  if (finding.line !== undefined) expect(finding.line).toBeGreaterThanOrEqual(1)
  if (finding.column !== undefined) expect(finding.line).toBeDefined()
}

test('whatever a tool prints, every parser answers with sound findings', () => {
  fc.assert(
    fc.property(fc.oneof(text, json), text, (stdout, stderr) => {
      for (const name of names) parsers[name]({ stdout, stderr }).findings.forEach(judge)
    }),
    { numRuns: 250 },
  )
})

test('JSON of any shape in the place of any part is survived', () => {
  const part = fc.jsonValue({ maxDepth: 3 })
  const shape = fc.record(
    {
      filePath: part,
      messages: fc.oneof(part, fc.array(part)),
      diagnostics: fc.oneof(
        part,
        fc.array(fc.record({ location: part, advices: fc.array(part), labels: fc.array(part), tags: part, message: part, severity: part })),
      ),
      location: part,
      message: part,
      spans: part,
      children: part,
      reason: fc.constantFrom('compiler-message', 'build-finished'),
      Action: fc.constantFrom('fail', 'output', 'build-output'),
      Package: part,
      Test: part,
      Output: part,
      manifest_path: part,
      runs: fc.oneof(
        part,
        fc.array(
          fc.record({
            tool: part,
            results: fc.array(fc.record({ message: part, locations: fc.array(part), suppressions: part, fixes: part, ruleIndex: part })),
            invocations: part,
          }),
        ),
      ),
      results: fc.oneof(part, fc.array(fc.record({ extra: part, start: part, path: part, issue_severity: part, line_number: part }))),
      errors: fc.oneof(part, fc.array(fc.record({ type: part, level: part, message: part, filename: part }))),
      generalDiagnostics: fc.oneof(part, fc.array(fc.record({ range: part, rule: part }))),
      comments: fc.oneof(part, fc.array(fc.record({ code: part, fix: part }))),
      dependencies: fc.oneof(part, fc.array(fc.record({ name: part, vulns: fc.array(part) }))),
      attributes: part,
      Description: part,
      code: part,
      source: part,
      warnings: fc.oneof(part, fc.array(part)),
      issues: fc.oneof(part, fc.array(fc.record({ file: fc.string(), exports: part, enumMembers: part, duplicates: fc.array(fc.array(part)) }))),
      numTotalTests: fc.nat(),
      testResults: fc.oneof(part, fc.array(fc.record({ name: part, status: fc.constant('failed'), message: part, assertionResults: fc.array(part) }))),
      vulnerabilities: fc.oneof(
        part,
        fc.dictionary(fc.string(), fc.record({ name: part, via: fc.array(part), severity: part, range: part, fixAvailable: part })),
      ),
      advisories: fc.oneof(part, fc.dictionary(fc.string(), part)),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.oneof(shape, fc.array(shape)), (value) => {
      const stdout = JSON.stringify(value)
      for (const name of names) parsers[name]({ stdout, stderr: '' }).findings.forEach(judge)
    }),
    { numRuns: 100 },
  )
})

/** Text that made naive patterns slow: much of one thing that never comes to the expected end. */
const nasty: Readonly<Record<string, string>> = {
  'ordinary lines': 'src/components/button.ts:12:34: warning: something is not as it should be [some-rule]\n',
  'colons and digits': 'a:1:1:1:1:1:1:1:1:1:1:1 ',
  blanks: '  ',
  'blanks and a letter': `${' '.repeat(50)}x`,
  'blank lines': '\n',
  'carriage returns': '\r',
  'open sequences': '\x1b]',
  'unfinished sequences': '\x1b[1;1;1',
  'one unfinished sequence': '1;',
  'device strings': '\x1bP',
  brackets: '[',
  'braces in lines': '{\n',
  'brackets in lines': '[\n',
  parentheses: '(1,1)',
  slashes: 'a/',
  underscores: '_',
  headings: '____ x ____\n',
  failures: 'FAIL  a.ts > x\n',
  bullets: '  ● x\n',
  arrows: 'error: x\n --> a.ts:1:1\n',
  'headings without a place': 'error: x\n',
  rules: 'error a (b) [c] ',
  tabs: '\tx\n',
  indented: '  x\n',
  'errors of tsc': 'error TS1: x\n',
  panics: "thread 'x' panicked at ",
  events: '{"Action":"fail","Package":"a/b","Test":"T/x"}\n',
  stack: '    at f (a.ts:1:1)\n',
  notes: 'a.py:1: note: x\n',
  'open elements': '<a>',
  'starts of XML': '<?xml \n',
  'one start and attributes': '<testsuite a="b" ',
  'a report of tests': '<testsuites><testsuite><testcase name="a"><failure>at x (a.ts:1:1)\n</failure></testcase></testsuite></testsuites>\n',
  ampersands: '&',
  'entities in a report': '<checkstyle>&lt;',
  comments: '<checkstyle><!--',
  'colons and words': 'a:1: b',
  'rules of markdownlint': 'a.md:1 MD001/a/b',
  'thrown errors': 'Error: x\n    at f (/a.ts:1:1)\n✖ a.ts (1ms)\n',
}

function timeOf(parser: ParserName, stdout: string): number {
  const startedAt = performance.now()
  parsers[parser]({ stdout, stderr: '' })
  return performance.now() - startedAt
}

/** The best of a few tries: the machine may be busy with something else. One that is quick enough needs no other. */
function fastest(parser: ParserName, stdout: string, enoughMs: number): number {
  let bestMs = timeOf(parser, stdout)
  for (let tries = 1; tries < 3 && bestMs >= enoughMs; tries++) bestMs = Math.min(bestMs, timeOf(parser, stdout))
  return bestMs
}

/** How many times as long the large text takes. */
function slowness(parser: ParserName, small: string, large: string): number {
  const longMs = fastest(parser, large, 60)
  // In these few milliseconds nothing slow can hide.
  return longMs < 60 ? 1 : longMs / Math.max(fastest(parser, small, 0), 0.5)
}

test('no text takes a parser long: sixteen times the length never takes a hundred times the time', () => {
  for (const [what, unit] of Object.entries(nasty)) {
    const small = unit.repeat(Math.ceil(12_500 / unit.length))
    const large = small.repeat(16)
    for (const name of names) {
      // What is slow is slow each time; what the machine does beside it is not.
      const slow = [0, 1, 2].map(() => () => slowness(name, small, large)).reduce((times, again) => (times < 100 ? times : again()), Infinity)
      expect(slow < 100 ? 'fast enough' : `${name} on ${what}: ${Math.round(slow)} times`).toBe('fast enough')
    }
  }
}, 180_000)

test('a megabyte of ordinary output is read in no time', () => {
  const megabyte = (nasty['ordinary lines'] ?? '').repeat(12_000)
  // Usually below 30 ms; the rest is room for a busy machine.
  for (const name of names) expect(fastest(name, megabyte, 300)).toBeLessThan(300)
})
