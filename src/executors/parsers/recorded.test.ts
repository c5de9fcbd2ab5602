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

test('what ESLint finds is read from its JSON', () => {
  check('eslint-json', 'eslint-json', [
    "/repo/src/a.ts:1:5 error prefer-const*: 'count' is never reassigned. Use 'const' instead.",
    '/repo/src/a.ts:2:25 error @typescript-eslint/no-explicit-any: Unexpected any. Specify a different type.',
    '/repo/src/a.ts:2:33 error @typescript-eslint/no-explicit-any: Unexpected any. Specify a different type.',
    "/repo/src/a.ts:3:9 warning @typescript-eslint/no-unused-vars: 'unused' is assigned a value but never used.",
    "/repo/src/a.ts:4:3 warning no-debugger: Unexpected 'debugger' statement.",
    "/repo/src/a.ts:5:12 error eqeqeq: Expected '===' and instead saw '=='.",
    '/repo/src/broken.ts:1:18 error parse: Parsing error: Expression expected.',
    "/repo/src/types.ts:1:7 warning @typescript-eslint/no-unused-vars: 'n' is assigned a value but never used.",
  ])
  expect(read('eslint-json', 'eslint-json')[5]?.suggestion).toBe("Use '===' instead of '=='.")
  check('eslint-json-clean', 'eslint-json', [])
})

test('what ESLint prints for people is read too, colours and all', () => {
  const found = read('eslint-stylish-colour', 'gnu').map(short)
  expect(found).toHaveLength(8)
  expect(found[0]).toBe("/repo/src/a.ts:1:5 error prefer-const: 'count' is never reassigned. Use 'const' instead")
  expect(found[6]).toBe('/repo/src/broken.ts:1:18 error -: Parsing error: Expression expected')
})

test('files that Prettier would change are listed, and a file that it cannot read is an error with its place', () => {
  check('prettier-check-stderr', 'file-list', [
    'src/a.ts error format*: not formatted',
    'src/broken.ts:1:19 error syntax: SyntaxError: Expression expected.',
    'src/clean.ts error format*: not formatted',
    'src/types.ts error format*: not formatted',
  ])
  check(
    'prettier-list-stdout',
    'file-list',
    ['src/a.ts', 'src/clean.ts', 'src/types.ts'].map((file) => `${file} error format*: not formatted`),
  )
  check('oxfmt-stderr', 'file-list', ['broken.ts:2:1 error -: Expected `)` but found `EOF`'])
})

test('the TypeScript compiler is understood plain and pretty, with what explains an error', () => {
  const expected = [
    "src/types.ts:1:7 error TS2322: Type 'string' is not assignable to type 'number'.",
    "src/types.ts:3:3 error TS2322: Type 'string' is not assignable to type 'number'.",
    "src/types.ts:5:5 error TS2322: Type 'number' is not assignable to type 'string'.",
    "src/types.ts:6:62 error TS2322: Type '(x: number) => number' is not assignable to type '(x: number) => string'.\n  Type 'number' is not assignable to type 'string'.",
    [
      "src/types.ts:7:7 error TS2322: Type '{ a: (x: number) => boolean; }' is not assignable to type '{ a: (x: string) => string; }'.",
      "  Types of property 'a' are incompatible.",
      "    Type '(x: number) => boolean' is not assignable to type '(x: string) => string'.",
      "      Types of parameters 'x' and 'x' are incompatible.",
      "        Type 'string' is not assignable to type 'number'.",
    ].join('\n'),
  ]
  check('tsc', 'tsc', expected)
  check('tsc-pretty', 'tsc', expected)
  check('tsc-syntax', 'tsc', ['src/broken.ts:1:19 error TS1109: Expression expected.', "src/broken.ts:2:1 error TS1005: ')' expected."])
})

test('an error of the TypeScript compiler about the whole project has no file', () => {
  const [finding] = read('tsc-global', 'tsc')
  expect(finding).toMatchObject({ rule: 'TS2688', severity: 'error' })
  expect(finding?.file).toBeUndefined()
  expect(finding?.message).toStartWith("Cannot find type definition file for 'absent'.\n")
})

test('oxlint is read from its JSON, from its pictures and from its unix lines alike', () => {
  const expected = [
    "src/types.ts:1:7 warning eslint(no-unused-vars): Variable 'n' is declared but never used. Unused variables should start with a '_'.",
    "src/types.ts:6:7 warning eslint(no-unused-vars): Variable 'h' is declared but never used. Unused variables should start with a '_'.",
    'src/broken.ts:2:1 error -: Expected `)` but found `EOF`',
    "src/a.ts:3:9 warning eslint(no-unused-vars): Variable 'unused' is declared but never used. Unused variables should start with a '_'.",
    'src/a.ts:4:3 warning eslint(no-debugger): `debugger` statement is not allowed',
  ]
  check('oxlint-json', 'oxlint-json', expected)
  check('oxlint-default', 'gnu', expected)
  check('oxlint-unix', 'gnu', expected)
})

test('Biome is read in its present shape and in that of version 2.0, whose places are offsets', () => {
  const a = [
    'a.ts:2:25 warning lint/suspicious/noExplicitAny: Unexpected any. Specify a different type.',
    'a.ts:2:33 warning lint/suspicious/noExplicitAny: Unexpected any. Specify a different type.',
    'a.ts:1:1 warning lint/style/useConst*: This let declares a variable that is only assigned once.',
    'a.ts:3:9 warning lint/correctness/noUnusedVariables: This variable unused is unused.',
    'a.ts:4:3 error lint/suspicious/noDebugger: This is an unexpected use of the debugger statement.',
    'a.ts:5:12 error lint/suspicious/noDoubleEquals: Using == may be unsafe if you are relying on type coercion.',
    'a.ts error format*: not formatted',
  ]
  expect(read('biome-json', 'biome-json').map(short)).toEqual([
    ...a,
    'broken.ts:2:1 error parse: expected `)` but instead the file ends',
    "broken.ts error format: Code formatting aborted due to parsing errors. To format code with errors, enable the 'formatter.formatWithErrors' option.",
  ])
  const withoutMark = (text: string): string => text.replace('*:', ':')
  expect(read('biome-2.0-json', 'biome-json').map(short).map(withoutMark)).toEqual(a.map(withoutMark))
})

test('failed tests are found where they fail, in Vitest, Jest, Node, Bun, pytest and Rust', () => {
  check('vitest-stderr', 'gnu', [
    't/b.test.ts error test: Error: No test suite found in file /repo/t/b.test.ts',
    't/a.test.ts:2:36 error test: adds: AssertionError: expected 2 to be 3 // Object.is equality',
  ])
  check('jest-stderr', 'gnu', [
    't/a.test.js:1:36 error test: adds: expect(received).toBe(expected) // Object.is equality',
    't/a.test.js:2:56 error test: group › throws: boom',
    't/b.test.js error test: Test suite failed to run: Jest encountered an unexpected token',
  ])
  check('node-test', 'gnu', [
    'test/a.test.js:3:1 error test: the sum is right: AssertionError [ERR_ASSERTION]: 2 == 3',
    'test/a.test.js:4:27 error test: inner: TypeError: boom',
    'test/a.test.js:6:1 error test: async: Error: x',
    '/repo/test/b.test.js:2 error test: test/b.test.js: SyntaxError: Unexpected end of input',
  ])
  check('node-test-tap', 'gnu', [
    '/repo/test/a.test.js:3:1 error test: the sum is right: 2 == 3',
    '/repo/test/a.test.js:4:27 error test: inner: boom',
    '/repo/test/a.test.js:6:1 error test: async: x',
    '/repo/test/b.test.js:2 error test: /repo/test/b.test.js: SyntaxError: Unexpected end of input',
  ])
  check('bun-test-stderr', 'gnu', ['/repo/c.test.ts:2:36 error test: adds: expect(received).toBe(expected)'])
  check('pytest-short', 'gnu', [
    'tests/test_a.py:4 error test: test_adds: assert 3 == 2',
    'tests/test_a.py:14 error test: TestGroup.test_raises: ValueError: no',
    'tests/test_a.py:18 error test: test_plain[1]: AssertionError: x is wrong',
  ])
  check('pytest-collect', 'gnu', [
    "tests/test_broken.py:1 error test: ERROR collecting tests/test_broken.py: ModuleNotFoundError: No module named 'absent_module'",
  ])
  check('cargo-test', 'gnu', [
    'src/lib.rs:2:9 warning -: unused variable: `unused`',
    'src/lib.rs:10:17 error test: tests::adds: assertion `left == right` failed',
  ])
})

test('cargo is read from its JSON: absolute places, what clippy can mend, and no counts of rustc itself', () => {
  const lints = [
    '/repo/src/lib.rs:2:9 error unused_variables*: unused variable: `unused`',
    '/repo/src/lib.rs:3:8 error clippy::len_zero*: length comparison to zero',
    '/repo/src/lib.rs:4:5 error clippy::map_clone*: you are using an explicit closure for copying elements',
  ]
  check('clippy-json', 'cargo-json', [...lints, ...lints])
  check('cargo-check-json', 'cargo-json', [
    '/repo/src/lib.rs:3:20 error E0425: cannot find value `missing` in this scope: not found in this scope',
    '/repo/src/lib.rs:2:25 error E0308: mismatched types: expected `String`, found `usize`',
  ])
  expect(read('clippy-json', 'cargo-json')[1]?.suggestion).toBe('using `is_empty` is clearer and more explicit: `items.is_empty()`')
})

test('clippy for people is read too', () => {
  check('clippy-text', 'gnu', [
    'src/lib.rs:2:9 warning -: unused variable: `unused`',
    'src/lib.rs:3:8 warning -: length comparison to zero',
    'src/lib.rs:4:5 warning -: you are using an explicit closure for copying elements',
  ])
})

test('formatters that tell in prose are understood: rustfmt, ruff, black and isort', () => {
  check('cargo-fmt', 'lines', ['/repo/src/lib.rs:1 error format*: not formatted', '/repo/src/lib.rs:8 error format*: not formatted'])
  check('ruff-format', 'lines', [
    'a.py:4:1 error format*: not formatted',
    'bad.py:1:12 error invalid-syntax: Expected a parameter or the end of the parameter list',
  ])
  check('black-stderr', 'lines', [
    '/repo/bad.py:1:11 error syntax: Cannot parse',
    '/repo/tests/test_a.py error format*: not formatted',
    '/repo/a.py error format*: not formatted',
  ])
  check('isort-stderr', 'lines', ['/repo/a.py error imports*: Imports are incorrectly sorted and/or formatted.'])
})

test('ruff is read from its JSON; only what it mends without --unsafe-fixes counts as fixable', () => {
  const found = read('ruff-json', 'ruff-json')
  expect(found.map(short)).toEqual([
    '/repo/a.py:1:1 error I001*: Import block is un-sorted or un-formatted',
    '/repo/a.py:1:8 error F401*: `os` imported but unused',
    '/repo/a.py:2:1 error E401*: Multiple imports on one line',
    '/repo/a.py:2:8 error F401*: `pathlib` imported but unused',
    '/repo/a.py:2:17 error F401*: `sys` imported but unused',
    '/repo/a.py:5:5 error F841: Local variable `x` is assigned to but never used',
    '/repo/bad.py:1:12 error invalid-syntax: Expected a parameter or the end of the parameter list',
    '/repo/bad.py:1:13 error invalid-syntax: Expected `)`, found newline',
  ])
  expect(found[5]?.suggestion).toBe('Remove assignment to unused variable `x`')
})

test('Stylelint, markdownlint and cspell are read', () => {
  check('stylelint-unix', 'gnu', [
    '/repo/x.css:1:3 error declaration-block-single-line-max-declarations: Too many declarations, maximum 1',
    '/repo/x.css:1:18 error property-no-unknown: Unknown property "colr"',
  ])
  expect(read('stylelint', 'gnu').map(short)).toEqual([
    'x.css:1:3 error declaration-block-single-line-max-declarations: Too many declarations, maximum 1',
    'x.css:1:18 error property-no-unknown: Unknown property "colr"',
  ])
  expect(read('markdownlint-stderr', 'gnu').map(short).slice(-2)).toEqual([
    'x.md:2 error MD025/single-title/single-h1: Multiple top-level headings in the same document [Context: "B"]',
    'x.md:3:1 error MD010/no-hard-tabs: Hard tabs [Column: 1]',
  ])
  check('cspell', 'gnu', ['y.md:1:5 error -: Unknown word (wrod) fix: (word)'])
})

test('flake8 puts the rule in front', () => {
  expect(read('flake8', 'gnu').map(short).slice(3, 5)).toEqual([
    'a.py:2:15 error E401: multiple imports on one line',
    'a.py:4:1 error E302: expected 2 blank lines, found 1',
  ])
})

test('notes of mypy become the suggestion of their error; a note alone is a remark', () => {
  const found = read('mypy', 'mypy')
  expect(found.map(short)).toEqual([
    'a.py:6:12 error return-value: Incompatible return value type (got "str", expected "int")',
    'a.py:11:6 error arg-type: Argument 1 to "size" has incompatible type "int"; expected "str"',
    'a.py:12:1 error attr-defined: "Box" has no attribute "missing"',
    'c.py:7:7 error arg-type: Argument 1 to "total" has incompatible type "list[int]"; expected "list[float]"',
    'c.py:13:17 error override: Argument 1 of "f" is incompatible with supertype "A"; supertype defines the argument type as "int"',
    'c.py:15:13 info -: Revealed type is "Literal[1]?"',
    'nothere.py error -: Cannot read file: No such file or directory',
  ])
  expect(found[3]?.suggestion).toContain('Consider using "Sequence" instead, which is covariant')
})
