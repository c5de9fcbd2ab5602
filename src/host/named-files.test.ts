import { expect, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { namedFiles } from './named-files.ts'
import { ScratchRepository } from './scratch-repository.ts'

test('a file is read as it is, up to a size, and only if it is text', async () => {
  using repo = new ScratchRepository()
  repo.write({ a: '\ufeffä\r\n\u0000', b: new Uint8Array([0xc3, 0x28]), 'dir/c': '' })
  const files = namedFiles()
  const read = (path: string, most = 100): unknown => files.text(repo.path(path), most)
  expect(await read('a')).toEqual({ kind: 'text', text: '\ufeffä\r\n\u0000' })
  expect(await read('a', 8)).toMatchObject({ kind: 'text' })
  expect(await read('a', 7)).toEqual({ kind: 'too-large', bytes: 8 })
  expect(await read('b')).toEqual({ kind: 'not-text' })
  for (const path of ['missing', 'dir', 'a/below', 'x'.repeat(5000)]) expect(await read(path)).toEqual({ kind: 'missing' })
})

test('a pipe is not waited for', async () => {
  using repo = new ScratchRepository()
  execFileSync('mkfifo', [repo.path('pipe')])
  expect(await namedFiles().text(repo.path('pipe'), 100)).toEqual({ kind: 'missing' })
  expect(await namedFiles().kind(repo.path('pipe'))).toBeUndefined()
})

test('links are followed, and folders end with a slash', async () => {
  using repo = new ScratchRepository()
  repo.write({ 'dir/c.md': '', 'b.md': '' })
  symlinkSync('dir', repo.path('link'))
  symlinkSync('nowhere', repo.path('loose'))
  const files = namedFiles()
  expect(await files.names(repo.root)).toEqual(['.git/', 'b.md', 'dir/', 'link/', 'loose'])
  expect(await files.names(repo.path('missing'))).toEqual([])
  expect(await Promise.all(['b.md', 'dir', 'link', 'loose', 'link/c.md'].map((path) => files.kind(repo.path(path))))).toEqual([
    'file',
    'folder',
    'folder',
    undefined,
    'file',
  ])
})
