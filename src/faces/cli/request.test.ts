import { expect, test } from 'bun:test'
import { readArguments } from './arguments.ts'
import { commands } from './commands.ts'
import { requestOf } from './request.ts'

function request(line: string): unknown {
  const args = readArguments(line === '' ? [] : line.split(' '), commands)
  if (!args.ok) return args.failures[0]?.what
  const made = requestOf(args.value)
  return made.ok ? made.value : made.failures[0]?.what
}

test('what was not said is absent from the request', () => {
  expect(request('')).toEqual({})
  expect(request('-v --json --color never')).toEqual({})
})

test('each flag asks for what its name says', () => {
  expect(request('--fast --skip-tests -n -i -f --fail-fast --persist')).toEqual({
    fast: true,
    skipTests: true,
    dryRun: true,
    interactive: true,
    force: true,
    failFast: true,
    persist: true,
  })
  expect(request('--only a,b --skip c --stage quality --strategy fast --profile ci -j3 --timeout 2m')).toEqual({
    only: ['a', 'b'],
    skip: ['c'],
    stage: ['quality'],
    strategy: 'fast',
    profile: 'ci',
    jobs: 3,
    timeoutMs: 120_000,
  })
})

test('a fix is wished in general, up to a level, or not at all', () => {
  expect([request('--fix'), request('--fix=lock'), request('--no-fix')]).toEqual([{ fix: true }, { fix: 'lock' }, { fix: false }])
})

test('files after "--" and those of --files are one selection; two kinds of selection contradict', () => {
  expect(request('--files a.ts,b.ts -- c.ts')).toEqual({ selection: { kind: 'files', paths: ['a.ts', 'b.ts', 'c.ts'] } })
  expect(request('--since main')).toEqual({ selection: { kind: 'since', ref: 'main' } })
  expect(request('--staged')).toEqual({ selection: { kind: 'staged' } })
  expect(request('--staged -- a.ts')).toContain('--files and --staged')
})
