/** The contract that authors of plugins are given, held by the parsers of pawl itself. */
import { expect, test } from 'bun:test'
import { builtInPlugin } from '../../src/app/built-in-plugin.ts'
import type { Parser } from '../../src/executors/parsers/parser.ts'
import { outputOf } from '../recorded-sample.ts'
import { parserContract, type ParserSample } from '../../src/faces/library/testing.ts'

const sample = (name: string): ParserSample => ({ name, ...outputOf(name), root: '/' })
const text = (name: string, stdout: string): ParserSample => ({ name, stdout })

const json = (name: string, value: unknown): ParserSample => text(name, JSON.stringify(value))
const goTest =
  '{"Action":"output","Package":"a","Test":"TestX","Output":"    a_test.go:5: no\\n"}\n{"Action":"fail","Package":"a","Test":"TestX","Elapsed":0}\n{"Action":"fail","Package":"a","Elapsed":0}\n'

/** By parser; `none` reads nothing, whatever it is given. */
const samples: Readonly<Record<string, readonly ParserSample[]>> = {
  lines: [text('names', 'a.py\nb.py\n')],
  gnu: [sample('flake8')],
  tsc: [sample('tsc')],
  'eslint-json': [sample('eslint-json')],
  'biome-json': [sample('biome-json')],
  'oxlint-json': [sample('oxlint-json')],
  'stylelint-json': [sample('stylelint-15-json')],
  markdownlint: [sample('markdownlint-cli2-stderr')],
  'knip-json': [sample('knip-6-json')],
  'vitest-json': [sample('vitest-3-json')],
  'jest-json': [sample('jest-30-json')],
  'npm-audit-json': [sample('npm-audit-json')],
  'file-list': [sample('prettier-3.10-list')],
  'ruff-json': [sample('ruff-json')],
  mypy: [sample('mypy')],
  'cargo-json': [sample('clippy-json')],
  go: [text('vet', './a.go:3:2: x declared and not used\n')],
  'go-test-json': [text('fail', goTest)],
  actionlint: [text('one', '.github/workflows/a.yml:3:5: unexpected key "x" [syntax-check]\n')],
  sarif: [{ ...sample('eslint-sarif'), unreadable: true }],
  junit: [sample('pytest-junit')],
  checkstyle: [sample('shellcheck-checkstyle')],
  'pyright-json': [sample('pyright-json')],
  'bandit-json': [{ ...sample('bandit-json'), unreadable: true }],
  'pip-audit-json': [json('one', { dependencies: [{ name: 'a', version: '1', vulns: [{ id: 'CVE-1', fix_versions: ['2'], description: 'd' }] }] })],
  codespell: [sample('codespell')],
  'shellcheck-json': [sample('shellcheck-json')],
  'hadolint-json': [json('one', [{ file: 'Dockerfile', line: 1, column: 1, level: 'error', code: 'DL3006', message: 'm' }])],
  'gitleaks-json': [json('one', [{ RuleID: 'generic', Description: 'd', File: 'a.txt', StartLine: 1, StartColumn: 2, Commit: '', Match: 'REDACTED' }])],
  'semgrep-json': [
    json('one', { results: [{ check_id: 'r', path: 'a.py', start: { line: 1, col: 1 }, extra: { message: 'm', severity: 'ERROR' } }], errors: [] }),
  ],
  'staticcheck-json': [sample('staticcheck-json')],
}

test('every parser but the one that reads nothing is judged', () => {
  expect(
    Object.keys(builtInPlugin.parsers)
      .filter((name) => name !== 'none')
      .sort(),
  ).toEqual(Object.keys(samples).sort())
})

const parsers: Readonly<Record<string, Parser>> = builtInPlugin.parsers
const cases = Object.entries(samples).flatMap(([name, given]) => {
  const parser = parsers[name]
  return parser === undefined ? [] : parserContract(parser, given).map((one) => [name, one.name, one.run] as const)
})

test.each(cases)('%s: %s', async (_parser, _name, run) => run(), 60_000)
