import { expect, test } from 'bun:test'
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { array, assert, asyncProperty, constantFrom } from 'fast-check'
import type { Result } from '../model/failure.ts'
import { leaseWorktree, type LeasedWorktree } from './leased-worktrees.ts'
import { ScratchRepository, userGit } from './scratch-repository.ts'
import { removeWorktree, removeWorktrees, type Removal } from './worktree-removal.ts'

const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failures))
  return result.value
}

type Place = LeasedWorktree & { readonly main: ScratchRepository }

/** Distinct contents everywhere, so that no blob is reachable by chance. */
let made = 0
const fresh = (): string => `content ${made++}\n`

/** As an agent that may do anything calls it: git that refuses is no trouble. With explicit folders, since the `.git` file may be gone. */
function git({ repository }: Place, ...args: string[]): string {
  try {
    return userGit(repository.root, [`--git-dir=${repository.gitDir}`, `--work-tree=${repository.root}`, ...args])
  } catch {
    return ''
  }
}

const write = ({ repository }: Place, path: string): void => {
  mkdirSync(join(repository.root, path, '..'), { recursive: true })
  rmSync(join(repository.root, path), { recursive: true, force: true })
  writeFileSync(join(repository.root, path), fresh())
}

const deeds: Readonly<Record<string, (place: Place) => void>> = {
  'edits a file': (place) => write(place, 'a.txt'),
  'adds a file': (place) => write(place, `new/${made}.txt`),
  'adds a file with an odd name': (place) => write(place, `new/-o\n"ü ${made}`),
  'stages all': (place) => void git(place, 'add', '-A'),
  'stages one state and leaves another on disk': (place) => (write(place, 'b.txt'), git(place, 'add', 'b.txt'), write(place, 'b.txt')),
  'stages a file and deletes it': (place) => (write(place, 'brief.txt'), git(place, 'add', 'brief.txt'), rmSync(join(place.repository.root, 'brief.txt'))),
  'deletes a file': ({ repository }) => rmSync(join(repository.root, 'c.txt'), { force: true }),
  'renames a file': (place) => void git(place, 'mv', 'd/e.txt', 'd/f.txt'),
  commits: (place) => (write(place, 'a.txt'), git(place, 'commit', '-qam', 'own')),
  amends: (place) => (write(place, 'a.txt'), git(place, 'commit', '-q', '--amend', '-am', 'amended')),
  'resets a commit away': (place) => (write(place, 'a.txt'), git(place, 'commit', '-qam', 'away'), git(place, 'reset', '-q', '--hard', 'HEAD~1')),
  'detaches and commits': (place) => (git(place, 'checkout', '-q', '--detach'), write(place, 'a.txt'), git(place, 'commit', '-qam', 'detached')),
  'makes a branch, commits and deletes it': (place) => {
    git(place, 'checkout', '-q', '-b', 'its-own')
    write(place, 'b.txt')
    git(place, 'commit', '-qam', 'on its own')
    git(place, 'checkout', '-q', '--detach')
    git(place, 'branch', '-qD', 'its-own')
    git(place, 'checkout', '-q', place.lease.branch)
  },
  'marks a file and edits it': (place) => (git(place, 'update-index', '--assume-unchanged', 'c.txt'), write(place, 'c.txt')),
  'edits a file and sets its time back': (place) => {
    const path = join(place.repository.root, 'c.txt')
    git(place, 'config', 'core.trustctime', 'false')
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return
    const { atime, mtime, size } = statSync(path)
    writeFileSync(path, fresh().padEnd(size, '.').slice(0, size))
    utimesSync(path, atime, mtime)
  },
  'leaves a file out of what git looks at': (place) => (git(place, 'update-index', '--skip-worktree', 'a.txt'), write(place, 'a.txt')),
  'means to add': (place) => (write(place, 'meant.txt'), git(place, 'add', '-N', 'meant.txt')),
  'adds an ignored file by force': (place) => (write(place, 'built/kept.txt'), git(place, 'add', '-f', 'built/kept.txt')),
  stashes: (place) => (write(place, 'a.txt'), git(place, 'stash', '-q')),
  'leaves a conflict': (place) => {
    write(place, 'a.txt')
    git(place, 'commit', '-qam', 'mine')
    place.main.commit({ 'a.txt': fresh() }, 'theirs')
    git(place, 'merge', '-q', 'main')
  },
  'leaves half a rebase': (place) => {
    write(place, 'a.txt')
    git(place, 'commit', '-qam', 'mine')
    place.main.commit({ 'a.txt': fresh() }, 'theirs')
    git(place, 'rebase', '-q', 'main')
  },
  'makes links and programs': ({ repository }) => {
    rmSync(join(repository.root, 'link'), { force: true })
    symlinkSync(`to-${fresh().trim()}`, join(repository.root, 'link'))
    if (existsSync(join(repository.root, 'b.txt'))) chmodSync(join(repository.root, 'b.txt'), 0o755)
  },
  'puts a folder where a file was': ({ repository }) => {
    rmSync(join(repository.root, 'b.txt'), { recursive: true, force: true })
    mkdirSync(join(repository.root, 'b.txt'))
    writeFileSync(join(repository.root, 'b.txt/inner.txt'), fresh())
  },
}

/** The last thing that it does. */
const ends: Readonly<Record<string, (place: Place) => void>> = {
  'nothing more': () => undefined,
  'makes a repository inside': ({ repository }) => nested(repository.root, 'inner'),
  'makes a repository in an ignored place': ({ repository }) => nested(repository.root, 'built/inner'),
  'locks its worktree': (place) => void git(place, 'worktree', 'lock', place.lease.folder),
  'deletes its .git file': ({ repository }) => rmSync(join(repository.root, '.git')),
  'damages its index': ({ repository }) => writeFileSync(join(repository.gitDir, 'index'), 'damaged'),
  'deletes its own folder': ({ repository }) => rmSync(repository.root, { recursive: true }),
}

const destroying = new Set(['damages its index', 'deletes its own folder'])

function nested(root: string, path: string): void {
  mkdirSync(join(root, path), { recursive: true })
  userGit(join(root, path), ['init', '-q'])
  writeFileSync(join(root, path, 'file'), fresh())
}

/** Ids of all blobs that the worktree holds: on disk unless ignored, in its index, and in all commits that its HEAD ever was at. */
function blobsOf(place: Place): ReadonlySet<string> {
  const { repository, main } = place
  const ids = new Set<string>()
  const visit = (folder: string): void => {
    for (const entry of existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []) {
      const path = join(folder, entry.name)
      if (entry.name === '.git' || path === join(repository.root, 'built') || existsSync(join(path, '.git'))) continue
      if (entry.isDirectory()) visit(path)
      else if (lstatSync(path).isSymbolicLink()) ids.add(hashOf(main, readlinkSync(path)))
      else ids.add(main.git('hash-object', '--no-filters', '--', path).trim())
    }
  }
  visit(repository.root)
  for (const line of git(place, 'ls-files', '-s').split('\n')) if (line !== '' && !line.startsWith('160000')) ids.add(line.split(' ')[1] ?? '')
  const commits = [...git(place, 'log', '-g', '--format=%H', 'HEAD').split('\n'), ...git(place, 'log', '-g', '--format=%H', place.lease.branch).split('\n')]
  const known = [...new Set(commits)].filter((id) => id !== '')
  for (const id of objectsOf(main, known)) ids.add(id)
  return ids
}

function hashOf(main: ScratchRepository, text: string): string {
  const path = main.path('.git', 'to-hash')
  writeFileSync(path, text)
  return main.git('hash-object', '--no-filters', '--', path).trim()
}

const objectsOf = (main: ScratchRepository, of: readonly string[]): readonly string[] =>
  of.length === 0
    ? []
    : main
        .git('rev-list', '--objects', ...of)
        .split('\n')
        .map((line) => line.slice(0, 40))
        .filter((id) => id !== '')

test(
  'whatever state a worktree is in, nothing that it held is lost when it is removed, or it is not removed',
  async () => {
    using main = new ScratchRepository()
    main.commit({ 'a.txt': fresh(), 'b.txt': fresh(), 'c.txt': fresh(), 'd/e.txt': fresh(), '.gitignore': 'built/\n' })
    main.git('config', 'core.logAllRefUpdates', 'true')
    const checkout = await main.repository()
    const state = main.path('.pawl')
    const seen = { removed: 0, kept: 0, rescued: 0 }
    const ran = async (names: readonly string[], end: string): Promise<void> => {
      const place: Place = { main, ...valueOf(await leaseWorktree(checkout, state, { prompt: 'any', run: 1, base: 'HEAD' })) }
      for (const name of names) deeds[name]?.(place)
      const held = blobsOf(place)
      ends[end]?.(place)
      // What the agent itself destroyed at last is not there to be lost.
      const before = [...(destroying.has(end) ? blobsOf(place) : held)]
      const removed = await removeWorktree(checkout, state, place.lease)
      if (removed.ok) {
        seen.removed += 1
        if (removed.value.rescued !== undefined) seen.rescued += 1
        expect([existsSync(place.lease.folder), existsSync(place.repository.gitDir)]).toEqual([false, false])
        const reachable = new Set(objectsOf(main, ['--all']))
        expect(before.filter((id) => !reachable.has(id))).toEqual([])
      } else {
        seen.kept += 1
        expect(removed.failures[0]?.type).toBe('worktree.kept')
        expect(['makes a repository inside', 'makes a repository in an ignored place', 'locks its worktree']).toContain(end)
        expect(existsSync(place.lease.folder)).toBe(true)
      }
    }
    await assert(asyncProperty(array(constantFrom(...Object.keys(deeds)), { maxLength: 4 }), constantFrom(...Object.keys(ends)), ran), {
      numRuns: Number(process.env['REMOVALS'] ?? 12),
      endOnFailure: true,
    })
    expect(seen.removed).toBeGreaterThan(Number(process.env['REMOVALS'] ?? 12) / 6)
    expect(seen.rescued).toBeGreaterThan(0)
    expect(main.git('status', '--porcelain')).toBe('')
  },
  240_000 + Number(process.env['REMOVALS'] ?? 0) * 5000,
)

test('of several that are removed together, the branches that hold nothing of their own go', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  const checkout = await repo.repository()
  const removals: Removal[] = []
  for (const prompt of ['landed', 'own', 'same-as-own', 'empty', 'squashed']) {
    const { lease } = valueOf(await leaseWorktree(checkout, repo.path('.pawl'), { prompt, run: 1, base: 'HEAD' }))
    if (prompt === 'same-as-own') userGit(lease.folder, ['reset', '-q', '--hard', removals[1]?.lease.branch ?? ''])
    else if (prompt !== 'empty') {
      writeFileSync(join(lease.folder, 'a.txt'), `${prompt}\n`)
      userGit(lease.folder, ['commit', '-qam', prompt])
    }
    if (prompt === 'landed') repo.git('branch', 'integration', lease.branch)
    if (prompt === 'squashed') repo.commit({ 'a.txt': 'squashed\n' }, 'the same content')
    removals.push({ lease, wish: { target: 'main' } })
  }
  const answers = await removeWorktrees(checkout, repo.path('.pawl'), removals)
  // The last one that holds a commit keeps it.
  expect(answers.map((answer) => valueOf(answer).branch)).toEqual(['gone', 'gone', 'kept', 'gone', 'gone'])
  expect(repo.git('for-each-ref', '--format=%(refname:short)', 'refs/heads').trim().split('\n')).toEqual([
    'integration',
    'main',
    removals[2]?.lease.branch ?? '',
  ])
  expect(removals.some(({ lease }) => existsSync(lease.folder))).toBe(false)
})
