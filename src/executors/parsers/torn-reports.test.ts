import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { ParserName } from '../../model/task.ts'
import { parsers } from './by-name.ts'
import type { ToolOutput } from './parser.ts'

function outputOf(sample: string): ToolOutput {
  const text = readFileSync(new URL(`./samples/${sample}.txt`, import.meta.url), 'utf8')
  return sample.endsWith('stderr') ? { stdout: '', stderr: text } : { stdout: text, stderr: '' }
}

const reports: readonly (readonly [sample: string, parser: ParserName])[] = [
  ['stylelint-18-json-stderr', 'stylelint-json'],
  ['stylelint-18-json-clean-stderr', 'stylelint-json'],
  ['stylelint-15-json', 'stylelint-json'],
  ['vitest-5-json', 'vitest-json'],
  ['jest-30-json', 'jest-json'],
  ['jest-30-json-clean', 'jest-json'],
  ['knip-6-json', 'knip-json'],
  ['npm-audit-json', 'npm-audit-json'],
  ['npm-audit-json-clean', 'npm-audit-json'],
]

test.each(reports)('half a report is never taken for a whole one: %s', (sample, parser) => {
  const { stdout, stderr } = outputOf(sample)
  const text = (stdout + stderr).trimEnd()
  for (const part of [0, 0.1, 0.3, 0.5, 0.9, (text.length - 1) / text.length]) {
    const torn = text.slice(0, Math.floor(text.length * part))
    const parsed = parsers[parser](stdout === '' ? { stdout, stderr: torn } : { stdout: torn, stderr })
    expect(parsed.unreadable).toBeString()
    expect(parsed.findings).toEqual([])
  }
})

test('a report among other lines and colours is found', () => {
  for (const [sample, parser] of reports) {
    const { stdout, stderr } = outputOf(sample)
    const around = (text: string): string => (text === '' ? '> lint\n' : `(node:1) ExperimentalWarning: x\n\x1b[32m${text.trimEnd()}\x1b[0m\nDone in 1s\n`)
    expect(parsers[parser]({ stdout: around(stdout), stderr: around(stderr) })).toEqual(parsers[parser]({ stdout, stderr }))
  }
})

test('JSON of another shape, and a report that tells of an error, are no pass', () => {
  for (const [, parser] of reports)
    for (const other of ['{}', '[1]', 'null', '"x"', '{"issues":[1]}', '{"testResults":{}}', '{"vulnerabilities":[]}'])
      expect(parsers[parser]({ stdout: other, stderr: '' }).unreadable).toBeString()
  expect(parsers['npm-audit-json'](outputOf('npm-audit-json-error'))).toEqual({
    findings: [],
    unreadable: 'the audit could not be made: 405 Method Not Allowed - POST https://registry.example.org/-/npm/v1/security/advisories/bulk',
  })
  expect(
    parsers['npm-audit-json']({ stdout: '{"error":{"code":"ENOLOCK","summary":"This command requires an existing lockfile."}}', stderr: '' }).unreadable,
  ).toBe('the audit could not be made: This command requires an existing lockfile.')
  expect(parsers['vitest-json']({ stdout: 'JSON report written to /repo/.vitest/json/output.json\n', stderr: '' }).unreadable).toBe(
    'Vitest wrote its report into a file instead of printing it: /repo/.vitest/json/output.json',
  )
})

test('a report is found behind what tests print, and before where it was written to', () => {
  const { stdout, stderr } = outputOf('vitest-5-json')
  const around = `${'{ a: 1 }\n[ 2 ]\n'.repeat(5)}${stdout.trimEnd()}JSON report written to /dev/stdout\n`
  expect(parsers['vitest-json']({ stdout: around, stderr })).toEqual(parsers['vitest-json']({ stdout, stderr }))
})

test('tests that did not run are told: none found, and interrupted', () => {
  const report = (more: object): string => JSON.stringify({ numTotalTests: 0, testResults: [], ...more })
  const parse = (more: object) => parsers['jest-json']({ stdout: report(more), stderr: '' })
  expect(parse({ success: false }).findings).toMatchObject([{ severity: 'error', rule: 'no-tests' }])
  expect(parse({ success: true }).findings).toMatchObject([{ severity: 'warning', rule: 'no-tests' }])
  expect(parse({ success: false, wasInterrupted: true }).unreadable).toBe('the tests were interrupted: not all of them have run')
})
