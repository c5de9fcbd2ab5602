import { expect, test } from 'bun:test'
import { ScratchRepository } from '../../host/scratch-repository.ts'
import type { Site } from '../site.ts'
import { watchfulness } from './watchfulness.ts'

async function watching(repo: ScratchRepository) {
  repo.commit({ a: 'one\n' })
  repo.commit({ a: 'two\n' })
  repo.git('branch', 'x', 'HEAD~1')
  repo.git('branch', 'pawl/integration')
  const site = { repository: await repo.repository(), root: repo.root } as unknown as Site
  const made = await watchfulness(site, { name: 'pawl/integration', commit: repo.git('rev-parse', 'HEAD').trim() } as Parameters<typeof watchfulness>[1], [])
  if (!made.ok) throw new Error(JSON.stringify(made.failures))
  return made.value
}

const ofUser = {
  'deletes a branch': (repo: ScratchRepository) => repo.git('branch', '-D', 'x'),
  'moves a branch': (repo: ScratchRepository) => repo.git('branch', '-f', 'x', 'HEAD'),
  'makes a branch': (repo: ScratchRepository) => repo.git('branch', 'new'),
  'sets a setting': (repo: ScratchRepository) => repo.git('config', 'core.abbrev', '12'),
} as const

test.each(Object.keys(ofUser) as (keyof typeof ofUser)[])(
  'a user who %s while nothing of an agent runs is not in the way, and nothing is undone',
  async (name) => {
    using repo = new ScratchRepository()
    const { breach, during } = await watching(repo)
    await during(async () => undefined)
    expect(await breach()).toBeUndefined()
    ofUser[name](repo)
    const refs = repo.git('for-each-ref')
    expect(await breach()).toBeUndefined()
    await during(async () => undefined)
    expect(await breach()).toBeUndefined()
    expect(repo.git('for-each-ref')).toBe(refs)
  },
)

test('what was moved while an agent may have done it stops the run and stays; what was there is kept', async () => {
  using repo = new ScratchRepository()
  const { breach, during } = await watching(repo)
  const was = repo.git('rev-parse', 'x').trim()
  await during(async () => repo.git('branch', '-D', 'x'))
  const failure = await breach()
  expect(failure).toMatchObject({ type: 'checkout.breached' })
  expect(failure?.kept).toContain('refs/heads/x is as found')
  expect(repo.git('branch', '--list', 'x')).toBe('')
  expect(repo.git('for-each-ref', '--format=%(objectname)', 'refs/pawl/quarantine').trim()).toBe(was)
})

test('one that still runs counts at every look', async () => {
  using repo = new ScratchRepository()
  const { breach, during } = await watching(repo)
  const running = Promise.withResolvers<undefined>()
  const all = during(() => running.promise)
  expect(await breach()).toBeUndefined()
  repo.git('branch', '-D', 'x')
  expect(await breach()).toMatchObject({ type: 'checkout.breached' })
  running.resolve(undefined)
  await all
})

test('a branch of pawl that was moved is set back', async () => {
  using repo = new ScratchRepository()
  const { breach } = await watching(repo)
  const was = repo.git('rev-parse', 'pawl/integration')
  repo.git('branch', '-f', 'pawl/integration', 'x')
  expect((await breach())?.kept).toContain('refs/heads/pawl/integration was set back')
  expect(repo.git('rev-parse', 'pawl/integration')).toBe(was)
})
