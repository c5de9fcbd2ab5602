/** A watch says 'still' only when nothing that its globs describe can have changed since the look. */
import { afterEach, expect, test } from 'bun:test'
import { chmodSync, mkdirSync, renameSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Tree, TreeSource } from '../model/tree.ts'
import { ScratchRepository } from './scratch-repository.ts'

const open: ScratchRepository[] = []
afterEach(() => open.splice(0).forEach((repo) => repo[Symbol.dispose]()))

type Seen = { readonly repo: ScratchRepository; readonly trees: TreeSource; readonly tree: Tree }

/** A look at files that were not touched for longer than a clock tick of the kernel. */
async function seen(): Promise<Seen> {
  const repo = new ScratchRepository()
  open.push(repo)
  repo.commit({ '.gitignore': 'dist/\n*.log\n', 'a/x.ts': '1', 'a/deep/y.ts': '2', 'b/z.ts': '3', 'top.ts': '4' })
  mkdirSync(repo.path('a/logs'))
  writeFileSync(repo.path('a/logs/old.log'), '')
  await pause(40)
  const trees = await repo.trees()
  return { repo, trees, tree: await trees.look() }
}

const watch = ({ trees, tree }: Seen, globs: readonly string[] = ['a/**'], spared: readonly string[] = []) => trees.watch(tree, globs, new Set(spared))

test('what nobody touched is still', async () => {
  const at = await seen()
  for (const globs of [['a/**'], ['**/*.ts'], ['**/*'], ['top.ts'], ['gone/**']]) {
    const eye = watch(at, globs)
    expect([globs, eye.before, eye.since()]).toEqual([globs, 'still', 'still'])
  }
})

test('a file that is written, rewritten the same, replaced, removed or made executable has moved', async () => {
  const deeds: readonly ((repo: ScratchRepository) => void)[] = [
    (repo) => writeFileSync(repo.path('a/x.ts'), 'new'),
    (repo) => writeFileSync(repo.path('a/x.ts'), '1'),
    (repo) => (writeFileSync(repo.path('b/tmp'), '1'), renameSync(repo.path('b/tmp'), repo.path('a/x.ts'))),
    (repo) => unlinkSync(repo.path('a/deep/y.ts')),
    (repo) => chmodSync(repo.path('a/x.ts'), 0o755),
    (repo) => (writeFileSync(repo.path('a/x.ts'), 'old'), utimesSync(repo.path('a/x.ts'), 1, 1)),
    (repo) => renameSync(repo.path('a/deep'), repo.path('a/other')),
  ]
  for (const [i, deed] of deeds.entries()) {
    const at = await seen()
    const eye = watch(at)
    deed(at.repo)
    expect([i, eye.since()]).toEqual([i, 'moved'])
    expect([i, watch(at).before]).toEqual([i, 'unsure'])
  }
})

test('what appears where the globs can match makes it unsure, also in folders that git shows nothing of', async () => {
  const deeds: readonly ((repo: ScratchRepository) => void)[] = [
    (repo) => writeFileSync(repo.path('a/new.ts'), ''),
    (repo) => writeFileSync(repo.path('a/deep/new.ts'), ''),
    (repo) => mkdirSync(repo.path('a/folder')),
    (repo) => writeFileSync(repo.path('a/logs/new.ts'), ''),
    (repo) => (writeFileSync(repo.path('a/new.ts'), ''), unlinkSync(repo.path('a/new.ts')), writeFileSync(repo.path('a/other'), '')),
  ]
  for (const [i, deed] of deeds.entries()) {
    const at = await seen()
    const eye = watch(at)
    deed(at.repo)
    expect([i, eye.since()]).toEqual([i, 'unsure'])
  }
})

test('what appears elsewhere, or where git ignores it, disturbs nothing', async () => {
  const deeds: readonly ((repo: ScratchRepository) => void)[] = [
    (repo) => writeFileSync(repo.path('b/new.ts'), ''),
    (repo) => (mkdirSync(repo.path('a/dist')), writeFileSync(repo.path('a/dist/out.js'), '')),
  ]
  for (const [i, deed] of deeds.entries()) {
    const at = await seen()
    const eye = watch(at, ['a/**'], ['a/dist'])
    deed(at.repo)
    expect([i, eye.since()]).toEqual([i, 'still'])
  }
})

test('a file that was touched just before the look makes it unsure: nobody knows which content the look saw', async () => {
  const at = await seen()
  // The same content: for git nothing changed, so nobody reads the file again.
  writeFileSync(at.repo.path('a/x.ts'), '1')
  const tree = await at.trees.look()
  const eye = at.trees.watch(tree, ['a/**'], new Set())
  expect([eye.before, eye.since()]).toEqual(['unsure', 'unsure'])
  writeFileSync(at.repo.path('a/x.ts'), 'again')
  expect(eye.since()).toBe('moved')
})

test('a changed file is read after git has answered, and counts from then', async () => {
  const at = await seen()
  writeFileSync(at.repo.path('a/x.ts'), 'changed')
  await pause(40)
  const tree = await at.trees.look()
  const eye = at.trees.watch(tree, ['a/**'], new Set())
  expect([eye.before, eye.since()]).toEqual(['still', 'still'])
  chmodSync(at.repo.path('a/x.ts'), 0o755)
  expect(eye.since()).toBe('moved')
})

test('a folder that was never there counts from the folder in which it would appear', async () => {
  const at = await seen()
  const eye = watch(at, ['later/**'])
  expect([eye.before, eye.since()]).toEqual(['still', 'still'])
  mkdirSync(at.repo.path('later'))
  expect(eye.since()).toBe('unsure')
  rmSync(at.repo.path('later'), { recursive: true })
})

test('git says what it ignores, whether or not it is there', async () => {
  const { trees } = await seen()
  expect([...(await trees.ignored(['a/dist/', 'b/dist/', 'a/x.log', 'a/x.ts']))]).toEqual(['a/dist/', 'b/dist/', 'a/x.log'])
  expect([...(await trees.ignored(['a/x.ts']))]).toEqual([])
})
