/** Learned limits in the text of a pawl.yaml: what was there stays as it was, to the byte. */
import { expect, test } from 'bun:test'
import { withLearned, type LearnedValue } from './learned-values.ts'

const ttl = (text: string, check = 'lint'): LearnedValue => ({ check, key: 'ttl', text })
const timeout = (text: string, check = 'lint'): LearnedValue => ({ check, key: 'timeout', text })
const rows = new Set(['lockfile', 'quality'])

const written = (before: string, ...values: readonly LearnedValue[]): string => {
  const { text, left } = withLearned(before, values, rows)
  expect(left).toEqual([])
  return text
}
const left = (before: string, value: LearnedValue): string => {
  const { text, left: untouched } = withLearned(before, [value], rows)
  expect(text).toBe(before)
  return untouched[0]?.why ?? ''
}

test('a limit that is not there is added to its check, with the mark; comments, blank lines and odd formatting stay', () =>
  expect(
    written(
      '# mine\nversion:   1\n\nchecks:\n    lint:   # strict\n        command: [ eslint,  "." ]\n\n    # last\n    test: { command: "make test" }\n',
      ttl('20m'),
    ),
  ).toBe(
    '# mine\nversion:   1\n\nchecks:\n    lint:   # strict\n        ttl: 20m # learned\n        command: [ eslint,  "." ]\n\n    # last\n    test: { command: "make test" }\n',
  ))

test('a limit that was learned before is learned anew', () =>
  expect(written('checks:\n  lint:\n    ttl: 20m  # learned\n    command: x\n', ttl('36h'))).toBe(
    'checks:\n  lint:\n    ttl: 36h  # learned\n    command: x\n',
  ))

test('what a person wrote stays: a value of their own, one with a comment, one that is merged in', () => {
  expect(left('checks:\n  lint:\n    timeout: 7m\n', timeout('30s'))).toBe('somebody has written it by hand')
  expect(left('checks:\n  lint:\n    timeout: 10m # the build machine is slow\n', timeout('30s'))).toBe('somebody has written it by hand')
  expect(left('checks:\n  a: &a\n    command: x\n    timeout: 5m\n  lint:\n    <<: *a\n', timeout('30s'))).toBe('somebody has written it by hand')
})

test('the defaults that pawl init writes down may be replaced', () => {
  expect(written('checks:\n  lint:\n    command: x\n    timeout: 10m\n', timeout('45s'))).toBe('checks:\n  lint:\n    command: x\n    timeout: 45s # learned\n')
  expect(written('checks:\n  lint:\n    command: x\n    ttl: lockfile\n', ttl('2h'))).toBe('checks:\n  lint:\n    command: x\n    ttl: 2h # learned\n')
  expect(left('checks:\n  lint:\n    ttl: runtime\n', ttl('2h'))).toBe('somebody has written it by hand')
})

test('a check that is only detected gets an entry of its own', () => {
  expect(written('version: 1\n', ttl('20m', 'npm:lockfile'))).toBe('version: 1\n\nchecks:\n  npm:lockfile:\n    ttl: 20m # learned\n')
  expect(written('checks:\n  a:\n    command: x # the last one\n\n# the end\nfix: safe\n', ttl('20m'), timeout('40s'))).toBe(
    'checks:\n  a:\n    command: x # the last one\n  lint:\n    timeout: 40s # learned\n    ttl: 20m # learned\n\n# the end\nfix: safe\n',
  )
  expect(written('checks:\n  a:\n    command: x', ttl('20m'))).toBe('checks:\n  a:\n    command: x\n  lint:\n    ttl: 20m # learned\n')
  expect(written('checks:\n  a:\n    command: |\n      one\n      two\n', ttl('20m'))).toBe(
    'checks:\n  a:\n    command: |\n      one\n      two\n  lint:\n    ttl: 20m # learned\n',
  )
})

test('a check on one line has no room for the mark and is left', () => {
  expect(left('checks:\n  lint: { command: x }\n', ttl('20m'))).toBe('its check is written on one line; write it as a block')
  expect(left('checks: { lint: { command: x } }\n', ttl('20m'))).toBe('its check is written on one line; write it as a block')
  expect(left('{version: 1}\n', ttl('20m'))).toBe('the file has no block of checks')
})

test('line ends and a byte order mark stay what they are', () => {
  expect(written('\ufeffchecks:\r\n  lint:\r\n    command: x\r\n', ttl('20m'))).toBe('\ufeffchecks:\r\n  lint:\r\n    ttl: 20m # learned\r\n    command: x\r\n')
})

test('an edit that would change anything else is not made', () => {
  expect(left('checks:\n  lint: &l\n    command: x\n  copy: *l\n', ttl('20m'))).toBe('it cannot be written there without changing something else')
  expect(left('version: 1\n...\n', ttl('20m'))).toBe('it cannot be written there without changing something else')
})
