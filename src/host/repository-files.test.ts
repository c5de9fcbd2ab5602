import { expect, test } from 'bun:test'
import { mkdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { repositoryFiles } from './repository-files.ts'
import { ScratchRepository } from './scratch-repository.ts'

test('files are read as text, once, and missing ones are undefined', async () => {
  using repo = new ScratchRepository()
  repo.write({ 'package.json': '\uFEFF{"ü":1}', 'dir/a.ts': 'a' })
  const files = repositoryFiles(repo.root, await repo.trees())
  expect(await files.read('package.json')).toBe('{"ü":1}')
  repo.write({ 'package.json': 'changed' })
  expect(await files.read('package.json')).toBe('{"ü":1}')
  for (const path of ['missing', 'dir', 'dir/a.ts/below', 'dir/missing']) expect(await files.read(path)).toBeUndefined()
  expect(await Promise.all(['dir', 'dir/a.ts', 'missing', '.'].map((path) => files.exists(path)))).toEqual([true, true, false, true])
})

test('a folder is listed in order, with a slash after folders', async () => {
  using repo = new ScratchRepository()
  repo.write({ 'b.ts': '', 'a/x': '', 'C.ts': '' })
  const files = repositoryFiles(repo.root, await repo.trees())
  expect(await files.list('.')).toEqual(['.git/', 'C.ts', 'a/', 'b.ts'])
  expect(await files.list('')).toEqual(['.git/', 'C.ts', 'a/', 'b.ts'])
  expect(await files.list('missing')).toEqual([])
  expect(await files.list('b.ts')).toEqual([])
})

test('globs leave ignored files out', async () => {
  using repo = new ScratchRepository()
  repo.write({ 'a.ts': '', 'dist/b.ts': '', '.gitignore': 'dist\n', 'new/c.ts': '' })
  const files = repositoryFiles(repo.root, await repo.trees())
  expect(await files.glob(['**/*.ts', '!new/**'])).toEqual(['a.ts'])
  expect(await files.glob(['**/*.ts'])).toEqual(['a.ts', 'new/c.ts'])
})

test('nothing outside of the root can be seen, not even through a link', async () => {
  using outside = new ScratchRepository()
  outside.write({ secret: 's' })
  using repo = new ScratchRepository()
  mkdirSync(repo.path('dir'))
  symlinkSync(outside.root, repo.path('dir/link'))
  symlinkSync(outside.path('secret'), repo.path('dir/file'))
  symlinkSync('loop', repo.path('loop'))
  const files = repositoryFiles(repo.root, await repo.trees())
  for (const path of [
    outside.path('secret'),
    `../${outside.root.split('/').at(-1) ?? ''}/secret`,
    'dir/link/secret',
    'dir/file',
    'loop',
    'dir/../../x',
    tmpdir(),
    '..',
  ]) {
    expect([path, await files.read(path), await files.exists(path)]).toEqual([path, undefined, false])
    expect(await files.list(path)).toEqual([])
  }
})
