import { expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ScratchRepository, idsOf, repositoryAt, userGit } from './scratch-repository.ts'
import { treeSource } from './tree-source.ts'

const blob = (content: string, mode = '100644') =>
  `${mode}:${createHash('sha1')
    .update(`blob ${Buffer.byteLength(content)}\0${content}`)
    .digest('hex')}`

test('the same content has the same id, committed, staged, unstaged or untracked', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'committed.ts': 'same\n', 'unstaged.ts': 'old\n', 'staged.ts': 'old\n' })
  repo.write({ 'unstaged.ts': 'same\n', 'staged.ts': 'same\n', 'new.ts': 'same\n', 'added.ts': 'same\n', 'intent.ts': 'same\n' })
  repo.git('add', 'staged.ts', 'added.ts')
  repo.git('add', '-N', 'intent.ts')
  const tree = await repo.look()
  expect(tree.files.map((file) => file.path)).toEqual(['added.ts', 'committed.ts', 'intent.ts', 'new.ts', 'staged.ts', 'unstaged.ts'])
  expect(new Set(Object.values(idsOf(tree)))).toEqual(new Set([blob('same\n')]))
  expect(Object.keys(tree.mark.delta).toSorted()).toEqual(['added.ts', 'intent.ts', 'new.ts', 'staged.ts', 'unstaged.ts'])
  expect(tree.branch).toBe('main')
  expect(tree.commit).toBe(repo.git('rev-parse', 'HEAD').trim())
})

test('a deleted file is absent, a renamed one has its new path, and what was deleted is in the mark', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'gone.ts': '1', 'old.ts': '2', 'unstaged-gone.ts': '3', 'kept-on-disk.ts': '4' })
  repo.git('rm', '-q', 'gone.ts')
  repo.git('mv', 'old.ts', 'new.ts')
  unlinkSync(repo.path('unstaged-gone.ts'))
  repo.git('rm', '-q', '--cached', 'kept-on-disk.ts')
  const tree = await repo.look()
  expect(idsOf(tree)).toEqual({ 'new.ts': blob('2'), 'kept-on-disk.ts': blob('4') })
  expect(tree.mark.delta).toEqual({ 'gone.ts': null, 'old.ts': null, 'unstaged-gone.ts': null, 'new.ts': blob('2') })
})

test('links, executables, types and odd names are told apart', async () => {
  using repo = new ScratchRepository()
  const odd = 'line\nbreak \t"quoted" ümlaut 😀.ts'
  repo.commit({ 'plain.sh': 'x', [odd]: 'odd', 'type.ts': 'plain.sh' })
  symlinkSync('plain.sh', repo.path('link'))
  chmodSync(repo.path('plain.sh'), 0o755)
  unlinkSync(repo.path('type.ts'))
  symlinkSync('plain.sh', repo.path('type.ts'))
  const dirty = await repo.look()
  expect(idsOf(dirty)).toEqual({ link: blob('plain.sh', '120000'), 'plain.sh': blob('x', '100755'), [odd]: blob('odd'), 'type.ts': blob('plain.sh', '120000') })
  repo.commit()
  expect(idsOf(await repo.look())).toEqual(idsOf(dirty))
  repo.write({ [odd]: 'odder' })
  expect((await repo.look()).mark.delta).toEqual({ [odd]: blob('odder') })
})

test('a name that is not UTF-8 is looked at by its bytes', async () => {
  using repo = new ScratchRepository()
  const name = Buffer.concat([Buffer.from(repo.path('caf')), Buffer.from([0xe9])])
  writeFileSync(name, 'one')
  expect(idsOf(await repo.look())).toEqual({ 'caf\\xe9': blob('one') })
  repo.commit()
  expect(idsOf(await repo.look())).toEqual({ 'caf\\xe9': blob('one') })
  writeFileSync(name, 'two')
  expect((await repo.look()).mark.delta).toEqual({ 'caf\\xe9': blob('two') })
})

test('ignored files, nested repositories and the state of pawl are not part of the tree', async () => {
  using repo = new ScratchRepository()
  repo.commit({ '.gitignore': 'dist/\n' })
  repo.write({ 'dist/a.js': '1', '.pawl/state': '2', 'nested/file': '3', ['__proto__']: '4' })
  userGit(repo.path('nested'), ['init', '-q'])
  const tree = await repo.look()
  expect(tree.files.map((file) => file.path)).toEqual(['.gitignore', '__proto__'])
  expect(Object.keys(tree.mark.delta)).toEqual(['__proto__'])
})

test('before the first commit every file is in the mark and there is no base', async () => {
  using repo = new ScratchRepository()
  expect((await repo.look()).files).toEqual([])
  repo.write({ 'a.ts': 'a', 'b.ts': 'b' })
  repo.git('add', 'a.ts')
  const tree = await repo.look()
  expect(tree.commit).toBeUndefined()
  expect(tree.mark).toEqual({ delta: { 'a.ts': blob('a'), 'b.ts': blob('b') } })
})

test('files in conflict are taken as they lie on disk', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.ts': 'base\n' })
  repo.git('checkout', '-q', '-b', 'other')
  repo.commit({ 'a.ts': 'theirs\n' })
  repo.git('checkout', '-q', 'main')
  repo.commit({ 'a.ts': 'ours\n' })
  expect(() => repo.git('merge', '-q', 'other')).toThrow()
  const tree = await repo.look()
  expect(idsOf(tree)).toEqual({ 'a.ts': blob(readFileSync(repo.path('a.ts'), 'utf8')) })
  expect(Object.keys(tree.mark.delta)).toEqual(['a.ts'])
})

test('a file that git was told not to look at is read from disk', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'assumed.ts': 'old', 'skipped.ts': 'old', 'sparse.ts': 'old' })
  repo.git('update-index', '--assume-unchanged', 'assumed.ts')
  repo.git('update-index', '--skip-worktree', 'skipped.ts', 'sparse.ts')
  expect((await repo.look()).mark.delta).toEqual({})
  repo.write({ 'assumed.ts': 'new', 'skipped.ts': 'new' })
  unlinkSync(repo.path('sparse.ts'))
  const tree = await repo.look()
  expect(idsOf(tree)).toEqual({ 'assumed.ts': blob('new'), 'skipped.ts': blob('new') })
  expect(tree.mark.delta).toEqual({ 'assumed.ts': blob('new'), 'skipped.ts': blob('new'), 'sparse.ts': null })
})

test('a submodule is its commit, and any change inside shows', async () => {
  using inner = new ScratchRepository()
  using repo = new ScratchRepository()
  const first = inner.commit({ 'lib.ts': '1' })
  repo.commit({ 'a.ts': 'a' })
  repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.root, 'sub')
  repo.git('commit', '-q', '-m', 'submodule')
  expect(idsOf(await repo.look())['sub']).toBe(`160000:${first}`)

  const states = new Set([idsOf(await repo.look())['sub']])
  const inside = repo.path('sub', 'lib.ts')
  for (const content of ['2', '3']) {
    writeFileSync(inside, content)
    states.add(idsOf(await repo.look())['sub'])
  }
  writeFileSync(repo.path('sub', 'new.ts'), 'n')
  states.add(idsOf(await repo.look())['sub'])
  unlinkSync(repo.path('sub', 'new.ts'))
  userGit(repo.path('sub'), ['commit', '-q', '-am', 'inside'])
  const moved = (await repo.look()).mark.delta['sub']
  states.add(moved ?? undefined)
  expect(moved).toBe(`160000:${userGit(repo.path('sub'), ['rev-parse', 'HEAD']).trim()}`)
  expect(states.size).toBe(5)
  rmSync(repo.path('sub'), { recursive: true })
  expect((await repo.look()).mark.delta).toEqual({ sub: null })
})

test('a linked worktree has the same ids', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.ts': 'a', 'dir/b.ts': 'b' })
  const folder = mkdtempSync(join(tmpdir(), 'pawl-linked-'))
  try {
    repo.git('worktree', 'add', '-q', '-b', 'side', join(folder, 'side'))
    const linked = await repositoryAt(join(folder, 'side', 'dir'))
    expect(linked.linked).toBe(true)
    expect(linked.commonDir).toBe((await repo.repository()).commonDir)
    const tree = await treeSource(linked.root, linked).look()
    expect(tree.branch).toBe('side')
    expect(idsOf(tree)).toEqual(idsOf(await repo.look()))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('switching to a branch and back gives the same ids, and the mark explains what changed meanwhile', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.ts': 'a', 'b.ts': 'b', 'c.ts': 'c' })
  const trees = await repo.trees()
  repo.write({ 'untracked.ts': 'u' })
  const before = await trees.look()
  repo.git('checkout', '-q', '-b', 'other')
  repo.write({ 'a.ts': 'A' })
  repo.git('rm', '-q', 'b.ts')
  repo.git('commit', '-q', '-am', 'other')
  repo.write({ 'c.ts': 'C' })
  const there = await trees.look()
  expect(await trees.changedSince(before.mark, there)).toEqual(['a.ts', 'b.ts', 'c.ts'])
  expect(await trees.changedSince(there.mark, before)).toEqual(['a.ts', 'b.ts', 'c.ts'])
  repo.write({ 'c.ts': 'c' })
  repo.git('checkout', '-q', 'main')
  const back = await trees.look()
  expect(idsOf(back)).toEqual(idsOf(before))
  expect(back.mark).toEqual(before.mark)
  expect(await trees.changedSince(before.mark, back)).toEqual([])
})

test('committing what was already seen changes nothing', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.ts': 'a', 'gone.ts': 'g' })
  const trees = await repo.trees()
  repo.write({ 'a.ts': 'A', 'new.ts': 'n' })
  unlinkSync(repo.path('gone.ts'))
  const before = await trees.look()
  repo.commit()
  const after = await trees.look()
  expect(idsOf(after)).toEqual(idsOf(before))
  expect(after.mark.delta).toEqual({})
  expect(await trees.changedSince(before.mark, after)).toEqual([])
  expect(await trees.changedSince(after.mark, before)).toEqual([])
})

test('a mark whose commit is gone explains nothing, and one from before the first commit still does', async () => {
  using repo = new ScratchRepository()
  repo.write({ 'a.ts': 'a' })
  const trees = await repo.trees()
  const unborn = await trees.look()
  repo.commit({ 'b.ts': 'b' })
  const tree = await trees.look()
  expect(await trees.changedSince(unborn.mark, tree)).toEqual(['b.ts'])
  expect(await trees.changedSince(tree.mark, unborn)).toEqual(['b.ts'])
  expect(await trees.changedSince({ base: '1'.repeat(40), delta: {} }, tree)).toBeUndefined()
  expect(await trees.changedSince({ base: '--output=x', delta: {} }, tree)).toBeUndefined()
})

test('a repository with SHA-256 objects works the same', async () => {
  using repo = new ScratchRepository(['--object-format=sha256'])
  repo.write({ 'a.ts': 'a' })
  const before = await repo.look()
  repo.commit()
  const after = await repo.look()
  expect(idsOf(after)).toEqual(idsOf(before))
  expect(idsOf(after)['a.ts']).toMatch(/^100644:[0-9a-f]{64}$/)
})

test('content that git would store differently never gets the id of a stored blob', async () => {
  using repo = new ScratchRepository()
  repo.commit({
    '.gitattributes': '*.txt text eol=lf\n*.win text eol=crlf\n*.auto text=auto\n*.big filter=big\n',
    'a.txt': 'a\n',
    'a.win': 'a\r\n',
    'a.big': 'pointer',
  })
  repo.write({ 'a.txt': 'b\n', 'a.win': 'b\n', 'a.big': 'content', 'crlf.txt': 'b\r\n', 'text.auto': 'b\n', 'crlf.auto': 'b\r\n', 'binary.auto': 'b\0\r\n' })
  const ids = idsOf(await repo.look())
  expect(ids['a.txt']).toBe(blob('b\n'))
  expect(ids['text.auto']).toBe(blob('b\n'))
  expect(ids['binary.auto']).toBe(blob('b\0\r\n'))
  for (const path of ['a.win', 'a.big', 'crlf.txt', 'crlf.auto']) expect(ids[path]).toStartWith('100644:raw:')
})

test('looking leaves the index, the refs and what git status says byte-identical', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.ts': 'a', 'b.ts': 'b', 'c.ts': 'c' })
  repo.write({ 'a.ts': 'staged' })
  repo.git('add', 'a.ts')
  repo.write({ 'a.ts': 'unstaged', 'new.ts': 'n', 'b.ts': 'b' })
  const gitFolder = () =>
    readdirSync(repo.path('.git'), { recursive: true, encoding: 'utf8' })
      .toSorted()
      .map((name) => {
        const path = repo.path('.git', name)
        return `${name} ${existsSync(path) && readdirOrUndefined(path) === undefined ? createHash('sha1').update(readFileSync(path)).digest('hex') : ''}`
      })
  const before = gitFolder()
  await repo.look()
  expect(gitFolder()).toEqual(before)
  const status = repo.git('--no-optional-locks', 'status', '--porcelain=v2', '--branch')
  await repo.look()
  expect(repo.git('--no-optional-locks', 'status', '--porcelain=v2', '--branch')).toBe(status)
})

const readdirOrUndefined = (path: string) => {
  try {
    return readdirSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return undefined
    throw error
  }
}

test('nothing that the repository configures is run by looking, except the clean filter that git itself needs', async () => {
  using repo = new ScratchRepository()
  const marks = repo.path('marks')
  mkdirSync(marks)
  const plant = (name: string) => `sh -c 'touch "${marks}/${name}"; cat'`
  repo.commit({ '.gitignore': 'marks/\nhooks/\n', '.gitattributes': '*.f filter=evil diff=evil merge=evil\n', 'a.f': 'one\n', 'b.ts': 'b' })
  for (const hook of ['post-index-change', 'post-checkout', 'reference-transaction', 'fsmonitor-watchman']) {
    repo.write({ [`hooks/${hook}`]: `#!/bin/sh\ntouch "${marks}/hook-${hook}"\n` })
    chmodSync(repo.path('hooks', hook), 0o755)
  }
  const config: Record<string, string> = {
    'core.hooksPath': repo.path('hooks'),
    'core.fsmonitor': repo.path('hooks/fsmonitor-watchman'),
    'diff.external': plant('external'),
    'core.pager': plant('pager'),
    'filter.evil.smudge': plant('smudge'),
    'filter.evil.clean': plant('clean'),
    'diff.evil.textconv': plant('textconv'),
    'diff.evil.command': plant('diff'),
    'merge.evil.driver': plant('merge'),
  }
  for (const [key, value] of Object.entries(config)) repo.git('config', key, value)
  const trees = await repo.trees()
  const clean = await trees.look()
  repo.write({ 'a.f': 'two!\n', 'b.ts': 'B' })
  const dirty = await trees.look()
  await trees.changedSince(clean.mark, dirty)
  // Whether git needs it depends on sizes and times.
  expect(readdirSync(marks).filter((name) => name !== 'clean')).toEqual([])
  expect(idsOf(dirty)['a.f']).toStartWith('100644:raw:')
})

test('a call during a look waits for the next one, which all later callers share', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.ts': 'a' })
  const trees = await repo.trees()
  const early = [trees.look(), trees.look()]
  expect(early[0] === early[1]).toBe(true)
  await Promise.resolve()
  await Promise.resolve()
  repo.write({ 'a.ts': 'later' })
  const late = [trees.look(), trees.look()]
  expect(late[0] === early[0]).toBe(false)
  expect(late[0] === late[1]).toBe(true)
  for (const tree of await Promise.all(late)) expect(idsOf(tree)['a.ts']).toBe(blob('later'))
  await Promise.all(early)
})

test('every rewrite of the same size is seen', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.ts': 'v0' })
  const trees = await repo.trees()
  for (let i = 1; i <= 9; i++) {
    repo.write({ 'a.ts': `v${i}` })
    if (i % 3 === 0) repo.git('add', 'a.ts')
    expect(idsOf(await trees.look())['a.ts']).toBe(blob(`v${i}`))
  }
})

test('an unchanged working copy gives the very same tree again', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.ts': 'a', 'b.js': 'b' })
  repo.write({ 'c.ts': 'c' })
  const trees = await repo.trees()
  const tree = await trees.look()
  expect(await trees.look()).toBe(tree)
  expect(tree.matching(['**/*.ts'])).toBe(tree.matching(['**/*.ts']))
})

test('a look that fails says why, and the next one works', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.ts': 'a' })
  const trees = await repo.trees()
  const index = readFileSync(repo.path('.git/index'))
  writeFileSync(repo.path('.git/index'), 'garbage garbage garbage')
  await expect(trees.look()).rejects.toThrow(/index/)
  await expect(trees.look()).rejects.toMatchObject({ cause: { type: 'repo.git-failed' } })
  writeFileSync(repo.path('.git/index'), index)
  expect((await trees.look()).files).toHaveLength(1)
})

test('outside of git all files are hashed, without what package managers put there', async () => {
  const root = mkdtempSync(join(tmpdir(), 'pawl-plain-'))
  try {
    for (const folder of ['node_modules/x', '.venv', 'src/target', 'src/dist']) mkdirSync(join(root, folder), { recursive: true })
    for (const file of ['node_modules/x/i.js', '.venv/cfg', 'src/target/t', 'src/dist/d.js', 'src/a.ts', 'target', '.pawl'])
      writeFileSync(join(root, file), file)
    symlinkSync('a.ts', join(root, 'src/link'))
    const trees = treeSource(root, undefined)
    const tree = await trees.look()
    expect(tree.files.map((file) => file.path)).toEqual(['src/a.ts', 'src/dist/d.js', 'src/link', 'target'])
    expect(tree.mark).toEqual({ delta: idsOf(tree) })
    writeFileSync(join(root, 'src/a.ts'), 'changed')
    const later = await trees.look()
    expect(await trees.changedSince(tree.mark, later)).toEqual(['src/a.ts'])
    expect(await trees.changedSince({ base: '1'.repeat(40), delta: {} }, later)).toBeUndefined()
  } finally {
    rmSync(root, { recursive: true })
  }
})

test('a path outside of the view of git has a digest of its content, its names, or is absent', async () => {
  using repo = new ScratchRepository()
  repo.write({ 'dir/a': '1', 'dir/sub/b': '2' })
  const trees = await repo.trees()
  expect(await trees.digestOf('dir/a')).toBe(createHash('sha256').update('1').digest('hex'))
  expect(await trees.digestOf('dir')).toBe(createHash('sha256').update('a\0sub/').digest('hex'))
  expect(await trees.digestOf('dir/a/below')).toBe('absent')
  repo.write({ 'node_modules/a/b': '1' })
  const packages = await trees.digestOf('node_modules')
  repo.write({ 'node_modules/.cache/b': '1' })
  expect(await trees.digestOf('node_modules')).toBe(packages)
  expect(await trees.digestOf('nothing')).toBe('absent')
})
