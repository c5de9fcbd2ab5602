import { expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Proposal } from '../model/proposal.ts'
import type { Blobs } from './mendings.ts'
import { openIsolatedCopy, type OpenCopy } from './proposal.ts'
import { findRepository } from './repository.ts'
import { ScratchRepository, userGit } from './scratch-repository.ts'

const sha = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex')

function memoryBlobs(): Blobs {
  const kept = new Map<string, Uint8Array>()
  return {
    async keepBlob(content) {
      kept.set(sha(content), Uint8Array.from(content))
      return sha(content)
    },
    readBlob: async (digest) => kept.get(digest),
  }
}

async function copyOf(repo: ScratchRepository): Promise<OpenCopy> {
  const repository = await repo.repository()
  if (repository === undefined) throw new Error('no repository')
  const copy = await openIsolatedCopy(repository, repo.path('.git', 'pawl-test-copy'), memoryBlobs())
  if (!copy.ok) throw new Error(JSON.stringify(copy.failures))
  return copy.value
}

async function proposed(copy: OpenCopy): Promise<Proposal> {
  const proposal = await copy.proposal()
  if (!proposal.ok) throw new Error(JSON.stringify(proposal.failures))
  return proposal.value
}

/** Content and permission bits of every file outside of .git. */
function picture(root: string): Record<string, string> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => !/^\.git(?:\/|$)/.test(path))
  return Object.fromEntries(
    paths.toSorted().flatMap((path) => {
      const stat = lstatSync(join(root, path))
      return stat.isFile() ? [[path, `${(stat.mode & 0o777).toString(8)} ${sha(readFileSync(join(root, path)))}`]] : []
    }),
  )
}

test('a copy holds what the working copy holds, uncommitted and untracked work included, and ignored files except secrets', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n', 'gone.txt': 'x', 'run.sh': '#!/bin/sh\n', '.gitignore': 'build/\n.env*\n*.pem\n' })
  repo.write({ 'a.txt': 'edited\n', 'new/b.txt': 'untracked\n', 'build/out.txt': 'built', 'build/key.pem': 'secret', '.env': 'secret', '.env.local': 'secret' })
  rmSync(repo.path('gone.txt'))
  chmodSync(repo.path('run.sh'), 0o755)
  const copy = await copyOf(repo)
  expect(Object.keys(picture(copy.folder))).toEqual(['.gitignore', 'a.txt', 'build/out.txt', 'new/b.txt', 'run.sh'])
  expect(readFileSync(join(copy.folder, 'a.txt'), 'utf8')).toBe('edited\n')
  expect(statSync(join(copy.folder, 'run.sh')).mode & 0o111).toBe(0o111)
  expect((await proposed(copy)).files).toEqual([])
  expect((await copy.complete()).ok).toBe(true)
  expect(readFileSync(join(copy.folder, '.env'), 'utf8')).toBe('secret')
  expect(readFileSync(join(copy.folder, 'build/key.pem'), 'utf8')).toBe('secret')
  await copy.close()
  expect(existsSync(copy.folder)).toBe(false)
})

test('making a copy, and all that is done in it, changes nothing in the repository', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  repo.write({ 'a.txt': 'staged\n', 'u.txt': 'untracked\n' })
  repo.git('add', 'a.txt')
  repo.write({ 'a.txt': 'and more\n' })
  const inGit = (): string =>
    [repo.git('for-each-ref'), repo.git('status', '--porcelain'), repo.git('count-objects', '-v'), readFileSync(repo.path('.git/config'), 'utf8')].join('\n')
  const before = [inGit(), JSON.stringify(picture(repo.root))]
  const copy = await copyOf(repo)
  userGit(copy.folder, ['checkout', '-q', '-b', 'mine'])
  userGit(copy.folder, ['commit', '-qam', 'mine', '--allow-empty'])
  userGit(copy.folder, ['branch', '-D', 'main'])
  userGit(copy.folder, ['config', 'core.hooksPath', '/evil'])
  writeFileSync(join(copy.folder, 'made.txt'), 'x')
  expect([inGit(), JSON.stringify(picture(repo.root))]).toEqual(before)
  expect(repo.git('log', '--oneline').trim().split('\n').length).toBe(1)
})

test('remotes and logins of the repository are not in the copy', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  repo.git('remote', 'add', 'origin', 'https://user:token@example.invalid/x.git')
  repo.git('config', 'credential.helper', 'store')
  repo.git('config', 'core.eol', 'lf')
  const copy = await copyOf(repo)
  const config = userGit(copy.folder, ['config', '--list', '--local'])
  expect(config).not.toMatch(/token|credential|remote/)
  expect(config).toContain('core.eol=lf')
})

test('what was made of it comes back: added, changed, deleted, made executable; other permission bits stay', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n', 'b.txt': 'two\n', 'c.sh': 'x\n', 'd.bin': new Uint8Array([0, 1, 2]) })
  chmodSync(repo.path('a.txt'), 0o600)
  const copy = await copyOf(repo)
  writeFileSync(join(copy.folder, 'a.txt'), 'changed\n')
  rmSync(join(copy.folder, 'b.txt'))
  chmodSync(join(copy.folder, 'c.sh'), 0o755)
  writeFileSync(join(copy.folder, 'd.bin'), new Uint8Array([0, 9]))
  writeFileSync(join(copy.folder, 'e.txt'), 'added\n')
  const proposal = await proposed(copy)
  expect(proposal.files).toEqual([
    { path: 'a.txt', change: 'changed', before: 'one\n', after: 'changed\n' },
    { path: 'b.txt', change: 'deleted', before: 'two\n' },
    { path: 'c.sh', change: 'changed', before: 'x\n', after: 'x\n' },
    { path: 'd.bin', change: 'changed' },
    { path: 'e.txt', change: 'added', after: 'added\n' },
  ])
  expect(proposal.patch).toContain('+changed')
  expect(await copy.apply(proposal)).toEqual({ applied: ['a.txt', 'b.txt', 'c.sh', 'd.bin', 'e.txt'], failures: [] })
  expect(readFileSync(repo.path('a.txt'), 'utf8')).toBe('changed\n')
  expect(statSync(repo.path('a.txt')).mode & 0o777).toBe(0o600)
  expect(statSync(repo.path('c.sh')).mode & 0o111).toBe(0o111)
  expect(existsSync(repo.path('b.txt'))).toBe(false)
  expect([...readFileSync(repo.path('d.bin'))]).toEqual([0, 9])
})

test('a file that was touched meanwhile: nothing at all is applied', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n', 'b.txt': 'two\n' })
  const copy = await copyOf(repo)
  for (const name of ['a.txt', 'b.txt']) writeFileSync(join(copy.folder, name), 'agent\n')
  writeFileSync(join(copy.folder, 'new.txt'), 'agent\n')
  for (const edit of [() => repo.write({ 'b.txt': 'person\n' }), () => rmSync(repo.path('b.txt')), () => repo.write({ 'new.txt': 'person\n' })]) {
    repo.git('checkout', '-q', '--', '.')
    edit()
    const before = picture(repo.root)
    const { applied, failures } = await copy.apply(await proposed(copy))
    expect([applied, failures.map(({ type }) => type)]).toEqual([[], ['agent.edited']])
    expect(picture(repo.root)).toEqual(before)
  }
})

test('links and repositories that it made are not taken', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  const copy = await copyOf(repo)
  symlinkSync('/etc/passwd', join(copy.folder, 'link'))
  const proposal = await copy.proposal()
  expect(proposal.ok ? [] : proposal.failures.map(({ type }) => type)).toEqual(['agent.odd-file'])
})

test('files that git stores with other line ends come back with the line ends that they have here', async () => {
  using repo = new ScratchRepository()
  repo.commit({ '.gitattributes': '*.txt text eol=crlf\n', 'a.txt': 'one\r\ntwo\r\n' })
  const copy = await copyOf(repo)
  expect(readFileSync(join(copy.folder, 'a.txt'), 'utf8')).toBe('one\r\ntwo\r\n')
  writeFileSync(join(copy.folder, 'a.txt'), 'one\r\n')
  expect((await copy.apply(await proposed(copy))).failures).toEqual([])
  expect(readFileSync(repo.path('a.txt'), 'utf8')).toBe('one\r\n')
})

test('a repository without a commit, and a linked worktree, can be copied too', async () => {
  using repo = new ScratchRepository()
  repo.write({ 'a.txt': 'one\n' })
  expect(Object.keys(picture((await copyOf(repo)).folder))).toEqual(['a.txt'])
  using other = new ScratchRepository()
  other.commit({ 'a.txt': 'one\n' })
  other.git('worktree', 'add', '-q', '-b', 'side', other.path('.git', 'side'))
  const linked = userGit(other.path('.git', 'side'), ['rev-parse', '--show-toplevel']).trim()
  const found = await findRepository(linked)
  if (!found.ok || found.value === undefined) throw new Error('no repository')
  const copy = await openIsolatedCopy(found.value, other.path('.git', 'copy-of-side'), memoryBlobs())
  expect(copy.ok).toBe(true)
})

test('when one file cannot be written, what was written before it is put back', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n', 'z.txt': 'old\n', '.gitignore': 'cache/\n' })
  chmodSync(repo.path('a.txt'), 0o640)
  const copy = await copyOf(repo)
  writeFileSync(join(copy.folder, 'a.txt'), 'agent\n')
  writeFileSync(join(copy.folder, 'm.txt'), 'agent\n')
  rmSync(join(copy.folder, 'z.txt'))
  const proposal = await proposed(copy)
  // Git calls a folder with ignored files nothing at all.
  repo.write({ 'm.txt/cache/mine': 'x' })
  const before = picture(repo.root)
  const { applied, failures } = await copy.apply(proposal)
  expect([applied, failures.map(({ type, what }) => `${type}: ${what}`)]).toEqual([[], ['undo.unwritable: m.txt could not be written']])
  expect(picture(repo.root)).toEqual(before)
})

test('an edit of the same length within the same moment is seen', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n' })
  repo.write({ 'a.txt': 'two\n' })
  const copy = await copyOf(repo)
  expect(readFileSync(join(copy.folder, 'a.txt'), 'utf8')).toBe('two\n')
  const { mtime } = statSync(join(copy.folder, 'a.txt'))
  writeFileSync(join(copy.folder, 'a.txt'), 'six\n')
  utimesSync(join(copy.folder, 'a.txt'), mtime, mtime)
  expect((await proposed(copy)).files.map(({ path }) => path)).toEqual(['a.txt'])
})

for (const name of ['with blank and "quotes"', '"quoted"', '#hash', 'a:b', 'ünïcode'])
  test(`a repository in a folder named ${name}`, async () => {
    using outer = new ScratchRepository()
    outer.git('init', '-q', outer.path(name))
    writeFileSync(outer.path(name, 'a.txt'), 'one\n')
    userGit(outer.path(name), ['add', '.'])
    userGit(outer.path(name), ['commit', '-qm', 'first'])
    const found = await findRepository(outer.path(name))
    if (!found.ok || found.value === undefined) throw new Error('no repository')
    const opened = await openIsolatedCopy(found.value, outer.path(name, '.git', 'copy'), memoryBlobs())
    if (!opened.ok) throw new Error(JSON.stringify(opened.failures))
    writeFileSync(join(opened.value.folder, 'a.txt'), 'two\n')
    expect((await opened.value.apply(await proposed(opened.value))).applied).toEqual(['a.txt'])
  })

test('a repository with split index, SHA-256, a conflict, or a sparse checkout gives a copy and gets nothing written', async () => {
  for (const make of [
    (repo: ScratchRepository) => repo.git('config', 'core.splitIndex', 'true'),
    (repo: ScratchRepository) => {
      rmSync(repo.path('.git'), { recursive: true })
      repo.git('init', '-q', '--object-format=sha256')
      repo.commit({ 'a.txt': 'one\n', 'd/b.txt': 'two\n' })
    },
    (repo: ScratchRepository) => {
      repo.git('checkout', '-q', '-b', 'side')
      repo.commit({ 'a.txt': 'side\n' })
      repo.git('checkout', '-q', '-')
      repo.commit({ 'a.txt': 'main\n' })
      expect(() => repo.git('merge', 'side')).toThrow()
    },
    (repo: ScratchRepository) => repo.git('sparse-checkout', 'set', '--no-cone', '/a.txt'),
    (repo: ScratchRepository) => repo.git('checkout', '-q', '--detach'),
  ]) {
    using repo = new ScratchRepository()
    repo.commit({ 'a.txt': 'one\n', 'd/b.txt': 'two\n' })
    make(repo)
    const inGit = (): string =>
      readdirSync(repo.path('.git'), { recursive: true, encoding: 'utf8' })
        .filter((path) => !path.startsWith('pawl-test-copy'))
        .toSorted()
        .join('\n')
    const [before, staged] = [inGit(), repo.git('ls-files', '-s')]
    const copy = await copyOf(repo)
    expect((await proposed(copy)).files).toEqual([])
    expect(existsSync(join(copy.folder, 'd'))).toBe(existsSync(repo.path('d')))
    writeFileSync(join(copy.folder, 'a.txt'), 'agent\n')
    expect(await copy.apply(await proposed(copy))).toEqual({ applied: ['a.txt'], failures: [] })
    expect([inGit(), repo.git('ls-files', '-s')]).toEqual([before, staged])
  }
})

test('what an agent makes outside of a sparse checkout is seen', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'one\n', 'd/b.txt': 'two\n' })
  repo.git('sparse-checkout', 'set', '--no-cone', '/a.txt')
  const copy = await copyOf(repo)
  mkdirSync(join(copy.folder, 'd'))
  for (const name of ['b.txt', 'c.txt']) writeFileSync(join(copy.folder, 'd', name), 'agent\n')
  expect((await proposed(copy)).files.map(({ path }) => path)).toEqual(['d/b.txt', 'd/c.txt'])
})

test('text in UTF-16 is text, and what is no text any more is told as such', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.ts': 'one\n', 'b.ts': 'two\n', 'c.ts': 'three\n' })
  const copy = await copyOf(repo)
  const little = Buffer.from('\ufeffone // quiet\n', 'utf16le')
  writeFileSync(join(copy.folder, 'a.ts'), little)
  writeFileSync(join(copy.folder, 'b.ts'), Buffer.from(little).swap16())
  writeFileSync(join(copy.folder, 'c.ts'), '/*\0*/ // quiet\n')
  expect((await proposed(copy)).files.map(({ after }) => after)).toEqual(['one // quiet\n', 'one // quiet\n', undefined])
})
