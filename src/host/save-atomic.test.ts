import { expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { saveAtomic } from './save-atomic.ts'

async function inFolder(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'pawl-save-'))
  await work(dir).finally(() => rmSync(dir, { recursive: true }))
}

test('the new content replaces the old one and nothing is left beside it', () =>
  inFolder(async (dir) => {
    await saveAtomic(join(dir, 'a'), 'one')
    await saveAtomic(join(dir, 'a'), new Uint8Array([116, 119, 111]))
    expect(readFileSync(join(dir, 'a'), 'utf8')).toBe('two')
    expect(statSync(join(dir, 'a')).mode & 0o777).toBe(0o600)
    expect(readdirSync(dir)).toEqual(['a'])
  }))

test('when it cannot be saved the old content stays and nothing is left beside it', () =>
  inFolder(async (dir) => {
    mkdirSync(join(dir, 'a', 'full'), { recursive: true })
    await expect(saveAtomic(join(dir, 'a'), 'one')).rejects.toThrow()
    await expect(saveAtomic(join(dir, 'none', 'a'), 'one')).rejects.toThrow()
    expect(readdirSync(dir)).toEqual(['a'])
  }))

test('a link in its place is replaced and not written through', () =>
  inFolder(async (dir) => {
    writeFileSync(join(dir, 'target'), 'precious')
    symlinkSync('target', join(dir, 'a'))
    await saveAtomic(join(dir, 'a'), 'one', 0o644)
    expect([readFileSync(join(dir, 'target'), 'utf8'), readFileSync(join(dir, 'a'), 'utf8')]).toEqual(['precious', 'one'])
  }))

test('of many who save at once one wins, whole', () =>
  inFolder(async (dir) => {
    const contents = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000))
    await Promise.all(contents.map((content) => saveAtomic(join(dir, 'a'), content)))
    expect(contents).toContain(readFileSync(join(dir, 'a'), 'utf8'))
    expect(readdirSync(dir)).toEqual(['a'])
  }))
