import { expect, test } from 'bun:test'
import { newTestReports } from './test-reports.ts'

test('the list of failed tests with which a long run of bun ends tells nothing new', () => {
  const reports = newTestReports()
  const told = ['error: expected 1', '      at <anonymous> (/repo/a.test.ts:4:2)', '(fail) adds [1.20ms]', '', '1 tests failed:', '(fail) adds [1.20ms]']
  const findings = told.flatMap((line) => {
    const taken = reports.take(line)
    return taken === undefined || taken === 'part' ? [] : taken
  })
  expect(findings).toMatchObject([{ file: '/repo/a.test.ts', line: 4, message: 'adds: expected 1' }])
})
