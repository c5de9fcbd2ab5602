/** Failures and findings as people read them. */
import { expect, test } from 'bun:test'
import { failureLines } from './failure-text.ts'
import { findingLines } from './finding-text.ts'
import { palette } from './palette.ts'

const bare = palette(false)

test('a failure names the place first, then what, why, what was kept and what to try', () => {
  const lines = failureLines(
    {
      type: 'config.unknown-task',
      what: "'test' needs 'biuld'",
      why: 'no such task',
      kept: 'nothing ran',
      hint: "Did you mean 'build'?\nOr add it.",
      place: { file: 'pawl.yaml', line: 3, column: 5 },
    },
    bare,
  )
  expect(lines).toEqual([
    "pawl.yaml:3:5  'test' needs 'biuld'",
    '  why: no such task',
    '  kept: nothing ran',
    "  try: Did you mean 'build'?",
    '       Or add it.',
  ])
  expect(failureLines({ type: 'plan.empty', what: 'nothing to do' }, bare)).toEqual(['nothing to do'])
})

test('the text of a failure cannot act on the terminal', () => {
  const lines = failureLines({ type: 'tool.crashed', what: '\x1b[2Jgone', why: 'a\r\nb\x07', place: { file: 'a\nb' } }, palette(true))
  expect(lines.join('|')).toBe('\x1b[1ma\\nb\x1b[22m  \\e[2Jgone|  \x1b[2mwhy:\x1b[22m a|       b\\x07')
})

test('findings come errors first, as places that can be clicked, and say how many are not shown', () => {
  const lines = findingLines(
    [
      { severity: 'warning', file: 'b.ts', message: 'meh', suggestion: 'do better' },
      { severity: 'error', file: 'a.ts', line: 3, column: 7, rule: 'semi', message: 'Missing ;\n  in full' },
      { severity: 'error', message: 'about all' },
      { severity: 'info', message: 'left out' },
    ],
    3,
    'pawl logs lint',
    bare,
  )
  expect(lines).toEqual(['a.ts:3:7  semi  Missing ;', '      in full', 'about all', 'b.ts  meh (warning)', '    try: do better', 'and 1 more: pawl logs lint'])
})
