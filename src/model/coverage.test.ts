import { expect, test } from 'bun:test'
import { compared, hundredthsOf, joined, linesOf, percentText, rangesOf, sumsOf, uncoveredLines, type FileCoverage } from './coverage.ts'

const file = (name: string, lines: Record<number, number>, branches?: { covered: number; total: number }): FileCoverage => ({
  file: name,
  lines: new Map(Object.entries(lines).map(([line, hits]) => [Number(line), hits])),
  ...(branches === undefined ? {} : { branches }),
})

test('sums count lines and branches; without branches none are told', () => {
  expect(sumsOf([file('a', { 1: 1, 2: 0 }), file('b', { 1: 3 })])).toEqual({ lines: { covered: 2, total: 3 } })
  expect(sumsOf([file('a', {}, { covered: 1, total: 2 }), file('b', {}, { covered: 0, total: 4 })]).branches).toEqual({ covered: 1, total: 6 })
  expect(linesOf({ ...file('a', {}), counted: { covered: 3, total: 4 } })).toEqual({ covered: 3, total: 4 })
  expect(linesOf({ ...file('a', { 1: 0 }), counted: { covered: 3, total: 4 } })).toEqual({ covered: 0, total: 1 })
})

test('a percentage is rounded down: nearly all is not all', () => {
  expect(percentText({ covered: 99_999, total: 100_000 })).toBe('99.99 %')
  expect(percentText({ covered: 2, total: 3 })).toBe('66.66 %')
  expect(percentText({ covered: 3, total: 3 })).toBe('100.00 %')
  expect(percentText({ covered: 0, total: 0 })).toBe('no code')
  expect(hundredthsOf({ covered: 9_007_199_254_740_990, total: 9_007_199_254_740_991 })).toBe(9999)
})

test('shares are compared exactly, with a tolerance in percent points', () => {
  expect(compared({ covered: 1, total: 3 }, { covered: 33, total: 99 })).toBe(0)
  expect(compared({ covered: 333_333_333, total: 1_000_000_000 }, { covered: 1, total: 3 })).toBe(-1)
  expect(compared({ covered: 79, total: 100 }, { covered: 80, total: 100 }, 1)).toBe(0)
  expect(compared({ covered: 789, total: 1000 }, { covered: 80, total: 100 }, 1)).toBe(-1)
  expect(compared({ covered: 81, total: 100 }, { covered: 80, total: 100 }, 5)).toBe(1)
})

test('reports are joined: hits add up, of branches the better count is kept', () => {
  const both = joined([
    { files: [file('b', { 1: 1, 2: 0 }, { covered: 1, total: 4 })] },
    { files: [file('a', { 1: 0 }), file('b', { 1: 2, 3: 0 }, { covered: 2, total: 3 })] },
  ])
  expect(both.files.map((one) => one.file)).toEqual(['a', 'b'])
  expect([...(both.files[1]?.lines ?? [])]).toEqual([
    [1, 3],
    [2, 0],
    [3, 0],
  ])
  expect(both.files[1]?.branches).toEqual({ covered: 2, total: 4 })
})

test('uncovered lines become ranges; lines without code do not part them', () => {
  const one = file('a', { 1: 0, 2: 0, 5: 0, 6: 1, 7: 0 })
  expect(rangesOf(uncoveredLines(one), (line) => !one.lines.has(line))).toEqual([
    { from: 1, to: 5 },
    { from: 7, to: 7 },
  ])
  expect(rangesOf([1, 2, 5])).toEqual([
    { from: 1, to: 2 },
    { from: 5, to: 5 },
  ])
})
