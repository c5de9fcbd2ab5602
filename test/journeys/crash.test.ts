/** Ctrl-C, signals and kill -9 in the middle: what was proven stays, nothing is left running, the next run goes on. */
import { expect, test } from 'bun:test'
import { newRepo } from './rig.ts'

async function heldRepo() {
  const repo = await newRepo({ 'a.txt': 'x' })
  const slow = await repo.tool('slow')
  const quick = repo.script('quick', 'exit 0')
  repo.write({ 'pawl.yaml': `detect: false\njobs: 1\nchecks:\n  quick: { command: [${quick}], priority: 1 }\n  slow: { command: [${slow.path}] }\n` })
  return { repo, slow }
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`${signal} ends the run with ${code}, its processes with it, and keeps what is proven`, async () => {
    const { repo, slow } = await heldRepo()
    await using _ = repo
    const run = repo.start([])
    const call = await slow.started()
    run.process.kill(signal)
    const ended = await run.ended
    expect(ended.code).toBe(code)
    expect(ended.shown).toContain('cancelled')
    await call.gone
    const next = repo.start([])
    ;(await slow.started()).exit(0)
    expect((await next.ended).shown).toContain('2 checks: 1 reused, 1 passed')
  })
}

test('kill -9 in the middle: the next run starts at once, ends what was left, and keeps what was proven', async () => {
  const { repo, slow } = await heldRepo()
  await using _ = repo
  const run = repo.start([])
  const call = await slow.started()
  run.process.kill('SIGKILL')
  await run.ended
  const next = repo.start(['--verbose'])
  if (process.platform === 'linux') await call.gone
  ;(await slow.started()).exit(0)
  const ended = await next.ended
  expect(ended.code).toBe(0)
  expect(ended.shown).toContain('run 1 was cut off while slow ran')
  expect(ended.shown).toContain('2 checks: 1 reused, 1 passed')
  expect((await repo.pawl('history')).shown).toMatch(/1 .* lost/)
})

test('kill -9 in the middle of a fix: what it had changed is put back by undo, uncommitted edits included', async () => {
  await using repo = await newRepo({ 'clean.txt': 'committed\n', 'dirty.txt': 'committed\n', '.gitignore': '' })
  const held = await repo.tool('held')
  const fix = repo.script('fix', `echo ruin > clean.txt; echo ruin > dirty.txt; echo new > new.txt; exec ${held.path}`)
  repo.write({ 'pawl.yaml': `detect: false\nchecks:\n  lint: { command: [${repo.script('lint', 'exit 1')}], fix: { command: [${fix}] } }\n` })
  repo.commit('config')
  repo.write({ 'dirty.txt': 'not committed yet\n' })
  const run = repo.start([])
  const call = await held.started()
  run.process.kill('SIGKILL')
  await run.ended
  expect(repo.read('dirty.txt')).toBe('ruin\n')
  const undone = await repo.pawl('undo')
  if (process.platform === 'linux') await call.gone
  expect([undone.code, repo.read('clean.txt'), repo.read('dirty.txt'), repo.exists('new.txt')]).toEqual([0, 'committed\n', 'not committed yet\n', false])
})
