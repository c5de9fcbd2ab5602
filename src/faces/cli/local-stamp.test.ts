/** Times on a screen are those of the clock beside it. */
import { expect, test } from 'bun:test'
import { localStamp } from './local-stamp.ts'

test('times are local', () => {
  const noon = new Date(2026, 0, 2, 12, 3, 4).getTime()
  expect(localStamp(noon)).toBe('2026-01-02 12:03:04')
})
