import { expect, test } from 'bun:test'
import { mostFindings, type Finding } from '../model/finding.ts'
import type { Outcome } from '../model/outcome.ts'
import { quietFiles, type OpenFiles } from './open-files.ts'

const files: OpenFiles = {
  context: 'c',
  files: new Map([
    ['a', '1'],
    ['b', '2'],
    ['known', '3'],
  ]),
  open: ['a', 'b'],
  newest: { run: 1, at: 1 },
  told: false,
}
const about = (file?: string, severity: Finding['severity'] = 'error'): Finding => ({ severity, message: 'm', ...(file === undefined ? {} : { file }) })
const red = (findings: readonly Finding[], more: object = {}): Outcome => ({ kind: 'failed', findings, durationMs: 1, summary: '', ...more })

test('what was judged and has no finding is known to be fine; what has one, of whatever weight, is judged again', () => {
  expect(quietFiles(files, { kind: 'passed', findings: [], durationMs: 1 })).toEqual(['1', '2'])
  expect(quietFiles(files, { kind: 'passed', findings: [about('a', 'warning')], durationMs: 1 })).toEqual(['2'])
  expect(quietFiles(files, red([about('b')]))).toEqual(['1'])
})

test('where only the tool can say whether its answers stand each for itself, it has to', () => {
  expect(quietFiles({ ...files, told: true }, { kind: 'passed', findings: [], durationMs: 1 })).toEqual([])
  expect(quietFiles({ ...files, told: true }, { kind: 'passed', findings: [], durationMs: 1, alone: true })).toEqual(['1', '2'])
})

test('nothing is known when the findings may not be all, or may be about any file', () => {
  expect(quietFiles(files, red([]))).toEqual([])
  expect(quietFiles(files, red([about('a')], { cut: true }))).toEqual([])
  expect(quietFiles(files, red(Array.from({ length: mostFindings }, () => about('a'))))).toEqual([])
  expect(quietFiles(files, red([about('a'), about()]))).toEqual([])
  expect(quietFiles(files, red([about('a'), about('elsewhere')]))).toEqual([])
  expect(quietFiles(files, { kind: 'timed-out', limitMs: 1, durationMs: 1 })).toEqual([])
})
