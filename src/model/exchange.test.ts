import { expect, test } from 'bun:test'
import { claimedPath, overlapsWith, type JobRecord } from './exchange.ts'

test.each([
  ['src/a.ts', 'src/a.ts'],
  ['./src//a.ts', 'src/a.ts'],
  ['src/', 'src'],
  ['src/**', 'src'],
  ['src\\a.ts', 'src/a.ts'],
  ['/etc/passwd', undefined],
  ['../other', undefined],
  ['src/../../x', undefined],
  ['C:\\x', undefined],
  ['.', undefined],
  ['', undefined],
  ['a\0b', undefined],
])('%p is claimed as %p', (text, path) => {
  expect(claimedPath(text)).toBe(path)
})

test('a file overlaps with itself and with the folders above it, in claims and in what was touched', () => {
  const claim: JobRecord = { at: 1, kind: 'claim', paths: ['src', 'docs/a.md'] }
  const others = new Map<string, readonly JobRecord[]>([
    ['one', [claim, { at: 2, kind: 'touched', paths: ['src/a.ts', 'srcs.ts'] }]],
    ['two', [claim, { at: 3, kind: 'done', summary: '' }]],
    ['three', [{ at: 4, kind: 'claim', paths: ['src/a.tsx'] }]],
  ])
  expect(overlapsWith(['src/a.ts'], others)).toEqual([
    { job: 'one', by: 'claim', paths: ['src'], done: false },
    { job: 'one', by: 'touched', paths: ['src/a.ts'], done: false },
    { job: 'two', by: 'claim', paths: ['src'], done: true },
  ])
  expect(overlapsWith(['docs'], others).map(({ paths }) => paths)).toEqual([['docs/a.md'], ['docs/a.md']])
})
