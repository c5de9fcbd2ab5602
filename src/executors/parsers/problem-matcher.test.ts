import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import type { ProblemMatcher } from '../../model/task.ts'
import { problemMatcher } from './problem-matcher.ts'

const read = (matcher: ProblemMatcher, stdout: string) => problemMatcher(matcher)({ stdout, stderr: '' }).findings

/** As in VS Code's documentation: gcc. */
const gcc: ProblemMatcher = {
  severity: 'error',
  patterns: [{ regexp: String.raw`^(.*):(\d+):(\d+):\s+(warning|error):\s+(.*)$`, file: 1, line: 2, column: 3, severity: 4, message: 5 }],
}

/** As in VS Code's documentation: the stylish format of ESLint, one file for many remarks. */
const stylish: ProblemMatcher = {
  severity: 'error',
  patterns: [
    { regexp: String.raw`^([^\s].*)$`, file: 1 },
    { regexp: String.raw`^\s+(\d+):(\d+)\s+(error|warning|info)\s+(.*)\s\s+(.*)$`, line: 1, column: 2, severity: 3, message: 4, code: 5, loop: true },
  ],
}

test('a pattern of one line makes a finding of each line that it matches', () => {
  expect(read(gcc, "building\nhello.c:5:3: warning: implicit declaration of function 'prinft'\nsrc/b.c:9:1: error: expected ';'\ndone\n")).toEqual([
    { file: 'hello.c', line: 5, column: 3, severity: 'warning', message: "implicit declaration of function 'prinft'" },
    { file: 'src/b.c', line: 9, column: 1, severity: 'error', message: "expected ';'" },
  ])
})

test('patterns of several lines share what the first ones said', () => {
  const text =
    'test.js\n  1:0   error  Missing "use strict" statement  strict\n  1:9   warning  foo is defined but never used  no-unused-vars\n\nother.js\n  2:1  error  Bad  bad\n'
  expect(read(stylish, text)).toEqual([
    { file: 'test.js', line: 1, rule: 'strict', severity: 'error', message: 'Missing "use strict" statement' },
    { file: 'test.js', line: 1, column: 9, rule: 'no-unused-vars', severity: 'warning', message: 'foo is defined but never used' },
    { file: 'other.js', line: 2, column: 1, rule: 'bad', severity: 'error', message: 'Bad' },
  ])
})

test('a line that breaks off the pattern may begin another one', () => {
  const two: ProblemMatcher = {
    severity: 'warning',
    patterns: [
      { regexp: '^AT (.*) (.*)$', file: 1, location: 2 },
      { regexp: '^  (.+)$', message: 1 },
    ],
  }
  expect(read(two, 'AT a.c 3,5\nAT b.c 4\n  really\n')).toEqual([{ file: 'b.c', line: 4, severity: 'warning', message: 'really' }])
})

test('whatever is printed, it answers, and soon', () => {
  const pieces = ['a.c', ':', '1', ' error: ', ' warning: ', '\n', '  ', 'AT ', '\x1b[31m', '\ud800', '%'.repeat(600)]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), (parts) => {
      for (const matcher of [gcc, stylish])
        for (const { message, severity } of read(matcher, parts.join('')))
          expect([message !== '', ['error', 'warning', 'info'].includes(severity)]).toEqual([true, true])
    }),
    { numRuns: 300 },
  )
  const begun = performance.now()
  read(gcc, ':1'.repeat(100_000))
  expect(performance.now() - begun).toBeLessThan(2000)
})
