/** Hostile and corrupt state: set aside and told, never believed, never evaluated, never deleted. */
import { expect, test } from 'bun:test'
import { readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newRepo, once, type Repo } from './rig.ts'

async function proven(): Promise<Repo> {
  const repo = await newRepo({ 'a.txt': 'x' })
  repo.write({ 'pawl.yaml': `detect: false\nchecks: { lint: { command: [${repo.script('lint', 'echo looked')}] } }\n` })
  expect((await repo.pawl()).code).toBe(0)
  return repo
}

const stateOf = (repo: Repo): string => join(repo.root, '.pawl')

for (const [played, name, damage] of [
  [test, 'truncated', (path: string) => truncateSync(path, 100)],
  [once, 'replaced by text', (path: string) => writeFileSync(path, 'last_quality_check=a[$(touch hacked)]\n')],
  [once, 'empty', (path: string) => truncateSync(path, 0)],
] as const) {
  played(`databases that are ${name} cost nothing but the results in them; the second run is quiet again`, async () => {
    await using repo = await proven()
    for (const file of readdirSync(stateOf(repo)).filter((entry) => /\.db-(wal|shm)$/.test(entry))) rmSync(join(stateOf(repo), file))
    for (const file of ['store.db', 'cache.db']) damage(join(stateOf(repo), file))
    // Else the last green run may answer, which needs neither.
    rmSync(join(stateOf(repo), 'baselines'), { recursive: true, force: true })
    const after = await repo.pawl()
    expect([after.code, after.shown.includes('1 passed')]).toEqual([0, true])
    expect(repo.exists('hacked')).toBe(false)
    const second = await repo.pawl()
    expect(second.shown).toContain('1 reused')
    expect(second.shown).not.toContain('damaged')
  })
}

once('a damaged log in the cache is a miss of the log, found by cache verify', async () => {
  await using repo = await proven()
  const folder = join(stateOf(repo), 'cache')
  const blob = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) => /[0-9a-f]{60}/.test(path)) ?? ''
  writeFileSync(join(folder, blob), 'LOOKED\n')
  const verified = await repo.pawl('cache', 'verify')
  expect([verified.code, verified.shown.includes('damaged')]).toEqual([1, true])
  expect((await repo.pawl()).shown).toContain('1 passed')
  expect((await repo.pawl('cache', 'verify')).code).toBe(0)
})

once('a state folder that is a symbolic link is refused', async () => {
  await using repo = await newRepo({ 'a.txt': 'x', 'pawl.yaml': 'detect: false\nchecks: { lint: { command: "true" } }\n' })
  symlinkSync('/tmp', stateOf(repo))
  const run = await repo.pawl()
  expect(run.code).toBe(2)
  expect(run.shown).toContain('symbolic link')
})
