/** What is staged is what is checked: beside unstaged edits in a copy, which neither sees nor touches the files on disk. */
import { expect, test } from 'bun:test'
import { chmodSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint } from './fixtures/fingerprint.ts'
import { newRepo, once, type Repo } from './rig.ts'

/** Complains of every file with "bad" in it. */
async function repoWith(files: Readonly<Record<string, string>>, more = ''): Promise<Repo> {
  const repo = await newRepo({ 'src/a.txt': 'fine\n', 'src/b.txt': 'fine\n', ...files })
  const grep = repo.script('grep', 'grep -rn bad src && exit 1; exit 0')
  const mend = repo.script('mend', 'sed -i s/bad/good/ src/*.txt')
  repo.write({
    'pawl.yaml': `detect: false\nchecks:\n  words: { command: [${grep}], files: ["src/**"], inputs: ["src/**"], fix: { command: [${mend}] } }\n${more}`,
  })
  repo.commit('config')
  return repo
}

const copyOf = (repo: Repo): string => join(repo.root, '.pawl/staged/main/tree')

once('a file that is broken on disk and fine as staged passes, and no byte of the repository changes', async () => {
  await using repo = await repoWith({})
  repo.write({ 'src/a.txt': 'fine, and staged\n' })
  repo.git('add', 'src/a.txt')
  repo.write({ 'src/a.txt': 'bad on disk\n' })
  const before = fingerprint(repo, false)
  const ended = await repo.pawl('--staged')
  expect([ended.code, ended.shown]).toEqual([0, expect.stringContaining('src/a.txt on disk is not what is staged: a copy of what is staged is checked')])
  expect(fingerprint(repo, false)).toBe(before)
})

once('a file that is broken as staged and fine on disk fails, no fix runs, and the finding names the file as it is called', async () => {
  await using repo = await repoWith({})
  repo.write({ 'src/a.txt': 'bad\n' })
  repo.git('add', 'src/a.txt')
  repo.write({ 'src/a.txt': 'fine again\n' })
  const before = fingerprint(repo, false)
  const ended = await repo.pawl('--staged')
  expect([ended.code, ended.shown]).toEqual([1, expect.stringContaining('  src/a.txt:1')])
  expect(ended.shown).toContain('so no fix runs')
  expect(ended.shown).not.toContain('.pawl/staged')
  expect(fingerprint(repo, false)).toBe(before)
})

once('what passed in the copy is proven for these files: the checkout reuses it, and the other way round', async () => {
  await using repo = await repoWith({})
  repo.write({ 'src/a.txt': 'two\n' })
  repo.git('add', 'src/a.txt')
  repo.write({ 'src/a.txt': 'three\n' })
  expect((await repo.pawl('--staged')).shown).toContain('1 passed')
  repo.git('checkout', '--quiet', '--', 'src/a.txt')
  expect((await repo.pawl()).shown).toContain('1 reused')
  repo.write({ 'src/a.txt': 'four\n' })
  expect((await repo.pawl()).shown).toContain('1 passed')
  repo.git('add', 'src/a.txt')
  repo.write({ 'src/a.txt': 'five\n' })
  expect((await repo.pawl('--staged')).shown).toContain('1 reused')
})

/** What the copy holds after a run in every state that a file can be in. */
once('the copy holds what a commit would: renames, deletions, links, modes, odd names, line ends', async () => {
  await using repo = await repoWith({
    'old.txt': 'to be renamed, long enough to be known again\n',
    'gone.txt': 'x\n',
    'off.txt': 'x\n',
    'crlf.bat': 'echo\r\n',
    '.gitattributes': '*.bat eol=crlf\n',
    '.gitignore': 'ignored/\n*.log\n',
  })
  repo.git('mv', 'old.txt', 'new.txt')
  repo.write({
    'new.txt': 'renamed and edited on disk\n',
    'line\nbreak.txt': 'odd\n',
    'run.sh': '#!/bin/sh\n',
    'intended.txt': 'not staged yet\n',
    'stray.txt': 'untracked\n',
    'ignored/x/y.txt': 'kept\n',
    'a.log': 'log\n',
  })
  repo.git('rm', '--quiet', '--cached', 'gone.txt')
  symlinkSync('src/a.txt', join(repo.root, 'link'))
  chmodSync(join(repo.root, 'run.sh'), 0o755)
  repo.git('add', 'line\nbreak.txt', 'link', 'run.sh')
  repo.git('add', '--intent-to-add', 'intended.txt')
  repo.remove('off.txt')
  repo.write({ 'src/a.txt': 'staged\n' })
  repo.git('add', 'src/a.txt')
  repo.write({ 'src/a.txt': 'unstaged\n' })
  const before = fingerprint(repo, false)
  expect((await repo.pawl('--staged')).code).toBe(0)
  expect(fingerprint(repo, false)).toBe(before)
  const copy = copyOf(repo)
  const listed = readdirSync(copy).sort()
  expect(listed).toEqual([
    '.git',
    '.gitattributes',
    '.gitignore',
    'a.log',
    'crlf.bat',
    'ignored',
    'line\nbreak.txt',
    'link',
    'new.txt',
    'off.txt',
    'pawl.yaml',
    'run.sh',
    'src',
  ])
  const read = (path: string): string => readFileSync(join(copy, path), 'utf8')
  expect([read('new.txt'), read('src/a.txt'), read('crlf.bat'), read('ignored/x/y.txt')]).toEqual([
    'to be renamed, long enough to be known again\n',
    'staged\n',
    'echo\r\n',
    'kept\n',
  ])
  expect(
    repo
      .git('-C', copy, 'status', '--porcelain')
      .replaceAll('"', '')
      .split('\n')
      .filter((line) => !/^[ADMR] /.test(line)),
  ).toEqual([''])
})

once('the copy follows: what a check left in it is gone the next time, and what it changed is put back', async () => {
  await using repo = await repoWith({ '.gitignore': 'made/\n' })
  repo.write({ 'made/by-hand.txt': 'one\n', 'src/a.txt': 'staged\n' })
  repo.git('add', 'src/a.txt')
  repo.write({ 'src/a.txt': 'unstaged\n' })
  await repo.pawl('--staged')
  const copy = copyOf(repo)
  for (const path of ['stray.txt', 'made/other.txt', 'made/by-hand.txt', 'src/b.txt']) writeFileSync(join(copy, path), 'bad\n')
  repo.write({ 'made/by-hand.txt': 'two\n' })
  rmSync(join(copy, 'src/a.txt'))
  await repo.pawl('--staged', '--force')
  expect([readdirSync(copy).sort(), readdirSync(join(copy, 'made'))]).toEqual([['.git', '.gitignore', 'made', 'pawl.yaml', 'src'], ['by-hand.txt']])
  expect(['made/by-hand.txt', 'src/a.txt', 'src/b.txt'].map((path) => readFileSync(join(copy, path), 'utf8'))).toEqual(['two\n', 'staged\n', 'fine\n'])
  expect(repo.read('made/by-hand.txt')).toBe('two\n')
})

once('installed packages are found from the copy, and packages of the workspace are those of the copy', async () => {
  await using repo = await newRepo({
    '.gitignore': 'node_modules/\n',
    'packages/lib/package.json': '{"name":"lib","version":"1.0.0","main":"index.js"}\n',
    'packages/lib/index.js': 'module.exports = "committed"\n',
    'check.js': 'if (require("lib") + require("tool") !== "staged tool") process.exit(1)\n',
    'pawl.yaml': 'detect: false\nchecks: { words: { command: [node, check.js] } }\n',
  })
  repo.write({ 'node_modules/tool/index.js': 'module.exports = " tool"\n', 'packages/lib/index.js': 'module.exports = "staged"\n' })
  symlinkSync('../packages/lib', join(repo.root, 'node_modules/lib'))
  repo.git('add', '--all')
  repo.write({ 'packages/lib/index.js': 'module.exports = "unstaged"\n' })
  const ended = await repo.pawl('--staged')
  expect([ended.code, ended.shown]).toEqual([0, expect.stringContaining('1 passed')])
})

once('an editable install leads back to the files on disk: it is said, and nothing is kept', async () => {
  await using repo = await repoWith({ '.gitignore': '.venv/\n' })
  repo.write({ '.venv/pyvenv.cfg': 'version = 3.12\n', '.venv/lib/python3.12/site-packages/_mine.pth': `${repo.root}/src\n`, 'src/a.txt': 'staged\n' })
  repo.git('add', 'src/a.txt')
  repo.write({ 'src/a.txt': 'unstaged\n' })
  for (const _ of [1, 2]) {
    const ended = await repo.pawl('--staged')
    expect([ended.code, ended.shown]).toEqual([0, expect.stringMatching(/packages in .venv are imported from the checkout itself[\s\S]*1 passed/)])
  }
})

once('a submodule is there in the copy', async () => {
  await using inner = await newRepo({ 'file.txt': 'inner\n' })
  await using repo = await newRepo({ 'pawl.yaml': 'detect: false\nchecks: { inner: { command: [grep, inner, sub/file.txt] } }\n', 'a.txt': 'one\n' })
  repo.git('submodule', '--quiet', 'add', inner.root, 'sub')
  repo.commit('submodule')
  repo.write({ 'a.txt': 'staged\n' })
  repo.git('add', 'a.txt')
  repo.write({ 'a.txt': 'unstaged\n' })
  const before = fingerprint(repo, false)
  expect((await repo.pawl('--staged')).shown).toContain('1 passed')
  expect(fingerprint(repo, false)).toBe(before)
})

test('kill -9 in the middle: nothing of the repository changed, and the next run makes the copy whole', async () => {
  await using repo = await repoWith({})
  const held = await repo.tool('held')
  repo.write({ 'pawl.yaml': `detect: false\nchecks: { slow: { command: [${held.path}] } }\n` })
  repo.commit('slow')
  repo.write({ 'src/a.txt': 'staged\n' })
  repo.git('add', 'src/a.txt')
  repo.write({ 'src/a.txt': 'unstaged\n' })
  const before = fingerprint(repo, false)
  const run = repo.start(['--staged'])
  await held.started()
  run.process.kill('SIGKILL')
  await run.ended
  expect(fingerprint(repo, false)).toBe(before)
  // As a git that was killed with it leaves it.
  writeFileSync(join(repo.root, '.pawl/staged/main/git/index.lock'), '')
  rmSync(join(copyOf(repo), 'src'), { recursive: true })
  const next = repo.start(['--staged'])
  ;(await held.started()).exit(0)
  expect((await next.ended).code).toBe(0)
  expect([fingerprint(repo, false), readFileSync(join(copyOf(repo), 'src/a.txt'), 'utf8')]).toEqual([before, 'staged\n'])
})
