import { expect, test } from 'bun:test'
import { watchScreen } from '../faces/cli/watch-screen.ts'
import { findingLines } from '../faces/reporters/finding-text.ts'
import { palette } from '../faces/reporters/palette.ts'
import type { Finding } from '../model/finding.ts'
import type { TurnCause } from '../model/turn.ts'
import { editorTasks } from './editor-tasks.ts'

type Pattern = { readonly regexp: string } & Readonly<Record<string, number | string>>
type Matcher = { readonly pattern: Pattern; readonly background?: { readonly beginsPattern: string; readonly endsPattern: string } }

const matchers = editorTasks(['pawl'], true).map((task) => task['problemMatcher'] as unknown as readonly Matcher[])

/** As VS Code does it: the first pattern that fits, each part trimmed. */
function problem(line: string): Readonly<Record<string, string>> | undefined {
  for (const { pattern } of matchers[0] ?? []) {
    const groups = new RegExp(pattern.regexp).exec(line)
    if (groups === null) continue
    const parts = Object.entries(pattern).flatMap(([name, group]) => (typeof group === 'number' && groups[group] !== undefined ? [[name, groups[group]]] : []))
    return Object.fromEntries(parts) as Record<string, string>
  }
  return undefined
}

const shown = (finding: Omit<Finding, 'severity'> & Partial<Pick<Finding, 'severity'>>): string[] =>
  findingLines([{ severity: 'error', ...finding }], 50, 'x', palette(false)).map((line) => `  ${line}`)

test('what the reporter writes about a finding is found again', () => {
  for (const [finding, wanted] of [
    [
      { file: 'src/a.ts', line: 3, column: 5, rule: 'no-x', message: 'x: y' },
      { file: 'src/a.ts', line: '3', column: '5', code: 'no-x', message: 'x: y' },
    ],
    [
      { file: 'a b/c.ts', line: 3, message: 'one two' },
      { file: 'a b/c.ts', line: '3', message: 'one two' },
    ],
    [
      { file: 'a', line: 1, rule: 'r', message: 'm (x)', severity: 'warning' as const },
      { file: 'a', line: '1', code: 'r', message: 'm (x)', severity: 'warning' },
    ],
    [
      { file: 'a.ts', rule: 'format', message: 'not formatted', severity: 'info' as const },
      { file: 'a.ts', code: 'format', message: 'not formatted', severity: 'info' },
    ],
    [
      { file: '.github/x.yml', message: 'bad' },
      { file: '.github/x.yml', message: 'bad' },
    ],
  ] as const)
    expect(problem(shown(finding)[0] ?? '')).toEqual(wanted)
  const [first = '', ...more] = shown({ file: 'a.ts', line: 1, message: 'one\nb.ts:2  two', suggestion: 'c.ts:3  three' })
  expect([problem(first)?.['message'], ...more.map(problem)]).toEqual(['one', undefined, undefined])
  expect(problem('pawl: pawl.yaml:3:5  unknown key')).toEqual({ file: 'pawl.yaml', line: '3', column: '5', message: 'unknown key' })
})

test('what only looks like a finding is none', () => {
  for (const line of [
    '  by hand: sh -c x:1  y',
    '  to mend: a.ts:1  y',
    '  │ src/a.ts:3:5  raw',
    '  ✗ lint.ts  1 finding  22 ms',
    '✗ lint  1 finding  29 ms  src/a.ts changed since run 1',
    '  node       package.json engines.node',
    '    try: a.ts:1  do',
    '  why: a.ts  b',
    'config pawl.yaml',
    'failed  2 checks: 1 passed, 1 failed; 1 finding; 1.1 s',
  ])
    expect(problem(line)).toBeUndefined()
})

test('a run of the watch begins with its cause and ends when it waits, with keys and without', () => {
  const background = matchers[1]?.[0]?.background
  const [begins, ends] = [new RegExp(background?.beginsPattern ?? ''), new RegExp(background?.endsPattern ?? '')]
  const causes: readonly TurnCause[] = [
    { kind: 'asked', wish: 'again' },
    { kind: 'asked', wish: 'all' },
    { kind: 'asked', wish: 'fixes' },
    { kind: 'branch', from: 'a', to: undefined, files: 3 },
    { kind: 'files', paths: [] },
    { kind: 'files', paths: ['a b.ts', 'c'] },
    { kind: 'files', paths: ['a', 'b', 'c', 'd'] },
    { kind: 'selection' },
  ]
  for (const keys of [false, true])
    for (const columns of [20, 200])
      for (const cause of causes) {
        const lines: string[] = []
        const screen = watchScreen({
          write: (text) => lines.push(...text.split('\n')),
          palette: palette(false),
          columns: () => columns,
          live: false,
          keys,
          quiet: false,
        })
        const one = (act: () => void): string[] => (lines.splice(0), act(), lines.filter((line) => line !== ''))
        expect(one(() => screen.begins({ number: 2, cause })).map((line) => begins.test(line))).toEqual([true])
        expect(one(() => screen.cutOff(cause)).map((line) => begins.test(line) || ends.test(line))).toEqual([false])
        expect(one(() => screen.begins({ number: 3, cause })).map((line) => begins.test(line))).toEqual([true])
        expect(one(() => screen.waiting(columns === 20 ? undefined : 12)).map((line) => ends.test(line))).toEqual([true])
      }
  expect(begins.test('✗ lint  1 finding  29 ms  src/a.ts changed')).toBe(false)
  expect(begins.test('  src/a.ts:1  changed')).toBe(false)
})
