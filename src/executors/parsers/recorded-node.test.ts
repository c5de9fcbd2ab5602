import { expect, test } from 'bun:test'
import type { Finding } from '../../model/finding.ts'
import type { ParserName } from '../../model/task.ts'
import { outputOf, short } from '../../../test/recorded-sample.ts'
import { parsers } from './by-name.ts'

function read(sample: string, parser: ParserName): readonly Finding[] {
  const parsed = parsers[parser](outputOf(sample))
  expect(parsed.unreadable).toBeUndefined()
  return parsed.findings
}

const check = (sample: string, parser: ParserName, expected: readonly string[]): void => {
  expect(read(sample, parser).map(short)).toEqual([...expected])
}

test('Stylelint 18 is read from stderr and Stylelint 15 from stdout, with what it can mend when it was asked', () => {
  check('stylelint-18-json-stderr', 'stylelint-json', [
    '/repo/s/a.css:2:10 error color-hex-length*: Expected "#FFFFFF" to be "#FFF"',
    '/repo/s/a.css:7:3 warning declaration-block-no-duplicate-properties*: Duplicate property "color"',
    '/repo/s/a.css:11:13 error function-url-quotes*: Expected quotes around "url" function argument',
    '/repo/s/a.css:11:1 error no-invalid-position-at-import-rule: Invalid position for @import rule',
    '/repo/s/a.css:3:3 error property-no-unknown: Unknown property "colr"',
    '/repo/s/broken.css:1:1 error CssSyntaxError: Unclosed block',
  ])
  check('stylelint-18-json-clean-stderr', 'stylelint-json', [])
  check('stylelint-18-json-invalid-stderr', 'stylelint-json', [
    '- error invalid-option: Invalid option value "bogus" for rule "color-hex-length"',
    '- error invalid-option: Invalid option name "wat" for rule "max-nesting-depth"',
    '/repo/s/clean.css:2:10 error color-named: Disallowed named color "red"',
  ])
  check('stylelint-15-json', 'stylelint-json', [
    '/repo/s/a.css:2:10 error color-hex-length: Expected "#FFFFFF" to be "#FFF"',
    '/repo/s/broken.css:1:1 error CssSyntaxError: Unclosed block',
  ])
})

test('markdownlint-cli2 0.24 is read with rule, column, severity and folders with blanks', () => {
  check('markdownlint-cli2-stderr', 'markdownlint', [
    's/a.md:3 error MD022/blanks-around-headings: Headings should be surrounded by blank lines [Expected: 1; Actual: 0; Below] [Context: "# B"]',
    's/a.md:3 error MD025/single-title/single-h1: Multiple top-level headings in the same document [Context: "B"]',
    's/a.md:4:2 error MD010/no-hard-tabs: Hard tabs [Column: 2]',
    's/a.md:6 error MD012/no-multiple-blanks: Multiple consecutive blank lines [Expected: 1; Actual: 2]',
    's/a.md:7 error MD012/no-multiple-blanks: Multiple consecutive blank lines [Expected: 1; Actual: 3]',
    's/a.md:8 error MD032/blanks-around-lists: Lists should be surrounded by blank lines [Context: "* a"]',
    's/a.md:9:1 error MD004/ul-style: Unordered list style [Expected: asterisk; Actual: dash]',
    's/a.md:9 error MD032/blanks-around-lists: Lists should be surrounded by blank lines [Context: "- b"]',
    's/a.md:12:6 error MD009/no-trailing-spaces: Trailing spaces [Expected: 0 or 2; Actual: 3]',
    's/my docs/b.md:1 warning MD041/first-line-heading/first-line-h1: First line in a file should be a top-level heading [Context: "no heading"]',
  ])
})

test('Vitest 5 and 3 are read from their reports: failed tests, files that cannot be loaded, hooks and time limits', () => {
  check('vitest-5-json', 'vitest-json', [
    '/repo/t/a.test.ts:2:36 error test: adds: AssertionError: expected 2 to be 3 // Object.is equality',
    '/repo/t/a.test.ts:6:34 error test: group > inner > throws: TypeError: boom\nsecond line',
    '/repo/t/a.test.ts:10:3 error test: group > slow: TestTimeoutError: Test timed out in 50ms.\nIf this is a long-running test, pass a timeout value as the last argument or configure it globally with "testTimeout".',
    '/repo/t/empty.test.ts error suite: No test suite found in file /repo/t/empty.test.ts',
    '/repo/t/hook.test.ts error suite: failed outside of its tests, for example in a hook',
    "/repo/t/import.test.ts error suite: Cannot find module './absent' imported from /repo/t/import.test.ts",
    '/repo/t/syntax.test.ts:2:19 error suite: Transform failed with 1 error:\n\n[PARSE_ERROR] Expected `}` but found `EOF`',
  ])
  check('vitest-3-json', 'vitest-json', [
    '/repo/t/a.test.ts:2:36 error test: adds: AssertionError: expected 2 to be 3 // Object.is equality',
    '/repo/t/a.test.ts:6:34 error test: group > inner > throws: TypeError: boom\nsecond line',
    '/repo/t/a.test.ts:10:3 error test: group > slow: timed out',
    '/repo/t/empty.test.ts error suite: No test suite found in file /repo/t/empty.test.ts',
    '/repo/t/hook.test.ts error suite: failed outside of its tests, for example in a hook',
    "/repo/t/import.test.ts error suite: Cannot find module './absent' imported from '/repo/t/import.test.ts'",
    '/repo/t/syntax.test.ts:3 error suite: Transform failed with 1 error:\n/repo/t/syntax.test.ts:3:0: ERROR: Unexpected end of file',
  ])
})

test('Jest 30 is read from its report', () => {
  check('jest-30-json', 'jest-json', [
    '/repo/t/a.test.js:1:36 error test: adds: Error: expect(received).toBe(expected) // Object.is equality\n\nExpected: 3\nReceived: 2',
    '/repo/t/a.test.js:5:34 error test: group › inner › throws: TypeError: boom\nsecond line',
    '/repo/t/a.test.js:9:3 error test: group › slow: Error: thrown: "Exceeded timeout of 50 ms for a test.\nAdd a timeout value to this test to increase the timeout, if this is a long-running test. See https://jestjs.io/docs/api#testname-fn-timeout."',
    '/repo/t/hook.test.js:2:27 error test: with a hook › never runs: Error: no database',
    '/repo/t/syntax.test.js:2:1 error suite: SyntaxError: /repo/t/syntax.test.js: Unexpected token (2:0)',
    '/repo/t/load.test.js:1:7 error suite: at load',
    "/repo/t/import.test.js:1:20 error suite: Cannot find module './absent' from 't/import.test.js'",
    '/repo/t/empty.test.js error suite: Your test suite must contain at least one test.',
  ])
  check('jest-30-json-clean', 'jest-json', [])
})

test('Vitest 5 and Jest 30 are read from what they print for people too, with errors that belong to no test', () => {
  check('vitest-5-stderr', 'gnu', [
    't/empty.test.ts error test: Error: No test suite found in file /repo/t/empty.test.ts',
    't/hook.test.ts:3:27 error test: with a hook: Error: no database',
    "t/import.test.ts:1:1 error test: Error: Cannot find module './absent' imported from /repo/t/import.test.ts",
    't/syntax.test.ts error test: Error: Transform failed with 1 error:',
    't/a.test.ts:2:36 error test: adds: AssertionError: expected 2 to be 3 // Object.is equality',
    't/a.test.ts:6:34 error test: group > inner > throws: TypeError: boom',
    't/a.test.ts:10:3 error test: group > slow: TestTimeoutError: Test timed out in 50ms.',
    'u/unhandled.test.ts:2:49 error test: Uncaught Exception: Error: late',
  ])
  check('jest-30-stderr', 'gnu', [
    't/a.test.js:1:36 error test: adds: expect(received).toBe(expected) // Object.is equality',
    't/a.test.js:5:34 error test: group › inner › throws: TypeError: boom',
    't/a.test.js:9:3 error test: group › slow: thrown: "Exceeded timeout of 50 ms for a test.',
    't/hook.test.js:2:27 error test: with a hook › never runs: no database',
    't/syntax.test.js error test: Test suite failed to run: Jest encountered an unexpected token',
    't/load.test.js:1:7 error test: Test suite failed to run: at load',
    "t/import.test.js:1:20 error test: Test suite failed to run: Cannot find module './absent' from 't/import.test.js'",
    't/empty.test.js error test: Test suite failed to run: Your test suite must contain at least one test.',
  ])
})

test('knip 6 and 5 are read with the names of its issue types', () => {
  check('knip-6-json', 'knip-json', [
    'src/orphan.ts error files: Unused file',
    'package.json error binaries: Unlisted binary: absent-binary',
    'package.json error dependencies*: Unused dependency: left-pad',
    'package.json error devDependencies*: Unused devDependency: @types/left-pad',
    'src/index.ts:3:19 error unlisted: Unlisted dependency: chalk',
    'src/index.ts:5:24 error unlisted: Unlisted dependency: unlisted-types',
    'src/index.ts:4:18 error unresolved: Unresolved import: ./gone.js',
    'src/lib.ts:1:14 error duplicates: Duplicate exports: used, default',
    'src/lib.ts:6:26 error enumMembers: Unused exported enum member: Color.Green',
    'src/lib.ts:2:14 error exports*: Unused export: unused',
    'src/lib.ts:3:16 error exports*: Unused export: default',
    'src/lib.ts:9:10 error exports*: Unused export: dup',
    'src/lib.ts:9:22 error exports*: Unused export: dup2',
    'src/lib.ts:10:14 error exports*: Unused export: K',
    'src/lib.ts:7:56 error namespaceMembers: Unused exported namespace member: ns.b',
    'src/lib.ts:4:13 error types*: Unused exported type: Unused',
    'src/lib.ts:5:18 error types*: Unused exported type: Other',
    'src/lib2.ts:1:36 error exports*: Unused export: lib2.two',
  ])
  check('knip-5-json', 'knip-json', [
    'src/orphan.ts error files: Unused file',
    'package.json error dependencies*: Unused dependency: left-pad',
    'package.json error binaries: Unlisted binary: absent-binary',
    'src/index.ts:3:20 error unlisted: Unlisted dependency: chalk',
    'src/index.ts:5:25 error unlisted: Unlisted dependency: unlisted-types',
    'src/index.ts:4:19 error unresolved: Unresolved import: ./gone.js',
    'src/lib.ts:2:14 error exports*: Unused export: unused',
    'src/lib.ts:9:10 error exports*: Unused export: dup',
    'src/lib.ts:9:22 error exports*: Unused export: dup2',
    'src/lib.ts:10:14 error exports*: Unused export: K',
    'src/lib.ts:4:13 error types*: Unused exported type: Unused',
    'src/lib.ts:5:18 error types*: Unused exported type: Other',
    'src/lib.ts:6:26 error enumMembers: Unused exported enum member: Color.Green',
    'src/lib.ts:1:13 error duplicates: Duplicate exports: used, default',
    'src/lib2.ts:1:36 error exports*: Unused export: two',
  ])
  expect(read('knip-6-json', 'knip-json')[4]?.suggestion).toBe('Add it to the dependencies in package.json.')
})

test('the tests of Node 20 and 24 are read in both forms: groups, time limits, hooks, files that throw; what is to be done may fail', () => {
  check('node-24-test', 'gnu', [
    't/a.test.mjs:3:1 error test: the sum is right: AssertionError [ERR_ASSERTION]: 2 == 3',
    't/a.test.mjs:7:5 error test: throws: TypeError: boom',
    't/a.test.mjs:8:5 error test: differs: AssertionError [ERR_ASSERTION]: Expected values to be strictly deep-equal:',
    't/a.test.mjs:13:3 error test: slow: test timed out after 50ms',
    't/a.test.mjs:17:3 error test: never: test did not finish before its parent and was cancelled',
    't/a.test.mjs:15:1 error test: hooks: Error: no database',
    "t/a.test.mjs:20:11 error test: child # with hash: and colon: Error: it's quoted",
    't/a.test.mjs:23:1 error test: throws a word: a word',
    't/exit.test.mjs:1:1 error test: t/exit.test.mjs: test failed',
    "t/import.test.mjs:1:1 error test: t/import.test.mjs: Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/repo/t/absent.mjs' imported from /repo/t/import.test.mjs",
    '/repo/t/load.test.mjs:1:7 error test: t/load.test.mjs: Error: at load',
    '/repo/t/syntax.test.mjs:2 error test: t/syntax.test.mjs: SyntaxError: Unexpected end of input',
  ])
  check('node-24-test-tap', 'gnu', [
    '/repo/t/a.test.mjs:3:1 error test: the sum is right: 2 == 3',
    '/repo/t/a.test.mjs:7:5 error test: throws: boom',
    '/repo/t/a.test.mjs:8:5 error test: differs: Expected values to be strictly deep-equal:',
    '/repo/t/a.test.mjs:13:3 error test: slow: test timed out after 50ms',
    '/repo/t/a.test.mjs:17:3 error test: never: test did not finish before its parent and was cancelled',
    '/repo/t/a.test.mjs:15:1 error test: hooks: no database',
    "/repo/t/a.test.mjs:20:11 error test: child # with hash: and colon: it's quoted",
    '/repo/t/a.test.mjs:23:1 error test: throws a word: a word',
    '/repo/t/exit.test.mjs:1:1 error test: t/exit.test.mjs: test failed',
    "/repo/t/import.test.mjs:1:1 error test: t/import.test.mjs: Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/repo/t/absent.mjs' imported from /repo/t/import.test.mjs",
    '/repo/t/load.test.mjs:1:7 error test: t/load.test.mjs: Error: at load',
    '/repo/t/syntax.test.mjs:2 error test: t/syntax.test.mjs: SyntaxError: Unexpected end of input',
  ])
  check('node-20-test', 'gnu', [
    't/a.test.mjs:3:1 error test: the sum is right: AssertionError [ERR_ASSERTION]: 2 == 3',
    't/a.test.mjs:7:5 error test: throws: TypeError [Error]: boom',
    't/a.test.mjs:8:5 error test: differs: AssertionError [ERR_ASSERTION]: Expected values to be strictly deep-equal:',
    't/a.test.mjs:13:3 error test: slow: test timed out after 50ms',
    't/a.test.mjs:17:3 error test: never: test did not finish before its parent and was cancelled',
    't/a.test.mjs:15:1 error test: hooks: Error: no database',
    "t/a.test.mjs:20:11 error test: child # with hash: and colon: Error: it's quoted",
    't/a.test.mjs:23:1 error test: throws a word: a word',
    't/exit.test.mjs:1:1 error test: /repo/t/exit.test.mjs: test failed',
    "t/import.test.mjs:1:1 error test: /repo/t/import.test.mjs: Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/repo/t/absent.mjs' imported from /repo/t/import.test.mjs",
    '/repo/t/load.test.mjs:1:7 error test: /repo/t/load.test.mjs: Error: at load',
    '/repo/t/syntax.test.mjs:2 error test: /repo/t/syntax.test.mjs: SyntaxError: Unexpected end of input',
  ])
})

test('TypeScript 5.9, 6 and the native 7 say the same, also about projects and settings', () => {
  const expected = [
    "src/types.ts:1:7 error TS2322: Type 'string' is not assignable to type 'number'.",
    "src/types.ts:2:33 error TS2322: Type 'number' is not assignable to type 'string'.",
    "src/types.ts:3:43 error TS2322: Type '(x: number) => boolean' is not assignable to type '(x: string) => string'.\n  Types of parameters 'x' and 'x' are incompatible.\n    Type 'string' is not assignable to type 'number'.",
    "src/types.ts:4:19 error TS2304: Cannot find name 'nothing'.",
    "src/types.ts:5:19 error TS2307: Cannot find module './absent' or its corresponding type declarations.",
    'src/types.ts:6:8 error TS2554: Expected 1 arguments, but got 2.',
  ]
  for (const sample of ['tsc-5.9', 'tsc-6', 'tsc-7', 'tsc-7-pretty']) check(sample, 'tsc', expected)
  check('tsc-6-config', 'tsc', [
    "- error TS2688: Cannot find type definition file for 'absent'.\n  The file is in the program because:\n    Entry point of type library 'absent' specified in compilerOptions",
    'tsconfig.g.json:1:68 error TS5101: Option \'baseUrl\' is deprecated and will stop functioning in TypeScript 7.0. Specify compilerOption \'"ignoreDeprecations": "6.0"\' to silence this error.\n  Visit https://aka.ms/ts6 for migration information.',
    'tsconfig.g.json:1:101 error TS5107: Option \'moduleResolution=node10\' is deprecated and will stop functioning in TypeScript 7.0. Specify compilerOption \'"ignoreDeprecations": "6.0"\' to silence this error.\n  Visit https://aka.ms/ts6 for migration information.',
    'tsconfig.g.json:1:137 error TS5107: Option \'target=ES5\' is deprecated and will stop functioning in TypeScript 7.0. Specify compilerOption \'"ignoreDeprecations": "6.0"\' to silence this error.',
  ])
  check('tsc-7-config', 'tsc', [
    "- error TS2688: Cannot find type definition file for 'absent'.\n  The file is in the program because:\n    Entry point of type library 'absent' specified in compilerOptions",
    'tsconfig.g.json:1:68 error TS5102: Option \'baseUrl\' has been removed. Please remove it from your configuration.\n  Use \'"paths": {"*": ["./*"]}\' instead.',
    "tsconfig.g.json:1:101 error TS5108: Option 'moduleResolution=node10' has been removed. Please remove it from your configuration.",
    "tsconfig.g.json:1:137 error TS5108: Option 'target=ES5' has been removed. Please remove it from your configuration.",
  ])
  check('tsc-7-build', 'tsc', [
    "lib/a.ts:1:14 error TS2322: Type 'string' is not assignable to type 'number'.",
    "app/b.ts:1:46 error TS2322: Type 'number' is not assignable to type 'string'.",
  ])
  check('tsc-7-circle', 'tsc', ['- error TS6202: Project references may not form a circular graph. Cycle detected: /repo/tsconfig.cyc.json'])
})

test('Prettier 3.10 and oxfmt 0.79 list their files, and say where they cannot read one', () => {
  check('prettier-3.10-list', 'file-list', [
    'f/(g)/[id]/page.ts error format*: not formatted',
    'f/a.css error format*: not formatted',
    'f/a.md error format*: not formatted',
    'f/a.ts error format*: not formatted',
    'f/types.ts error format*: not formatted',
  ])
  check('prettier-3.10-list-stderr', 'file-list', [
    'f/broken.css:1:1 error syntax: SyntaxError: CssSyntaxError: Unclosed block',
    'f/broken.ts:1:19 error syntax: SyntaxError: Expression expected.',
  ])
  check('prettier-3.10-check-stderr', 'file-list', [
    'f/(g)/[id]/page.ts error format*: not formatted',
    'f/a.css error format*: not formatted',
    'f/a.md error format*: not formatted',
    'f/a.ts error format*: not formatted',
    'f/broken.css:1:1 error syntax: SyntaxError: CssSyntaxError: Unclosed block',
    'f/broken.ts:1:19 error syntax: SyntaxError: Expression expected.',
    'f/types.ts error format*: not formatted',
  ])
  check('oxfmt-0.79-list', 'file-list', [
    'f/(g)/[id]/page.ts error format*: not formatted',
    'f/a.css error format*: not formatted',
    'f/a.md error format*: not formatted',
    'f/a.ts error format*: not formatted',
    'f/types.ts error format*: not formatted',
  ])
  check('oxfmt-0.79-list-stderr', 'file-list', [
    'f/broken.css:1:3 error -: Syntax error: unclosed block before end of file',
    'f/broken.ts:2:1 error -: Expected `)` but found `EOF`',
  ])
  check('oxfmt-0.79-check', 'file-list', [
    'f/(g)/[id]/page.ts error format*: not formatted',
    'f/a.css error format*: not formatted',
    'f/a.md error format*: not formatted',
    'f/a.ts error format*: not formatted',
    'f/types.ts error format*: not formatted',
  ])
})

test('ESLint 10, oxlint 1.94 and Biome 2.6.8 are read, with what they can mend and what they advise', () => {
  check('eslint-10-json', 'eslint-json', [
    "/repo/src/a.ts:1:5 error prefer-const*: 'count' is never reassigned. Use 'const' instead.",
    '/repo/src/a.ts:2:22 error @typescript-eslint/no-explicit-any: Unexpected any. Specify a different type.',
    '/repo/src/a.ts:2:30 error @typescript-eslint/no-explicit-any: Unexpected any. Specify a different type.',
    "/repo/src/a.ts:3:9 warning @typescript-eslint/no-unused-vars: 'unused' is assigned a value but never used.",
    "/repo/src/a.ts:4:3 warning no-debugger: Unexpected 'debugger' statement.",
    "/repo/src/a.ts:5:12 error eqeqeq: Expected '===' and instead saw '=='.",
    '/repo/src/broken.ts:1:18 error parse: Parsing error: Expression expected.',
    "/repo/src/types.ts:1:7 warning @typescript-eslint/no-unused-vars: 'n' is assigned a value but never used.",
    "/repo/src/types.ts:4:40 warning @typescript-eslint/no-unused-vars: 'a' is assigned a value but never used.",
    '/repo/src/types.ts:5:1 error no-var*: Unexpected var, use let or const instead.',
    "/repo/src/types.ts:5:29 error eqeqeq: Expected '===' and instead saw '=='.",
    "/repo/src/types.ts:5:38 warning @typescript-eslint/no-unused-vars: 'z' is assigned a value but never used.",
  ])
  check('oxlint-1.94-json', 'oxlint-json', [
    "src/a.ts:3:9 warning eslint(no-unused-vars): Variable 'unused' is declared but never used. Unused variables should start with a '_'.",
    'src/a.ts:4:3 warning eslint(no-debugger): `debugger` statement is not allowed',
    "src/types.ts:1:7 warning eslint(no-unused-vars): Variable 'n' is declared but never used. Unused variables should start with a '_'.",
    "src/types.ts:4:40 warning eslint(no-unused-vars): Variable 'a' is declared but never used. Unused variables should start with a '_'.",
    "src/types.ts:5:5 warning eslint(no-unused-vars): Variable 'z' is assigned a value but never used. Unused variables should start with a '_'.",
    'src/types.ts:5:42 warning eslint(no-self-assign): this expression is assigned to itself',
    'src/broken.ts:2:1 error -: Expected `)` but found `EOF`',
  ])
  check('biome-2.6.8-json', 'biome-json', [
    'src/a.ts:2:22 warning lint/suspicious/noExplicitAny: Unexpected any. Specify a different type.',
    'src/a.ts:2:30 warning lint/suspicious/noExplicitAny: Unexpected any. Specify a different type.',
    'src/a.ts:1:1 warning lint/style/useConst*: This let declares a variable that is only assigned once.',
    'src/a.ts:3:9 warning lint/correctness/noUnusedVariables: This variable unused is unused.',
    'src/types.ts:2:24 warning lint/complexity/noAdjacentSpacesInRegex: This regular expression contains unclear uses of consecutive spaces.',
    'src/types.ts:1:7 warning lint/correctness/noUnusedVariables: This variable n is unused.',
    'src/types.ts:4:40 warning lint/correctness/noUnusedVariables: This variable a is unused.',
    'src/a.ts:4:3 error lint/suspicious/noDebugger: This is an unexpected use of the debugger statement.',
    'src/a.ts:5:12 error lint/suspicious/noDoubleEquals: Using == may be unsafe if you are relying on type coercion.',
    'src/a.ts error format*: not formatted',
    'src/broken.ts:2:1 error parse: expected `)` but instead the file ends',
    "src/broken.ts error format: Code formatting aborted due to parsing errors. To format code with errors, enable the 'formatter.formatWithErrors' option.",
    'src/types.ts:5:29 error lint/suspicious/noDoubleEquals: Using == may be unsafe if you are relying on type coercion.',
    'src/types.ts:5:42 error lint/correctness/noSelfAssign: z is assigned to itself.',
    'src/types.ts error format*: not formatted',
  ])
  expect(read('eslint-10-json', 'eslint-json')[5]?.suggestion).toBe("Use '===' instead of '=='.")
  expect(read('oxlint-1.94-json', 'oxlint-json')[1]?.suggestion).toBe('Remove the debugger statement')
  expect(read('biome-2.6.8-json', 'biome-json')[2]?.suggestion).toBe('Safe fix: Use const instead.')
})
