/** Git hooks: `git commit` and `git push` with what `pawl init --hooks` writes; nothing new starts nothing, and what cannot run stops. */
import { expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { appendFileSync, chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { author, environment, newRepo, once, type Repo } from './rig.ts'

/** A check that complains of "bad" and a fix that makes it "good". */
async function hookedRepo(hooks = '', more: Readonly<Record<string, string>> = {}): Promise<Repo> {
  const repo = await newRepo({ 'src/a.txt': 'fine\n', 'src/b.txt': 'fine\n', 'readme.txt': 'x\n', ...more })
  const grep = repo.script('grep', 'grep -rn bad src && exit 1; exit 0')
  const mend = repo.script('mend', 'sed -i s/bad/good/ src/*.txt')
  repo.write({
    'pawl.yaml': `detect: false\nchecks:\n  words: { command: [${grep}], fast: true, files: ["src/**"], inputs: ["src/**"], fix: { command: [${mend}] } }\n`,
  })
  repo.commit('config')
  appendFileSync(join(repo.root, '.git/config'), `${author}[commit]\n\tgpgsign = false\n`)
  expect((await repo.pawl('init', `--hooks${hooks}`)).code).toBe(0)
  return repo
}

type Said = { readonly code: number | null; readonly said: string }

/** git as a person starts it. */
function git(repo: Repo, ...args: string[]): Said {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: repo.root, env: environment(dirname(repo.root)), encoding: 'utf8' })
  return { code: status, said: stdout + stderr }
}

const hookAt = (repo: Repo, name = 'pre-commit'): string => join(repo.root, '.git/hooks', name)

/** From now on what the hook starts is counted: there is a line for each start. */
function counted(repo: Repo, name = 'pre-commit'): () => number {
  const text = readFileSync(hookAt(repo, name), 'utf8')
  const program = /^program=(.*)$/m.exec(text)?.[1] ?? ''
  const counter = repo.script('counter', `echo started >> ${join(dirname(repo.root), 'starts')}\nexec ${program} "$@"`)
  writeFileSync(hookAt(repo, name), text.replace(/^program=.*$/m, `program=${counter}`))
  writeFileSync(join(dirname(repo.root), 'starts'), '')
  return () => readFileSync(join(dirname(repo.root), 'starts'), 'utf8').split('\n').length - 1
}

test('a commit of what is fine goes through; with nothing new the next one starts no program of pawl', async () => {
  await using repo = await hookedRepo()
  const starts = counted(repo)
  repo.write({ 'src/a.txt': 'fine, too\n' })
  git(repo, 'add', 'src')
  expect(git(repo, 'commit', '--message', 'one')).toEqual({ code: 0, said: expect.stringContaining('1 check: 1 passed') })
  expect(starts()).toBe(1)
  expect(git(repo, 'commit', '--amend', '--message', 'two')).toEqual({
    code: 0,
    said: expect.stringContaining('nothing new to check: run 1 passed on exactly what is staged'),
  })
  expect(starts()).toBe(1)
})

once('a commit with a finding is stopped, and says how to go past it once', async () => {
  await using repo = await hookedRepo()
  writeFileSync(hookAt(repo), readFileSync(hookAt(repo), 'utf8').replace("flags='--staged --fast'", "flags='--staged --fast --no-fix'"))
  repo.write({ 'src/a.txt': 'bad\n' })
  git(repo, 'add', 'src')
  const head = repo.git('rev-parse', 'HEAD')
  const refused = git(repo, 'commit', '--message', 'bad')
  expect([refused.code, repo.git('rev-parse', 'HEAD')]).toEqual([1, head])
  expect(refused.said).toContain('src/a.txt:1')
  expect(refused.said).toContain('once without checks: git commit --no-verify')
  // The line is the user's: writing the hook again keeps it.
  expect((await repo.pawl('init', '--hooks')).shown).toContain('already holds exactly this')
  expect(git(repo, 'commit', '--message', 'bad', '--no-verify').code).toBe(0)
})

once('a fix of a staged file is part of the commit, and said to be; undo takes it back on disk', async () => {
  await using repo = await hookedRepo()
  repo.write({ 'src/a.txt': 'bad\n' })
  git(repo, 'add', 'src')
  expect(git(repo, 'commit', '--message', 'mended').said).toContain('mended and staged again: src/a.txt')
  expect([repo.git('show', 'HEAD:src/a.txt'), repo.git('status', '--porcelain')]).toEqual(['good\n', ''])
  expect((await repo.pawl('undo')).code).toBe(0)
  expect(repo.read('src/a.txt')).toBe('bad\n')
  // `commit --all` commits from an index of its own; what a fix takes back as a whole is no commit.
  expect(git(repo, 'commit', '--all', '--message', 'nothing').said).toContain('nothing is left to commit')
  repo.write({ 'src/b.txt': 'bad, too\n' })
  git(repo, 'commit', '--all', '--message', 'mended again')
  expect([repo.git('show', 'HEAD:src/b.txt'), repo.git('status', '--porcelain')]).toEqual(['good, too\n', ''])
})

once('what is staged of a partly staged file is mended in the commit and on disk, beside the edit that is not staged', async () => {
  await using repo = await hookedRepo('', { 'src/a.txt': '1\n2\n3\n4\n5\n6\n7\n8\n9\n' })
  repo.write({ 'src/a.txt': 'bad\n2\n3\n4\n5\n6\n7\n8\n9\n' })
  git(repo, 'add', 'src')
  repo.write({ 'src/a.txt': 'bad\n2\n3\n4\n5\n6\n7\n8\nnine\n', 'src/b.txt': 'not staged\n' })
  const done = git(repo, 'commit', '--message', 'mended')
  expect([done.code, done.said]).toEqual([0, expect.stringContaining('mended and staged again: src/a.txt')])
  expect(repo.git('show', 'HEAD:src/a.txt')).toBe('good\n2\n3\n4\n5\n6\n7\n8\n9\n')
  expect(repo.read('src/a.txt')).toBe('good\n2\n3\n4\n5\n6\n7\n8\nnine\n')
  expect(repo.git('status', '--porcelain')).toBe(' M src/a.txt\n M src/b.txt\n')
  // What was done to the copy is not what undo could take back.
  expect((await repo.pawl('undo')).code).toBe(2)
  expect(repo.read('src/a.txt')).toContain('nine')
})

once('where an edit that is not staged stands in the way of a fix, the commit stops and nothing is changed', async () => {
  await using repo = await hookedRepo()
  repo.write({ 'src/a.txt': 'bad\n' })
  git(repo, 'add', 'src')
  repo.write({ 'src/a.txt': 'bad, and more\n' })
  const [head, index] = [repo.git('rev-parse', 'HEAD'), repo.git('ls-files', '-s')]
  const stopped = git(repo, 'commit', '--message', 'no')
  expect([stopped.code === 0, stopped.said]).toEqual([
    false,
    expect.stringContaining('what a fix made of the staged src/a.txt does not fit to the file on disk'),
  ])
  expect([repo.git('rev-parse', 'HEAD'), repo.git('ls-files', '-s'), repo.read('src/a.txt')]).toEqual([head, index, 'bad, and more\n'])
  // The same where the file that has to be mended is no part of the commit.
  await using other = await hookedRepo()
  other.write({ 'src/b.txt': 'bad\n' })
  git(other, 'commit', '--all', '--no-verify', '--message', 'bad')
  other.write({ 'src/a.txt': 'staged\n' })
  git(other, 'add', 'src')
  other.write({ 'src/a.txt': 'staged\nnot staged\n' })
  expect(git(other, 'commit', '--message', 'no').said).toContain('src/b.txt would have to be mended, too, and is no part of this commit')
  expect(other.read('src/b.txt')).toBe('bad\n')
})

once('a fix of files that are no part of the commit stops it, and so does one in a commit of named files', async () => {
  await using repo = await hookedRepo()
  repo.write({ 'src/a.txt': 'bad\n' })
  git(repo, 'commit', '--all', '--no-verify', '--message', 'bad')
  repo.write({ 'src/b.txt': 'fine, two\n' })
  git(repo, 'add', 'src/b.txt')
  const other = git(repo, 'commit', '--message', 'two')
  expect([other.code === 0, other.said]).toEqual([false, expect.stringContaining('src/a.txt changed while the hook ran, and is not staged as it is now')])
  git(repo, 'commit', '--all', '--message', 'both')
  repo.write({ 'src/a.txt': 'bad\n' })
  const named = git(repo, 'commit', '--message', 'named', 'src/a.txt')
  expect([named.code === 0, repo.read('src/a.txt'), repo.git('show', 'HEAD:src/a.txt')]).toEqual([false, 'good\n', 'good\n'])
})

once('in a commit of named files only those are checked, as they will be committed', async () => {
  await using repo = await hookedRepo()
  repo.write({ 'src/a.txt': 'bad\n', 'src/b.txt': 'fine, two\n' })
  git(repo, 'add', 'src/a.txt')
  expect(git(repo, 'commit', '--message', 'b alone', 'src/b.txt')).toEqual({ code: 0, said: expect.stringContaining('a copy of what is staged is checked') })
  expect([repo.git('show', 'HEAD:src/a.txt'), repo.git('status', '--porcelain')]).toEqual(['fine\n', 'M  src/a.txt\n'])
})

once('a commit of files that no check concerns goes through and is said to be unchecked', async () => {
  await using repo = await hookedRepo()
  repo.write({ 'readme.txt': 'y\n' })
  expect(git(repo, 'commit', '--all', '--message', 'readme')).toEqual({
    code: 0,
    said: expect.stringContaining('nothing was checked: no check concerns what is staged'),
  })
})

once('a push is checked commit by commit, not the files on disk; with nothing new nothing is started', async () => {
  await using repo = await hookedRepo('=pre-push')
  await using other = await newRepo({})
  other.git('config', 'core.bare', 'true')
  repo.git('remote', 'add', 'origin', join(other.root, '.git'))
  const starts = counted(repo, 'pre-push')
  repo.write({ 'src/a.txt': 'bad on disk\n' })
  expect(git(repo, 'push', '--quiet', 'origin', 'HEAD:refs/heads/one')).toEqual({
    code: 0,
    said: expect.stringContaining('is not what is on disk: a copy of it is checked'),
  })
  expect(git(repo, 'push', '--quiet', 'origin', 'HEAD:refs/heads/two')).toEqual({ code: 0, said: expect.stringContaining('passed on exactly what is pushed') })
  expect(starts()).toBe(1)
  git(repo, 'commit', '--all', '--message', 'bad')
  repo.write({ 'src/a.txt': 'fine on disk\n' })
  const refused = git(repo, 'push', '--quiet', 'origin', 'HEAD:refs/heads/three')
  expect([refused.code === 0, refused.said]).toEqual([false, expect.stringContaining('src/a.txt:1')])
  expect([repo.read('src/a.txt'), git(repo, 'push', '--quiet', 'origin', ':refs/heads/two').code, starts()]).toEqual(['fine on disk\n', 0, 2])
})

once('hooks are written once, shown by a dry run, shared by worktrees, and removed again; those of others stay', async () => {
  await using repo = await newRepo({ 'pawl.yaml': 'detect: false\nchecks: { words: { command: "true" } }\n' })
  expect((await repo.pawl('init', '--hooks', '--dry-run')).shown).toContain('pre-commit was not written)')
  expect(repo.exists('.git/hooks/pre-commit')).toBe(false)
  repo.git('worktree', 'add', '--quiet', '../linked')
  expect((await repo.start(['init', '--hooks=pre-commit,pre-push'], { cwd: join(repo.root, '../linked') }).ended).code).toBe(0)
  // Nothing here is marked as fast.
  expect(repo.read('.git/hooks/pre-commit')).toContain("\nflags='--staged'\n")
  expect((await repo.pawl('init', '--hooks=pre-commit,pre-push')).shown.match(/nothing was changed/g)).toHaveLength(2)
  expect((await repo.pawl('init', '--hooks=off')).code).toBe(0)
  expect([repo.exists('.git/hooks/pre-commit'), repo.exists('.git/hooks/pre-push')]).toEqual([false, false])
  repo.write({ '.git/hooks/pre-commit': '#!/bin/sh\nexec lefthook run pre-commit\n' })
  chmodSync(hookAt(repo), 0o755)
  const refused = await repo.pawl('init', '--hooks=pre-commit,pre-push')
  expect([refused.code, refused.shown]).toEqual([2, expect.stringContaining('Add to lefthook.yml')])
  expect([repo.read('.git/hooks/pre-commit'), repo.exists('.git/hooks/pre-push')]).toEqual(['#!/bin/sh\nexec lefthook run pre-commit\n', false])
  expect((await repo.pawl('init', '--hooks=off')).shown).toContain('There is no pre-commit hook of pawl')
  repo.remove('.git/hooks/pre-commit')
  repo.git('config', 'core.hooksPath', '.husky/_')
  expect((await repo.pawl('init', '--hooks')).shown).toContain('Add this line to .husky/pre-commit:  pawl hook pre-commit --staged --fast')
  expect((await repo.pawl('init', '--hooks=pre-comit')).shown).toContain("Did you mean 'pre-commit'?")
})
