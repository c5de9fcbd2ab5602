import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { ParserName } from '../../model/task.ts'
import { parsers } from './by-name.ts'
import { withoutEscapes } from './plain-text.ts'

const samples: readonly (readonly [sample: string, parser: ParserName])[] = [
  ['prettier-check-stderr', 'file-list'],
  ['prettier-list-stdout', 'file-list'],
  ['oxfmt-stderr', 'file-list'],
  ['tsc', 'tsc'],
  ['tsc-syntax', 'tsc'],
  ['tsc-global', 'tsc'],
  ['mypy', 'mypy'],
  ['oxlint-unix', 'gnu'],
  ['oxlint-default', 'gnu'],
  ['stylelint', 'gnu'],
  ['stylelint-unix', 'gnu'],
  ['flake8', 'gnu'],
  ['clippy-text', 'gnu'],
  ['cspell', 'gnu'],
  ['vitest-stderr', 'gnu'],
  ['jest-stderr', 'gnu'],
  ['node-test', 'gnu'],
  ['bun-test-stderr', 'gnu'],
  ['pytest-short', 'gnu'],
  ['cargo-test', 'gnu'],
  ['cargo-fmt', 'lines'],
  ['ruff-format', 'lines'],
  ['black-stderr', 'lines'],
]

/** Nobody tells tools to leave colours out, and some print them wherever CI is set. */
test.each(samples)('colours change nothing in what is read from %s', (sample, parser) => {
  const plain = withoutEscapes(readFileSync(new URL(`./samples/${sample}.txt`, import.meta.url), 'utf8'))
  const words = plain.replace(/[\w./-]+/g, '\x1b[1m\x1b[38;5;9m$&\x1b[39m\x1b[22m')
  const lines = plain.replace(/^.+$/gm, '\x1b[31m$&\x1b[0m\x1b[K')
  for (const stream of ['stdout', 'stderr'] as const) {
    const read = (text: string) => parsers[parser]({ stdout: '', stderr: '', [stream]: text })
    expect(read(words)).toEqual(read(plain))
    expect(read(lines)).toEqual(read(plain))
  }
})

test('colours around a report in JSON change nothing', () => {
  for (const [sample, parser] of [['eslint-json', 'eslint-json'] as const, ['ruff-json', 'ruff-json'] as const, ['clippy-json', 'cargo-json'] as const]) {
    const plain = readFileSync(new URL(`./samples/${sample}.txt`, import.meta.url), 'utf8')
    const coloured = `\x1b[32m${plain.trimEnd()}\x1b[0m\n`
    expect(parsers[parser]({ stdout: coloured, stderr: '' })).toEqual(parsers[parser]({ stdout: plain, stderr: '' }))
  }
})
