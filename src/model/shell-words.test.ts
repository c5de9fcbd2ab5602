import { expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import * as fc from 'fast-check'
import { commandLine, quotedWord } from './shell-words.ts'

test('plain words stay as they are, everything else is quoted', () => {
  expect(commandLine(['eslint', '--fix', 'src/a.ts'])).toBe('eslint --fix src/a.ts')
  expect(commandLine(['echo', '', "it's", '$HOME', 'a b', '*'])).toBe(`echo '' 'it'\\''s' '$HOME' 'a b' '*'`)
  expect(commandLine(['make'], 'my app', { A: 'x y' })).toBe(`cd 'my app' && A='x y' make`)
})

test('a word with control characters stays on one line and shows no escape sequence', () => {
  expect(quotedWord("a\nb\x1b[31m'\\")).toBe("$'a\\nb\\x1b[31m\\'\\\\'")
})

test('bash reads back every word as it was', () => {
  if (spawnSync('bash', ['-c', 'true']).status !== 0) return console.log('not tried: there is no bash here')
  const word = fc
    .oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ unit: fc.constantFrom('a', "'", '\\', '\n', ' ', '$', '"', '\x1b', '1', '\x85'), maxLength: 12 }),
    )
    .filter((text) => !text.includes('\0') && text.isWellFormed())
  const words = fc.sample(word, { numRuns: 300, seed: 7 })
  const read = spawnSync('bash', ['-c', `printf '%s\\0' ${words.map(quotedWord).join(' ')}`], { encoding: 'utf8' })
  expect(read.stdout.split('\0').slice(0, -1)).toEqual([...words])
})
