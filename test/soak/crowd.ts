/** T06: many instances at once. One works, the others wait and say for whom; whoever only looks never waits. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { faultRepo, type FaultRepo } from './fault-repo.ts'
import { oneLine, wrongEnding } from './program.ts'
import { eachCase, spread, together, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T06',
    title: 'many instances at once: one works, the others wait and say for whom, after the limit they end with 75, and looking never waits',
    run: async (size, report) => together(await crowd(size, report), await lookers(size, report)),
  },
]

/** The check creates a file that must not exist, and notes when it did. */
async function guarded(config = ''): Promise<FaultRepo> {
  const repo = await faultRepo({ 'a.txt': '0\n' })
  const [inside, overlaps] = [join(repo.base, 'inside'), join(repo.base, 'overlaps')]
  // noclobber: the shell opens with O_EXCL.
  const check = repo.marking('guarded', `set -C; : > '${inside}' || { echo overlap >> '${overlaps}'; exit 1; }; sleep 0.01; rm '${inside}'`)
  repo.write({ 'pawl.yaml': `detect: false\ndiskFree: 1\n${config}checks: { guarded: { command: [${check}] } }\n` })
  repo.commit('check')
  return repo
}

async function crowd(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const [many, rounds] = size === 'ci' ? [6, 2] : [50, 20]
  await using repo = await guarded('lockWait: 10m\n')
  const waited = { count: 0 }
  const result = await eachCase(rounds, 1, async () => {
    const before = repo.ran().length
    const ends = await Promise.all(Array.from({ length: many }, () => repo.runs(['--force'], { limitMs: 600_000 })))
    const wrong = ends.flatMap((end) => wrongEnding(end, [0]))
    waited.count += ends.filter((end) => /waiting for another run in this repository: process \d+, 'pawl --force'/.test(end.text)).length
    if (repo.ran().length - before !== many) wrong.push(`${many} entered and ${repo.ran().length - before} left`)
    return wrong
  })
  const overlaps = existsSync(join(repo.base, 'overlaps')) ? readFileSync(join(repo.base, 'overlaps'), 'utf8') : ''
  report(`${many * rounds} entries, ${overlaps.split('\n').length - 1} overlaps, ${waited.count} said for whom they waited`)
  const broken = [...result.broken, ...(overlaps === '' ? [] : ['two were inside at once']), ...(waited.count === 0 ? ['nobody said for whom it waited'] : [])]
  return { cases: many * rounds, broken }
}

/** Looking is compared with the same command while nobody holds the lock: an absolute time says more about the machine. */
async function lookers(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  await using repo = await faultRepo({ 'a.txt': '0\n' })
  const slow = await repo.tool('slow')
  repo.write({ 'pawl.yaml': `detect: false\ndiskFree: 1\nlockWait: 200ms\nchecks: { slow: { command: [${slow.path}] } }\n` })
  const first = repo.runs([], { limitMs: 600_000 })
  ;(await slow.started()).exit(0)
  await first
  const commands = [['status'], ['logs'], ['history'], ['plan']]
  const times = size === 'ci' ? 1 : 20
  const free = await timed(repo, commands, times)
  const holding = repo.runs(['--force'], { limitMs: 600_000 })
  const call = await slow.started()
  const held = await timed(repo, commands, times)
  const waiter = await repo.runs([])
  call.exit(0)
  await holding
  report(`looking: free ${spread(free.ms, 'ms')}, held ${spread(held.ms, 'ms')}`)
  const wrong = [...free.wrong, ...held.wrong, ...wrongEnding(waiter, [75])]
  const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
  if (middle(held.ms) > middle(free.ms) * 2 + 300) wrong.push('looking waits while the lock is held')
  if (!/held this repository|holds this repository/.test(waiter.text)) wrong.push(`75 does not say who holds it: ${oneLine(waiter.text)}`)
  return { cases: commands.length * times * 2 + 1, broken: wrong }
}

async function timed(
  repo: FaultRepo,
  commands: readonly (readonly string[])[],
  times: number,
): Promise<{ readonly ms: readonly number[]; readonly wrong: readonly string[] }> {
  const ms: number[] = []
  const wrong: string[] = []
  for (let round = 0; round < times; round++) {
    for (const command of commands) {
      const end = await repo.runs(command)
      wrong.push(...wrongEnding(end, [0]))
      ms.push(end.ms)
    }
  }
  return { ms, wrong }
}
