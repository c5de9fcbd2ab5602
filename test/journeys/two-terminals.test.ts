/** One run at a time per repository: the second waits and says for whom; read-only commands never wait. */
import { expect, test } from 'bun:test'
import { newRepo, once } from './rig.ts'

test('a second run waits for the first, says who holds the repository, and then reuses its results', async () => {
  await using repo = await newRepo({ 'a.txt': 'x' })
  const slow = await repo.tool('slow')
  repo.write({ 'pawl.yaml': `detect: false\nchecks: { slow: { command: [${slow.path}] } }\n` })
  const first = repo.start([])
  const call = await slow.started()
  const second = repo.start([])
  await second.shows('waiting for another run in this repository')
  const status = await repo.pawl('status')
  expect([status.code, status.shown.includes('Running now: process')]).toEqual([0, true])
  call.exit(0)
  expect((await first.ended).code).toBe(0)
  const waited = await second.ended
  expect(waited.code).toBe(0)
  expect(waited.shown).toContain('1 reused')
  expect(slow.calls()).toBe(1)
})

once('a run that waited too long ends with exit code 75 and has not run', async () => {
  await using repo = await newRepo({ 'a.txt': 'x' })
  const slow = await repo.tool('slow')
  repo.write({ 'pawl.yaml': `detect: false\nlockWait: 200ms\nchecks: { slow: { command: [${slow.path}] } }\n` })
  const first = repo.start([])
  const call = await slow.started()
  expect((await repo.pawl()).code).toBe(75)
  expect(slow.calls()).toBe(1)
  call.exit(0)
  await first.ended
})
