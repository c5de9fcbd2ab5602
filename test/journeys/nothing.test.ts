/** Nothing ran is never success; what cannot run fails closed and says what is missing. */
import { expect, test } from 'bun:test'
import { newRepo, once } from './rig.ts'

test('an empty folder is a Failure with exit code 2, and nothing is written into it', async () => {
  await using repo = await newRepo({}, { git: false })
  const run = await repo.pawl()
  expect(run.code).toBe(2)
  expect(run.shown).toContain('there is nothing to check')
  expect(repo.exists('.pawl')).toBe(false)
})

once('leaving everything out is a Failure, not a green', async () => {
  await using repo = await newRepo({ 'pawl.yaml': 'detect: false\nchecks: { lint: { command: "true" } }\n' })
  expect((await repo.pawl('--skip', 'lint')).code).toBe(2)
  expect((await repo.pawl('--skip-tests')).code).toBe(2)
})

test('a missing tool of a required check fails closed and is named with how to get it', async () => {
  await using repo = await newRepo({
    'pawl.yaml': 'detect: false\nchecks: { lint: { command: [no-such-linter, .], install: "brew install no-such-linter" }, other: { command: "true" } }\n',
  })
  const run = await repo.pawl()
  expect(run.code).toBe(2)
  expect(run.shown).toContain('no-such-linter')
  expect(run.shown).toContain('brew install no-such-linter')
  expect(run.shown).not.toMatch(/^passed/m)
})

once('what needs a failed check is blocked and said to be', async () => {
  await using repo = await newRepo({ 'pawl.yaml': 'detect: false\nchecks: { a: { command: "false" }, b: { command: "true", needs: [a] } }\n' })
  const run = await repo.pawl()
  expect(run.code).toBe(1)
  expect(run.shown).toContain('2 checks: 1 failed, 1 blocked')
})

once('unknown flags, commands and configuration keys are refused with a suggestion', async () => {
  await using repo = await newRepo({ 'pawl.yaml': 'detect: false\nchecks:\n  lint:\n    comand: "true"\n' })
  expect((await repo.pawl('--fats')).shown).toContain("Did you mean '--fast'?")
  expect((await repo.pawl('stauts')).shown).toContain("Did you mean 'status'?")
  const run = await repo.pawl()
  expect(run.code).toBe(2)
  expect(run.shown).toContain('pawl.yaml:4:5')
  expect(run.shown).toContain("Did you mean 'command'?")
})

once('flags combine in any order', async () => {
  await using repo = await newRepo({
    'pawl.yaml': 'detect: false\nchecks: { fast: { command: "true", fast: true }, slow: { command: "false" }, paths: { command: "true", stage: platform } }\n',
  })
  expect((await repo.pawl('--fast')).shown).toContain('3 checks: 2 passed, 1 skipped')
  for (const flags of [
    ['--fast', '--skip-tests'],
    ['--skip-tests', '--fast'],
  ])
    expect((await repo.pawl(...flags)).shown).toContain('3 checks: 1 reused, 2 skipped')
  expect((await repo.start([], { env: { FAST_MODE: 'yes', SKIP_TESTS: 'true' } }).ended).shown).toContain('2 skipped')
  const wrong = await repo.start([], { env: { FAST_MODE: 'maybe' } }).ended
  expect([wrong.code, wrong.shown.includes('FAST_MODE')]).toEqual([2, true])
})
