import { expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { advance, advanceCheckedOut, integrationBranch, type Advanced } from './advance-branch.ts'
import { repositoryAt, ScratchRepository } from './scratch-repository.ts'

// Dozens of git processes each, also on a busy machine.
setDefaultTimeout(60_000)

const typeOf = (answer: Advanced): string => (typeof answer === 'string' ? answer : answer.type)
const main = 'refs/heads/main'

/** main at `first`, and a commit after it and one beside it; "elsewhere" is checked out. */
function scene(): ScratchRepository & { first: string; second: string; beside: string } {
  const repo = new ScratchRepository()
  const first = repo.commit({ 'a.txt': 'a' })
  repo.git('checkout', '-q', '-b', 'elsewhere')
  const second = repo.commit({ 'b.txt': 'b' })
  repo.git('checkout', '-q', '--detach', first)
  const beside = repo.commit({ 'c.txt': 'c' })
  repo.git('checkout', '-q', 'elsewhere')
  return Object.assign(repo, { first, second, beside })
}

const at = (repo: ScratchRepository, ref: string): string => repo.git('rev-parse', ref).trim()

test('a branch moves forward, and its reflog says by whom', async () => {
  using repo = scene()
  expect(await advance(await repo.repository(), main, repo.first, repo.second)).toBe('moved')
  expect([at(repo, main), repo.git('reflog', '-1', '--format=%gs', 'main').trim()]).toEqual([repo.second, 'pawl: land'])
})

test('a branch that is no longer where it was seen is left alone', async () => {
  using repo = scene()
  repo.git('branch', '-f', 'main', repo.beside)
  expect(await advance(await repo.repository(), main, repo.first, repo.second)).toBe('stale')
  expect(at(repo, main)).toBe(repo.beside)
})

test('a branch never moves sideways or back, and nothing that is no branch moves', async () => {
  using repo = scene()
  const repository = await repo.repository()
  repo.git('branch', '-f', 'main', repo.second)
  repo.git('tag', 'v1', repo.first)
  repo.git('symbolic-ref', 'refs/heads/alias', main)
  const before = repo.git('for-each-ref')
  expect(typeOf(await advance(repository, main, repo.second, repo.beside))).toBe('land.not-forward')
  expect(typeOf(await advance(repository, main, repo.second, repo.first))).toBe('land.not-forward')
  for (const ref of ['refs/tags/v1', 'HEAD', 'main', 'refs/heads/alias', '--stdin']) {
    expect(typeOf(await advance(repository, ref, repo.first, repo.second))).toBe('land.not-forward')
  }
  for (const to of ['main', '-d', '0'.repeat(40)]) expect(typeOf(await advance(repository, main, repo.second, to))).toBe('land.not-forward')
  expect(repo.git('for-each-ref')).toBe(before)
})

test('a branch that is checked out anywhere, or being rebased or bisected, is not moved', async () => {
  using repo = scene()
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-linked-')))
  try {
    const repository = await repo.repository()
    const where = join(folder, 'line\nbreak')
    const refused = async (): Promise<void> => {
      const answer = await advance(repository, main, repo.first, repo.second)
      expect(answer).toMatchObject({ type: 'land.checked-out' })
      expect(at(repo, main)).toBe(repo.first)
    }
    repo.git('worktree', 'add', '-q', where, 'main')
    await refused()
    repo.git('-C', where, 'bisect', 'start')
    repo.git('-C', where, 'checkout', '-q', '--detach')
    await refused()
    repo.git('-C', where, 'bisect', 'reset')
    repo.git('worktree', 'remove', '--force', where)
    repo.git('checkout', '-q', 'main')
    await refused()
    // In the middle of a rebase HEAD is a commit.
    repo.git('checkout', '-q', '--detach')
    expect(existsSync(repo.path('.git/rebase-merge'))).toBe(false)
    repo.write({ '.git/rebase-merge/head-name': `${main}\n` })
    await refused()
    rmSync(repo.path('.git/rebase-merge'), { recursive: true })
    expect(await advance(repository, main, repo.first, repo.second)).toBe('moved')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a branch of a bare main repository is not checked out', async () => {
  using repo = scene()
  repo.git('checkout', '-q', 'main')
  repo.git('worktree', 'add', '-q', repo.path('linked'), 'elsewhere')
  repo.git('config', 'core.bare', 'true')
  expect(await advance(await repositoryAt(repo.path('linked')), main, repo.first, repo.second)).toBe('moved')
})

test('the branch of a clean checkout moves with its files and index, and no hook runs', async () => {
  using repo = scene()
  repo.git('checkout', '-q', 'main')
  repo.write({ 'untracked.txt': 'mine' })
  for (const hook of ['post-merge', 'reference-transaction', 'post-checkout']) {
    writeFileSync(repo.path('.git/hooks', hook), `#!/bin/sh\ntouch '${repo.path('marker')}'\n`)
    chmodSync(repo.path('.git/hooks', hook), 0o755)
  }
  repo.git('config', 'branch.main.mergeOptions', '--squash')
  expect(await advanceCheckedOut(await repo.repository(), main, repo.first, repo.second)).toBe('moved')
  expect([at(repo, 'HEAD'), repo.git('symbolic-ref', 'HEAD').trim(), repo.git('status', '--porcelain').trim()]).toEqual([repo.second, main, '?? untracked.txt'])
  expect([existsSync(repo.path('b.txt')), existsSync(repo.path('marker'))]).toEqual([true, false])
})

test('a checkout that has unfinished work keeps its branch and files', async () => {
  using repo = scene()
  repo.git('checkout', '-q', 'main')
  const repository = await repo.repository()
  const refused = async (type: string): Promise<void> => {
    const before = repo.git('status', '--porcelain')
    expect(typeOf(await advanceCheckedOut(repository, main, repo.first, repo.second))).toBe(type)
    expect([at(repo, main), repo.git('status', '--porcelain')]).toEqual([repo.first, before])
  }
  repo.write({ 'a.txt': 'edited' })
  await refused('land.unclean')
  repo.git('add', '-A')
  await refused('land.unclean')
  repo.git('reset', '-q', '--hard')
  repo.write({ '.git/MERGE_HEAD': `${repo.beside}\n` })
  await refused('land.unclean')
  rmSync(repo.path('.git/MERGE_HEAD'))
  // Somebody's file is where a file of the commit would be, also one that git ignores.
  repo.write({ 'b.txt': 'mine' })
  await refused('repo.git-failed')
  repo.write({ '.git/info/exclude': 'b.txt\n' })
  await refused('repo.git-failed')
  rmSync(repo.path('b.txt'))
  repo.git('checkout', '-q', 'elsewhere')
  await refused('land.not-forward')
})

test('the branch for integration is made once, follows what holds it, and is left where it is ahead', async () => {
  using repo = scene()
  const repository = await repo.repository()
  const ref = 'refs/heads/pawl/integration'
  expect(await integrationBranch(repository, repo.first)).toEqual({ ok: true, value: { ref, commit: repo.first } })
  expect(await integrationBranch(repository, repo.second)).toEqual({ ok: true, value: { ref, commit: repo.second } })
  expect(await integrationBranch(repository, repo.first)).toEqual({ ok: true, value: { ref, commit: repo.second } })
  expect(at(repo, ref)).toBe(repo.second)
  expect((await integrationBranch(repository, repo.first, 'a..b')).ok).toBe(false)
  expect((await integrationBranch(repository, repo.first, 'main/x')).ok).toBe(false)
})
