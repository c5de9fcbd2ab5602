import { expect, test } from 'bun:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findRepository } from './repository.ts'
import { repositoryIdentity } from './repository-identity.ts'
import { ScratchRepository } from './scratch-repository.ts'

async function identityOf(folder: string): Promise<string> {
  const found = await findRepository(folder)
  if (!found.ok) throw new Error(found.failures[0]?.what)
  return repositoryIdentity(found.value?.root ?? folder, found.value)
}

test('a checkout and its worktrees are one repository', async () => {
  using repo = new ScratchRepository()
  repo.commit()
  const linked = repo.path('linked')
  repo.git('worktree', 'add', '--quiet', linked)
  expect(await identityOf(repo.root)).toBe(join(repo.root, '.git'))
  expect(await identityOf(linked)).toBe(join(repo.root, '.git'))
})

test('a folder that says it is a checkout of a repository which does not know it stands for itself', async () => {
  using repo = new ScratchRepository()
  repo.commit()
  const common = join(repo.root, '.git')
  const [byFile, byCommon] = [repo.path('by-file'), repo.path('by-common')]
  mkdirSync(byFile)
  writeFileSync(join(byFile, '.git'), `gitdir: ${common}\n`)
  mkdirSync(join(byCommon, '.git'), { recursive: true })
  writeFileSync(join(byCommon, '.git/HEAD'), 'ref: refs/heads/main\n')
  writeFileSync(join(byCommon, '.git/commondir'), `${common}\n`)
  expect(await identityOf(byFile)).toBe(byFile)
  expect(await identityOf(byCommon)).toBe(byCommon)
})
