import { expect, test } from 'bun:test'
import { mutantsOf, withBlanks } from './mutants.ts'

test.each([
  ['if (a === b) {', 'if (a !== b) {'],
  ['  return a <= b', '  return a > b'],
  ['  if x == 1 and y:', '  if x != 1 and y:'],
  ['  return ok && fine', '  return ok || fine'],
  ['  sum += item.price', '  sum -= item.price'],
  ['  return a + b', '  return a - b'],
  ['  const limit = 10', '  const limit = 11'],
  ["  return 'none'", "  return 'pawl'"],
  ['  done = True', '  done = False'],
  ['  return x => x < 3', '  return x => x >= 3'],
])('%s → %s', (line, wanted) => {
  expect(mutantsOf(`first\n${line}\nlast`, [2], 5)[0]?.text).toBe(`first\n${wanted}\nlast`)
})

test('comments, imports and lines without anything to turn round give none', () => {
  const text = "// a === b\nimport { x } from 'y'\nfoo(bar)\n# x == 1\n"
  expect(mutantsOf(text, [1, 2, 3, 4], 5)).toEqual([])
})

test('of many lines some are taken, spread over all', () => {
  const text = Array.from({ length: 100 }, (_, n) => `x${n} = a + b`).join('\n')
  const lines = Array.from({ length: 100 }, (_, n) => n + 1)
  expect(mutantsOf(text, lines, 4).map(({ line }) => line)).toEqual([1, 26, 51, 76])
})

test('blanks come only where they change nothing', () => {
  expect(withBlanks('a()\nb \\\nc = `x\n`;\nd();\n', [1, 2, 3])).toBe('a()  \nb \\\nc = `x\n`;\nd();\n\n')
})
