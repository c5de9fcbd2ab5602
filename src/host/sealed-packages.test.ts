/** Copied packages in a checkout that is sealed: made equal, without being copied anew. */
import { expect, test } from 'bun:test'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { leaseWorktree } from './leased-worktrees.ts'
import { ScratchRepository } from './scratch-repository.ts'
import { sealCheckout } from './sealed-checkout.ts'

test('sealing puts back what was changed in copied packages, removes what is new, and touches nothing else of them', async () => {
  using repo = new ScratchRepository()
  repo.write({ 'node_modules/x/a.js': 'a\n', 'node_modules/x/b.js': 'b\n', 'packages/p/node_modules/y/c.js': 'c\n', 'dist/out.js': 'out\n' })
  repo.commit({ '.gitignore': 'node_modules\ndist\n', 'packages/p/index.js': 'p\n' })
  const checkout = await repo.repository()
  const leased = await leaseWorktree(checkout, repo.path('.pawl'), { prompt: 'one', run: 1, base: 'HEAD', packages: 'copy' })
  if (!leased.ok) throw new Error(JSON.stringify(leased.failures))
  const { root } = leased.value.repository
  const inodeOf = (path: string): bigint => statSync(join(root, path), { bigint: true }).ino
  const before = ['node_modules/x/b.js', 'packages/p/node_modules/y/c.js'].map(inodeOf)
  writeFileSync(join(root, 'node_modules/x/a.js'), 'by an agent\n')
  mkdirSync(join(root, 'node_modules/evil'))
  writeFileSync(join(root, 'dist/more.js'), 'left\n')
  expect(await sealCheckout(checkout, leased.value.repository, 'copy')).toBeUndefined()
  expect(readFileSync(join(root, 'node_modules/x/a.js'), 'utf8')).toBe('a\n')
  expect([existsSync(join(root, 'node_modules/evil')), existsSync(join(root, 'dist/more.js')), existsSync(join(root, 'dist/out.js'))]).toEqual([
    false,
    false,
    true,
  ])
  expect(['node_modules/x/b.js', 'packages/p/node_modules/y/c.js'].map(inodeOf)).toEqual(before)
})
