/** What every cache promises, held against the one on disk and the one of the laboratory. */
import { expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openCache } from '../../src/host/cache.ts'
import { prepareStateFolder } from '../../src/host/state-folder.ts'
import { systemClock } from '../../src/host/system-clock.ts'
import type { Cache } from '../../src/model/cache.ts'
import type { Proof } from '../../src/model/proof.ts'
import { taskId } from '../../src/model/task.ts'
import { memoryCache } from './laboratory.ts'

type Bench = {
  readonly cache: Cache
  write(path: string, text: string): void
  read(path: string): string
  remove(path: string): void
  [Symbol.dispose](): void
}

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  'the cache on disk': async () => {
    const root = mkdtempSync(join(tmpdir(), 'pawl-contract-'))
    await prepareStateFolder(join(root, '.pawl'))
    const opened = openCache(join(root, '.pawl'), root, systemClock())
    if (!opened.ok) throw new Error(JSON.stringify(opened.failures))
    return {
      cache: opened.value.cache,
      write: (path, text) => {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        writeFileSync(join(root, path), text)
      },
      read: (path) => readFileSync(join(root, path), 'utf8'),
      remove: (path) => rmSync(join(root, path)),
      [Symbol.dispose]: () => {
        opened.value.cache.close()
        rmSync(root, { recursive: true })
      },
    }
  },
  'the cache of the laboratory': async () => {
    const files = new Map<string, string>()
    return {
      cache: memoryCache(files),
      write: (path, text) => files.set(path, text),
      read: (path) => files.get(path) ?? '',
      remove: (path) => files.delete(path),
      [Symbol.dispose]: () => undefined,
    }
  },
}

const digit = (text: string): string => new Bun.CryptoHasher('sha256').update(text).digest('hex')
const proof = (key: string, run: number, more: Partial<Proof> = {}): Proof => ({
  key: digit(key),
  task: taskId('lint'),
  run,
  at: 1_000 + run,
  durationMs: 5,
  findings: [],
  mark: { delta: {} },
  parts: { command: digit('c'), files: digit('f'), env: {}, tools: {}, extra: {}, upstream: digit('u'), platform: 'linux', pawl: '1' },
  ...more,
})

for (const [name, bench] of Object.entries(benches)) {
  test(`${name} gives back what was put, and nothing for what was not`, async () => {
    using at = await bench()
    expect(await at.cache.get(digit('a'))).toBeUndefined()
    await at.cache.put(proof('a', 1))
    expect(await at.cache.get(digit('a'))).toEqual(proof('a', 1))
  })

  test(`${name} knows the newest proof of a task`, async () => {
    using at = await bench()
    await at.cache.put(proof('a', 1))
    await at.cache.put(proof('b', 2))
    expect((await at.cache.latest(taskId('lint')))?.run).toBe(2)
    expect(await at.cache.latest(taskId('other'))).toBeUndefined()
  })

  test(`${name} forgets what is discarded`, async () => {
    using at = await bench()
    await at.cache.put(proof('a', 1))
    await at.cache.discard(digit('a'), 'a test')
    expect(await at.cache.get(digit('a'))).toBeUndefined()
  })

  test(`${name} keeps contents by their digest`, async () => {
    using at = await bench()
    const content = new Uint8Array([0, 255, 10])
    const digest = await at.cache.keepBlob(content)
    expect(await at.cache.keepBlob(content)).toBe(digest)
    expect([...((await at.cache.readBlob(digest)) ?? [])]).toEqual([0, 255, 10])
    expect(await at.cache.readBlob(digit('never kept'))).toBeUndefined()
  })

  test(`${name} puts outputs back as they were, and says when it cannot`, async () => {
    using at = await bench()
    at.write('dist/a.js', 'one')
    at.write('src/a.ts', 'source')
    const manifest = await at.cache.keepOutputs(['dist/**'])
    expect(manifest.files.map((file) => file.path)).toEqual(['dist/a.js'])
    at.write('dist/a.js', 'tampered')
    expect(await at.cache.restoreOutputs(manifest)).toBe(true)
    expect(at.read('dist/a.js')).toBe('one')
    at.remove('dist/a.js')
    expect(await at.cache.restoreOutputs(manifest)).toBe(true)
    expect(at.read('dist/a.js')).toBe('one')
    const missing = { ...manifest, files: manifest.files.map((file) => ({ ...file, content: digit('lost') })) }
    at.write('dist/a.js', 'untouched')
    expect(await at.cache.restoreOutputs(missing)).toBe(false)
    expect(at.read('dist/a.js')).toBe('untouched')
  })
}
