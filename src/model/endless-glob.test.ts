import { expect, test } from 'bun:test'
import { isEndlessGlob } from './endless-glob.ts'

test('globs as people write them come to an end', () => {
  const usual = [
    '**/*',
    'src/**/*.{ts,tsx}',
    '!**/node_modules/**',
    '*.@(js|ts)',
    '?(*.)test.ts',
    '!(*.d).ts',
    '+(a|b).txt',
    '**/*.{spec,test}.[cm]?[jt]s?(x)',
    'c++/**',
    'app/(group)/[id]/page.tsx',
    'a+b/*.ts',
    '{a*,b}/**',
  ]
  expect(usual.filter(isEndlessGlob)).toEqual([])
})

test('a repetition inside of a repetition does not', () => {
  const endless = ['+(a*|b)c', '*(*a)', '(a*)+', '{a*,b}+', '+(+(a))', '*a.**,?(/!..),((****+,)?}+src', '(*+)x']
  expect(endless.filter((glob) => !isEndlessGlob(glob))).toEqual([])
})
