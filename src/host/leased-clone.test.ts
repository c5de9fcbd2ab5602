import { afterEach, beforeEach, expect, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fetchBack } from './clone-return.ts'
import { boxFor, clonesIn, leaseClone, removeClone, treeOfClone, type LeasedClone } from './leased-clone.ts'
import type { Repository } from './repository.ts'
import { ScratchRepository, userGit } from './scratch-repository.ts'
import { writtenObject } from './written-commit.ts'

let repo = new ScratchRepository()
let checkout: Repository
let base = ''

beforeEach(async () => {
  repo = new ScratchRepository()
  base = repo.commit({ '.gitignore': 'node_modules\n.env\n.pawl\n', 'src/a.ts': 'a\n', empty: '', README: 'read\n' })
  repo.git('branch', 'private')
  repo.git('tag', 'v1')
  repo.git('config', 'remote.origin.url', 'https://user:token@example.invalid/x.git')
  repo.write({ 'node_modules/tool/index.js': 'tool\n', 'node_modules/.cache/x': 'x\n', 'node_modules/.bin/tool': '#!/bin/sh\n', '.env': 'SECRET=1\n' })
  checkout = await repo.repository()
})
afterEach(() => repo[Symbol.dispose]())

async function leased(): Promise<LeasedClone> {
  const clone = await leaseClone(checkout, repo.path('.pawl'), { prompt: 'add-tests', run: 3, base: 'HEAD' })
  if (!clone.ok) throw new Error(JSON.stringify(clone.failures))
  return clone.value
}
/** As the agent would run it. */
const agent = (clone: LeasedClone, ...args: string[]): string => userGit(clone.lease.folder, args).trim()
function committed(clone: LeasedClone, files: Readonly<Record<string, string>>, message = 'work'): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(clone.lease.folder, path, '..'), { recursive: true })
    writeFileSync(join(clone.lease.folder, path), text)
  }
  agent(clone, 'add', '-A')
  agent(clone, 'commit', '-q', '-m', message)
  return agent(clone, 'rev-parse', 'HEAD')
}
const refs = (): string => repo.git('for-each-ref')

test('a clone has one branch of its own, the files, the packages and none of the secrets', async () => {
  const before = refs()
  const clone = await leased()
  const { lease, lent } = clone
  expect(lease).toMatchObject({ base, isolation: 'clone' })
  expect(lease.branch).toMatch(/^pawl\/add-tests-3-[0-9a-f]{8}$/)
  expect(agent(clone, 'for-each-ref', '--format=%(refname)')).toBe(`refs/heads/${lease.branch}`)
  expect(agent(clone, 'symbolic-ref', 'HEAD')).toBe(`refs/heads/${lease.branch}`)
  expect(agent(clone, 'status', '--porcelain')).toBe('')
  expect(agent(clone, 'config', '--list', '--local')).not.toContain('token')
  expect(readFileSync(join(lease.folder, 'node_modules/tool/index.js'), 'utf8')).toBe('tool\n')
  expect(existsSync(join(lease.folder, '.env'))).toBe(false)
  expect(lstatSync(join(lease.folder, 'node_modules/.cache')).isSymbolicLink()).toBe(false)
  expect(lent).toEqual([repo.path('.git/objects'), repo.path('node_modules')])
  expect(boxFor(clone, { home: '/h', readable: ['/r'], writable: ['/w'], network: 'none' })).toEqual({
    folder: lease.folder,
    home: '/h',
    readable: [...lent, '/r'],
    writable: [clone.agentGit, '/w'],
    network: 'none',
  })
  expect([refs(), repo.git('status', '--porcelain')]).toEqual([before, ''])
  await removeClone(lease)
  expect(clonesIn(repo.path('.pawl'))).toEqual([])
})

test('a base that does not exist is told', async () => {
  for (const wrong of ['nothing', '--all', 'HEAD:README'])
    expect(await leaseClone(checkout, repo.path('.pawl'), { prompt: 'x', run: 1, base: wrong })).toMatchObject({
      ok: false,
      failures: [{ type: 'repo.bad-ref' }],
    })
})

test('commits come back under the name of the branch, once more after the next turn, and nothing else changes', async () => {
  const clone = await leased()
  expect(await fetchBack(checkout, clone.lease)).toEqual({ ok: true, value: { commit: base, changed: [] } })
  const before = refs()
  const first = committed(clone, { 'src/b.ts': 'b\n' })
  expect(await fetchBack(checkout, clone.lease)).toEqual({ ok: true, value: { commit: first, changed: ['src/b.ts'] } })
  agent(clone, 'gc', '-q', '--prune=now')
  agent(clone, 'checkout', '-q', '-b', 'other')
  const second = committed(clone, { 'src/a.ts': 'new\n' })
  expect(await fetchBack(checkout, clone.lease)).toEqual({ ok: true, value: { commit: second, changed: ['src/a.ts', 'src/b.ts'] } })
  expect(
    refs()
      .split('\n')
      .filter((line) => !before.includes(line)),
  ).toEqual([`${second} commit\trefs/heads/${clone.lease.branch}`])
  expect(repo.git('fsck', '--strict')).toBe('')
  expect(repo.git('status', '--porcelain')).toBe('')
  expect(repo.git('show', `${clone.lease.branch}:src/a.ts`)).toBe('new\n')
})

test('what was not committed is read by pawl and can be committed by pawl', async () => {
  const clone = await leased()
  const first = committed(clone, { one: '1\n' })
  writeFileSync(join(clone.lease.folder, 'two'), '2\n')
  rmSync(join(clone.lease.folder, 'README'))
  await fetchBack(checkout, clone.lease)
  const tree = await treeOfClone(clone)
  if (!tree.ok) throw new Error(JSON.stringify(tree.failures))
  const own = userGit(repo.root, ['commit-tree', '-p', first, '-m', 'rest', tree.value], {
    GIT_DIR: clone.repository.gitDir,
    GIT_COMMON_DIR: clone.repository.gitDir,
  }).trim()
  expect(await fetchBack(checkout, clone.lease, own)).toEqual({ ok: true, value: { commit: own, changed: ['README', 'one', 'two'] } })
  expect(repo.git('ls-tree', '-r', '--name-only', own).trim().split('\n')).toEqual(['.gitignore', 'empty', 'one', 'src/a.ts', 'two'])
})

test('a linked worktree lends what its repository has', async () => {
  const linked = join(repo.root, '..', `${repo.root.split('/').at(-1)}-linked`)
  repo.git('worktree', 'add', '-q', linked)
  try {
    checkout = { root: linked, gitDir: repo.path('.git/worktrees', linked.split('/').at(-1) ?? ''), commonDir: repo.path('.git'), linked: true }
    const clone = await leased()
    const commit = committed(clone, { c: 'c\n' })
    expect(await fetchBack(checkout, clone.lease)).toMatchObject({ ok: true, value: { commit } })
    expect(repo.git('rev-parse', clone.lease.branch).trim()).toBe(commit)
  } finally {
    rmSync(linked, { recursive: true, force: true })
  }
})

/** Writes a tree as no git would, and a commit of it on the agent's branch. */
function forged(clone: LeasedClone, entries: readonly (readonly [mode: string, name: string, content: string | Uint8Array])[], parent = base): string {
  const objects = join(clone.agentGit, 'objects')
  const parts = entries.map(([mode, name, content]) => {
    const id = mode === '160000' ? base : writtenObject(objects, mode === '40000' ? 'tree' : 'blob', Buffer.from(content))
    return Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')])
  })
  const tree = writtenObject(objects, 'tree', Buffer.concat(parts))
  const by = 'a <a@b> 1700000000 +0000'
  const text = `tree ${tree}\n${parent === '' ? '' : `parent ${parent}\n`}author ${by}\ncommitter ${by}\n\nforged\n`
  const commit = writtenObject(objects, 'commit', Buffer.from(text))
  writeFileSync(join(clone.agentGit, 'HEAD'), `${commit}\n`)
  return commit
}

const inner = (mode: string, name: string): Uint8Array =>
  Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391', 'hex')])
const bidi = '\u202e'

const hostileTrees: Readonly<Record<string, readonly (readonly [mode: string, name: string, content: string | Uint8Array])[]>> = {
  '.git': [['40000', '.git', inner('100644', 'config')]],
  '.GIT': [['40000', '.GIT', inner('100644', 'config')]],
  '.Git file': [['100644', '.Git', 'gitdir: /x\n']],
  'git~1': [['40000', 'git~1', inner('100644', 'config')]],
  'GIT~1': [['40000', 'GIT~1', inner('100644', 'config')]],
  '.git with a trailing space': [['40000', '.git ', inner('100644', 'config')]],
  '.git with trailing dots': [['40000', '.git...', inner('100644', 'config')]],
  '.git::$INDEX_ALLOCATION': [['40000', '.git::$INDEX_ALLOCATION', inner('100644', 'config')]],
  '.git with a character that HFS+ ignores': [['40000', '.g\u200cit', inner('100644', 'config')]],
  'sub/.git': [['40000', 'sub', inner('100644', '.git')]],
  'sub/.GIT': [['40000', 'sub', inner('100644', '.GIT')]],
  dot: [['100644', '.', 'x']],
  'dot dot': [['100644', '..', 'x']],
  'a name with a slash': [['100644', '../evil', 'x']],
  'an empty name': [['100644', '', 'x']],
  'the same name twice': [
    ['100644', 'a', 'x'],
    ['100644', 'a', 'y'],
  ],
  'names out of order': [
    ['100644', 'b', 'x'],
    ['100644', 'a', 'y'],
  ],
  'a link as .gitmodules': [['120000', '.gitmodules', 'README']],
  'a link as .gitattributes': [['120000', '.gitattributes', 'README']],
  'a link as .gitignore': [['120000', '.gitignore', 'README']],
  'a link as .GITIGNORE': [['120000', '.GITIGNORE', 'README']],
  'a link as .mailmap': [['120000', '.mailmap', 'README']],
  'a link to a place of the machine': [['120000', 'a', '/etc/passwd']],
  'a link out of the repository': [['120000', 'a', '../outside']],
  'a link out by a detour': [['120000', 'a', 'src/../../outside']],
  'a link out with backslashes': [['120000', 'a', '..\\outside']],
  'a repository of its own': [['160000', 'sub', '']],
  'a submodule with an option for an address': [
    ['100644', '.gitmodules', '[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch\n'],
    ['160000', 'x', ''],
  ],
  'an address that is an option, without the submodule': [['100644', '.gitmodules', '[submodule "x"]\n\tpath = x\n\turl = -utouch\n']],
  'a submodule whose name leads out': [['100644', '.gitmodules', '[submodule "../../x"]\n\tpath = x\n\turl = https://example.invalid/x\n']],
  'a submodule with a line end in its path': [
    ['100644', '.gitmodules', '[submodule "x"]\n\tpath = "x\r"\n\turl = https://example.invalid/x\n'],
    ['160000', 'x\r', ''],
  ],
  'a line break in a name': [['100644', 'a\nb', 'x']],
  'a name that erases': [['100644', 'a\u001b[2K', 'x']],
  'a name that runs backwards': [['100644', `a${bidi}st.exe`, 'x']],
  'a very long name': [['100644', 'a'.repeat(4096), 'x']],
  'names that differ in case': [
    ['100644', 'A', 'x'],
    ['100644', 'a', 'y'],
  ],
  'folders that differ in case': [
    ['40000', 'SRC', inner('100644', 'x')],
    ['40000', 'src', inner('100644', 'x')],
  ],
  'state of pawl': [['40000', '.pawl', inner('100644', 'x')]],
}

test('trees that could do harm are refused, and no branch is made', async () => {
  const before = refs()
  const clone = await leased()
  const taken: string[] = []
  for (const [name, entries] of Object.entries(hostileTrees)) {
    forged(clone, entries)
    const fetched = await fetchBack(checkout, clone.lease)
    if (fetched.ok || fetched.failures[0]?.type !== 'agent.hostile' || fetched.failures[0].why?.includes('unable to read') === true)
      taken.push(`${name}: ${JSON.stringify(fetched)}`)
  }
  expect(taken).toEqual([])
  expect(Object.keys(hostileTrees).length).toBeGreaterThanOrEqual(35)
  expect(refs()).toBe(before)
}, 120_000)

test('odd trees that do no harm come back', async () => {
  const clone = await leased()
  const commit = forged(clone, [
    ['120000', 'link', 'src/a.ts'],
    ['100755', 'run', '#!/bin/sh\n'],
    ['40000', 'src', inner('100644', '.gitkeep')],
    ['100644', 'ä b', 'x'],
  ])
  expect(await fetchBack(checkout, clone.lease)).toMatchObject({ ok: true, value: { commit } })
})

test('a history that was rewritten, or is not there, is refused', async () => {
  const clone = await leased()
  const before = refs()
  const spoilt: readonly (() => void)[] = [
    () => forged(clone, [['100644', 'a', 'x']], ''),
    () => writeFileSync(join(clone.agentGit, 'HEAD'), `${'1'.repeat(40)}\n`),
    () => writeFileSync(join(clone.agentGit, 'HEAD'), 'ref: ../../../.git/HEAD\n'),
    () => writeFileSync(join(clone.agentGit, 'HEAD'), 'ref: refs/heads/../../x\n'),
    () => {
      rmSync(join(clone.agentGit, 'HEAD'))
      execFileSync('mkfifo', [join(clone.agentGit, 'HEAD')])
    },
    () => {
      rmSync(join(clone.agentGit, 'HEAD'))
      symlinkSync('/dev/zero', join(clone.agentGit, 'HEAD'))
    },
  ]
  for (const spoil of spoilt) {
    spoil()
    expect(await fetchBack(checkout, clone.lease)).toMatchObject({ ok: false, failures: [{ type: 'agent.hostile' }] })
  }
  expect(refs()).toBe(before)
})

test('objects under false names hide nothing', async () => {
  const clone = await leased()
  const commit = forged(clone, [['120000', 'a', '/etc/passwd']])
  const tree = agent(clone, 'rev-parse', `${commit}^{tree}`)
  const at = (id: string): string => join(clone.agentGit, 'objects', id.slice(0, 2), id.slice(2))
  const baseTree = repo.git('rev-parse', `${base}^{tree}`).trim()
  mkdirSync(join(at(baseTree), '..'), { recursive: true })
  writeFileSync(at(baseTree), readFileSync(at(tree)))
  expect(await fetchBack(checkout, clone.lease)).toMatchObject({ ok: false, failures: [{ type: 'agent.hostile' }] })
})
