import { expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../model/failure.ts'
import { leaseWorktree } from './leased-worktrees.ts'
import { ScratchRepository, userGit } from './scratch-repository.ts'
import { prepareStateFolder } from './state-folder.ts'
import { makingFile } from './worktree-places.ts'
import { recoverWorktrees, type Recovered } from './worktree-recovery.ts'
import { leasedIn } from './worktree-removal.ts'

const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failures))
  return result.value
}

/** Leases one after the other until it is killed; prints the branch of each. */
const leasing = (root: string): string => `
  import { leaseWorktree } from ${JSON.stringify(import.meta.resolve('./leased-worktrees.ts'))}
  import { repositoryAt } from ${JSON.stringify(import.meta.resolve('./scratch-repository.ts'))}
  const root = ${JSON.stringify(root)}
  const checkout = await repositoryAt(root)
  console.log('ready')
  for (;;) {
    const made = await leaseWorktree(checkout, root + '/.pawl', { prompt: 'killed', run: 1, base: 'HEAD' })
    if (!made.ok) throw new Error(JSON.stringify(made.failures))
    console.log(made.value.lease.branch)
  }
`

/** Asked by another process: what a killed one left may have come to this one, and children are spared. */
async function recoveredElsewhere(repo: ScratchRepository): Promise<Result<Recovered>> {
  const program = repo.path('.git', 'recovering.ts')
  writeFileSync(
    program,
    `
    import { recoverWorktrees } from ${JSON.stringify(import.meta.resolve('./worktree-recovery.ts'))}
    import { repositoryAt } from ${JSON.stringify(import.meta.resolve('./scratch-repository.ts'))}
    const root = ${JSON.stringify(repo.root)}
    console.log(JSON.stringify(await recoverWorktrees(await repositoryAt(root), root + '/.pawl')))
  `,
  )
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  await once(child, 'close')
  return JSON.parse(said) as Result<Recovered>
}

/** The branches that were leased before it was killed. */
async function killedAfter(repo: ScratchRepository, ms: number): Promise<readonly string[]> {
  const program = repo.path('.git', 'leasing.ts')
  writeFileSync(program, leasing(repo.root))
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  const ready = Promise.withResolvers<void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    ready.resolve()
  })
  await ready.promise
  setTimeout(() => child.kill('SIGKILL'), ms)
  await once(child, 'close')
  return said.split('\n').filter((line) => line.startsWith('pawl/'))
}

test(
  'killed at any moment while it makes worktrees, pawl repairs what it began, and nothing else',
  async () => {
    using repo = new ScratchRepository()
    repo.commit(Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`d${at % 10}/f${at}.txt`, `${at}\n`])))
    repo.git('worktree', 'add', '-q', '-b', 'of-a-person', repo.path('.git', 'theirs'))
    repo.git('worktree', 'add', '-q', '-b', 'unplugged', repo.path('.git', 'gone'))
    rmSync(repo.path('.git', 'gone'), { recursive: true })
    const checkout = await repo.repository()
    const state = repo.path('.pawl')
    valueOf(await prepareStateFolder(state))
    const given: string[] = []
    let repaired = 0
    for (let round = 0; round < Number(process.env['WORKTREE_KILLS'] ?? 6); round++) {
      given.push(...(await killedAfter(repo, (round * 37) % 300)))
      const { cleared, left } = valueOf(await recoveredElsewhere(repo))
      repaired += cleared.length
      expect(left).toEqual([])
      // What was given out is whole; what was begun is gone, the branch too. One may be complete that it could not tell us of any more.
      const there = leasedIn(checkout, state).map(({ branch }) => branch)
      given.push(...there.filter((branch) => !given.includes(branch)).slice(0, 1))
      expect(there).toEqual(given.toSorted())
      expect(
        repo
          .git('for-each-ref', '--format=%(refname:short)', 'refs/heads/pawl')
          .split('\n')
          .filter((one) => one !== ''),
      ).toEqual(given.toSorted())
      expect(repo.git('status', '--porcelain')).toBe('')
      expect(repo.git('for-each-ref', 'refs/pawl')).toBe('')
      expect(repo.git('worktree', 'list', '--porcelain').match(/^worktree /gm)?.length).toBe(given.length + 3)
      if (existsSync(join(state, 'worktrees'))) expect(readdirSync(join(state, 'worktrees')).filter((name) => name.startsWith('.'))).toEqual([])
    }
    const last = valueOf(await leaseWorktree(checkout, state, { prompt: 'killed', run: 1, base: 'HEAD' }))
    for (const branch of [...given, last.lease.branch]) expect(userGit(join(state, 'worktrees', branch.slice(5)), ['status', '--porcelain'])).toBe('')
    repo.git('gc', '-q')
    repo.git('fsck', '--strict')
    expect(repaired).toBeGreaterThan(0)
  },
  120_000 + Number(process.env['WORKTREE_KILLS'] ?? 0) * 10_000,
)

test('a worktree that a living pawl makes is left alone, and so is what was never noted as begun', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  const checkout = await repo.repository()
  const state = repo.path('.pawl')
  const making = leaseWorktree(checkout, state, { prompt: 'living', run: 1, base: 'HEAD' })
  const [made, recovered] = await Promise.all([making, recoverWorktrees(checkout, state)])
  expect(valueOf(recovered)).toEqual({ cleared: [], left: [] })
  expect(existsSync(valueOf(made).lease.folder)).toBe(true)
  const foreign = repo.path('.git', 'worktrees', 'foreign-1-abcd')
  mkdirSync(foreign, { recursive: true })
  valueOf(await recoverWorktrees(checkout, state))
  expect(existsSync(foreign)).toBe(true)
})

test.each([
  ['git has begun a record without HEAD', 'HEAD'],
  ['git has begun a record without commondir', 'commondir'],
  ['git has begun a record without gitdir', 'gitdir'],
])('%s: it is cleared, its locks and its branch too', async (_, missing) => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  const checkout = await repo.repository()
  const state = repo.path('.pawl')
  const { lease, repository } = valueOf(await leaseWorktree(checkout, state, { prompt: 'half', run: 1, base: 'HEAD' }))
  const name = lease.branch.slice(5)
  writeFileSync(makingFile(state, name), '')
  rmSync(join(repository.gitDir, missing))
  rmSync(join(lease.folder, 'a.txt'))
  for (const lock of [repo.path('.git/refs/heads', `${lease.branch}.lock`), join(repository.gitDir, 'index.lock')]) writeFileSync(lock, '')
  expect(valueOf(await recoverWorktrees(checkout, state))).toEqual({ cleared: [name], left: [] })
  expect([existsSync(lease.folder), existsSync(repository.gitDir), existsSync(makingFile(state, name))]).toEqual([false, false, false])
  expect(repo.git('for-each-ref', 'refs/heads/pawl')).toBe('')
  repo.git('fsck', '--strict')
})

test('a branch that has commits of its own is kept, and files that are no part of a commit are rescued', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  const checkout = await repo.repository()
  const state = repo.path('.pawl')
  const { lease } = valueOf(await leaseWorktree(checkout, state, { prompt: 'odd', run: 1, base: 'HEAD' }))
  userGit(lease.folder, ['commit', '-q', '--allow-empty', '-m', 'own'])
  writeFileSync(join(lease.folder, 'new.txt'), 'new')
  writeFileSync(makingFile(state, lease.branch.slice(5)), '')
  expect(valueOf(await recoverWorktrees(checkout, state)).left).toEqual([])
  expect(repo.git('log', '-1', '--format=%s', lease.branch).trim()).toBe('own')
  const ref = repo.git('for-each-ref', '--format=%(refname)', 'refs/pawl/rescue').trim()
  expect(repo.git('show', `${ref}:new.txt`)).toBe('new')
})

test('a branch that a killed pawl left when its worktree was gone already goes, and none that holds something, is in use, or is not called so by pawl', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  const checkout = await repo.repository()
  const wishes = ['empty', 'own', 'used', 'whole'].map((prompt) => ({ prompt, run: 1, base: 'HEAD' }))
  const leases: string[] = []
  for (const wish of wishes) {
    const { lease } = valueOf(await leaseWorktree(checkout, repo.path('.pawl'), wish))
    if (wish.prompt === 'own') {
      writeFileSync(join(lease.folder, 'a.txt'), 'two\n')
      userGit(lease.folder, ['commit', '-qam', 'own'])
    }
    if (wish.prompt !== 'whole') repo.git('worktree', 'remove', lease.folder)
    leases.push(lease.branch)
  }
  const [empty = '', own = '', used = '', whole = ''] = leases
  repo.git('worktree', 'add', '-q', repo.path('.git', 'elsewhere'), used)
  repo.git('branch', 'pawl/of-a-person')
  expect(valueOf(await recoverWorktrees(checkout, repo.path('.pawl')))).toEqual({ cleared: [], left: [] })
  const left = repo.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/pawl').trim().split('\n')
  expect(left.toSorted()).toEqual([own, used, whole, 'pawl/of-a-person'].toSorted())
  expect(left).not.toContain(empty)
})
