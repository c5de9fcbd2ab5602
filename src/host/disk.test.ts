import { expect, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { freeBytes } from './disk.ts'

test('free space is what df says, in bytes', async () => {
  const available = Number(execFileSync('df', ['-Pk', tmpdir()], { encoding: 'utf8' }).trim().split('\n').at(-1)?.split(/\s+/)[3]) * 1024
  const free = await freeBytes(tmpdir())
  // Others write to the same disk between the two looks.
  expect(Math.abs(free - available)).toBeLessThan(512 * 1024 * 1024)
})
