import { expect, test } from 'bun:test'
import { chmodSync, mkdtempSync, mkdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRepository, gitIn } from './repository.ts'
import { answerText } from './git.ts'
import { ScratchRepository, repositoryAt, userGit } from './scratch-repository.ts'

const typeAt = async (folder: string) => {
  const found = await findRepository(folder)
  return found.ok ? (found.value === undefined ? 'none' : found.value.root) : found.failures.map((failure) => failure.type).join()
}

test('a repository is found from any of its folders, also through a link', async () => {
  using repo = new ScratchRepository()
  mkdirSync(repo.path('line\nbreak/deep'), { recursive: true })
  symlinkSync(repo.path('line\nbreak'), repo.path('link'))
  expect(await findRepository(repo.path('line\nbreak/deep'))).toEqual({
    ok: true,
    value: { root: repo.root, gitDir: repo.path('.git'), commonDir: repo.path('.git'), linked: false },
  })
  expect(await typeAt(repo.path('link/deep'))).toBe(repo.root)
})

test('a repository in a folder with a line break in its name is found', async () => {
  using outer = new ScratchRepository()
  mkdirSync(outer.path('a\nb'))
  userGit(outer.path('a\nb'), ['init', '-q'])
  expect((await repositoryAt(outer.path('a\nb'))).root).toBe(outer.path('a\nb'))
})

test('a folder without a repository is simply none, with git or without', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-none-')))
  const path = process.env['PATH']
  try {
    expect(await typeAt(folder)).toBe('none')
    process.env['PATH'] = '/nowhere'
    expect(await typeAt(folder)).toBe('none')
    mkdirSync(join(folder, '.git'))
    expect(await typeAt(folder)).toBe('tool.missing')
  } finally {
    process.env['PATH'] = path
    rmSync(folder, { recursive: true })
  }
})

test('what is no working copy, or cannot be read, says so', async () => {
  using repo = new ScratchRepository()
  repo.git('init', '-q', '--bare', 'bare.git')
  expect(await typeAt(repo.path('bare.git'))).toBe('repo.no-git')
  expect(await typeAt(repo.path('.git'))).toBe('repo.no-git')
  expect(await typeAt(repo.path('missing'))).toBe('repo.no-such-file')
  mkdirSync(repo.path('pointer'))
  writeFileSync(repo.path('pointer/.git'), 'gitdir: /nowhere/at/all\n')
  expect(await typeAt(repo.path('pointer'))).toBe('repo.git-failed')
  repo.git('config', 'core.repositoryformatversion', '99')
  expect(await typeAt(repo.root)).toBe('repo.git-failed')
})

test('worktrees of a bare repository and of a moved one are told apart', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.ts': 'a' })
  repo.git('clone', '-q', '--bare', '.', 'bare.git')
  userGit(repo.path('bare.git'), ['worktree', 'add', '-q', repo.path('checkout')])
  const found = await repositoryAt(repo.path('checkout'))
  expect(found).toEqual({ root: repo.path('checkout'), gitDir: repo.path('bare.git/worktrees/checkout'), commonDir: repo.path('bare.git'), linked: true })
  renameSync(repo.path('bare.git'), repo.path('moved.git'))
  const lost = await findRepository(repo.path('checkout'))
  expect(lost.ok ? undefined : lost.failures[0]?.hint).toContain('git worktree repair')
})

test('GIT_DIR in the environment does not decide which repository this is', async () => {
  using repo = new ScratchRepository()
  using other = new ScratchRepository()
  process.env['GIT_DIR'] = other.path('.git')
  try {
    expect(await typeAt(repo.root)).toBe(repo.root)
  } finally {
    delete process.env['GIT_DIR']
  }
})

test('a rewritten .git file redirects nothing once the repository is known', async () => {
  using repo = new ScratchRepository()
  using evil = new ScratchRepository()
  repo.commit({ 'a.ts': 'a' })
  repo.git('worktree', 'add', '-q', 'side')
  const side = await repositoryAt(repo.path('side'))
  writeFileSync(repo.path('side/.git'), `gitdir: ${evil.path('.git')}\n`)
  evil.git('config', 'evil.key', 'evil')
  const answer = await gitIn(side, ['rev-parse', '--verify', 'HEAD'])
  expect(answer.ok && answerText(answer.stdout)).toBe(repo.git('rev-parse', 'HEAD').trim())
  expect((await gitIn(side, ['config', 'evil.key'])).ok).toBe(false)
  // git 2.39 still looks for branches where `commondir` points, but takes no configuration from there.
  writeFileSync(join(side.gitDir, 'commondir'), `${evil.path('.git')}\n`)
  expect((await gitIn(side, ['config', 'evil.key'])).ok).toBe(false)
})

test('a repository of somebody else is not entered, and the hint says how to trust it', async () => {
  using repo = new ScratchRepository()
  const path = process.env['PATH'] ?? ''
  // The switch of git's own tests makes the owner look different, whoever runs this.
  repo.write({ 'bin/git': `#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec '${Bun.which('git') ?? 'git'}' "$@"\n` })
  chmodSync(repo.path('bin/git'), 0o755)
  process.env['PATH'] = `${repo.path('bin')}:${path}`
  const found = await findRepository(repo.root).finally(() => (process.env['PATH'] = path))
  expect(found.ok ? undefined : found.failures[0]).toMatchObject({ type: 'repo.git-failed', hint: expect.stringContaining(`safe.directory '${repo.root}'`) })
})
