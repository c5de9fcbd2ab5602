/** What the runs have shown, and limits learned from it: told only where it was measured, written only where no person wrote. */
import { expect } from 'bun:test'
import { join } from 'node:path'
import { openStore } from '../../src/host/store.ts'
import type { Event, Happening } from '../../src/model/event.ts'
import type { Outcome } from '../../src/model/outcome.ts'
import { noCounts } from '../../src/model/tally.ts'
import { taskId } from '../../src/model/task.ts'
import { newRepo, once, type Repo } from './rig.ts'

const config = `# what we check
version: 1
detect: false

checks:
  lint:   # the strict one
    command: [ "true" ]
    ttl: lockfile
    timeout: 10m

  test:
    command: [ "true" ]
    timeout: 7m   # the build machine is slow
`

const hour = 3_600_000

/** Months of history: every five hours both checks are asked again with the same inputs; "test" once answers differently. */
function livedIn(repo: Repo): void {
  const opened = openStore(join(repo.root, '.pawl'))
  if (!opened.ok) throw new Error(JSON.stringify(opened.failures))
  const { store } = opened.value
  for (let i = 0; i < 22; i++) {
    const startedAt = Date.UTC(2026, 0, 1) + i * 5 * hour
    const run = store.begin({ startedAt, command: 'pawl', root: repo.root })
    const attempt = (name: string, outcome: Outcome): Happening[] => [
      { type: 'attempt.missed', attempt: `${name}@1.1`, task: taskId(name), fingerprint: `${name}0`, cause: { kind: 'expired', run: 1, ageMs: 2, limitMs: 1 } },
      { type: 'attempt.finished', attempt: `${name}@1.1`, task: taskId(name), round: 1, outcome },
    ]
    const usage = { cpuMs: 9000, peakBytes: 200 * 2 ** 20 }
    const happenings: Happening[] = [
      ...attempt('lint', { kind: 'passed', findings: [], durationMs: 12_000, usage }),
      ...attempt('test', i === 7 ? { kind: 'failed', findings: [], durationMs: 500, summary: 'x' } : { kind: 'passed', findings: [], durationMs: 500 }),
      { type: 'run.finished', verdict: 'passed', counts: noCounts, durationMs: 12_000, savedMs: 0 },
    ]
    store.append(
      run,
      happenings.map((happening, n): Event => ({ ...happening, seq: n + 1, at: startedAt + 12_000 })),
    )
  }
  store.close()
}

once('stats tell what was measured; --apply writes what was learned and leaves what a person wrote', async () => {
  await using repo = await newRepo({ 'pawl.yaml': config })
  expect((await repo.pawl('stats')).shown).toContain('No run yet')
  expect((await repo.pawl()).code).toBe(0)
  livedIn(repo)
  const all = await repo.pawl('stats')
  expect(all.code).toBe(0)
  expect(all.shown).toMatch(/lint +23 +- +- +- +- +<time> +<time> +200\.0 MiB/)
  expect(all.shown).toContain('flaky (two answers for the same inputs): test')
  const lint = await repo.start(['stats', 'lint']).ended
  expect(lint.stdout).toContain('ttl                5m; learned: 21m (0 of 21 answers changed')
  expect(lint.stdout).toContain('timeout            10m; learned: 36s (99 of 100 attempts took at most 12 s)')

  const shown = await repo.start(['stats', '--apply', '--dry-run']).ended
  expect(shown.stdout).toContain('  -     ttl: lockfile\n')
  expect(shown.stdout).toContain('  +     ttl: 21m # learned\n')
  expect(repo.read('pawl.yaml')).toBe(config)
  const applied = await repo.start(['stats', '--apply']).ended
  expect([applied.code, applied.stdout.includes('Left: timeout of test (learned: 30s): somebody has written it by hand.')]).toEqual([0, true])
  expect(repo.read('pawl.yaml')).toBe(config.replace('ttl: lockfile', 'ttl: 21m # learned').replace('timeout: 10m', 'timeout: 36s # learned'))
  expect((await repo.pawl('stats', '--apply')).shown).toContain('Nothing was learned that pawl.yaml does not say already.')
  expect((await repo.pawl()).code).toBe(0)
})

once('without a pawl.yaml nothing is written, and it says where to begin', async () => {
  await using repo = await newRepo({ 'package.json': '{"name":"x","version":"1.0.0","scripts":{"test":"true"}}' })
  const run = await repo.start(['stats', '--apply']).ended
  expect([run.code, repo.exists('pawl.yaml')]).toEqual([2, false])
  expect(run.stderr).toContain('pawl init writes one')
  expect((await repo.pawl('stats', 'nonsense')).shown).toContain("nothing is known of a check 'nonsense'")
})
