import { expect, test } from 'bun:test'
import { statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAsCommitted } from './as-committed.ts'
import { leaseWorktree } from './leased-worktrees.ts'
import { ScratchRepository, userGit } from './scratch-repository.ts'

type Git = (...args: string[]) => string

/** What is done in a worktree that was leased a moment ago. */
const deeds: readonly (readonly [what: string, done: (folder: string, git: Git) => void, isAsCommitted: boolean])[] = [
  ['nothing', () => undefined, true],
  ['an ignored file', (folder) => writeFileSync(join(folder, 'x.log'), 'x'), true],
  ['a commit', (folder, git) => (writeFileSync(join(folder, 'a.txt'), 'two\n'), git('commit', '-qam', 'two')), true],
  ['an edit', (folder) => writeFileSync(join(folder, 'a.txt'), 'longer\n'), false],
  ['a new file', (folder) => writeFileSync(join(folder, 'n.txt'), 'n'), false],
  [
    'a staged edit, undone on disk',
    (folder, git) => (writeFileSync(join(folder, 'a.txt'), 'x\n'), git('add', 'a.txt'), writeFileSync(join(folder, 'a.txt'), 'one\n')),
    false,
  ],
  ['a file that is only meant to be added', (folder, git) => (writeFileSync(join(folder, 'n.txt'), ''), git('add', '-N', 'n.txt')), false],
  ['an edit of the same size with the old time, and times of git not trusted', sameSize, false],
  [
    'an edit that git is told to assume away',
    (folder, git) => (git('update-index', '--assume-unchanged', 'a.txt'), writeFileSync(join(folder, 'a.txt'), 'x\n')),
    false,
  ],
  ['an edit that git is told to skip', (folder, git) => (git('update-index', '--skip-worktree', 'a.txt'), writeFileSync(join(folder, 'a.txt'), 'x\n')), false],
  [
    'untracked files are hidden by a setting',
    (folder, git) => (git('config', 'status.showUntrackedFiles', 'no'), writeFileSync(join(folder, 'n.txt'), 'n')),
    false,
  ],
  ['another branch', (_, git) => git('switch', '-qc', 'other'), false],
  ['no branch', (_, git) => git('switch', '-q', '--detach'), false],
  ['an index that cannot be read', (_, git) => writeFileSync(git('rev-parse', '--path-format=absolute', '--git-path', 'index').trim(), 'damaged'), false],
]

function sameSize(folder: string, git: Git): void {
  const { atime, mtime } = statSync(join(folder, 'a.txt'))
  git('config', 'core.trustctime', 'false')
  git('config', 'core.checkStat', 'minimal')
  writeFileSync(join(folder, 'a.txt'), 'eno\n')
  utimesSync(join(folder, 'a.txt'), atime, mtime)
}

for (const [what, done, expected] of deeds)
  test(`${what}: ${expected ? 'all is held by the tip of the branch' : 'has to be looked at closely'}`, async () => {
    using repo = new ScratchRepository()
    repo.commit({ 'a.txt': 'one\n', '.gitignore': '*.log\n' })
    const made = await leaseWorktree(await repo.repository(), repo.path('.pawl'), { prompt: 'work', run: 1, base: 'HEAD' })
    if (!made.ok) throw new Error(made.failures[0]?.what)
    const { lease, repository } = made.value
    done(lease.folder, (...args) => userGit(lease.folder, args))
    expect(await isAsCommitted(repository, lease.branch)).toBe(expected)
  })
