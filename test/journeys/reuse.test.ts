/** Cold start, again at once, after an edit, on another branch and back, in another worktree: what runs and what is reused. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { newRepo, once, repoAt, type Repo } from './rig.ts'

const config = (count: string): string => `version: 1
detect: false
checks:
  lint:
    command: [${count}, lint]
    inputs: ["src/**"]
  docs:
    command: [${count}, docs]
    inputs: ["docs/**"]
`

/** Two checks of a script that counts how often it is called. */
async function twoChecks(): Promise<{ repo: Repo; calls: () => string[] }> {
  const repo = await newRepo({ 'src/a.ts': 'a', 'docs/a.md': 'a' })
  const log = join(repo.root, '../calls')
  const count = repo.script('count', `echo "$1" >> "${log}"`)
  repo.write({ 'pawl.yaml': config(count) })
  repo.commit('config')
  const { readFileSync, existsSync, rmSync } = await import('node:fs')
  const calls = (): string[] => {
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').sort() : []
    rmSync(log, { force: true })
    return lines
  }
  return { repo, calls }
}

test('a cold start runs everything; again at once everything is reused, each with its reason', async () => {
  const { repo, calls } = await twoChecks()
  await using _ = repo
  const cold = await repo.pawl()
  expect([cold.code, calls()]).toEqual([0, ['docs', 'lint']])
  const again = await repo.pawl('--verbose')
  expect([again.code, calls()]).toEqual([0, []])
  expect(again.shown).toContain('✓ lint  reused (run 1')
  expect(again.shown).toContain('2 checks: 2 reused')
})

once('an edit disturbs exactly the checks that can see it, and the miss names the file', async () => {
  const { repo, calls } = await twoChecks()
  await using _ = repo
  await repo.pawl()
  calls()
  repo.write({ 'src/a.ts': 'b' })
  const after = await repo.pawl('--verbose')
  expect(calls()).toEqual(['lint'])
  expect(after.shown).toContain('ran because src/a.ts changed since run 1')
  repo.write({ 'src/new.ts': '' })
  expect((await repo.pawl('--verbose')).shown).toContain('src/new.ts changed since run 2')
  repo.remove('src/new.ts')
  expect((await repo.pawl()).shown).toContain('2 checks: 2 reused')
})

once('a branch switched and back: back again everything is reused', async () => {
  const { repo, calls } = await twoChecks()
  await using _ = repo
  await repo.pawl()
  calls()
  repo.git('switch', '--quiet', '--create', 'other')
  repo.write({ 'src/a.ts': 'other' })
  repo.commit('other')
  await repo.pawl()
  expect(calls()).toEqual(['lint'])
  repo.git('switch', '--quiet', 'main')
  expect((await repo.pawl()).shown).toContain('2 checks: 2 reused')
  expect(calls()).toEqual([])
})

once('a linked worktree reuses what the main checkout has proven', async () => {
  const { repo, calls } = await twoChecks()
  await using _ = repo
  await repo.pawl()
  calls()
  const base = join(repo.root, '..')
  repo.git('worktree', 'add', '--quiet', join(base, 'linked'))
  const linked = repoAt(join(base, 'linked'), base)
  expect((await linked.pawl()).shown).toContain('2 checks: 2 reused')
  expect(calls()).toEqual([])
  expect(linked.exists('.pawl')).toBe(false)
})

once('a changed configuration, tool or variable is noticed at once', async () => {
  const { repo, calls } = await twoChecks()
  await using _ = repo
  await repo.pawl()
  calls()
  repo.write({ 'pawl.yaml': repo.read('pawl.yaml').replace('lint]', 'lint, --strict]') })
  expect((await repo.pawl('--verbose')).shown).toContain('ran because its command changed since run 1')
  await repo.start([], { env: { CI: '1' } }).ended
  calls()
  expect((await repo.start(['--verbose'], { env: { CI: '2' } }).ended).shown).toContain('$CI changed')
  calls()
  repo.script('count', 'exit 0 # another version of the tool')
  expect((await repo.pawl('--verbose')).shown).toMatch(/count changed since run/)
})

once('--force runs what is proven; --only runs what is named; cache clear forgets', async () => {
  const { repo, calls } = await twoChecks()
  await using _ = repo
  await repo.pawl()
  calls()
  await repo.pawl('--force', '--only', 'lint')
  expect(calls()).toEqual(['lint'])
  await repo.pawl('cache', 'clear', 'docs')
  await repo.pawl()
  expect(calls()).toEqual(['docs'])
})

test('outputs are restored when they are gone, from this or another worktree', async () => {
  await using repo = await newRepo({
    'src/a.ts': 'a',
    '.gitignore': 'dist/\n',
    'pawl.yaml': 'detect: false\nchecks:\n  build:\n    command: "mkdir -p dist && cp src/a.ts dist/a.js"\n    inputs: ["src/**"]\n    outputs: ["dist/**"]\n',
  })
  await repo.pawl()
  repo.remove('dist')
  expect((await repo.pawl()).shown).toContain('1 reused')
  expect(repo.read('dist/a.js')).toBe('a')
  repo.write({ 'dist/a.js': 'tampered' })
  await repo.pawl()
  expect(repo.read('dist/a.js')).toBe('a')
})
