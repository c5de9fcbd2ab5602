import { expect, setDefaultTimeout, test } from 'bun:test'
import { chainOf } from './merge-train.ts'
import { revertChain } from './revert-chain.ts'
import { ScratchRepository } from './scratch-repository.ts'
import { stateFolderOf } from './state-folder.ts'

setDefaultTimeout(60_000)

async function landed(repo: ScratchRepository, branches: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const base = repo.commit({ 'a.txt': 'a\n', 'b.txt': 'b\n' }, 'the base')
  const candidates = Object.entries(branches).map(([id, files]) => {
    repo.git('checkout', '-q', '-b', id, 'main')
    const commit = repo.commit(files, `work of ${id}`)
    repo.git('checkout', '-q', 'main')
    return { id, commit, message: `Merge ${id}` }
  })
  const repository = await repo.repository()
  const chain = await chainOf(repository, base, candidates)
  if (!chain.ok) throw new Error(JSON.stringify(chain.failures))
  return { repository, base, ...chain.value, state: stateFolderOf(repository.root, repository.commonDir) }
}

test('a merge in the middle is taken back, and what landed after it stays', async () => {
  using repo = new ScratchRepository()
  const { repository, tip, merged, state } = await landed(repo, { one: { 'a.txt': 'ONE\n' }, two: { 'b.txt': 'TWO\n' }, three: { 'c.txt': 'THREE\n' } })
  const refs = repo.git('for-each-ref')
  const back = await revertChain(repository, tip, [{ commit: merged.get('two') ?? '', message: 'Revert "two"\n\nIts facts.' }], state)
  if (!back.ok) throw new Error(JSON.stringify(back.failures))
  const [made = ''] = back.value
  expect(back.value.length).toBe(1)
  expect(['a.txt', 'b.txt', 'c.txt'].map((path) => repo.git('show', `${made}:${path}`))).toEqual(['ONE\n', 'b\n', 'THREE\n'])
  expect(repo.git('rev-parse', `${made}^`).trim()).toBe(tip)
  expect(repo.git('log', '-1', '--format=%B', made)).toContain('Its facts.')
  expect(repo.git('for-each-ref')).toBe(refs)
})

test('all of them, newest first, give the tree that there was', async () => {
  using repo = new ScratchRepository()
  const { repository, base, tip, merged, state } = await landed(repo, { one: { 'a.txt': 'ONE\n' }, two: { 'n/b.txt': 'TWO\n' } })
  const back = await revertChain(
    repository,
    tip,
    ['two', 'one'].map((id) => ({ commit: merged.get(id) ?? '', message: id })),
    state,
  )
  if (!back.ok) throw new Error(JSON.stringify(back.failures))
  expect(back.value.map((commit) => repo.git('log', '-1', '--format=%s', commit).trim())).toEqual(['two', 'one'])
  expect(repo.git('rev-parse', `${back.value.at(-1) ?? ''}^{tree}`)).toBe(repo.git('rev-parse', `${base}^{tree}`))
})

test('what was built upon by later work is not taken back, and the files are named', async () => {
  using repo = new ScratchRepository()
  const { repository, tip, merged, state } = await landed(repo, { one: { 'a.txt': 'ONE\n' } })
  repo.git('checkout', '-q', '-b', 'later', tip)
  const later = repo.commit({ 'a.txt': 'LATER\n' }, 'later')
  const back = await revertChain(repository, later, [{ commit: merged.get('one') ?? '', message: 'x' }], state)
  expect([back.ok, !back.ok && back.failures[0]?.type, !back.ok && back.failures[0]?.what.includes('a.txt')]).toEqual([false, 'land.unmergeable', true])
})
