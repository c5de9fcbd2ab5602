import { expect, test } from 'bun:test'
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Result } from '../model/failure.ts'
import { leaseWorktree, openLease, type LeasedWorktree } from './leased-worktrees.ts'
import { ScratchRepository, userGit } from './scratch-repository.ts'

const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failures))
  return result.value
}

async function leased(repo: ScratchRepository, prompt = 'fix-the-link', run = 7, base = 'HEAD'): Promise<LeasedWorktree> {
  return valueOf(await leaseWorktree(await repo.repository(), repo.path('.pawl'), { prompt, run, base }))
}

test('a lease is a worktree at its base, on a new branch without an upstream, with installed packages and no secrets', async () => {
  using repo = new ScratchRepository()
  const base = repo.commit({ 'a.txt': 'one\n', '.gitignore': 'node_modules/\n.env*\nbuild/\n' })
  repo.write({ 'node_modules/left/index.js': 'x', '.env': 'KEY=1', 'build/out.txt': 'built', 'a.txt': 'edited by a person\n' })
  repo.git('config', 'branch.autoSetupMerge', 'always')
  const { lease, repository } = await leased(repo)
  expect(lease.branch).toMatch(/^pawl\/fix-the-link-7-[0-9a-f]{4}$/)
  expect(lease).toEqual({ branch: lease.branch, folder: repo.path('.pawl', 'worktrees', lease.branch.slice(5)), base, isolation: 'linked' })
  expect(readFileSync(join(lease.folder, 'a.txt'), 'utf8')).toBe('one\n')
  expect(readFileSync(join(lease.folder, 'node_modules/left/index.js'), 'utf8')).toBe('x')
  expect(lstatSync(join(lease.folder, 'node_modules')).isDirectory()).toBe(true)
  expect(readlinkSync(join(lease.folder, 'node_modules/left'))).toBe(repo.path('node_modules/left'))
  expect(readFileSync(join(lease.folder, 'build/out.txt'), 'utf8')).toBe('built')
  expect(existsSync(join(lease.folder, '.env'))).toBe(false)
  expect(userGit(lease.folder, ['status', '--porcelain', '--branch'])).toBe(`## ${lease.branch}\n`)
  expect(repository).toEqual({
    root: lease.folder,
    gitDir: repo.path('.git', 'worktrees', lease.branch.slice(5)),
    commonDir: repo.path('.git'),
    linked: true,
  })
})

test('the status of the checkout does not show worktrees, and nothing else in it changed', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  repo.write({ 'a.txt': 'staged\n', 'u.txt': 'untracked\n' })
  repo.git('add', 'a.txt')
  const state = (): string =>
    [repo.git('status', '--porcelain', '--ignored=no', '-uall'), repo.git('symbolic-ref', 'HEAD'), readFileSync(repo.path('.git/config'), 'utf8')].join('\n')
  const before = state()
  await leased(repo)
  expect(state()).toBe(before)
  expect(repo.git('branch', '--list', 'main').trim()).toBe('* main')
})

test(
  'twenty leases at once all succeed, each with its own branch',
  async () => {
    for (let round = 0; round < Number(process.env['LEASE_ROUNDS'] ?? 1); round++) {
      using repo = new ScratchRepository()
      repo.commit({ 'a.txt': 'one\n', 'b/c.txt': 'two\n' })
      const all = await Promise.all(Array.from({ length: 20 }, () => leased(repo, 'same', 1)))
      expect(new Set(all.map(({ lease }) => lease.branch)).size).toBe(20)
      for (const { lease } of all) expect(userGit(lease.folder, ['status', '--porcelain'])).toBe('')
      expect(
        repo
          .git('worktree', 'list', '--porcelain')
          .split('\n\n')
          .filter((one) => one !== '').length,
      ).toBe(21)
      repo.git('fsck', '--strict')
    }
  },
  60_000 * Number(process.env['LEASE_ROUNDS'] ?? 1),
)

test('branches of earlier runs are left alone: the same prompt in the same run gets another one', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  const first = await leased(repo, 'again', 2)
  userGit(first.lease.folder, ['commit', '-q', '--allow-empty', '-m', 'work'])
  const tip = repo.git('rev-parse', first.lease.branch)
  const second = await leased(repo, 'again', 2)
  expect(second.lease.branch).not.toBe(first.lease.branch)
  expect(repo.git('rev-parse', first.lease.branch)).toBe(tip)
})

test('what only an uncommitted rule ignores is not brought, since it would be taken for work', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  repo.write({ '.gitignore': 'cache/\n', 'cache/x': '1' })
  const { lease } = await leased(repo)
  expect(userGit(lease.folder, ['status', '--porcelain', '-uall'])).toBe('')
  expect(existsSync(join(lease.folder, 'cache'))).toBe(false)
})

test('hooks of the repository are not run', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  mkdirSync(repo.path('.git/hooks'), { recursive: true })
  for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change'])
    writeFileSync(repo.path('.git/hooks', hook), `#!/bin/sh\ntouch ${repo.path('.git', 'ran')}\n`, { mode: 0o755 })
  await leased(repo)
  expect(existsSync(repo.path('.git', 'ran'))).toBe(false)
})

test.each<[string, (repo: ScratchRepository) => void]>([
  ['a linked worktree', (repo) => void repo.git('worktree', 'add', '-q', '-b', 'other', repo.path('linked'))],
  ['a sparse checkout', (repo) => void repo.git('sparse-checkout', 'set', '--no-cone', '/a.txt')],
  ['a detached HEAD', (repo) => void repo.git('checkout', '-q', '--detach')],
  ['a split index', (repo) => void repo.git('update-index', '--split-index')],
])('%s can lease', async (_, arrange) => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n', 'b.txt': 'two\n' })
  arrange(repo)
  const { lease } = await leased(repo)
  expect(userGit(lease.folder, ['status', '--porcelain'])).toBe('')
})

test('a base that is no commit, and a branch that takes the place of all names, are failures that leave nothing', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  const checkout = await repo.repository()
  const attempt = (base: string) => leaseWorktree(checkout, repo.path('.pawl'), { prompt: 'p', run: 1, base })
  expect(await attempt('--upload-pack=x')).toMatchObject({ ok: false, failures: [{ type: 'repo.bad-ref' }] })
  repo.git('branch', 'pawl')
  expect(await attempt('HEAD')).toMatchObject({ ok: false, failures: [{ type: 'worktree.unmade', hint: expect.stringContaining('branch called pawl') }] })
  expect(repo.git('worktree', 'list', '--porcelain').match(/^worktree /gm)?.length).toBe(1)
  expect(repo.git('for-each-ref', '--format=%(refname)').trim().split('\n')).toEqual(['refs/heads/main', 'refs/heads/pawl'])
})

test('a lease opens again after a restart, and not when it is another one now', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  const checkout = await repo.repository()
  const { lease, repository } = await leased(repo)
  expect(valueOf(openLease(checkout, lease))).toEqual(repository)
  const why = (): string | undefined => {
    const opened = openLease(checkout, lease)
    return opened.ok ? undefined : opened.failures[0]?.why
  }
  userGit(lease.folder, ['checkout', '-q', '-b', 'its-own'])
  expect(why()).toBe('it has its-own checked out')
  userGit(lease.folder, ['checkout', '-q', lease.branch])
  await rename(lease.folder, `${lease.folder}-away`)
  expect(why()).toBe('its folder is gone')
  symlinkSync(`${lease.folder}-away`, lease.folder)
  expect(why()).toContain('a link or a file')
  expect(openLease(checkout, { ...lease, folder: realpathSync(repo.root) })).toMatchObject({ ok: false })
  expect(openLease(checkout, { ...lease, branch: 'main' })).toMatchObject({ ok: false })
})

test('a worktree whose .git file was rewritten is still asked about by its own record', async () => {
  using repo = new ScratchRepository()
  using evil = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  evil.commit({ 'b.txt': 'x' })
  const { lease } = await leased(repo)
  writeFileSync(join(lease.folder, '.git'), `gitdir: ${evil.path('.git')}\n`)
  const opened = valueOf(openLease(await repo.repository(), lease))
  expect(opened.commonDir).toBe(repo.path('.git'))
})
