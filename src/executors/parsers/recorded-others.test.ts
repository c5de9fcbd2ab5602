import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { ParserName } from '../../model/task.ts'
import { short } from '../../../test/recorded-sample.ts'
import { parsers } from './by-name.ts'
import type { ParsedOutput } from './parser.ts'

const textOf = (sample: string): string => readFileSync(new URL(`./samples/${sample}.txt`, import.meta.url), 'utf8')
const parsed = (sample: string, parser: ParserName): ParsedOutput => parsers[parser]({ stdout: textOf(sample), stderr: '' })

function check(sample: string, parser: ParserName, expected: readonly string[], unreadable?: string): void {
  const read = parsed(sample, parser)
  expect(read.findings.map(short)).toEqual([...expected])
  expect(read.unreadable).toBe(unreadable)
}

// Staticcheck 2023.1 with only the rules that it names, ESLint 10.15 with @microsoft/eslint-formatter-sarif.
test('SARIF is read: levels of rules, addresses of files, what was suppressed, and what the tool could not do', () => {
  check('staticcheck-sarif', 'sarif', [
    'bad/bad.go:4:9 warning compile: undeclared name: missing',
    'main.go:5:6 warning U1000: func unused is unused',
    'main.go:10:13 error SA5009: Printf format %s has arg #1 of wrong type int',
    'main.go:11:2 warning S1006: should use for {} instead of for true {}',
  ])
  expect(parsed('staticcheck-sarif', 'sarif').findings[1]?.suggestion).toBe('https://staticcheck.io/docs/checks#U1000')
  check(
    'eslint-sarif',
    'sarif',
    [
      "/repo/my src/a.js:1:5 error prefer-const: 'a' is never reassigned. Use 'const' instead.",
      "/repo/my src/a.js:2:7 error eqeqeq: Expected '===' and instead saw '=='.",
      "/repo/my src/a.js:2:13 warning no-debugger: Unexpected 'debugger' statement.",
      "/repo/broken.js:1:1 error ESL0999: Parsing error: The keyword 'let' is reserved",
    ],
    "ESLint could not do its work: Parsing error: The keyword 'let' is reserved",
  )
  check('eslint-sarif-clean', 'sarif', [])
})

// pytest 7.2.1 (--junitxml=/dev/stdout), Node 20.20, Bun 1.4, Vitest 4.1, PHPUnit 9.6 (--log-junit php://stdout).
test('tests that fail are found in the XML of JUnit, at the line that failed', () => {
  check('pytest-junit', 'junit', [
    'tests/test_a.py:5 error test: test_adds: AssertionError: x < y & z\nassert (1 + 1) == 3',
    'tests/test_a.py:10 error test: test_raises: ValueError: no',
    'tests/test_a.py:19 error test: test_setup: failed on setup with "RuntimeError: no database"',
    'tests/test_a.py:28 error test: test_param[2]: assert 2 == 1',
  ])
  check('pytest-junit-broken', 'junit', ["tests2/test_broken.py:1 error test: tests2.test_broken: ModuleNotFoundError: No module named 'absent_module'"])
  check('pytest-junit-clean', 'junit', [])
  check('pytest-junit-empty', 'junit', [], 'the report names no test, so none has run')
  check('node-junit', 'junit', [
    'file:///repo/test/a.test.mjs:3:41 error test: the sum is right: 2 == 3',
    'file:///repo/test/a.test.mjs:4:66 error test: inner: boom <x>',
  ])
  check('bun-junit', 'junit', ['c.test.ts:2:36 error test: adds: expect(received).toBe(expected)\n\nExpected: 3\nReceived: 2'])
  check('phpunit-junit', 'junit', [
    '/repo/FooTest.php:5 error test: testAdds: sum < 3\nFailed asserting that 2 is identical to 3.',
    '/repo/FooTest.php:8 error test: testThrows: RuntimeException: boom',
    '/repo/FooTest.php:12 error test: testRow with data set "two": Failed asserting that 2 is identical to 1.',
  ])
  const vitest = parsed('vitest-junit', 'junit').findings.map(short)
  expect(vitest[0]).toBe('t/a.test.ts:2:36 error test: adds: expected 2 to be 3 // Object.is equality')
  expect(vitest[1]).toStartWith('t/b.test.ts error test: t/b.test.ts: Transform failed with 1 error:  [PARSE_ERROR] Expected `)` but found `EOF`')
  expect(vitest).toHaveLength(2)
})

// ShellCheck 0.9.0.
test('shellcheck is read from its JSON and from the XML of Checkstyle alike', () => {
  const rows = [
    'broken.sh:2:1 info 1009: The mentioned syntax error was in this if expression.',
    "broken.sh:2:10 error 1073: Couldn't parse this then clause. Fix to allow more checks.",
    'broken.sh:3:1 error 1072: Expected a command. Fix any mentioned problems and try again.',
    'a.sh:3:6 info 2086*: Double quote to prevent globbing and word splitting.',
    'a.sh:4:1 warning 3010: In POSIX sh, [[ ]] is undefined.',
    "a.sh:4:21 warning 2164*: Use 'cd ... || exit' or 'cd ... || return' in case cd fails.",
    'a.sh:5:1 warning 2034: unused appears unused. Verify use (or export if used externally).',
  ]
  check(
    'shellcheck-json',
    'shellcheck-json',
    rows.map((row) => row.replace(/ (\d{4})/, ' SC$1')),
  )
  expect(parsed('shellcheck-json', 'shellcheck-json').findings[3]?.suggestion).toBe('https://www.shellcheck.net/wiki/SC2086')
  check('shellcheck-json-clean', 'shellcheck-json', [])
  check(
    'shellcheck-checkstyle',
    'checkstyle',
    [...rows.slice(3), ...rows.slice(0, 3)].map((row) => row.replace(/ (\d{4})\*?/, ' ShellCheck.SC$1')),
  )
})

// Checkstyle 8.36; it ends with the number of its errors, and at a file that it cannot parse without a report.
test('Checkstyle is read with the names of its rules as people know them', () => {
  check('checkstyle', 'checkstyle', [
    "/repo/A.java:2:14 warning MemberName: Name 'Bad_Name' must match pattern '^[a-z][a-zA-Z0-9]*$'.",
    "/repo/A.java:3:16 error NeedBraces: 'if' construct must use '{}'s.",
  ])
})

// Pyright 1.1.414; with no file to look at it ends with 0.
test('pyright is read from its JSON, whose places count from 0', () => {
  const found = parsed('pyright-json', 'pyright-json').findings.map(short)
  expect(found).toHaveLength(11)
  expect(found.slice(0, 5)).toEqual([
    '/repo/a.py:5:12 error reportReturnType: Type "str" is not assignable to return type "int"\n  "str" is not assignable to "int"',
    '/repo/a.py:9:5 error reportUndefinedVariable: "unknown_name" is not defined',
    '/repo/a.py:9:5 warning reportUnusedExpression: Expression value is unused',
    '/repo/a.py:10:17 error reportArgumentType: Argument of type "Literal[1]" cannot be assigned to parameter "text" of type "str" in function "size"\n  "Literal[1]" is not assignable to "str"',
    '/repo/broken.py:1:6 error -: "(" was not closed',
  ])
  check('pyright-json-clean', 'pyright-json', [])
  check('pyright-json-nothing', 'pyright-json', [], 'pyright looked at no file')
})

// Bandit 1.6.2; a file that it cannot read is no reason for it to fail.
test('bandit is read from its JSON, with the files that it could not read', () => {
  const broken = 'broken.py error unread: syntax error while parsing AST from file'
  const why = 'bandit could not read broken.py: syntax error while parsing AST from file'
  check(
    'bandit-json',
    'bandit-json',
    [
      'risky.py:1 info B403: Consider possible security implications associated with pickle module.',
      'risky.py:2 info B404: Consider possible security implications associated with subprocess module.',
      'risky.py:6 error B602: subprocess call with shell=True identified, security issue.',
      'risky.py:8 info B101: Use of assert detected. The enclosed code will be removed when compiling to optimised byte code.',
      'risky.py:9 warning B301: Pickle and modules that wrap it can be unsafe when used to deserialize untrusted data, possible security issue.',
      broken,
    ],
    why,
  )
  check('bandit-json-broken', 'bandit-json', [broken], why)
  check('bandit-json-clean', 'bandit-json', [])
})

// Codespell 2.2.2.
test('codespell is read with the word that it would write, and mends only where it has no choice', () => {
  check('codespell', 'codespell', [
    'words.md:1 error spelling*: Teh ==> The',
    'words.md:1 error spelling*: recieve ==> receive',
    'words.md:1 error spelling*: informations ==> information',
    'words.md:2 error spelling*: commited ==> committed',
    'words.md:2 error spelling: ned ==> need, end',
  ])
  expect(parsed('codespell', 'codespell').findings.map(({ suggestion }) => suggestion)).toEqual(['The', 'receive', 'information', 'committed', 'need, end'])
})

// Staticcheck 2023.1; a package that is not there is a problem too.
test('staticcheck is read from its lines of JSON', () => {
  check('staticcheck-json', 'staticcheck-json', [
    '/repo/bad/bad.go:4:9 error compile: undeclared name: missing',
    '/repo/main.go:5:6 error U1000: func unused is unused',
    '/repo/main.go:10:13 error SA5009: Printf format %s has arg #1 of wrong type int',
    '/repo/main.go:11:2 error S1006: should use for {} instead of for true {}',
  ])
  check('staticcheck-json-nothere', 'staticcheck-json', ['- error compile: stat /repo/nothere: directory not found'])
})

// Yamllint 1.29.0 with --format parsable.
test('yamllint is read from its lines', () => {
  check('yamllint', 'gnu', [
    'bad.yaml:1:1 warning document-start: missing document start "---"',
    'bad.yaml:2:5 error colons: too many spaces after colon',
    'bad.yaml:4:8 error trailing-spaces: trailing spaces',
    "bad.yaml:5:3 error syntax: syntax error: expected <block end>, but found '<block sequence start>'",
    'warn.yaml:3:5 error colons: too many spaces after colon',
  ])
})

test('colours and the lines of a script around a report change nothing', () => {
  const coloured = (text: string): string => text.replace(/[\w./-]+/g, '\x1b[1m$&\x1b[0m')
  for (const [sample, parser] of [['codespell', 'codespell'] as const, ['yamllint', 'gnu'] as const])
    expect(parsers[parser]({ stdout: coloured(textOf(sample)), stderr: '' })).toEqual(parsed(sample, parser))
  for (const [sample, parser] of [
    ['eslint-sarif', 'sarif'] as const,
    ['pytest-junit', 'junit'] as const,
    ['checkstyle', 'checkstyle'] as const,
    ['pyright-json', 'pyright-json'] as const,
    ['shellcheck-json', 'shellcheck-json'] as const,
  ])
    expect(parsers[parser]({ stdout: `\n> app@1.0.0 lint\n> scan .\n\n${textOf(sample)}\ndone\n`, stderr: '' })).toEqual(parsed(sample, parser))
})
