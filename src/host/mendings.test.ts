import { expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Mend } from '../model/mend.ts'
import { plainTask } from '../../test/plain-task.ts'
import { mendings } from './mendings.ts'
import type { Blobs } from './mendings.ts'
import { ScratchRepository } from './scratch-repository.ts'
import { treeSource } from './tree-source.ts'

const sha = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex')

function memoryBlobs(): Blobs & { readonly kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>()
  return {
    kept,
    async keepBlob(content) {
      kept.set(sha(content), Uint8Array.from(content))
      return sha(content)
    },
    readBlob: async (digest) => kept.get(digest),
  }
}

const fix = plainTask('format', { role: 'fix', level: 1, derived: ['node_modules'] })

async function mended(repo: ScratchRepository, cache: Blobs, change: () => void): Promise<Mend> {
  const open = await (await watching(repo, cache)).begin(fix)
  change()
  return open.end()
}

const watching = async (repo: ScratchRepository, cache: Blobs) => mendings(repo.root, await repo.repository(), await repo.trees(), cache)

/** Everything in the working copy, with modes and link targets. */
function pictureOf(root: string): Record<string, string> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => !path.startsWith('.git/') && path !== '.git')
  return Object.fromEntries(
    paths.toSorted().map((path) => {
      const stat = lstatSync(join(root, path))
      const content = stat.isSymbolicLink() ? readlinkSync(join(root, path)) : stat.isFile() ? sha(readFileSync(join(root, path))) : 'folder'
      return [path, `${stat.mode.toString(8)} ${content}`]
    }),
  )
}

test('a formatter that ran over clean, dirty and untracked files is taken back byte for byte', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'clean.ts': 'clean', 'dirty.ts': 'old', 'staged.ts': 'old', 'deleted.ts': 'del', 'tool.sh': '#!/bin/sh', 'same.ts': 's', 'link-target': 't' })
  repo.write({ 'dirty.ts': 'dirty', 'staged.ts': 'staged', 'untracked.ts': 'untracked', 'private.ts': 'p' })
  repo.git('add', 'staged.ts')
  repo.write({ 'staged.ts': 'staged and more' })
  symlinkSync('link-target', repo.path('link'))
  chmodSync(repo.path('private.ts'), 0o600)
  const [before, status] = [pictureOf(repo.root), repo.git('status', '--porcelain=v2')]

  const cache = memoryBlobs()
  const mend = await mended(repo, cache, () => {
    for (const path of ['clean.ts', 'dirty.ts', 'staged.ts', 'untracked.ts', 'private.ts'])
      writeFileSync(repo.path(path), readFileSync(repo.path(path), 'utf8').toUpperCase())
    unlinkSync(repo.path('deleted.ts'))
    unlinkSync(repo.path('link'))
    repo.write({ 'created/new.ts': 'new', link: 'no link any more' })
    chmodSync(repo.path('tool.sh'), 0o755)
    chmodSync(repo.path('private.ts'), 0o644)
  })
  expect(mend.derived).toEqual(['node_modules'])
  expect(mend.files.map((file) => file.path)).toEqual([
    'clean.ts',
    'created/new.ts',
    'deleted.ts',
    'dirty.ts',
    'link',
    'private.ts',
    'staged.ts',
    'tool.sh',
    'untracked.ts',
  ])
  expect(mend.files[0]).toEqual({ path: 'clean.ts', before: sha('clean'), after: sha('CLEAN'), mode: 0o644 })
  expect(mend.files[1]).toEqual({ path: 'created/new.ts', before: null, after: sha('new') })
  expect(mend.files[2]).toMatchObject({ before: sha('del'), after: null })

  const index = readFileSync(repo.path('.git/index'))
  const back = await (await watching(repo, cache)).takeBack([mend])
  expect(back).toEqual({ restored: mend.files.map((file) => file.path), failures: [] })
  expect(readFileSync(repo.path('.git/index')).equals(index)).toBe(true)
  rmSync(repo.path('created'), { recursive: true })
  expect(pictureOf(repo.root)).toEqual(before)
  expect(repo.git('status', '--porcelain=v2')).toBe(status)
  expect(await (await watching(repo, cache)).takeBack([mend])).toEqual({ restored: [], failures: [] })
})

test('taking back is refused as a whole when one file was edited since', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.ts': 'a', 'b.ts': 'b', 'c.ts': 'c' })
  const cache = memoryBlobs()
  const mend = await mended(repo, cache, () => repo.write({ 'a.ts': 'A', 'b.ts': 'B', 'c.ts': 'C', 'd.ts': 'D' }))
  repo.write({ 'b.ts': 'my edit' })
  unlinkSync(repo.path('d.ts'))
  unlinkSync(repo.path('c.ts'))
  const before = pictureOf(repo.root)
  const back = await (await watching(repo, cache)).takeBack([mend])
  expect(back.restored).toEqual([])
  expect(back.failures.map((failure) => [failure.type, failure.place?.file])).toEqual([
    ['undo.edited', 'b.ts'],
    ['undo.edited', 'c.ts'],
  ])
  expect(pictureOf(repo.root)).toEqual(before)
})

test('taking back is refused when a copy from before is gone', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.ts': 'a', 'b.ts': 'b' })
  const cache = memoryBlobs()
  const mend = await mended(repo, cache, () => repo.write({ 'a.ts': 'A', 'b.ts': 'B' }))
  cache.kept.delete(sha('b'))
  const back = await (await watching(repo, cache)).takeBack([mend])
  expect(back).toMatchObject({ restored: [], failures: [{ type: 'undo.lost-copy', place: { file: 'b.ts' } }] })
  expect(readFileSync(repo.path('a.ts'), 'utf8')).toBe('A')
})

test('several fixes of one file go back to before the first, unless somebody worked between them', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.ts': '0' })
  const cache = memoryBlobs()
  const first = await mended(repo, cache, () => repo.write({ 'a.ts': '1' }))
  const second = await mended(repo, cache, () => repo.write({ 'a.ts': '2', 'b.ts': 'new' }))
  expect(await (await watching(repo, cache)).takeBack([second, first])).toEqual({ restored: ['a.ts', 'b.ts'], failures: [] })
  expect(pictureOf(repo.root)).toEqual({ 'a.ts': `100644 ${sha('0')}` })

  const third = await mended(repo, cache, () => repo.write({ 'a.ts': '1' }))
  repo.write({ 'a.ts': 'my work' })
  const fourth = await mended(repo, cache, () => repo.write({ 'a.ts': 'MY WORK' }))
  expect(await (await watching(repo, cache)).takeBack([fourth, third])).toMatchObject({ restored: [], failures: [{ type: 'undo.edited' }] })
  expect(await (await watching(repo, cache)).takeBack([fourth])).toMatchObject({ restored: ['a.ts'] })
  expect(readFileSync(repo.path('a.ts'), 'utf8')).toBe('my work')
})

test('a clean file whose bytes git stores differently comes back with its own bytes', async () => {
  using repo = new ScratchRepository()
  repo.commit({ '.gitattributes': '*.txt text=auto\n', 'crlf.txt': 'a\r\nb\r\n', 'lf.txt': 'a\nb\n' })
  expect((await repo.look()).mark.delta).toEqual({})
  const cache = memoryBlobs()
  const mend = await mended(repo, cache, () => repo.write({ 'crlf.txt': 'A\n', 'lf.txt': 'B\n' }))
  expect(mend.files.map((file) => file.before)).toEqual([sha('a\r\nb\r\n'), sha('a\nb\n')])
  await (await watching(repo, cache)).takeBack([mend])
  expect(readFileSync(repo.path('crlf.txt'), 'utf8')).toBe('a\r\nb\r\n')
})

test('staging or committing while a fix runs is no change to a file, and a submodule is only reported', async () => {
  using inner = new ScratchRepository()
  const first = inner.commit({ lib: '1' })
  inner.commit({ lib: '2' })
  using repo = new ScratchRepository()
  repo.commit({ '.gitattributes': '*.txt text eol=crlf\n', 'a.txt': 'a\n' })
  repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.root, 'sub')
  repo.commit({ 'a.txt': 'b\n' })
  repo.write({ 'a.txt': 'c\n' })
  const mend = await mended(repo, memoryBlobs(), () => {
    repo.git('add', 'a.txt')
    repo.git('-C', 'sub', 'checkout', '-q', first)
  })
  expect(mend).toEqual({ files: [], derived: ['node_modules', 'sub'] })
})

test('a stored mend cannot lead out of the repository or into its git folder', async () => {
  using outside = new ScratchRepository()
  outside.write({ victim: 'v' })
  using repo = new ScratchRepository()
  mkdirSync(repo.path('real'))
  symlinkSync(outside.root, repo.path('door'))
  symlinkSync('real', repo.path('alias'))
  const cache = memoryBlobs()
  const before = await cache.keepBlob(Buffer.from('evil'))
  for (const path of [
    '../victim',
    'door/victim',
    '/etc/hostname',
    '.git/config',
    'sub/.GIT/config',
    'door/new/file',
    'alias/file',
    'a/../../x',
    '',
    '.pawl/state',
  ]) {
    const back = await (
      await watching(repo, cache)
    ).takeBack([
      {
        files: [
          { path, before, after: null },
          { path, before, after: sha('v') },
        ],
        derived: [],
      },
    ])
    expect([path, back.restored, back.failures.some((failure) => failure.type === 'undo.edited')]).toEqual([path, [], true])
  }
  expect(readFileSync(outside.path('victim'), 'utf8')).toBe('v')
  expect(existsSync(repo.path('real/file'))).toBe(false)
})

test('a folder that was replaced since the fix is not written into', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'dir/a.ts': 'a' })
  const cache = memoryBlobs()
  const mend = await mended(repo, cache, () => unlinkSync(repo.path('dir/a.ts')))
  mkdirSync(repo.path('elsewhere'))
  renameSync(repo.path('dir'), repo.path('moved'))
  symlinkSync('elsewhere', repo.path('dir'))
  expect((await (await watching(repo, cache)).takeBack([mend])).failures).toMatchObject([{ type: 'undo.edited' }])
  unlinkSync(repo.path('dir'))
  expect(await (await watching(repo, cache)).takeBack([mend])).toEqual({ restored: ['dir/a.ts'], failures: [] })
  expect(readFileSync(repo.path('dir/a.ts'), 'utf8')).toBe('a')
})

test('outside of git a copy of everything is kept', async () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-mend-')))
  try {
    for (const [path, content] of [
      ['a.ts', 'a'],
      ['b.ts', 'b'],
    ] as const)
      writeFileSync(join(root, path), content)
    const before = pictureOf(root)
    const cache = memoryBlobs()
    const watch = mendings(root, undefined, treeSource(root, undefined), cache)
    const open = await watch.begin(fix)
    writeFileSync(join(root, 'a.ts'), 'A')
    unlinkSync(join(root, 'b.ts'))
    const mend = await open.end()
    expect(mend.files.map((file) => file.path)).toEqual(['a.ts', 'b.ts'])
    expect((await watch.takeBack([mend])).failures).toEqual([])
    expect(pictureOf(root)).toEqual(before)
  } finally {
    rmSync(root, { recursive: true })
  }
})
