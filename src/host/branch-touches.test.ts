import { expect, test } from 'bun:test'
import { branchTouches, concerns } from './branch-touches.ts'
import { ScratchRepository } from './scratch-repository.ts'

test('a branch touches what it changed since it left the target, and not what the target changed', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'a', 'b.txt': 'b', 'old.txt': 'old' })
  repo.git('checkout', '-q', '-b', 'work')
  repo.git('mv', 'old.txt', 'new\nline é.txt')
  const work = repo.commit({ 'a.txt': 'changed' })
  repo.git('checkout', '-q', 'main')
  const target = repo.commit({ 'b.txt': 'moved on' })
  const touched = await branchTouches(await repo.repository(), target, work)
  expect(touched).toEqual({ ok: true, value: ['a.txt', 'new\nline é.txt', 'old.txt'] })
  expect(await branchTouches(await repo.repository(), work, work)).toEqual({ ok: true, value: [] })
})

test('a branch that has nothing in common touches all that it holds', async () => {
  using repo = new ScratchRepository()
  const target = repo.commit({ 'a.txt': 'a' })
  repo.git('checkout', '-q', '--orphan', 'apart')
  const apart = repo.commit({ 'c.txt': 'c' })
  expect(await branchTouches(await repo.repository(), target, apart)).toEqual({ ok: true, value: ['a.txt', 'c.txt'] })
})

test('a commit that is not there is a Failure', async () => {
  using repo = new ScratchRepository()
  const target = repo.commit({ 'a.txt': 'a' })
  expect((await branchTouches(await repo.repository(), target, '1'.repeat(40))).ok).toBe(false)
})

test('paths concern a check when any of its inputs describes one of them', async () => {
  expect(await concerns(['src/a.ts', 'docs/x.md'], ['src/**', '!src/generated/**'])).toBe(true)
  expect(await concerns(['src/generated/a.ts'], ['src/**', '!src/generated/**'])).toBe(false)
  expect(await concerns(['odd\nname.ts'], ['**/*.ts'])).toBe(true)
  expect(await concerns([], ['**'])).toBe(false)
})
