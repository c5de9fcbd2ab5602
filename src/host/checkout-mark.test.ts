import { expect, test } from 'bun:test'
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Result } from '../model/failure.ts'
import { breaches, breachFailure, keepBoth, type Breach } from './breaches.ts'
import { markCheckout } from './checkout-mark.ts'
import { ScratchRepository, userGit } from './scratch-repository.ts'

const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.failures))
  return result.value
}

function begun(): ScratchRepository {
  const repo = new ScratchRepository()
  const first = repo.commit({ 'a.txt': 'one\n' })
  const second = repo.commit({ 'a.txt': 'two\n', 'b.txt': 'x\n' })
  // As `git branch` and `git tag` do; each start of git takes as long as the rest.
  writeFileSync(repo.path('.git/refs/heads/other'), `${first}\n`)
  writeFileSync(repo.path('.git/refs/tags/v1'), `${second}\n`)
  repo.write({ 'a.txt': 'stashed\n' })
  repo.git('stash', '-q')
  return repo
}

/** As of a lease. */
function worktreeOf(repo: ScratchRepository): string {
  const folder = repo.path('.git', 'state', 'p-1-abcd')
  repo.git('worktree', 'add', '-q', '-b', 'pawl/p-1-abcd', folder)
  return folder
}

type Played = { readonly found: readonly Breach[]; readonly stopping: readonly string[] }

/** `deed` gets the folder of an agent's worktree. */
async function played(repo: ScratchRepository, deed: (folder: string) => void, allowed: readonly string[] = [], strict = false): Promise<Played> {
  const checkout = await repo.repository()
  const folder = worktreeOf(repo)
  const before = valueOf(await markCheckout(checkout, { strict: true }))
  deed(folder)
  const found = breaches(before, valueOf(await markCheckout(checkout, { strict: true })), new Set(allowed), strict)
  return { found, stopping: found.filter(({ stops }) => stops).map(({ line }) => line) }
}

/** Of an agent, in its worktree `w`. */
const attacks: Readonly<Record<string, (repo: ScratchRepository, w: string) => void>> = {
  'moves main forward': (repo, w) =>
    void userGit(w, ['update-ref', 'refs/heads/main', userGit(w, ['commit-tree', '-p', 'main', '-m', 'x', 'main^{tree}']).trim()]),
  'moves main back': (_, w) => void userGit(w, ['update-ref', 'refs/heads/main', 'main~1']),
  'moves another branch': (_, w) => void userGit(w, ['branch', '-f', 'other', 'main']),
  'deletes a branch': (_, w) => void userGit(w, ['branch', '-D', 'other']),
  'moves a tag': (_, w) => void userGit(w, ['tag', '-f', 'v1', 'main~1']),
  'deletes a tag': (_, w) => void userGit(w, ['tag', '-d', 'v1']),
  'makes a branch a link to another': (_, w) => void userGit(w, ['symbolic-ref', 'refs/heads/other', 'refs/heads/main']),
  'edits packed refs': (repo) => {
    repo.git('pack-refs', '--all')
    const path = repo.path('.git/packed-refs')
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(repo.git('rev-parse', 'main').trim(), repo.git('rev-parse', 'main~1').trim()))
  },
  'replaces a commit': (_, w) => void userGit(w, ['replace', 'v1', userGit(w, ['commit-tree', '-m', 'x', 'v1^{tree}']).trim()]),
  'points the HEAD of the checkout elsewhere': (repo) => void repo.git('symbolic-ref', 'HEAD', 'refs/heads/other'),
  'drops the stash': (_, w) => void userGit(w, ['stash', 'drop', '-q']),
  'clears the log of the stash': (repo) => rmSync(repo.path('.git/logs/refs/stash')),
  'sets a filter': (_, w) => void userGit(w, ['config', 'filter.x.clean', 'evil']),
  'sets a path for hooks': (_, w) => void userGit(w, ['config', 'core.hooksPath', '/tmp']),
  'includes a file of settings': (repo, w) => {
    writeFileSync(join(w, 'evil'), '[core]\n\tfsmonitor = evil\n')
    repo.git('config', 'include.path', join(w, 'evil'))
  },
  'includes a file under a condition that does not hold': (repo) =>
    appendFileSync(repo.path('.git/config'), '[includeIf "onbranch:later"]\n\tpath = /tmp/evil\n'),
  'hides settings in a comment that another edit opens': (repo) => appendFileSync(repo.path('.git/config'), '# x\n'),
  'writes settings of the worktree': (repo) => writeFileSync(repo.path('.git/config.worktree'), '[core]\n\tfsmonitor = evil\n'),
  'writes a hook': (repo) => {
    mkdirSync(repo.path('.git/hooks'), { recursive: true })
    writeFileSync(repo.path('.git/hooks/post-checkout'), '#!/bin/sh\n', { mode: 0o755 })
  },
  'writes attributes': (repo) => {
    mkdirSync(repo.path('.git/info'), { recursive: true })
    writeFileSync(repo.path('.git/info/attributes'), '* filter=x\n')
  },
  'excludes files': (repo) => {
    mkdirSync(repo.path('.git/info'), { recursive: true })
    appendFileSync(repo.path('.git/info/exclude'), '*.ts\n')
  },
  'borrows objects': (repo) => writeFileSync(repo.path('.git/objects/info/alternates'), '/tmp/objects\n'),
  'grafts history': (repo) => writeFileSync(repo.path('.git/shallow'), repo.git('rev-parse', 'main')),
  'gives the repository another origin': (_, w) => void userGit(w, ['remote', 'add', 'origin', 'https://evil.invalid/x.git']),
}

test.each(Object.keys(attacks))('an agent that %s stops the run', async (name) => {
  using repo = begun()
  const { found, stopping } = await played(repo, (folder) => attacks[name]?.(repo, folder))
  expect(stopping.length).toBeGreaterThan(0)
  expect(breachFailure(found)).toMatchObject({ type: 'checkout.breached' })
})

/** Of a person, in the checkout. */
const doings: Readonly<Record<string, (repo: ScratchRepository) => void>> = {
  'edits and stages files': (repo) => (repo.write({ 'a.txt': 'edited\n', 'n.txt': 'new' }), repo.git('add', 'a.txt')),
  commits: (repo) => void repo.commit({ 'a.txt': 'three\n' }),
  amends: (repo) => (repo.write({ 'a.txt': 'four\n' }), repo.git('commit', '-qa', '--amend', '-m', 'amended')),
  resets: (repo) => void repo.git('reset', '-q', '--hard', 'HEAD~1'),
  switches: (repo) => void repo.git('checkout', '-q', 'other'),
  'makes a branch and commits there': (repo) => (repo.git('checkout', '-q', '-b', 'topic'), repo.commit({ 'c.txt': 'x' })),
  stashes: (repo) => (repo.write({ 'a.txt': 'more\n' }), repo.git('stash', '-q')),
  tags: (repo) => void repo.git('tag', 'v2'),
  fetches: (repo) => void repo.git('update-ref', 'refs/remotes/origin/main', 'HEAD~1'),
  'commits in a worktree of their own': (repo) => {
    repo.git('worktree', 'add', '-q', '-f', repo.path('.git', 'mine'), 'other')
    userGit(repo.path('.git', 'mine'), ['commit', '-q', '--allow-empty', '-m', 'x'])
  },
}

test.each(Object.keys(doings))('a person who %s does not stop the run', async (name) => {
  using repo = begun()
  expect((await played(repo, () => doings[name]?.(repo))).stopping).toEqual([])
})

test('what an agent does on its own branch is no difference at all, nor are the refs that pawl moved', async () => {
  using repo = begun()
  const { found } = await played(
    repo,
    (folder) => {
      writeFileSync(join(folder, 'a.txt'), 'its work\n')
      userGit(folder, ['commit', '-qam', 'own'])
      userGit(folder, ['config', `branch.${userGit(folder, ['branch', '--show-current']).trim()}.description`, 'mine'])
      repo.git('update-ref', 'refs/pawl/rescue/x/1', 'HEAD')
      repo.git('update-ref', 'refs/heads/landing', 'HEAD')
    },
    ['refs/heads/landing'],
  )
  expect(found).toEqual([])
})

test('files and what is staged count only where nobody edits', async () => {
  using repo = begun()
  const deed = (): void => (repo.write({ 'a.txt': 'edited\n', 'n.txt': 'new' }), void repo.git('add', 'a.txt'))
  expect((await played(repo, deed)).found).toEqual([])
  using again = begun()
  const strict = await played(again, () => (again.write({ 'a.txt': 'edited\n', 'n.txt': 'new' }), void again.git('add', 'a.txt')), [], true)
  expect(strict.stopping).toEqual(['the index was changed', 'the file a.txt is new', 'the file n.txt is new'])
})

test('nothing of the user is undone: refs stay as they are, and both sides are kept', async () => {
  using repo = begun()
  const checkout = await repo.repository()
  const folder = worktreeOf(repo)
  const refs = (): string => repo.git('for-each-ref', '--format=%(refname) %(objectname) %(symref)', 'refs/heads', 'refs/tags', 'refs/replace')
  const state = (): string => [refs(), repo.git('symbolic-ref', 'HEAD'), repo.git('status', '--porcelain'), repo.git('stash', 'list')].join('\n')
  const [main, other, tag, stash] = ['main', 'other', 'v1', 'stash'].map((name) => repo.git('rev-parse', name).trim())
  const before = valueOf(await markCheckout(checkout, { strict: true }))
  for (const name of [
    'moves a tag',
    'moves main back',
    'deletes a branch',
    'replaces a commit',
    'drops the stash',
    'points the HEAD of the checkout elsewhere',
  ])
    attacks[name]?.(repo, folder)
  const now = state()
  const found = breaches(before, valueOf(await markCheckout(checkout, { strict: true })), new Set())
  const both = valueOf(await keepBoth(checkout, found))
  expect(state()).toBe(now)
  expect(both.restored).toEqual([])
  const kept = (name: string): string => repo.git('rev-parse', `${both.folder}/${name}`).trim()
  expect(['before/heads/main', 'before/heads/other', 'before/tags/v1', `before/stashes/${stash ?? ''}`].map(kept)).toEqual(
    [main, other, tag, stash].map(String),
  )
  expect(kept('after/heads/main')).toBe(repo.git('rev-parse', 'main').trim())
})

test('a branch of pawl is set back, unless it moved again since', async () => {
  using repo = begun()
  const checkout = await repo.repository()
  const [first, second] = ['main~1', 'main'].map((name) => repo.git('rev-parse', name).trim())
  repo.git('update-ref', 'refs/heads/pawl/integration', 'main')
  const moved = { kind: 'ref', what: 'refs/heads/pawl/integration', before: first ?? '', after: second ?? '', line: 'moved', stops: true } as const
  expect(valueOf(await keepBoth(checkout, [moved])).restored).toEqual(['refs/heads/pawl/integration'])
  expect(repo.git('rev-parse', 'pawl/integration').trim()).toBe(String(first))
  expect(await keepBoth(checkout, [moved])).toMatchObject({ ok: false })
  expect(repo.git('rev-parse', 'pawl/integration').trim()).toBe(String(first))
})

test('settings of the user for all repositories are marked, told, and stay', async () => {
  using repo = begun()
  const xdg = process.env['XDG_CONFIG_HOME']
  const place = repo.path('.git', 'home-of-user')
  mkdirSync(join(place, 'git'), { recursive: true })
  try {
    process.env['XDG_CONFIG_HOME'] = place
    for (const name of ['config', 'attributes', 'ignore']) {
      const { found, stopping } = await played(repo, () => writeFileSync(join(place, 'git', name), name === 'config' ? '[core]\n\tabbrev = 12\n' : '*.x\n'))
      expect(stopping).toEqual([`${join(place, 'git', name)} is new`])
      expect(breachFailure(found)).toMatchObject({ type: 'checkout.breached' })
      repo.git('worktree', 'remove', '--force', repo.path('.git', 'state', 'p-1-abcd'))
      repo.git('branch', '-D', 'pawl/p-1-abcd')
    }
    expect(readFileSync(join(place, 'git', 'ignore'), 'utf8')).toBe('*.x\n')
  } finally {
    if (xdg === undefined) delete process.env['XDG_CONFIG_HOME']
    else process.env['XDG_CONFIG_HOME'] = xdg
  }
})

test('marking a repository of 3,000 files is quick', async () => {
  using repo = new ScratchRepository()
  repo.commit(Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`d${at % 60}/f${at}.txt`, `${at}\n`])))
  const checkout = await repo.repository()
  await markCheckout(checkout, { strict: true })
  const times: number[] = []
  for (let at = 0; at < 5; at++) {
    const begin = performance.now()
    valueOf(await markCheckout(checkout, { strict: true }))
    times.push(performance.now() - begin)
  }
  // The goal is 150 ms; the rest is for machines that are busy with other tests.
  expect(Math.min(...times)).toBeLessThan(600)
  if (process.env['PAWL_TIMES'] !== undefined) process.stderr.write(`marked in ${times.map((ms) => ms.toFixed(0)).join(' ')} ms\n`)
})
