/** Cutting text to the columns of a terminal. */
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { loadWidths, shortened, textWidth } from './text-width.ts'

test('text is cut to its width on the screen, not to its length', async () => {
  await loadWidths()
  expect(shortened('hello world', 8)).toBe('hello w…')
  expect(shortened('hello', 5)).toBe('hello')
  expect(shortened('漢字漢字', 5)).toBe('漢字…')
  expect(shortened('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 5)).toBe('👩‍👩‍👧👩‍👩‍👧…')
  expect(shortened('abc', 0)).toBe('')
  expect(shortened('✓ done', 6)).toBe('✓ done')
})

test('what is cut never takes more columns than it may', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.integer({ min: 1, max: 20 }),
      (text, columns) => textWidth(shortened(text, columns)) <= columns,
    ),
  )
})
