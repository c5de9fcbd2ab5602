/** The user's working copy is byte-identical before and after anything but a fix; a dry run writes nothing at all. */
import { expect, test } from 'bun:test'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint } from './fixtures/fingerprint.ts'
import { newRepo, once, type Repo } from './rig.ts'

/** A repository in the middle of work: staged, partly staged, untracked, ignored, a link, an executable, a stash. */
async function midWork(): Promise<Repo> {
  const repo = await newRepo({ 'a.txt': 'one\n', 'b.txt': 'one\n', 'c.sh': '#!/bin/sh\n', '.gitignore': 'ignored/\n' })
  repo.write({ 'a.txt': 'stashed\n' })
  repo.git('stash', 'push', '--quiet')
  repo.write({
    'a.txt': 'staged\n',
    'new.txt': 'untracked\n',
    'ignored/x': 'ignored\n',
    'pawl.yaml': 'detect: false\nchecks: { lint: { command: "true" }, red: { command: "false" } }\n',
  })
  repo.git('add', 'a.txt')
  repo.write({ 'a.txt': 'staged\nand more\n' })
  symlinkSync('b.txt', join(repo.root, 'link'))
  return repo
}

const commands = [
  [],
  ['plan'],
  ['status'],
  ['history'],
  ['logs'],
  ['config'],
  ['doctor'],
  ['why', 'lint'],
  ['init', '--dry-run'],
  ['cache', 'stats'],
  ['cache', 'verify'],
  ['undo', '--dry-run'],
  ['--staged'],
  ['--since', 'HEAD'],
  ['--files', 'a.txt'],
]

once('no command touches working tree, index, stash, refs or config', async () => {
  await using repo = await midWork()
  const before = fingerprint(repo, false)
  for (const args of commands) {
    await repo.pawl(...args)
    expect([args.join(' '), fingerprint(repo, false)]).toEqual([args.join(' '), before])
  }
  expect(repo.git('status', '--porcelain', '--ignored')).toContain('!! .pawl/')
})

test('a dry run writes nothing, not even state', async () => {
  await using repo = await midWork()
  const before = fingerprint(repo, true)
  const cold = await repo.pawl('--dry-run')
  expect([cold.code, fingerprint(repo, true)]).toEqual([0, before])
  expect(cold.shown).toContain('dry run: nothing was run')
  await repo.pawl()
  const proven = fingerprint(repo, true)
  await repo.pawl('--dry-run')
  expect(fingerprint(repo, true)).toBe(proven)
})

once('init writes one file; a second time changes nothing', async () => {
  await using repo = await newRepo({ 'package.json': '{"name":"x","version":"1.0.0","private":true,"scripts":{"test":"node --test"}}\n' })
  expect((await repo.pawl('init', '--dry-run')).shown).toContain('pawl.yaml was not written')
  expect(repo.exists('pawl.yaml')).toBe(false)
  expect((await repo.pawl('init', '--yes')).code).toBe(0)
  expect(repo.git('status', '--porcelain').trim()).toBe('?? pawl.yaml')
  const before = fingerprint(repo, true)
  expect((await repo.pawl('init', '--yes')).shown).toContain('nothing was changed')
  expect(fingerprint(repo, true)).toBe(before)
})
