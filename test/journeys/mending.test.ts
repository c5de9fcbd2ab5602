/** Fixes: green only after a round in which nothing was mended, never without leave, and taken back by undo. */
import { expect, test } from 'bun:test'
import { newRepo, once, type Repo } from './rig.ts'

/** A linter that complains of tabs and a formatter that replaces them. */
async function tabs(level = 'tracked'): Promise<Repo> {
  const repo = await newRepo({ 'a.txt': '\tone\n', 'b.txt': 'two\n' })
  const lint = repo.script('lint', `grep -n "$(printf '\\t')" *.txt && exit 1; exit 0`)
  const format = repo.script('format', `sed -i "s/$(printf '\\t')/  /g" *.txt`)
  repo.write({
    'pawl.yaml': `detect: false\nchecks:\n  lint:\n    command: [${lint}]\n    inputs: ["*.txt"]\n    fix: { command: [${format}], level: ${level} }\n  count:\n    command: [${repo.script('count', 'exit 0')}]\n    inputs: ["b.txt"]\n`,
  })
  repo.commit('config')
  return repo
}

once('a formatter mends what the linter complained of; green only after a round in which nothing was mended', async () => {
  await using repo = await tabs()
  const run = await repo.start(['--json']).ended
  expect(run.code).toBe(0)
  const events = run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; task?: string; round?: number; outcome?: { kind: string }; reused?: { task: string }[] })
  const ends = events.flatMap((event) =>
    event.type === 'attempt.finished'
      ? [`${event.round} ${event.task} ${event.outcome?.kind}`]
      : (event.reused ?? []).map((one) => `${event.round} ${one.task} cached`),
  )
  expect(ends.sort()).toEqual(['1 count passed', '1 lint failed', '1 lint:fix passed', '2 count cached', '2 lint passed'])
  expect(repo.read('a.txt')).toBe('  one\n')
})

test('the summary says what was fixed and that undo takes it back; undo does', async () => {
  await using repo = await tabs()
  const run = await repo.pawl()
  expect(run.shown).toContain('1 fixed')
  expect(run.shown).toContain('a.txt')
  expect((await repo.pawl('undo', '--dry-run')).shown).toContain('Would take back what run 1 changed in 1 file')
  expect(repo.read('a.txt')).toBe('  one\n')
  expect((await repo.pawl('undo')).code).toBe(0)
  expect(repo.read('a.txt')).toBe('\tone\n')
  expect(repo.git('status', '--porcelain')).toBe('')
})

once('undo refuses as a whole when a file was edited since', async () => {
  await using repo = await tabs()
  await repo.pawl()
  repo.write({ 'a.txt': 'my own edit\n' })
  const undone = await repo.pawl('undo')
  expect(undone.code).toBe(2)
  expect(undone.shown).toContain('a.txt')
  expect(repo.read('a.txt')).toBe('my own edit\n')
})

once('--no-fix changes nothing and fails', async () => {
  await using repo = await tabs()
  const run = await repo.pawl('--no-fix')
  expect(run.code).toBe(1)
  expect(repo.read('a.txt')).toBe('\tone\n')
})

once('in CI a tracked file is not mended silently', async () => {
  await using repo = await tabs()
  expect((await repo.start([], { env: { CI: 'true' } }).ended).code).toBe(1)
  expect(repo.read('a.txt')).toBe('\tone\n')
})

once('a lock fix waits for leave', async () => {
  await using repo = await tabs('lock')
  expect((await repo.pawl()).code).toBe(1)
  expect((await repo.pawl('--fix=lock')).code).toBe(0)
})

once('--interactive without a person is refused before anything starts', async () => {
  await using repo = await tabs()
  const run = await repo.pawl('--interactive')
  expect([run.code, repo.read('a.txt')]).toEqual([2, '\tone\n'])
  expect(run.shown).toContain('nobody can be asked')
})

once('a fix that does not help ends red, not in a circle', async () => {
  await using repo = await newRepo({ 'a.txt': 'x\n' })
  const lint = repo.script('lint', 'exit 1')
  const fix = repo.script('fix', 'echo x >> a.txt')
  repo.write({ 'pawl.yaml': `detect: false\nchecks:\n  lint: { command: [${lint}], fix: { command: [${fix}] } }\n` })
  const run = await repo.pawl()
  expect(run.code).toBe(1)
  expect(repo.read('a.txt').split('\n').length).toBeLessThan(6)
})
