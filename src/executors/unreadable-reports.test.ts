/** What becomes of a report that nobody can read: a failure shows what was printed, and a pass is not believed. */
import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { ParserName } from '../model/task.ts'
import { outcomeOf } from '../../test/printed-call.ts'

const sample = (name: string): string => readFileSync(new URL(`./parsers/samples/${name}.txt`, import.meta.url), 'utf8')
const leaks = JSON.stringify([{ RuleID: 'token', Secret: 'hunter2hunter2', Match: 'hunter2hunter2', File: 'a.py', StartLine: 1 }])
const whole: Partial<Record<ParserName, string>> = {
  sarif: sample('staticcheck-sarif'),
  junit: sample('pytest-junit'),
  checkstyle: sample('shellcheck-checkstyle'),
  'pyright-json': sample('pyright-json'),
  'bandit-json': sample('bandit-json'),
  'pip-audit-json': JSON.stringify({ dependencies: [{ name: 'a', version: '1', vulns: [{ id: 'X-1', fix_versions: [] }] }], fixes: [] }),
  'shellcheck-json': sample('shellcheck-json'),
  'hadolint-json': JSON.stringify([{ file: 'Dockerfile', line: 1, column: 1, level: 'error', code: 'DL1000', message: 'x' }]),
  'gitleaks-json': leaks,
  'semgrep-json': JSON.stringify({
    results: [{ check_id: 'x', path: 'a.py', start: { line: 1, col: 1 }, extra: { message: 'm', severity: 'ERROR' } }],
    errors: [],
  }),
  'staticcheck-json': sample('staticcheck-json'),
}
const names = Object.keys(whole) as readonly ParserName[]
const torn = (name: ParserName): string => (whole[name] ?? '').slice(0, Math.floor((whole[name] ?? '').length / 2))

test.each(names)('%s: a failure whose report is missing, torn or of another kind is one finding that shows it', async (name) => {
  for (const [stdout, stderr] of [
    ['', ''],
    ['', 'fatal: no configuration\n'],
    ['usage: scan [--help]\n', ''],
    ['{"x": 1}\n', ''],
    ['<html></html>\n', ''],
    [torn(name), ''],
  ] as const) {
    const outcome = await outcomeOf(name, 1, stdout, stderr)
    expect(outcome.kind).toBe('failed')
    const rules = outcome.kind === 'failed' ? outcome.findings.map(({ rule }) => rule) : []
    // What staticcheck printed before it was torn stands in lines of their own.
    expect(rules).toEqual(name === 'staticcheck-json' && stdout === torn(name) ? ['compile', 'U1000'] : ['unparsed'])
  }
})

test.each(names)('%s: a pass whose report is missing, torn or of another kind is no pass', async (name) => {
  for (const stdout of ['', 'all good\n', '{"x": 1}\n', '<html></html>\n', torn(name)]) {
    const { kind } = await outcomeOf(name, 0, stdout)
    // Staticcheck prints nothing where all is well.
    expect([stdout, kind === 'passed']).toEqual([stdout, name === 'staticcheck-json' && stdout === ''])
  }
})

test.each(names)('%s: errors of a report outweigh an exit code of 0, but where the tool has a flag for that', async (name) => {
  const { kind } = await outcomeOf(name, 0, whole[name] ?? '')
  // bandit-json: a file could not be read.
  expect(kind).toBe(name === 'hadolint-json' ? 'passed' : name === 'bandit-json' ? 'errored' : 'failed')
})

test('codespell that fails without a word is shown as it is', async () => {
  expect(await outcomeOf('codespell', 1, '', 'no dictionary\n')).toMatchObject({ kind: 'failed', findings: [{ rule: 'unparsed', message: 'no dictionary' }] })
})

test('no outcome of a torn report of gitleaks shows the secret', async () => {
  for (const code of [0, 1])
    expect(JSON.stringify(await outcomeOf('gitleaks-json', code, torn('gitleaks-json').padEnd(80, 'hunter2hunter2')))).not.toContain('hunter2')
})
