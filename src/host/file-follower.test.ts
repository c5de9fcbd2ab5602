import { expect, test } from 'bun:test'
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { followFile } from './file-follower.ts'

test('what is appended is read once, also when the file is replaced, cut, or comes late', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-follow-'))
  const path = join(folder, 'log')
  const follower = followFile(path)
  const read = (): string => new TextDecoder().decode(follower.read())
  try {
    expect(read()).toBe('')
    writeFileSync(path, 'one\n')
    expect([read(), read()]).toEqual(['one\n', ''])
    appendFileSync(path, 'two\n')
    expect(read()).toBe('two\n')
    appendFileSync(path, 'last\n')
    renameSync(path, `${path}.1`)
    writeFileSync(path, 'new\n')
    expect(read()).toBe('last\nnew\n')
    truncateSync(path, 0)
    expect(read()).toBe('')
    appendFileSync(path, 'anew\n')
    expect(read()).toBe('anew\n')
    rmSync(path)
    expect(read()).toBe('')
    appendFileSync(path, 'back\n')
    expect(read()).toBe('back\n')
  } finally {
    follower.close()
    rmSync(folder, { recursive: true })
  }
})
