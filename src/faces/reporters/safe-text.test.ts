/** Text of tools is shown, never done: controls, bidi tricks and commands to CI systems (T45). */
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { safeBlock, safeLine, safeLines } from './safe-text.ts'

/** Anything that a terminal would act on or that hides or reorders text. */
const foreign = /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/u

/** What the runners of GitHub, Azure and TeamCity look for. */
const commands = [/^\s*::/m, /##\[/, /##vso\[/i, /##teamcity\[/i]
const isHarmless = (line: string): boolean => !foreign.test(line) && !commands.some((command) => command.test(line))

const introducers = [
  '\x1b[',
  '\x1b]',
  '\x1bP',
  '\x1b_',
  '\x1b^',
  '\x1bX',
  '\x1b(',
  '\x1bc',
  '\x1b7',
  '\x9b',
  '\x9d',
  '\x90',
  '\x9f',
  '\x9e',
  '\x98',
  '\x07',
  '\b',
  '\r',
  '\v',
  '\f',
  '\0',
  '\x7f',
  '\x85',
  '\x0e',
]
const bodies = ['', '31m', '2J', '?25l', '52;c;ZXZpbA==\x07', '8;;http://evil\x1b\\text', '0;title\x07', '1000;1H', '6n', 'q#0', 'evil\x9c', '>c', '!p']

test('no control sequence of a corpus of 300 and more reaches the terminal', () => {
  const corpus = introducers.flatMap((start) => bodies.map((body) => `before ${start}${body} after`))
  expect(corpus.length).toBeGreaterThan(300)
  expect(corpus.filter((text) => !isHarmless(safeLine(text)))).toEqual([])
  expect(corpus.filter((text) => !safeLines(text).every(isHarmless))).toEqual([])
})

test('no text at all makes a terminal or a CI system act', () => {
  const nasty = fc.constantFrom(
    ...introducers,
    ...bodies,
    '::',
    ':',
    '#',
    '##[',
    '##vso[',
    '##TeamCity[',
    'set-env',
    '\n',
    '\u202e',
    '\u2066',
    '\ud800',
    '\u{e0041}',
    'ok ',
    ' ',
    '\t',
    '[0m',
    '\x1b[0m',
  )
  const texts = fc.array(fc.oneof(nasty, nasty, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(texts, (text) => isHarmless(safeLine(text)) && safeLines(text).every(isHarmless)),
    { numRuns: 20_000 },
  )
})

test('what could act is shown as an escape that a person can read', () => {
  const table: [string, string][] = [
    ['plain text', 'plain text'],
    ['\x1b[31mred', '\\e[31mred'],
    ['10 %\r20 %', '10 %\\r20 %'],
    ['two\nlines', 'two\\nlines'],
    ['a\tb', 'a b'],
    ['abc\u202ecba', 'abc\\u{202e}cba'],
    ['c1 \x9b2J', 'c1 \\x9b2J'],
    ['lone \ud800', 'lone \\u{d800}'],
    ['::set-env name=A::b', '\\x3a:set-env name=A::b'],
    ['  ::error::x', '  \\x3a:error::x'],
    ['see ##[add-mask]x', 'see \\x23#[add-mask]x'],
    ['std::vec::Vec is fine, so is # Title', 'std::vec::Vec is fine, so is # Title'],
    ['漢字 é 👩‍👩‍👧', '漢字 é 👩‍👩‍👧'],
  ]
  expect(table.map(([text]) => safeLine(text))).toEqual(table.map(([, shown]) => shown))
})

test('output keeps its lines and loses only its colours and trailing blank lines', () => {
  expect(safeLines('\x1b[1mone\x1b[0m\r\ntwo\n\tthree\n\n')).toEqual(['one', 'two', '    three'])
  expect(safeLines('\x1b[\x1b[0m31mtricked')).toEqual(['\\e[31mtricked'])
  expect(safeLines('')).toEqual([])
})

test('a block keeps line breaks and tabs for the format that holds it', () => {
  expect(safeBlock('a\r\nb\tc\x1b')).toBe('a\nb\tc\\e')
})

test('long hostile text takes time in proportion to its length', () => {
  const started = performance.now()
  for (const text of ['\x1b'.repeat(500_000), ' '.repeat(500_000), ':'.repeat(500_000), '#'.repeat(500_000), '\x1b[1;'.repeat(200_000), '\n'.repeat(500_000)])
    safeLines(text)
  expect(performance.now() - started).toBeLessThan(2500)
})
