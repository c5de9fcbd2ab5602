import { expect, test } from 'bun:test'
import { chmodSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { ScratchRepository } from './scratch-repository.ts'
import { knownAsNew, writtenCommit } from './written-commit.ts'

const by = 'Test <test@example.invalid> 1767225600 +0000'
const files = {
  '.gitignore': '# what is made\nmade/\n/top\n*.log\nnode_modules\n',
  'a.txt': 'a\n',
  'a/b.txt': '',
  'a.b/c': Buffer.from([0, 255, 10]),
  'a/ä ö/d e': 'x'.repeat(5000),
  'made/no': 'no\n',
  'a/made/no': 'no\n',
  'a/top': 'yes\n',
  'z/x.log': 'no\n',
  'node_modules/m/index.js': 'no\n',
  'run.sh': '#!/bin/sh\n',
}

/** Writes one history twice, by git and without it. */
function twice(step: (repo: ScratchRepository, commit: (message: string) => void) => void): readonly [byGit: ScratchRepository, written: ScratchRepository] {
  const [byGit, written] = [new ScratchRepository(), new ScratchRepository()]
  const dated = ['-c', 'user.name=Test']
  step(byGit, (message) => {
    byGit.git('add', '-A')
    byGit.git(...dated, 'commit', '-q', '--allow-empty', '--date', '1767225600 +0000', '-m', message)
  })
  step(written, (message) => expect(writtenCommit(written.root, message, by)).toMatch(/^[0-9a-f]{40}$/))
  return [byGit, written]
}

test('what is written is what git would have written, and git finds nothing to complain of', () => {
  const [byGit, written] = twice((repo, commit) => {
    repo.write(files)
    chmodSync(repo.path('run.sh'), 0o755)
    symlinkSync('../a.txt', repo.path('a/link'))
    commit('first')
    rmSync(repo.path('a.txt'))
    repo.write({ 'a/b.txt': 'more\n', new: 'new\n' })
    commit('second')
    commit('nothing')
  })
  using _one = byGit
  using _two = written
  for (const question of [
    ['log', '--format=%T %an %ae %ad %s', '--date=raw'],
    ['ls-tree', '-r', '-t', '-z', 'HEAD'],
    ['ls-files', '-s', '-v', '-z'],
    ['status', '--porcelain', '--ignored', '-z'],
    ['symbolic-ref', 'HEAD'],
    ['reflog', '--format=%gs'],
    ['diff-files', '--raw'],
  ])
    expect(written.git(...question)).toBe(byGit.git(...question))
  expect(written.git('fsck', '--strict', '--full')).toBe('')
  const sizes = (text: string): string => text.replace(/(time|dev|ino|uid|gid)\S*: \S+/g, '')
  expect(sizes(written.git('ls-files', '--debug'))).toBe(sizes(byGit.git('ls-files', '--debug')))
  // Git believes what is remembered of the files: it need not write the index anew.
  const index = readFileSync(written.path('.git/index'))
  written.git('update-index', '--refresh')
  expect(readFileSync(written.path('.git/index')).equals(index)).toBe(true)
})

const others: Readonly<Record<string, (repo: ScratchRepository) => void>> = {
  'an attribute': (repo) => repo.write({ 'a/.gitattributes': '*.txt text\n' }),
  'a rule of ignoring with a sign': (repo) => repo.write({ '.gitignore': '!a\n' }),
  'other rules of ignoring': (repo) => repo.write({ '.gitignore': 'a\n' }),
  'a rule of ignoring further down': (repo) => repo.write({ 'a/.gitignore': 'b\n' }),
  'a name that is not UTF-8': (repo) => writeFileSync(Buffer.concat([Buffer.from(repo.path('caf')), Buffer.from([0xe9])]), ''),
  'a repository in it': (repo) => repo.write({ 'a/.git/HEAD': 'ref: refs/heads/main\n' }),
  'a setting': (repo) => repo.git('config', 'core.autocrlf', 'true'),
  'a hook': (repo) => repo.write({ '.git/hooks/pre-commit': '' }),
  'an own rule of ignoring': (repo) => repo.write({ '.git/info/exclude': 'b\n' }),
  'what was staged': (repo) => repo.git('add', '-A'),
  'a commit of git': (repo) => repo.git('commit', '-q', '--allow-empty', '-m', 'x'),
  'another branch': (repo) => repo.git('switch', '-q', '-c', 'other'),
}
for (const [name, happen] of Object.entries(others))
  test(`${name}: git is asked`, () => {
    using repo = new ScratchRepository()
    repo.write({ 'a/b': 'b\n' })
    expect(writtenCommit(repo.root, 'first', by)).toBeDefined()
    repo.write({ 'a/c': 'c\n' })
    happen(repo)
    expect(writtenCommit(repo.root, 'second', by)).toBeUndefined()
  })

test('a folder that nobody has called new is left to git', () => {
  using repo = new ScratchRepository(['--object-format=sha256'])
  expect(writtenCommit(repo.root, 'first', by)).toBeUndefined()
  using other = new ScratchRepository()
  knownAsNew(other.root)
  expect(writtenCommit(other.root, 'first', by)).toBeDefined()
})
