import { expect, test } from 'bun:test'
import type { Finding } from '../../model/finding.ts'
import type { ParserName } from '../../model/task.ts'
import { parsers } from './by-name.ts'
import type { ParsedOutput } from './parser.ts'

const read = (parser: ParserName, stdout: string, stderr = ''): ParsedOutput => parsers[parser]({ stdout, stderr })
const finding = (parser: ParserName, line: string): Finding | undefined => read(parser, line).findings[0]

test('the dialects of "file:line:column: message" are understood', () => {
  const place = { file: 'src/a.x', line: 3, column: 5 }
  const dialects: readonly (readonly [string, Partial<Finding>])[] = [
    ['src/a.x:3:5: error: expected expression', { ...place, severity: 'error', message: 'expected expression' }],
    ['src/a.x:3:5: fatal error: no.h: No such file or directory', { ...place, severity: 'error', message: 'no.h: No such file or directory' }],
    [
      "src/a.x:3:5: warning: unused variable 'x' [-Wunused-variable]",
      { ...place, severity: 'warning', rule: '-Wunused-variable', message: "unused variable 'x'" },
    ],
    ['src/a.x:3:5: note: Double quote to prevent globbing. [SC2086]', { ...place, severity: 'info', rule: 'SC2086' }],
    ['src/a.x:3: error: cannot find symbol', { file: 'src/a.x', line: 3, message: 'cannot find symbol' }],
    ['src/a.x(3,5): error C2065: undeclared identifier', { ...place, rule: 'C2065', message: 'undeclared identifier' }],
    ['src/a.x(3): warning C4101: unreferenced', { file: 'src/a.x', line: 3, rule: 'C4101', severity: 'warning' }],
    [
      'src/a.x:3:5: [warning] missing document start "---" (document-start)',
      { ...place, severity: 'warning', rule: 'document-start', message: 'missing document start "---"' },
    ],
    [
      'src/a.x:3:5: Error return value is not checked (errcheck)',
      { ...place, severity: 'error', rule: 'errcheck', message: 'Error return value is not checked' },
    ],
    [
      '  /repo/src/a.x:3:5 - error: Import "y" could not be resolved (reportMissingImports)',
      { file: '/repo/src/a.x', line: 3, column: 5, rule: 'reportMissingImports', message: 'Import "y" could not be resolved' },
    ],
    [
      'src/a.x:3:5: error[unresolved-import] Cannot resolve imported module `y`',
      { ...place, rule: 'unresolved-import', message: 'Cannot resolve imported module `y`' },
    ],
    ['src/a.x:3:5 MD009/no-trailing-spaces Trailing spaces', { ...place, rule: 'MD009/no-trailing-spaces', message: 'Trailing spaces' }],
    ['src/a.x:3 error MD041/first-line-heading First line should be a heading', { file: 'src/a.x', line: 3, rule: 'MD041/first-line-heading' }],
    [
      'src/a.x:3 DL3008 warning: Pin versions in apt get install',
      { file: 'src/a.x', line: 3, rule: 'DL3008', severity: 'warning', message: 'Pin versions in apt get install' },
    ],
    ['src/a.x:3:5 - Unknown word (teh)', { ...place, message: 'Unknown word (teh)' }],
    ['src/a.x:3:5: `teh` -> `the`', { ...place, message: '`teh` -> `the`' }],
    ['src/a.x:3:5: Missing semicolon. [Error/semi]', { ...place, severity: 'error', rule: 'semi', message: 'Missing semicolon.' }],
    ['C:\\work\\src\\a.x:3:5: error: expected expression', { file: 'C:\\work\\src\\a.x', line: 3, column: 5 }],
    ['/home/my user/src/a.x:3:5: error: expected expression', { file: '/home/my user/src/a.x', line: 3 }],
    ['app/(group)/[id]/page.tsx:3:5: error: no default export', { file: 'app/(group)/[id]/page.tsx', line: 3, column: 5 }],
    ['Makefile:3: *** missing separator.  Stop.', { file: 'Makefile', line: 3 }],
  ]
  for (const [line, expected] of dialects) expect(finding('gnu', line)).toMatchObject(expected)
})

test('times, addresses, stacks and counts of tests are no findings', () => {
  const noise = [
    '12:30:45: started',
    '[12:30:45] src/a.ts:3:5: built',
    'listening on http://localhost:3000: ready',
    '127.0.0.1:8080: refused',
    'Tests:       2 failed, 2 total',
    'Test Files  2 failed (2)',
    '    at run (src/a.ts:3:5)',
    '    at <anonymous>:1:1: x',
    'see https://example.com/a.ts:3:5: here',
    '3 errors generated.',
    'FAILED tests/test_a.py::test_adds - assert 3 == 2',
    'key: value:3: x',
    '',
  ]
  for (const line of noise) expect(read('gnu', line).findings).toEqual([])
})

test('what follows a failed test is not swallowed', () => {
  const output = [' FAIL  t/a.test.ts > adds', 'AssertionError: expected 2 to be 3', ' ❯ t/a.test.ts:2:36', '', 'src/b.ts:1:2: error: broken'].join('\n')
  expect(read('gnu', output).findings.map(({ file }) => file)).toEqual(['t/a.test.ts', 'src/b.ts'])
  const endless = [' FAIL  t/a.test.ts > adds', 'AssertionError: no', ...Array.from({ length: 400 }, () => 'x'), 'src/b.ts:1:2: error: broken'].join('\n')
  expect(read('gnu', endless).findings.map(({ file }) => file)).toEqual(['t/a.test.ts', 'src/b.ts'])
})

test('each line is a finding for a tool without a format', () => {
  const { findings } = read('lines', 'brew: jq is missing\n\nwarning: old file\nDockerfile:3 DL3008 warning: Pin versions\n', 'error: no lock file\n')
  expect(findings).toEqual([
    { severity: 'error', message: 'brew: jq is missing' },
    { severity: 'warning', message: 'old file' },
    { file: 'Dockerfile', line: 3, rule: 'DL3008', severity: 'warning', message: 'Pin versions' },
    { severity: 'error', message: 'no lock file' },
  ])
  expect(
    read('lines', 'Would reformat: my file.py\nwould reformat b.py\n2 files would be reformatted, 1 file already formatted\n').findings.map(({ file }) => file),
  ).toEqual(['my file.py', 'b.py'])
})

test('a list of files is taken by its names, and sentences around it are not', () => {
  const { findings } = read(
    'file-list',
    'Checking formatting...\nsrc/a.go\nmy notes.md\nbuild\nsrc/b.ts (3ms)\nAll matched files use Prettier code style!\n',
    'a.go:3:4: expected declaration\nsrc/c.go\n',
  )
  expect(findings.map(({ file, line }) => [file, line])).toEqual([
    ['src/a.go', undefined],
    ['my notes.md', undefined],
    ['build', undefined],
    ['src/b.ts', undefined],
    ['a.go', 3],
  ])
  expect(findings.map(({ fixable }) => fixable === true)).toEqual([true, true, true, true, false])
  expect(read('file-list', '', '[error] No files matching the pattern were found: "nothere.ts".').findings).toEqual([
    { severity: 'error', message: 'No files matching the pattern were found: "nothere.ts".' },
  ])
})

test('errors of MSBuild lose the name of the project at their end', () => {
  expect(finding('tsc', '/repo/App.cs(12,13): error CS0103: The name x does not exist [/repo/App.csproj]')).toEqual({
    file: '/repo/App.cs',
    line: 12,
    column: 13,
    rule: 'CS0103',
    severity: 'error',
    message: 'The name x does not exist',
  })
  expect(finding('tsc', '/repo/a.cs(1,1): error WHITESPACE: Fix whitespace formatting. [/repo/a.csproj]')).toMatchObject({
    rule: 'WHITESPACE',
    message: 'Fix whitespace formatting.',
  })
})

test('actionlint is read without the code that it draws; what shellcheck found keeps its rule', () => {
  const output = [
    'test.yaml:3:3: "runs-on" section is missing in job "test" [syntax-check]',
    '  |',
    '3 |   test:',
    '  |   ^~~~~',
    '.github/workflows/ci.yml:6:9: shellcheck reported issue in this script: SC2086:info:1:6: Double quote to prevent globbing and word splitting [shellcheck]',
    '  |',
    '6 |       - run: echo $FOO',
    '  |         ^~~~',
    "test.yaml:7:24: got unexpected character '\"' while lexing expression, expecting '[', ']' [expression]",
  ].join('\n')
  expect(read('actionlint', output).findings).toEqual([
    { file: 'test.yaml', line: 3, column: 3, rule: 'syntax-check', severity: 'error', message: '"runs-on" section is missing in job "test"' },
    { file: '.github/workflows/ci.yml', line: 6, column: 9, rule: 'SC2086', severity: 'error', message: 'Double quote to prevent globbing and word splitting' },
    {
      file: 'test.yaml',
      line: 7,
      column: 24,
      rule: 'expression',
      severity: 'error',
      message: "got unexpected character '\"' while lexing expression, expecting '[', ']'",
    },
  ])
})

test('go build and go vet are read below their "# package" lines', () => {
  const output = [
    'go: downloading golang.org/x/text v0.3.0',
    '# example.com/m/web',
    'web/a.go:3:4: undefined: missing',
    './b.go:7:2: cannot use x (variable of type int) as string value in assignment',
    '\thave int',
    '\twant string',
    'web/c.go:9:1: too many errors',
    '# [example.com/m]',
    'vet: ./main.go:5:2: "fmt" imported and not used',
    'main.go:4:2: no required module provides package example.com/absent; to add it:',
    '\tgo get example.com/absent',
    'go: updates to go.mod needed',
  ].join('\n')
  expect(read('go', '', output).findings).toEqual([
    { file: 'web/a.go', line: 3, column: 4, severity: 'error', message: 'undefined: missing' },
    {
      file: './b.go',
      line: 7,
      column: 2,
      severity: 'error',
      message: 'cannot use x (variable of type int) as string value in assignment\nhave int\nwant string',
    },
    { file: './main.go', line: 5, column: 2, rule: 'vet', severity: 'error', message: '"fmt" imported and not used' },
    {
      file: 'main.go',
      line: 4,
      column: 2,
      severity: 'error',
      message: 'no required module provides package example.com/absent; to add it:\ngo get example.com/absent',
    },
    { severity: 'error', message: 'go: updates to go.mod needed' },
  ])
})

const events = (...list: readonly object[]): string => list.map((event) => JSON.stringify(event)).join('\n')
const said = (name: string, test: string | undefined, text: string): object => ({
  Action: 'output',
  Package: name,
  ...(test === undefined ? {} : { Test: test }),
  Output: `${text}\n`,
})

test('a failed Go test is found at its last word, a subtest in place of its whole', () => {
  const web = 'github.com/me/app/internal/web'
  const output = events(
    { Action: 'start', Package: web },
    { Action: 'run', Package: web, Test: 'TestSum' },
    said(web, 'TestSum', '=== RUN   TestSum'),
    said(web, 'TestSum/zero', '    web_test.go:10: setting up'),
    said(web, 'TestSum/zero', '    web_test.go:12: got 1, want 0'),
    said(web, 'TestSum/zero', '    --- FAIL: TestSum/zero (0.00s)'),
    { Action: 'fail', Package: web, Test: 'TestSum/zero' },
    { Action: 'fail', Package: web, Test: 'TestSum' },
    { Action: 'pass', Package: web, Test: 'TestFine' },
    said(web, undefined, 'FAIL'),
    { Action: 'fail', Package: web },
  )
  expect(read('go-test-json', output)).toEqual({
    findings: [{ file: './internal/web/web_test.go', line: 12, rule: 'test', severity: 'error', message: 'TestSum/zero: got 1, want 0' }],
  })
})

test('where the folder of a Go package cannot be known, no wrong file is named', () => {
  const name = 'example.com/app/web'
  const failing = [
    said(name, 'TestSum', '    web_test.go:12: got 1, want 0'),
    { Action: 'fail', Package: name, Test: 'TestSum' },
    { Action: 'fail', Package: name },
  ]
  expect(read('go-test-json', events(...failing)).findings).toEqual([{ rule: 'test', severity: 'error', message: 'TestSum: web_test.go:12: got 1, want 0' }])
  expect(read('go-test-json', events({ Action: 'pass', Package: 'example.com/app' }, ...failing)).findings[0]).toMatchObject({
    file: './web/web_test.go',
    line: 12,
  })
})

test('a Go package that does not build shows what the compiler says', () => {
  const output = events(
    { ImportPath: 'example.com/app [example.com/app.test]', Action: 'build-output', Output: '# example.com/app [example.com/app.test]\n' },
    { ImportPath: 'x', Action: 'build-output', Output: './a_test.go:5:2: undefined: x\n' },
    { ImportPath: 'x', Action: 'build-fail' },
    { Action: 'start', Package: 'example.com/app' },
    said('example.com/app', undefined, 'FAIL\texample.com/app [build failed]'),
    { Action: 'fail', Package: 'example.com/app', FailedBuild: 'x' },
  )
  expect(read('go-test-json', output).findings).toEqual([{ file: './a_test.go', line: 5, column: 2, severity: 'error', message: 'undefined: x' }])
})

test('a package that fails outside of its tests is a finding too', () => {
  const output = events(
    { Action: 'start', Package: 'example.com/app' },
    said('example.com/app', undefined, 'panic: no database'),
    said('example.com/app', undefined, 'exit status 2'),
    { Action: 'fail', Package: 'example.com/app' },
  )
  expect(read('go-test-json', output).findings).toEqual([{ rule: 'package', severity: 'error', message: 'example.com/app: panic: no database' }])
})

test('JSON is found behind the lines of npm', () => {
  const json = JSON.stringify([{ filePath: '/repo/a.js', messages: [{ ruleId: 'semi', severity: 1, message: 'Missing semicolon.', line: 1, column: 2 }] }])
  expect(read('eslint-json', `\n> app@1.0.0 lint\n> eslint --format json .\n\n[WARN] old config\n${json}\n`)).toEqual({
    findings: [{ file: '/repo/a.js', line: 1, column: 2, rule: 'semi', severity: 'warning', message: 'Missing semicolon.' }],
  })
})

test('JSON that is missing, torn or of another shape is called unreadable', () => {
  for (const parser of ['eslint-json', 'biome-json', 'oxlint-json', 'ruff-json', 'cargo-json', 'go-test-json'] as const) {
    for (const stdout of ['', 'all good', '[{"a": 1', '{"x": 1}', 'null', '"text"', '[1', '['.repeat(50_000)])
      expect(read(parser, stdout).unreadable).toBeString()
  }
})

test('a dependency in a workspace is placed by the folder of its manifest', () => {
  const message = (manifest: string, file: string): string =>
    events(
      {
        reason: 'compiler-message',
        manifest_path: manifest,
        message: {
          level: 'warning',
          message: 'unused',
          code: { code: 'dead_code' },
          children: [],
          spans: [{ is_primary: true, file_name: file, line_start: 2, column_start: 1 }],
        },
      },
      { reason: 'build-finished', success: true },
    )
  const fileOf = (manifest: string, file: string): string | undefined => read('cargo-json', message(manifest, file)).findings[0]?.file
  expect(fileOf('/repo/crates/a/Cargo.toml', 'crates/a/src/lib.rs')).toBe('/repo/crates/a/src/lib.rs')
  expect(fileOf('/repo/tool/Cargo.toml', 'src/main.rs')).toBe('/repo/tool/src/main.rs')
  expect(fileOf('C:\\repo\\crates\\a\\Cargo.toml', 'crates\\a\\src\\lib.rs')).toBe('C:\\repo\\crates\\a\\src\\lib.rs')
  expect(fileOf('/repo/Cargo.toml', '/home/x/.cargo/registry/src/b/lib.rs')).toBe('/home/x/.cargo/registry/src/b/lib.rs')
})

test('no escape sequence and no control character gets into a finding', () => {
  const hostile = '\x1b]0;title\x07\x1b[31mred\x1b[0m \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\ \x9b31mc1 \x1bPdcs\x1b\\ \x1b(B nul\0 bell\x07 del\x7f'
  expect(finding('gnu', `a.ts:1:2: error: ${hostile}`)?.message).toBe('red link c1   nul\ufffd bell\ufffd del\ufffd')
  expect(finding('eslint-json', JSON.stringify([{ filePath: 'a.js', messages: [{ severity: 2, message: hostile, ruleId: '\x1b[1mx' }] }]))).toEqual({
    file: 'a.js',
    rule: 'x',
    severity: 'error',
    message: 'red link c1   nul\ufffd bell\ufffd del\ufffd',
  })
  expect(read('lines', 'one\x1b]unfinished\ntwo').findings).toHaveLength(2)
})

test('a message is at most 2,000 characters long', () => {
  expect(finding('gnu', `a.ts:1:2: error: ${'x'.repeat(1_000_000)}`)?.message.length).toBeLessThanOrEqual(2000)
  expect(finding('eslint-json', JSON.stringify([{ messages: [{ message: '😀'.repeat(100_000) }] }]))?.message).toEndWith('…')
})
