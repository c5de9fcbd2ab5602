import { afterEach, expect, test } from 'bun:test'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Clock } from '../model/clock.ts'
import type { OutputManifest, Proof } from '../model/proof.ts'
import { taskId } from '../model/task.ts'
import { digestOf } from './cache-blobs.ts'
import { openCache } from './cache.ts'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })))

const clock: Clock = { now: () => Date.now(), elapsed: () => 0, sleep: async () => undefined }
const day = 24 * 3_600_000

function newCache(at: Clock = clock) {
  const root = mkdtempSync(join(tmpdir(), 'pawl-cache-'))
  folders.push(root)
  const dir = join(root, '.pawl')
  mkdirSync(dir)
  const reopen = (now = at) => {
    const result = openCache(dir, root, now)
    if (!result.ok) throw new Error(JSON.stringify(result.failures))
    return result.value
  }
  const { cache, notes } = reopen()
  const blobPath = (digest: string): string => join(dir, 'cache', digest.slice(0, 2), digest)
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  return { root, dir, cache, notes, reopen, blobPath, write, read: (path: string) => readFileSync(join(root, path), 'utf8') }
}

const keyOf = (name: string): string => digestOf(name)
const parts = { command: 'c', files: 'f', env: {}, tools: {}, extra: {}, upstream: 'u', platform: 'p', pawl: '1' }
const proof = (name: string, more: Partial<Proof> = {}): Proof => ({
  key: keyOf(name),
  task: taskId('lint'),
  run: 1,
  at: Date.now(),
  durationMs: 5,
  findings: [{ severity: 'warning', message: 'm' }],
  parts,
  mark: { base: 'abc', delta: { 'a.ts': 'id', 'b.ts': null } },
  ...more,
})
const manifestOf = (files: OutputManifest['files']): OutputManifest => ({
  files,
  digest: digestOf(JSON.stringify(files.map(({ path, content, mode, size }) => [path, content, mode, size]))),
})

test('a proof comes back as it was put, also by a cache that is opened later', async () => {
  const { cache, reopen } = newCache()
  const log = await cache.keepBlob(Buffer.from('output'))
  const full = proof('a', { log })
  await cache.put(full)
  cache.close()
  const again = reopen().cache
  expect(await again.get(full.key)).toEqual(full)
  expect(await again.get(keyOf('other'))).toBeUndefined()
  expect(await again.readBlob(log)).toEqual(Buffer.from('output'))
  again.close()
})

test('the newest proof of a task is the one that was put last, whatever its time says', async () => {
  const { cache } = newCache()
  await cache.put(proof('a', { at: 9_999_999_999_999 }))
  await cache.put(proof('b', { at: 5 }))
  await cache.put(proof('other', { task: taskId('test') }))
  expect((await cache.latest(taskId('lint')))?.key).toBe(keyOf('b'))
  await cache.put(proof('a', { at: 6 }))
  expect(await cache.latest(taskId('lint'))).toEqual(proof('a', { at: 6 }))
  expect(await cache.latest(taskId('none'))).toBeUndefined()
})

test('a mark that names very many files is kept once for all proofs that share it', async () => {
  const { cache, blobPath, dir } = newCache()
  const mark = { delta: Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`src/file-${i}.ts`, `id ${i}`])) }
  for (const name of ['a', 'b', 'c']) await cache.put(proof(name, { mark }))
  expect((await cache.stats()).blobs).toBe(1)
  expect((await cache.get(keyOf('b')))?.mark).toEqual(mark)
  truncateSync(blobPath(digestOf(JSON.stringify(mark))), 20)
  const fresh = openCache(dir, dir, clock)
  expect(fresh.ok && (await fresh.value.cache.get(keyOf('c')))).toBeUndefined()
})

const rowDamages: Readonly<Record<string, string>> = {
  'a changed body': `UPDATE proof SET body=replace(body, 'warning', 'nothing')`,
  'a body that is no JSON': `UPDATE proof SET body='{'`,
  'the body of another key': `UPDATE proof SET body=(SELECT body FROM proof WHERE key='${keyOf('b')}') WHERE key='${keyOf('a')}'`,
  'body and digest of another key': `UPDATE proof SET (body, sum)=(SELECT body, sum FROM proof WHERE key='${keyOf('b')}') WHERE key='${keyOf('a')}'`,
  'the task of another': `UPDATE proof SET task='test'`,
}
for (const [what, sql] of Object.entries(rowDamages)) {
  test(`a proof with ${what} is a miss and is set aside`, async () => {
    const { cache, dir, notes } = newCache()
    await cache.put(proof('a'))
    await cache.put(proof('b'))
    const raw = new DatabaseSync(join(dir, 'cache.db'))
    raw.exec(sql)
    raw.close()
    expect(await cache.get(keyOf('a'))).toBeUndefined()
    expect(notes.map((note) => note.type)).toEqual(['cache.damaged'])
    expect(readdirSync(join(dir, 'cache', 'quarantine')).length).toBe(1)
    await cache.put(proof('a'))
    expect(await cache.get(keyOf('a'))).toBeDefined()
  })
}

test('a content that is missing or of another size makes its proof a miss', async () => {
  const { cache, blobPath } = newCache()
  const log = await cache.keepBlob(Buffer.from('output'))
  await cache.put(proof('a', { log }))
  truncateSync(blobPath(log), 3)
  expect(await cache.get(keyOf('a'))).toBeUndefined()
  rmSync(blobPath(log))
  expect(await cache.get(keyOf('a'))).toBeUndefined()
  await cache.keepBlob(Buffer.from('output'))
  expect(await cache.get(keyOf('a'))).toBeDefined()
  await cache.put(proof('b', { log: digestOf('never kept') }))
  expect(await cache.get(keyOf('b'))).toBeUndefined()
})

test('a flipped or swapped content is never read, is set aside, and can be kept anew', async () => {
  const { cache, blobPath, dir } = newCache()
  const digest = await cache.keepBlob(Buffer.from('content A'))
  writeFileSync(blobPath(digest), 'content B')
  expect(await cache.readBlob(digest)).toBeUndefined()
  expect(readdirSync(join(dir, 'cache', 'quarantine')).length).toBe(1)
  writeFileSync(blobPath(digest), 'content C')
  expect(await cache.keepBlob(Buffer.from('content A'))).toBe(digest)
  expect(await cache.readBlob(digest)).toEqual(Buffer.from('content A'))
  expect(statSync(blobPath(digest)).mode & 0o777).toBe(0o600)
  for (const wild of ['../../../etc/passwd', '', 'x'.repeat(64), digest.toUpperCase()]) expect(await cache.readBlob(wild)).toBeUndefined()
  rmSync(blobPath(digest))
  symlinkSync('/etc/passwd', blobPath(digest))
  expect(await cache.readBlob(digest)).toBeUndefined()
})

test('outputs are what the globs match: ignored and dot files too, links and private folders never', async () => {
  const { root, cache, write } = newCache()
  for (const path of ['dist/b.js', 'dist/a/.hidden', 'dist/a.map', 'dist/.git/config', 'src/x.ts', 'build/one', 'build.log', '.pawl/x']) write(path, path)
  chmodSync(join(root, 'dist/b.js'), 0o755)
  symlinkSync('/etc', join(root, 'dist/etc'))
  symlinkSync('b.js', join(root, 'dist/link.js'))
  symlinkSync('src', join(root, 'linked'))
  const paths = async (globs: string[]): Promise<string[]> => (await cache.keepOutputs(globs)).files.map((file) => file.path)
  expect(await paths(['dist/**', '!**/*.map'])).toEqual(['dist/a/.hidden', 'dist/b.js'])
  expect(await paths(['build', 'dist/', '*.log'])).toEqual(['build.log', 'build/one', 'dist/a.map', 'dist/a/.hidden', 'dist/b.js'])
  expect(await paths(['linked/**', '../**', '/etc/*', '.pawl/**', 'dist/../src/**', 'none/**'])).toEqual([])
  expect(await paths([])).toEqual([])
  expect((await cache.keepOutputs(['dist/b.js'])).files).toEqual([{ path: 'dist/b.js', content: digestOf('dist/b.js'), mode: 0o755, size: 9 }])
  expect((await cache.keepOutputs(['dist/**'])).digest).toBe((await cache.keepOutputs(['dist'])).digest)
})

test('restoring makes the files hold what they held, leaves equal ones untouched and others alone', async () => {
  const { root, cache, write, read } = newCache()
  write('dist/a.js', 'a')
  write('dist/deep/b.js', 'b')
  write('dist/empty', '')
  chmodSync(join(root, 'dist/a.js'), 0o755)
  const manifest = await cache.keepOutputs(['dist/**'])
  write('dist/mine.txt', 'mine')
  write('dist/a.js', 'changed')
  rmSync(join(root, 'dist/deep'), { recursive: true })
  utimesSync(join(root, 'dist/empty'), 1, 1)
  expect(await cache.restoreOutputs(manifest)).toBe(true)
  expect([read('dist/a.js'), read('dist/deep/b.js'), read('dist/empty'), read('dist/mine.txt')]).toEqual(['a', 'b', '', 'mine'])
  expect(statSync(join(root, 'dist/a.js')).mode & 0o777).toBe(0o755)
  expect(statSync(join(root, 'dist/empty')).mtimeMs).toBe(1000)
  expect(readdirSync(join(root, 'dist')).toSorted()).toEqual(['a.js', 'deep', 'empty', 'mine.txt'])
  chmodSync(join(root, 'dist/a.js'), 0o644)
  expect(await cache.restoreOutputs(manifest)).toBe(true)
  expect(statSync(join(root, 'dist/a.js')).mode & 0o777).toBe(0o755)
})

test('when one content is missing or damaged nothing at all is written', async () => {
  const { root, cache, write, blobPath } = newCache()
  write('dist/a', 'aaa')
  write('dist/b', 'bbb')
  const manifest = await cache.keepOutputs(['dist/**'])
  rmSync(join(root, 'dist'), { recursive: true })
  writeFileSync(blobPath(digestOf('bbb')), 'bbX')
  expect(await cache.restoreOutputs(manifest)).toBe(false)
  expect(existsSync(join(root, 'dist'))).toBe(false)
  expect(existsSync(blobPath(digestOf('bbb')))).toBe(false)
  expect(await cache.restoreOutputs(manifest)).toBe(false)
})

test('a manifest never leads out of the root or into private folders', async () => {
  const { root, cache } = newCache()
  const content = await cache.keepBlob(Buffer.from('evil'))
  const file = (path: string) => ({ path, content, mode: 0o644, size: 4 })
  const before = readdirSync(root)
  const wild = ['../x', 'a/../../x', '/tmp/pawl-evil', '', '.', './x', 'a//b', '.git/hooks/pre-commit', 'sub/.GIT/config', '.pawl/store.db', 'a\0b', 'a/']
  for (const path of wild) expect([path, await cache.restoreOutputs(manifestOf([file('fine'), file(path)]))]).toEqual([path, false])
  expect(await cache.restoreOutputs(manifestOf([file('twice'), file('twice')]))).toBe(false)
  expect(await cache.restoreOutputs(manifestOf([{ ...file('a'), mode: 0o4755 }]))).toBe(false)
  expect(await cache.restoreOutputs(manifestOf([{ ...file('a'), size: 5 }]))).toBe(false)
  expect(await cache.restoreOutputs({ ...manifestOf([file('a')]), digest: digestOf('other') })).toBe(false)
  expect(readdirSync(root)).toEqual(before)
  expect(existsSync('/tmp/pawl-evil')).toBe(false)
})

test('links in the way are not followed, and what is no file is not replaced', async () => {
  const { root, cache, write, read } = newCache()
  const outside = mkdtempSync(join(tmpdir(), 'pawl-outside-'))
  folders.push(outside)
  write('dist/deep/a', 'new')
  const manifest = await cache.keepOutputs(['dist/**'])
  rmSync(join(root, 'dist'), { recursive: true })
  symlinkSync(outside, join(root, 'dist'))
  expect(await cache.restoreOutputs(manifest)).toBe(false)
  expect(readdirSync(outside)).toEqual([])
  rmSync(join(root, 'dist'))
  write('dist', 'a file')
  expect(await cache.restoreOutputs(manifest)).toBe(false)
  rmSync(join(root, 'dist'))
  mkdirSync(join(root, 'dist/deep/a'), { recursive: true })
  expect(await cache.restoreOutputs(manifest)).toBe(false)
  rmSync(join(root, 'dist/deep/a'), { recursive: true })
  writeFileSync(join(outside, 'precious'), 'old')
  symlinkSync(join(outside, 'precious'), join(root, 'dist/deep/a'))
  expect(await cache.restoreOutputs(manifest)).toBe(true)
  rmSync(join(root, 'dist/deep/a'))
  linkSync(join(outside, 'precious'), join(root, 'dist/deep/a'))
  expect(await cache.restoreOutputs(manifest)).toBe(true)
  expect([readFileSync(join(outside, 'precious'), 'utf8'), read('dist/deep/a')]).toEqual(['old', 'new'])
})

test('large outputs are kept and restored whole', async () => {
  const { root, cache } = newCache()
  const content = Buffer.alloc(9 * 1024 * 1024, 'pawl ')
  writeFileSync(join(root, 'big'), content)
  const manifest = await cache.keepOutputs(['big'])
  await cache.keepOutputs(['big'])
  expect((await cache.stats()).blobs).toBe(1)
  rmSync(join(root, 'big'))
  expect(await cache.restoreOutputs(manifest)).toBe(true)
  expect(readFileSync(join(root, 'big')).equals(content)).toBe(true)
})

test('discarding keeps what it removes in quarantine and contents that others use', async () => {
  const { cache, dir, blobPath } = newCache()
  const [good, bad] = [await cache.keepBlob(Buffer.from('good')), await cache.keepBlob(Buffer.from('bad'))]
  await cache.put(proof('a', { log: bad }))
  await cache.put(proof('b', { log: good }))
  writeFileSync(blobPath(bad), 'dab')
  await cache.discard(keyOf('a'), 'a stored output is damaged')
  await cache.discard(keyOf('unknown'), 'nothing there')
  expect([await cache.get(keyOf('a')), (await cache.get(keyOf('b')))?.key]).toEqual([undefined, keyOf('b')])
  const names = readdirSync(join(dir, 'cache', 'quarantine'))
  expect(names.length).toBe(2)
  const row = names.find((name) => name.startsWith('proof-')) ?? ''
  expect(readFileSync(join(dir, 'cache', 'quarantine', row), 'utf8')).toContain('a stored output is damaged')
})

test('statistics count, and clearing removes one task or all, but no copies for undo', async () => {
  const { cache } = newCache()
  const [one, two, undo] = [await cache.keepBlob(Buffer.from('one')), await cache.keepBlob(Buffer.from('three')), await cache.keepBlob(Buffer.from('undo'))]
  await cache.put(proof('a', { log: one, at: 7 }))
  await cache.put(proof('b', { log: two, task: taskId('test') }))
  await cache.knowFiles(taskId('lint'), keyOf('settings'), [keyOf('f'), keyOf('g')], { run: 1, at: 7 })
  expect(await cache.stats()).toEqual({
    proofs: 2,
    blobs: 3,
    bytes: 12,
    files: 2,
    oldestAt: 7,
    byTask: [
      { task: taskId('lint'), proofs: 1 },
      { task: taskId('test'), proofs: 1 },
    ],
  })
  expect(await cache.clear(taskId('test'))).toEqual({ proofs: 1, bytes: 5 })
  expect(await cache.get(keyOf('a'))).toBeDefined()
  expect(await cache.clear()).toEqual({ proofs: 1, bytes: 3 })
  expect(await cache.stats()).toEqual({ proofs: 0, blobs: 1, bytes: 4, files: 0, byTask: [] })
  expect(await cache.readBlob(undo)).toBeDefined()
})

test('pruning removes what is too old, too many or too large, the newest of each task last', async () => {
  const { cache, blobPath } = newCache()
  const now = Date.now()
  const add = async (name: string, task: string, ageDays: number): Promise<void> =>
    cache.put(proof(name, { task: taskId(task), at: now - ageDays * day, log: await cache.keepBlob(Buffer.from(name.padEnd(100))) }))
  await add('rare', 'rare', 20)
  for (const age of [9, 5, 3, 1]) await add(`lint ${age}`, 'lint', age)
  expect(await cache.prune({})).toEqual({ proofs: 0, bytes: 0 })
  expect(await cache.prune({ keepPerTask: 3 })).toEqual({ proofs: 1, bytes: 100 })
  expect(await cache.prune({ maxBytes: 250 })).toEqual({ proofs: 2, bytes: 200 })
  expect([await cache.get(keyOf('rare')), await cache.get(keyOf('lint 1'))].map((one) => one?.task as string)).toEqual(['rare', 'lint'])
  const undo = await cache.keepBlob(Buffer.from('old copy for undo'))
  utimesSync(blobPath(undo), new Date(now - 40 * day), new Date(now - 40 * day))
  expect(await cache.prune({ maxAgeMs: 10 * day })).toEqual({ proofs: 1, bytes: 117 })
  expect((await cache.stats()).proofs).toBe(1)
})

test('verifying finds every damage, sets it aside, and finds nothing the second time', async () => {
  const { cache, blobPath, write } = newCache()
  write('dist/a', 'aaa')
  const outputs = await cache.keepOutputs(['dist/**'])
  const [log, fine] = [await cache.keepBlob(Buffer.from('log')), await cache.keepBlob(Buffer.from('fine'))]
  await cache.put(proof('a', { outputs }))
  await cache.put(proof('b', { log }))
  await cache.put(proof('c', { log: fine }))
  expect(await cache.verify()).toEqual({ checked: 6, damaged: [] })
  writeFileSync(blobPath(log), 'lag')
  rmSync(blobPath(digestOf('aaa')))
  const found = await cache.verify()
  expect(found.damaged.length).toBe(3)
  expect(found.damaged.join('\n')).toContain(`content ${log}`)
  expect(await cache.verify()).toEqual({ checked: 2, damaged: [] })
  expect(await cache.get(keyOf('c'))).toBeDefined()
})

test('a damaged cache database is started anew with a note, and history is not touched', async () => {
  const { cache, dir, reopen } = newCache()
  await cache.put(proof('a'))
  cache.close()
  writeFileSync(join(dir, 'store.db'), 'history')
  for (const damage of [(path: string) => truncateSync(path, 5000), (path: string) => writeFileSync(path, 'x'.repeat(9999))]) {
    damage(join(dir, 'cache.db'))
    const again = reopen()
    expect(again.notes.map((note) => note.type)).toEqual(['store.recovered'])
    expect(await again.cache.get(keyOf('a'))).toBeUndefined()
    await again.cache.put(proof('a'))
    again.cache.close()
  }
  expect(readFileSync(join(dir, 'store.db'), 'utf8')).toBe('history')
})

test('what a killed writer left half done is removed later', async () => {
  const { cache, dir } = newCache()
  const [old, fresh] = ['incoming-old', 'incoming-fresh'].map((name) => join(dir, 'cache', name))
  for (const path of [old, fresh]) writeFileSync(path ?? '', 'half')
  utimesSync(old ?? '', 1, 1)
  await cache.put(proof('a'))
  await cache.clear()
  expect([existsSync(old ?? ''), existsSync(fresh ?? '')]).toEqual([false, true])
})
