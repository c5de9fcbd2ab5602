import { expect, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../model/failure.ts'
import { leaseWorktree, openLease, type LeasedWorktree } from './leased-worktrees.ts'
import { ScratchRepository, userGit } from './scratch-repository.ts'
import { commitAll, messageText, type Committed } from './worktree-commit.ts'

const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failures))
  return result.value
}

const identity = { name: 'A Person', email: 'person@example.invalid' }
const wish = { message: 'Mend the link\n\nIt led nowhere.', trailers: { 'Pawl-Job': '3/fix-the-link' }, identity }

type Made = LeasedWorktree & { readonly git: (...args: string[]) => string; readonly write: (files: Readonly<Record<string, string>>) => void }

async function leased(repo: ScratchRepository): Promise<Made> {
  const made = valueOf(await leaseWorktree(await repo.repository(), repo.path('.pawl'), { prompt: 'fix-the-link', run: 3, base: 'HEAD' }))
  return {
    ...made,
    git: (...args) => userGit(made.lease.folder, args),
    write: (files) => Object.entries(files).forEach(([path, text]) => writeFileSync(join(made.lease.folder, path), text)),
  }
}

const committed = async (made: Made): Promise<Committed | undefined> => valueOf(await commitAll(made.repository, made.lease, wish))

test('edits, new files and deletions become one commit upon the branch; what is ignored does not; the worktree is clean then', async () => {
  using repo = new ScratchRepository()
  const base = repo.commit({ 'a.txt': 'one\n', 'gone.txt': 'x', '.gitignore': '*.log\n' })
  const made = await leased(repo)
  made.write({ 'a.txt': 'two\n', 'new.txt': 'new\n', 'out.log': 'noise' })
  rmSync(join(made.lease.folder, 'gone.txt'))
  const done = await committed(made)
  expect(done).toMatchObject({ files: 3, leadsOut: [] })
  expect(made.git('log', '--format=%P %an <%ae> %cn%n%B', '-1').trim()).toBe(
    `${base} A Person <person@example.invalid> A Person\nMend the link\n\nIt led nowhere.\n\nPawl-Job: 3/fix-the-link`,
  )
  expect(made.git('rev-parse', made.lease.branch).trim()).toBe(done?.commit ?? '')
  expect(made.git('diff', '--name-status', base, 'HEAD')).toBe('M\ta.txt\nD\tgone.txt\nA\tnew.txt\n')
  expect(made.git('status', '--porcelain')).toBe('')
  expect(repo.git('status', '--porcelain')).toBe('')
})

test('nothing that differs from the base is no commit, also when the agent did and undid something', async () => {
  using repo = new ScratchRepository()
  const base = repo.commit({ 'a.txt': 'one\n' })
  const made = await leased(repo)
  expect(await committed(made)).toBeUndefined()
  expect(made.git('rev-parse', 'HEAD').trim()).toBe(base)
  made.write({ 'a.txt': 'two\n' })
  made.git('commit', '-qam', 'its own')
  made.write({ 'a.txt': 'one\n' })
  expect(await committed(made)).toBeUndefined()
})

test('the same again makes no second commit, also when pawl was killed between the commit and the index', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  const made = await leased(repo)
  made.write({ 'a.txt': 'two\n' })
  const first = await committed(made)
  made.git('read-tree', 'HEAD~1')
  const second = await committed(made)
  expect(second).toEqual(first)
  expect(made.git('rev-list', '--count', 'HEAD').trim()).toBe('2')
  expect(made.git('status', '--porcelain')).toBe('')
})

test('commits of the agent are kept: on its branch, on a HEAD that was detached, and in a merge that it did not end', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  const made = await leased(repo)
  made.write({ 'a.txt': 'two\n' })
  made.git('commit', '-qam', 'its own')
  const own = made.git('rev-parse', 'HEAD').trim()
  expect((await committed(made))?.commit).toBe(own)
  made.git('checkout', '-q', '--detach')
  made.git('commit', '-q', '--allow-empty', '-m', 'apart')
  made.write({ 'b.txt': 'more\n' })
  const second = await committed(made)
  expect(made.git('log', '--format=%s', made.lease.branch).trim().split('\n').slice(1)).toEqual(['apart', 'its own', 'a commit'])
  expect(made.git('symbolic-ref', 'HEAD').trim()).toBe(`refs/heads/${made.lease.branch}`)
  const theirs = repo.commit({ 'c.txt': 'of main\n' })
  made.git('merge', '-q', '--no-commit', '--no-ff', 'main')
  const third = await committed(made)
  expect(made.git('log', '-1', '--format=%P').trim()).toBe(`${second?.commit ?? ''} ${theirs}`)
  expect(made.git('status').includes('merg')).toBe(false)
  expect(third?.commit).toBe(made.git('rev-parse', 'HEAD').trim())
})

test('marks in the index that hide an edit from git hide nothing from the commit', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n', 'b.txt': 'one\n' })
  const made = await leased(repo)
  made.git('update-index', '--assume-unchanged', 'a.txt')
  made.git('update-index', '--skip-worktree', 'b.txt')
  made.write({ 'a.txt': 'two\n', 'b.txt': 'two\n' })
  expect(await committed(made)).toMatchObject({ files: 2 })
})

test('files outside of a sparse checkout are not taken for deleted', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n', 'b.txt': 'two\n', 'c/d.txt': 'x' })
  repo.git('sparse-checkout', 'set', '--no-cone', '/a.txt')
  const made = await leased(repo)
  expect(existsSync(join(made.lease.folder, 'b.txt'))).toBe(false)
  made.write({ 'a.txt': 'two\n' })
  expect(await committed(made)).toMatchObject({ files: 1 })
  expect(made.git('status', '--porcelain')).toBe('')
})

test('a new repository inside, an unsolved conflict and half a rebase are refused and nothing moves', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  const nested = await leased(repo)
  mkdirSync(join(nested.lease.folder, 'inner'))
  userGit(join(nested.lease.folder, 'inner'), ['init', '-q'])
  const refusal = (made: Made) => commitAll(made.repository, made.lease, wish)
  expect(await refusal(nested)).toMatchObject({ ok: false, failures: [{ type: 'worktree.uncommittable', why: 'there are new repositories in it: inner/' }] })
  userGit(join(nested.lease.folder, 'inner'), ['commit', '-q', '--allow-empty', '-m', 'x'])
  expect(await refusal(nested)).toMatchObject({ ok: false, failures: [{ type: 'worktree.uncommittable' }] })
  nested.git('-c', 'advice.addEmbeddedRepo=false', 'add', 'inner')
  nested.git('commit', '-qm', 'a link')
  expect(await refusal(nested)).toMatchObject({ ok: false, failures: [{ type: 'worktree.uncommittable' }] })

  const conflict = await leased(repo)
  conflict.write({ 'a.txt': 'mine\n' })
  conflict.git('commit', '-qam', 'mine')
  repo.commit({ 'a.txt': 'theirs\n' })
  const tip = conflict.git('rev-parse', 'HEAD')
  expect(() => conflict.git('merge', '-q', 'main')).toThrow()
  expect(await refusal(conflict)).toMatchObject({ ok: false, failures: [{ why: 'a conflict was left unsolved' }] })
  conflict.git('merge', '--abort')
  expect(() => conflict.git('rebase', '-q', 'main')).toThrow()
  expect(await refusal(conflict)).toMatchObject({ ok: false, failures: [{ why: 'a rebase was left half done' }] })
  expect(conflict.git('rev-parse', conflict.lease.branch)).toBe(tip)
})

test('links that lead out of the repository are named', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n', 'd/b.txt': 'x' })
  const made = await leased(repo)
  for (const [path, target] of Object.entries({ out: '/etc/passwd', 'd/up': '../../x', 'd/in': '../a.txt', git: '.git/config' }))
    symlinkSync(target, join(made.lease.folder, path))
  expect((await committed(made))?.leadsOut).toEqual(['d/up', 'git', 'out'])
})

test('a message is text whatever it says, and cannot bring a trailer of its own', () => {
  const text = messageText({ message: '--amend\n$(touch x)\0\n\nPawl-Job: 9/evil', trailers: { 'Pawl-Job': '1/a' } })
  expect(text).toBe('--amend\n$(touch x)\n\nPawl-Job: 9/evil\n\nPawl-Job: 1/a\n')
  expect(() => messageText({ message: 'x', trailers: { 'Pawl-Job': 'a\nEvil: b' } })).toThrow()
})

test('hooks are not run, and the tip is compared before the branch moves', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  const made = await leased(repo)
  mkdirSync(repo.path('.git/hooks'), { recursive: true })
  for (const hook of ['pre-commit', 'commit-msg', 'post-commit', 'reference-transaction', 'post-index-change'])
    writeFileSync(repo.path('.git/hooks', hook), `#!/bin/sh\ntouch ${repo.path('.git', 'ran')}\n`, { mode: 0o755 })
  made.write({ 'a.txt': 'two\n' })
  await committed(made)
  expect(existsSync(repo.path('.git', 'ran'))).toBe(false)
  expect(valueOf(openLease(await repo.repository(), made.lease))).toEqual(made.repository)
})

test('a commit of the agent with a tree that git would never make is refused, also where its files do not show it; nothing moves', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  const made = await leased(repo)
  const odd = userGit(made.lease.folder, ['rev-parse', 'HEAD:a.txt']).trim()
  const tree = execFileSync('git', ['mktree', '-z'], { cwd: made.lease.folder, input: `100644 blob ${odd}\t.GIT\0`, encoding: 'utf8' }).trim()
  made.git('update-ref', 'HEAD', made.git('commit-tree', '-p', 'HEAD', '-m', 'odd', tree).trim())
  made.write({ 'a.txt': 'two\n' })
  const tip = made.git('rev-parse', made.lease.branch)
  const refused = await commitAll(made.repository, made.lease, wish)
  expect(refused).toMatchObject({ ok: false, failures: [{ type: 'agent.hostile', why: expect.stringContaining('hasDotgit') }] })
  expect(made.git('rev-parse', made.lease.branch)).toBe(tip)
  expect(readdirSync(made.repository.gitDir).filter((name) => name.startsWith('checked.pawl'))).toEqual([])
})
