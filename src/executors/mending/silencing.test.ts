import { expect, test } from 'bun:test'
import type { ProposedFile } from '../../model/proposal.ts'
import { isTestFile, silencedIn } from './silencing.ts'

const file = (path: string, before: string | undefined, after: string | undefined): ProposedFile => ({
  path,
  change: before === undefined ? 'added' : after === undefined ? 'deleted' : 'changed',
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
})
const rulesOf = (...files: readonly ProposedFile[]): readonly string[] => silencedIn(files).map(({ rule = '' }) => rule.replace('silenced/', ''))

// One line as each tool documents it. Two of them are put together here, because they must stand in no test of ours.
test.each([
  ['a.js', '// eslint-disable-next-line no-undef', 'eslint-disable'],
  ['a.js', '/* eslint-disable */', 'eslint-disable'],
  ['a.js', '/* eslint no-undef: "off" */', 'eslint-disable'],
  ['a.ts', '// oxlint-disable-line', 'oxlint-disable'],
  ['a.ts', '// biome-ignore lint/suspicious/noExplicitAny: later', 'biome-ignore'],
  ['a.ts', '// @ts-expect-error', 'ts-ignore'],
  ['a.ts', '// @ts-nocheck', 'ts-ignore'],
  ['a.ts', 'const a = b as any', 'type-escape'],
  ['a.ts', 'const a = b as unknown as string', 'type-escape'],
  ['a.css', '/* stylelint-disable */', 'stylelint-disable'],
  ['a.md', '<!-- prettier-ignore -->', 'prettier-ignore'],
  ['a.md', '<!-- markdownlint-disable MD013 -->', 'markdownlint-disable'],
  ['a.js', '/* istanbul ignore next */', 'coverage-ignore'],
  ['a.js', '/* v8 ignore next 3 */', 'coverage-ignore'],
  ['a.py', 'import os  # noqa: F401', 'noqa'],
  ['a.py', '# ruff: noqa', 'noqa'],
  ['a.py', 'x = y  # type: ignore[attr-defined]', 'type-ignore'],
  ['a.py', 'x = y  # pyright: ignore', 'type-ignore'],
  ['a.py', '# pylint: disable=all', 'pylint-disable'],
  ['a.py', 'eval(x)  # nosec B307', 'nosec'],
  ['a.py', '# fmt: off', 'fmt-off'],
  ['a.py', 'x = 1  # pragma: no cover', 'coverage-ignore'],
  ['a.sh', '# shellcheck disable=SC2086', 'shellcheck-disable'],
  ['Dockerfile', '# hadolint ignore=DL3008', 'hadolint-ignore'],
  ['a.yml', '# yamllint disable-line', 'yamllint-disable'],
  ['a.go', 'x() //nolint:errcheck', 'nolint'],
  ['a.rs', '#[allow(dead_code)]', 'allow-attribute'],
  ['a.js', 'key = "x" // gitleaks:allow', 'gitleaks-allow'],
  ['a.js', 'eval(x) // nosemgrep', 'nosemgrep'],
  ['a.test.js', ['it', 'skip("x", () => {})'].join('.'), 'skipped-test'],
  ['a.test.js', ['describe', 'only("x", () => {})'].join('.'), 'skipped-test'],
  ['a.test.js', 'xit("x", () => {})', 'skipped-test'],
  ['a_test.py', '@pytest.mark.skip', 'skipped-test'],
  ['a_test.py', '@unittest.skip("later")', 'skipped-test'],
  ['a_test.go', 't.Skip("later")', 'skipped-test'],
  ['a.rs', '#[ignore]', 'skipped-test'],
])('%s: %s is %s', (path, line, rule) => {
  expect(rulesOf(file(path, 'one\n', `one\n${line}\n`))).toContain(rule)
  expect(rulesOf(file(path, undefined, `${line}\n`))).toContain(rule)
  // It was there before, or only moved to another file.
  expect(rulesOf(file(path, `${line}\n`, `two\n${line}\n`))).not.toContain(rule)
  expect(rulesOf(file(path, `${line}\n`, ''), file(`other/${path}`, undefined, `${line}\n`))).not.toContain(rule)
})

test('fewer tests and fewer asserts are findings, also when the file is gone', () => {
  const two = `it('a', () => { expect(1).toBe(1) })\nit('b', () => { expect(2).toBe(2) })\n`
  const one = `it('a', () => { expect(1).toBe(1) })\n`
  expect(rulesOf(file('a.test.js', two, one))).toEqual(['deleted-test', 'deleted-assert'])
  expect(rulesOf(file('a.test.js', one, undefined))).toEqual(['deleted-test', 'deleted-assert'])
  expect(rulesOf(file('test_a.py', 'def test_a():\n    assert x == 1\n', 'def test_a():\n    pass\n'))).toEqual(['deleted-assert'])
  expect(rulesOf(file('a_test.go', 'func TestA(t *testing.T) {\n t.Fatal("x")\n}\n', ''))).toEqual(['deleted-test', 'deleted-assert'])
  expect(rulesOf(file('a.test.js', one, two))).toEqual([])
  expect(rulesOf(file('src/a.js', 'expect(1)', ''))).toEqual([])
})

test('honest edits silence nothing', () => {
  expect(rulesOf(file('a.js', 'const unused = 1\nuse()\n', 'use()\n'), file('b.py', 'import os\n', ''))).toEqual([])
  expect(rulesOf(file('a.md', '', 'as any reader knows, noquarter is given'))).toEqual([])
})

test('what is a test is told by the usual names', () => {
  for (const path of [
    'a.test.ts',
    'src/b.spec.jsx',
    '__tests__/x.js',
    'tests/x.py',
    'test_x.py',
    'x_test.go',
    'spec/x_spec.rb',
    'src/FooTest.java',
    'e2e/a.cy.ts',
  ])
    expect([path, isTestFile(path)]).toEqual([path, true])
  for (const path of ['src/contest.ts', 'latest.py', 'src/attest.go', 'testing.md']) expect([path, isTestFile(path)]).toEqual([path, false])
})
