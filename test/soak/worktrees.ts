/** T24 to T27: worktrees that are made, cut off, removed and landed. The tests of these parts are the small size; here they are played as often as is published. */
import { join } from 'node:path'
import { oneLine, runProgram } from './program.ts'
import { type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'

const home = join(import.meta.dirname, '../..')

/** `sizes`: variable → how often, at the small and at the full size. */
type Part = { readonly file: string; readonly name: string; readonly sizes: Readonly<Record<string, readonly [ci: number, full: number]>> }

const row = (id: string, title: string, ...parts: readonly Part[]): SoakRow => ({ id, title, run: (size, report) => played(parts, size, report) })

export const rows: readonly SoakRow[] = [
  row('T24', 'kill -9 while worktrees are made: what was begun is repaired, nothing else is touched', {
    file: 'src/host/worktree-recovery.test.ts',
    name: 'killed at any moment',
    sizes: { WORKTREE_KILLS: [6, 500] },
  }),
  row('T25', 'twenty worktrees at once: all succeed', {
    file: 'src/host/leased-worktrees.test.ts',
    name: 'twenty leases at once',
    sizes: { LEASE_ROUNDS: [1, 20] },
  }),
  row('T26', 'worktrees in any state are removed: no blob becomes unreachable', {
    file: 'src/host/worktree-removal.test.ts',
    name: '',
    sizes: { REMOVALS: [12, 1000] },
  }),
  row(
    'T27',
    'landing: what lands was judged, nothing is lost, one bad change blocks nobody',
    { file: 'test/simulation/landing.test.ts', name: 'seeded landings', sizes: { LANDING_RUNS: [1000, 5000] } },
    { file: 'test/simulation/landing-real.test.ts', name: 'real repositories', sizes: { LANDING_REPOSITORIES: [3, 200] } },
  ),
]

async function played(parts: readonly Part[], size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const broken: string[] = []
  let cases = 0
  for (const { file, name, sizes } of parts) {
    const counts = Object.entries(sizes).map(([variable, [ci, full]]): [string, number] => [variable, size === 'full' ? full : ci])
    const env = { ...(process.env as Record<string, string>), ...Object.fromEntries(counts.map(([variable, count]) => [variable, String(count)])) }
    const argv = [process.execPath, 'test', `./${file}`, '--timeout', '3600000', ...(name === '' ? [] : ['-t', name])]
    const end = await runProgram(argv, { cwd: home, env, limitMs: 3_600_000 })
    const [, passed = '0'] = /^ *(\d+) pass$/m.exec(end.text) ?? []
    if (end.code !== 0 || passed === '0') broken.push(`${file}: ${oneLine(end.text.slice(-1500))}`)
    cases += counts.reduce((sum, [, count]) => sum + count, 0)
    report(`${file}: ${counts.map(([variable, count]) => `${variable}=${count}`).join(' ')}, ${(end.ms / 1000).toFixed(0)} s`)
  }
  return { cases, broken }
}
