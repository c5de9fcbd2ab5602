import { expect, test } from 'bun:test'
import { parseBytes } from './bytes.ts'

test('sizes are exact, in powers of ten or of two as written', () => {
  const table: readonly (readonly [string | number, number | undefined])[] = [
    ['1GiB', 1_073_741_824],
    ['500MB', 500_000_000],
    ['1.5 GB', 1_500_000_000],
    ['0.1 GB', 100_000_000],
    ['2 kib', 2048],
    ['1TiB', 2 ** 40],
    [' 10 B ', 10],
    ['1234', 1234],
    [0, 0],
    [4096, 4096],
    ['1G', undefined],
    ['1M', undefined],
    ['', undefined],
    ['GB', undefined],
    ['-1MB', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['1 GB extra', undefined],
    [-1, undefined],
    [1.5, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    ['99999999999 TB', undefined],
    ['1 constructor', undefined],
  ]
  for (const [size, bytes] of table) expect([size, parseBytes(size)]).toEqual([size, bytes])
})
