import { expect, test } from 'bun:test'
import { newRedactor } from './redaction.ts'

const text = (secrets: Record<string, string>, given: string): string | undefined =>
  newRedactor(Object.entries(secrets).map(([name, value]) => ({ name, value })))?.text(given)

test('a known value is taken out and its name is said', () => {
  expect(text({ TOKEN: 'abc123xyz' }, 'login with abc123xyz, and abc123xyz again')).toBe('login with [redacted TOKEN], and [redacted TOKEN] again')
  expect(text({ TOKEN: 'abc123xyz' }, 'nothing to see: abc123xy')).toBe('nothing to see: abc123xy')
  expect(text({ TOKEN: 'grüßeß' }, 'é grüßeß é')).toBe('é [redacted TOKEN] é')
})

test('nothing is looked for when there is no secret, or only ones that stand in any text', () => {
  expect(newRedactor([])).toBeUndefined()
  expect(newRedactor([{ name: 'A', value: 'abc' }])).toBeUndefined()
})

test('of secrets that overlap nothing is left', () => {
  expect(text({ SHORT: 'abcdefgh', LONG: 'abcdefghijkl' }, 'x abcdefghijkl y abcdefgh z')).toBe('x [redacted LONG] y [redacted SHORT] z')
  expect(text({ ONE: 'abcdefgh', TWO: 'efghijkl' }, '<abcdefghijkl>')).toBe('<[redacted ONE]>')
  expect(text({ ONE: 'abababab' }, `<${'ab'.repeat(50)}>`)).toBe('<[redacted ONE]>')
})

test('a secret of many lines is taken out as a whole and line by line', () => {
  const value = '-----BEGIN KEY-----\nfirstLineOfKey\nsecondLine\n-----END KEY-----'
  expect(text({ KEY: value }, `a ${value} b`)).toBe('a [redacted KEY] b')
  expect(text({ KEY: value }, '> secondLine\r\n')).toBe('> [redacted KEY]\r\n')
})

test('encoded text that is broken into lines is taken out of each of them', () => {
  const value = 'x7'.repeat(80)
  const lines =
    Buffer.from(value)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  expect(text({ KEY: value }, lines.join('\n'))).toBe(lines.map(() => '[redacted KEY]').join('\n'))
})

test('a mark stays short and plain whatever the variable is called', () => {
  expect(text({ [`//registry/:${'x'.repeat(200)}\x1b`]: 'abc123xyz' }, 'abc123xyz')).toMatch(/^\[redacted \/\/registry\/:x{48}\]$/)
})

test('a stream shows at once what cannot be the beginning of a secret', () => {
  const stream = newRedactor([{ name: 'T', value: 'secret-value' }])?.stream()
  if (stream === undefined) throw new Error('no stream')
  const push = (given: string): string => new TextDecoder().decode(stream.push(new TextEncoder().encode(given)))
  expect([push('ready\n'), push('a sec'), push('ond; secret-'), push('value'), push('.')]).toEqual(['ready\n', 'a ', 'second; ', '[redacted T]', '.'])
  expect([push('secret-'), new TextDecoder().decode(stream.end())]).toEqual(['', 'secret-'])
})

test('a flood of almost-secrets neither fills the memory nor takes long', () => {
  const stream = newRedactor([
    { name: 'T', value: `${'ab'.repeat(100)}!` },
    { name: 'P', value: 'ababab' },
  ])?.stream()
  const chunk = new TextEncoder().encode('ab'.repeat(2000))
  const started = performance.now()
  let shown = 0
  for (let times = 0; times < 10; times++) shown += stream?.push(chunk).length ?? 0
  expect(shown).toBeLessThan(100)
  expect(performance.now() - started).toBeLessThan(5000)
})
