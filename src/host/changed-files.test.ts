import { expect, test } from 'bun:test'
import { chmodSync, mkdirSync, readFileSync, symlinkSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { Selection } from '../model/request.ts'
import { changedFiles } from './changed-files.ts'
import { ScratchRepository, userGit } from './scratch-repository.ts'

async function selected(repo: ScratchRepository, selection: Selection, cwd = repo.root) {
  const found = await changedFiles(await repo.repository(), selection, await repo.look(), cwd)
  return found.ok ? found.value : found.failures.map((failure) => [failure.type, failure.hint])
}

test('--since selects what differs from where the branches parted, untracked files included, deleted ones left out', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.ts': 'a', 'b.ts': 'b', 'gone.ts': 'g', 'same.ts': 's' })
  repo.git('checkout', '-q', '-b', 'feature/x')
  repo.commit({ 'a.ts': 'A' })
  repo.git('checkout', '-q', 'main')
  repo.commit({ 'same.ts': 'changed on main only' })
  repo.git('checkout', '-q', 'feature/x')
  repo.write({ 'b.ts': 'B', 'new.ts': 'n' })
  unlinkSync(repo.path('gone.ts'))
  expect(await selected(repo, { kind: 'since', ref: 'main' })).toEqual({ paths: ['a.ts', 'b.ts', 'new.ts'], notes: [] })
  expect(await selected(repo, { kind: 'since', ref: 'HEAD' })).toEqual({ paths: ['b.ts', 'new.ts'], notes: [] })
})

test('a change that was undone again is not selected by --since', async () => {
  using repo = new ScratchRepository()
  const first = repo.commit({ 'a.ts': 'a', 'b.ts': 'b' })
  repo.commit({ 'a.ts': 'A', 'b.ts': 'B' })
  repo.write({ 'a.ts': 'a' })
  expect(await selected(repo, { kind: 'since', ref: first })).toEqual({ paths: ['b.ts'], notes: [] })
})

test('a reference that does not exist, is an option, or shares nothing is refused', async () => {
  using repo = new ScratchRepository()
  expect(await selected(repo, { kind: 'since', ref: 'main' })).toMatchObject([['repo.bad-ref', expect.anything()]])
  repo.commit({ 'a.ts': 'a' })
  repo.git('tag', 'v1.0')
  expect(await selected(repo, { kind: 'since', ref: 'mian' })).toEqual([['repo.bad-ref', "did you mean 'main'?"]])
  expect(await selected(repo, { kind: 'since', ref: 'v1.1' })).toEqual([['repo.bad-ref', "did you mean 'v1.0'?"]])
  for (const ref of ['--output=/tmp/x', '-h', '', 'HEAD:a.ts', '$(id)', 'a\nb'])
    expect(await selected(repo, { kind: 'since', ref })).toMatchObject([['repo.bad-ref', expect.anything()]])
  repo.git('checkout', '-q', '--orphan', 'alone')
  repo.git('commit', '-q', '-m', 'alone')
  expect(await selected(repo, { kind: 'since', ref: 'main' })).toMatchObject([['repo.bad-ref', expect.stringContaining('--unshallow')]])
})

test('--staged selects what the index has and HEAD has not, and says when a file is only partly staged', async () => {
  using repo = new ScratchRepository()
  repo.write({ 'first.ts': '1' })
  repo.git('add', '-A')
  expect(await selected(repo, { kind: 'staged' })).toEqual({ paths: ['first.ts'], notes: [] })
  repo.commit({ 'a.ts': 'a', 'moved.ts': 'm', 'gone.ts': 'g', 'unstaged.ts': 'u', 'lost.ts': 'l' })
  repo.write({ 'a.ts': 'staged', 'new.ts': 'n', 'lost.ts': 'L' })
  repo.git('add', '-A')
  repo.git('mv', 'moved.ts', 'there.ts')
  repo.git('rm', '-q', '--cached', 'gone.ts')
  unlinkSync(repo.path('lost.ts'))
  repo.write({ 'a.ts': 'staged and more', 'unstaged.ts': 'U', 'untracked.ts': 'x' })
  expect(await selected(repo, { kind: 'staged' })).toEqual({
    paths: ['a.ts', 'new.ts', 'there.ts'],
    notes: ['a.ts is partly staged: a run checks what is staged, in a copy', 'lost.ts is staged but missing on disk: a run checks what is staged, in a copy'],
  })
})

test('inside the hook of "git commit -a" the files of that commit are the staged ones', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.ts': 'a', 'b.ts': 'b', '.gitignore': 'said\n' })
  repo.write({ '.git/hooks/pre-commit': '#!/bin/sh\nprintf %s "$GIT_INDEX_FILE" > said\ncp "$GIT_INDEX_FILE" .git/index.as-in-hook\nexit 1\n', 'a.ts': 'A' })
  chmodSync(repo.path('.git/hooks/pre-commit'), 0o755)
  expect(() => userGit(repo.root, ['commit', '-q', '-a', '-m', 'x'])).toThrow()
  expect(readFileSync(repo.path('said'), 'utf8')).toEndWith('index.lock')
  const before = process.env['GIT_INDEX_FILE']
  try {
    process.env['GIT_INDEX_FILE'] = '.git/index.as-in-hook'
    expect(await selected(repo, { kind: 'staged' })).toEqual({ paths: ['a.ts'], notes: [] })
    process.env['GIT_INDEX_FILE'] = '/tmp/index'
    expect(await selected(repo, { kind: 'staged' })).toEqual({ paths: [], notes: [] })
  } finally {
    if (before === undefined) delete process.env['GIT_INDEX_FILE']
    else process.env['GIT_INDEX_FILE'] = before
  }
})

test('named files count from where the user stands, and a folder stands for the files below it', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'src/a.ts': 'a', 'src/deep/b.ts': 'b', 'srcs/c.ts': 'c', '.gitignore': 'dist/\n' })
  repo.write({ 'dist/out.js': 'o', 'src/new.ts': 'n' })
  symlinkSync('a.ts', repo.path('src/link.ts'))
  expect(await selected(repo, { kind: 'files', paths: ['a.ts', './deep', repo.path('srcs/c.ts'), '../dist/out.js'] }, repo.path('src'))).toEqual({
    paths: ['dist/out.js', 'src/a.ts', 'src/deep/b.ts', 'srcs/c.ts'],
    notes: [],
  })
  expect(await selected(repo, { kind: 'files', paths: ['src', 'src/a.ts'] })).toEqual({
    paths: ['src/a.ts', 'src/deep/b.ts', 'src/link.ts', 'src/new.ts'],
    notes: [],
  })
  expect(await selected(repo, { kind: 'files', paths: ['src/link.ts'] })).toEqual({ paths: ['src/link.ts'], notes: [] })
  expect(await selected(repo, { kind: 'files', paths: ['.'] })).toMatchObject({
    paths: ['.gitignore', 'src/a.ts', 'src/deep/b.ts', 'src/link.ts', 'src/new.ts', 'srcs/c.ts'],
  })
  symlinkSync(repo.root, repo.path('dist/again'))
  expect(await selected(repo, { kind: 'files', paths: ['src/a.ts'] }, repo.path('dist/again'))).toMatchObject({ paths: ['src/a.ts'] })
})

test('all files that are missing or outside are named at once', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'src/main.ts': 'a' })
  mkdirSync(repo.path('empty'))
  expect(await selected(repo, { kind: 'files', paths: ['src/mian.ts', 'src/main.ts/x', tmpdir(), '..', 'empty'] })).toEqual([
    ['repo.no-such-file', 'did you mean src/main.ts?'],
    ['repo.no-such-file', 'did you mean src/main.ts?'],
    ['args.bad-value', undefined],
    ['args.bad-value', undefined],
  ])
  const outside = await changedFiles(undefined, { kind: 'staged' }, await repo.look(), repo.root)
  expect(outside.ok ? undefined : outside.failures[0]?.type).toBe('repo.no-git')
})

test('a submodule is not handed to tools as a file', async () => {
  using inner = new ScratchRepository()
  inner.commit({ 'lib.ts': '1' })
  using repo = new ScratchRepository()
  const first = repo.commit({ 'a.ts': 'a' })
  repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.root, 'sub')
  expect(await selected(repo, { kind: 'staged' })).toMatchObject({ paths: ['.gitmodules'] })
  expect(await selected(repo, { kind: 'since', ref: first })).toMatchObject({ paths: ['.gitmodules'] })
})
