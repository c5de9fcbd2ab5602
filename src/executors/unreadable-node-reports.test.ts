import { expect, test } from 'bun:test'
import { outcomeOf } from '../../test/printed-call.ts'

const reports = ['stylelint-json', 'knip-json', 'vitest-json', 'jest-json', 'npm-audit-json'] as const
const worthless: Readonly<Record<string, string>> = {
  garbage: 'TypeError: cannot read properties of undefined\n',
  nothing: '',
  'half a list': '[{"source":"/repo/a.css","warnings":[{"line":1,',
  'half an object': '{"numTotalTests":1,"testResults":[{"name":"/repo/a.test.js","status":"failed"',
  'JSON of another tool': '{"ok":true}',
}

test.each(reports)('a failure whose report cannot be read is one finding with what was printed last: %s', async (parser) => {
  for (const printed of Object.values(worthless))
    for (const outcome of [await outcomeOf(parser, 1, printed), await outcomeOf(parser, 1, '', printed)])
      expect(outcome).toMatchObject({
        kind: 'failed',
        findings: [{ rule: 'unparsed', severity: 'error', message: printed.trim() === '' ? 'exit code 1 and no output' : printed.trim() }],
      })
})

test.each(reports)('a pass whose report cannot be read is no pass: %s', async (parser) => {
  for (const printed of Object.values(worthless))
    for (const outcome of [await outcomeOf(parser, 0, printed), await outcomeOf(parser, 0, '', printed)])
      expect(outcome).toMatchObject({ kind: 'errored', failure: { type: 'tool.unparsed' } })
})

test('an audit that could not be made is never a pass, whatever its exit code', async () => {
  const error = '{"error":{"code":"ENOTFOUND","summary":"request to the registry failed"}}'
  expect(await outcomeOf('npm-audit-json', 0, error)).toMatchObject({
    kind: 'errored',
    failure: { why: 'the audit could not be made: request to the registry failed' },
  })
  expect(await outcomeOf('npm-audit-json', 1, error)).toMatchObject({ kind: 'failed', findings: [{ rule: 'unparsed', message: error }] })
})

test('errors of a runner that its report does not tell are shown as they were printed', async () => {
  const clean = JSON.stringify({ numTotalTests: 1, success: true, testResults: [{ name: '/repo/a.test.ts', status: 'passed', assertionResults: [] }] })
  expect(await outcomeOf('vitest-json', 1, clean, 'Unhandled Rejection: late\n')).toMatchObject({ kind: 'failed', findings: [{ rule: 'unparsed' }] })
  expect(await outcomeOf('vitest-json', 0, clean)).toMatchObject({ kind: 'passed', findings: [] })
})

test('tests that fail inside of a report are not excused by an exit code of 0; advisories below the level that was set are', async () => {
  const failed = JSON.stringify({ numTotalTests: 1, success: false, testResults: [{ name: '/repo/a.test.ts', status: 'failed', message: 'boom' }] })
  expect(await outcomeOf('jest-json', 0, failed)).toMatchObject({ kind: 'failed', findings: [{ file: 'a.test.ts', rule: 'suite', message: 'boom' }] })
  const via = { source: 1, name: 'a', title: 'x', severity: 'high', range: '<1' }
  const audit = JSON.stringify({ vulnerabilities: { a: { name: 'a', severity: 'high', via: [via], fixAvailable: false } } })
  expect(await outcomeOf('npm-audit-json', 0, audit)).toMatchObject({ kind: 'passed' })
})

test('markdownlint that fails without a remark shows what it printed', async () => {
  for (const printed of ['Error: Unable to use configuration file\n', ''])
    expect(await outcomeOf('markdownlint', 1, '', printed)).toMatchObject({ kind: 'failed', findings: [{ rule: 'unparsed' }] })
})
