import { expect, test } from 'bun:test'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../model/failure.ts'
import { leaseWorktree, type LeasedWorktree } from './leased-worktrees.ts'
import { rescues, restoreRescue, snapshot, type Snapshot } from './rescue.ts'
import { ScratchRepository, userGit } from './scratch-repository.ts'
import { removable, removeWorktree } from './worktree-removal.ts'

const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failures))
  return result.value
}

type Made = LeasedWorktree & { readonly git: (...args: string[]) => string; readonly write: (files: Readonly<Record<string, string>>) => void }

async function leased(repo: ScratchRepository): Promise<Made> {
  const made = valueOf(await leaseWorktree(await repo.repository(), repo.path('.pawl'), { prompt: 'work', run: 1, base: 'HEAD' }))
  return {
    ...made,
    git: (...args) => userGit(made.lease.folder, args),
    write: (files) => Object.entries(files).forEach(([path, text]) => writeFileSync(join(made.lease.folder, path), text)),
  }
}

const taken = async (made: Made, why = 'a test'): Promise<Snapshot | undefined> => valueOf(await snapshot(made.repository, made.lease, why))

test('a snapshot keeps edited, staged and untracked files and touches neither the worktree nor its index', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n', '.gitignore': '*.log\n' })
  const made = await leased(repo)
  expect(await taken(made)).toBeUndefined()
  made.write({ 'a.txt': 'staged\n', 'n.txt': 'new\n', 'x.log': 'noise' })
  made.git('add', 'a.txt')
  made.write({ 'a.txt': 'on disk\n' })
  const before = [made.git('status', '--porcelain'), made.git('ls-files', '-s')]
  const kept = await taken(made, 'time is up\nsecond line')
  expect([made.git('status', '--porcelain'), made.git('ls-files', '-s')]).toEqual(before)
  expect(kept?.ref).toStartWith(`refs/pawl/rescue/${made.lease.branch.slice(5)}/`)
  expect(repo.git('show', `${kept?.ref ?? ''}:a.txt`)).toBe('on disk\n')
  expect(repo.git('show', `${kept?.ref ?? ''}^2:a.txt`)).toBe('staged\n')
  expect(repo.git('ls-tree', '--name-only', kept?.ref ?? '').split('\n')).not.toContain('x.log')
  const again = await taken(made)
  expect(again).toEqual({ ref: kept?.ref ?? '', commit: kept?.commit ?? '', known: true })
  expect(valueOf(await rescues(await repo.repository()))).toMatchObject([{ why: 'time is up second line', branch: made.lease.branch, files: 2 }])
})

test('what was rescued is restored as a branch, or as files in an empty folder', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n', 'd/b.txt': 'x' })
  const checkout = await repo.repository()
  const made = await leased(repo)
  made.write({ 'a.txt': 'two\n' })
  await taken(made)
  const [rescue] = valueOf(await rescues(checkout))
  const name = rescue?.name ?? ''
  valueOf(await restoreRescue(checkout, name, { branch: 'back/again' }))
  expect(repo.git('show', 'back/again:a.txt')).toBe('two\n')
  expect(await restoreRescue(checkout, name, { branch: 'back/again' })).toMatchObject({ ok: false, failures: [{ type: 'rescue.unknown' }] })
  expect(await restoreRescue(checkout, name, { branch: '-x' })).toMatchObject({ ok: false })
  const folder = repo.path('.git', 'restored')
  valueOf(await restoreRescue(checkout, name, { folder }))
  expect([readFileSync(join(folder, 'a.txt'), 'utf8'), readFileSync(join(folder, 'd/b.txt'), 'utf8')]).toEqual(['two\n', 'x'])
  expect(await restoreRescue(checkout, name, { folder })).toMatchObject({ ok: false, failures: [{ what: `${folder} is not empty` }] })
  expect(await restoreRescue(checkout, 'none', { folder })).toMatchObject({ ok: false })
  expect(repo.git('status', '--porcelain')).toBe('')
})

test('removing rescues first; the branch stays as long as it holds something of its own', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  const checkout = await repo.repository()
  const gone = async (made: Made, target?: string) =>
    valueOf(await removeWorktree(checkout, repo.path('.pawl'), made.lease, target === undefined ? {} : { target }))
  const untouched = await leased(repo)
  expect(await gone(untouched)).toEqual({ branch: 'gone' })
  const dirty = await leased(repo)
  dirty.write({ 'n.txt': 'new\n' })
  const removed = await gone(dirty)
  expect(removed.branch).toBe('gone')
  expect(repo.git('show', `${removed.rescued ?? ''}:n.txt`)).toBe('new\n')
  const own = await leased(repo)
  own.write({ 'a.txt': 'two\n' })
  own.git('commit', '-qam', 'own')
  expect(await gone(own, 'main')).toEqual({ branch: 'kept' })
  expect(repo.git('show', `${own.lease.branch}:a.txt`)).toBe('two\n')
  const squashed = await leased(repo)
  squashed.write({ 'a.txt': 'squashed\n' })
  squashed.git('commit', '-qam', 'own')
  repo.commit({ 'a.txt': 'squashed\n' }, 'squashed')
  repo.commit({ 'z.txt': 'later\n' })
  expect(await gone(squashed, 'main')).toEqual({ branch: 'gone' })
  for (const made of [untouched, dirty, own, squashed]) expect(existsSync(made.lease.folder)).toBe(false)
  expect(repo.git('worktree', 'list', '--porcelain').match(/^worktree /gm)?.length).toBe(1)
})

test('a worktree that is locked, holds a repository, or is a link somewhere is not removed, and the reasons are told beforehand', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n', '.gitignore': 'built/\n' })
  const checkout = await repo.repository()
  const state = repo.path('.pawl')
  const locked = await leased(repo)
  repo.git('worktree', 'lock', '--reason', 'mine', locked.lease.folder)
  const nested = await leased(repo)
  mkdirSync(join(nested.lease.folder, 'built/inner'), { recursive: true })
  userGit(join(nested.lease.folder, 'built/inner'), ['init', '-q'])
  const away = await leased(repo)
  const outside = repo.path('.git', 'precious')
  mkdirSync(outside)
  writeFileSync(join(outside, 'file'), 'x')
  rmSync(away.lease.folder, { recursive: true })
  symlinkSync(outside, away.lease.folder)
  const fine = await leased(repo)
  fine.write({ 'n.txt': 'new' })
  const listed = valueOf(await removable(checkout, state))
  const of = (made: Made) => listed.find(({ branch }) => branch === made.lease.branch)
  expect(of(locked)?.kept).toEqual(['it is locked: mine'])
  expect(of(nested)?.kept).toEqual(['there are repositories in it, which would be lost: built/inner'])
  expect(of(away)?.kept).toEqual(['a link or a file stands where its folder was'])
  expect(of(fine)).toMatchObject({ kept: [], rescued: ['1 new files that are not committed'] })
  for (const made of [locked, nested, away])
    expect(await removeWorktree(checkout, state, made.lease)).toMatchObject({ ok: false, failures: [{ type: 'worktree.kept' }] })
  expect(existsSync(join(outside, 'file'))).toBe(true)
  const main = { branch: 'main', folder: repo.root }
  expect(await removeWorktree(checkout, state, main)).toMatchObject({ ok: false, failures: [{ type: 'worktree.kept' }] })
  expect(existsSync(repo.path('a.txt'))).toBe(true)
})
