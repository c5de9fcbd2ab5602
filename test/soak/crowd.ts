/** T06: many instances at once. One works, the others wait and say for whom; whoever only looks never waits. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { faultRepo, type FaultRepo } from './fault-repo.ts'
import { oneLine, runProgram, wrongEnding, type ProgramEnd } from './program.ts'
import { eachCase, quickFolder, spread, together, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T06',
    title: 'many instances at once: one works, the others wait and say for whom, after the limit they end with 75, and looking never waits',
    run: async (size, report) => together(await births(size), await crowd(size, report), await lookers(size, report)),
  },
]

/** Four processes open a database that is not there yet, in the same moment, over and over: nobody takes it for a damaged one. */
async function births(size: SoakSize): Promise<SoakResult> {
  const [members, count] = [4, size === 'ci' ? 75 : 2000]
  const folder = mkdtempSync(join(quickFolder(), 'pawl-births-'))
  try {
    const open = (member: number): Promise<ProgramEnd> =>
      runProgram([process.execPath, join(import.meta.dirname, 'programs/born.ts'), folder, String(count), String(member), String(members)], {
        cwd: folder,
        limitMs: 600_000,
      })
    const ends = await Promise.all(Array.from({ length: members }, (_, member) => open(member)))
    return { cases: count, broken: ends.flatMap((end) => [...end.text.split('\n').filter((line) => line !== ''), ...wrongEnding(end, [0])]).slice(0, 10) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

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
  const result = await eachCase(rounds, 1, async (round) => {
    // Every second time they make the state themselves, all at once.
    if (round % 2 === 0) rmSync(join(repo.root, '.pawl'), { recursive: true, force: true })
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

/** Whoever waited for the lock, as a run does, would need as long as the limit at least. */
const waitLimitMs = 5000

async function lookers(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  await using repo = await faultRepo({ 'a.txt': '0\n' })
  const slow = await repo.tool('slow')
  repo.write({ 'pawl.yaml': `detect: false\ndiskFree: 1\nlockWait: ${waitLimitMs}ms\nchecks: { slow: { command: [${slow.path}] } }\n` })
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
  const slowest = Math.max(...held.ms)
  if (slowest >= waitLimitMs) wrong.push(`looking waits while the lock is held: ${Math.round(slowest)} ms`)
  if (waiter.ms < waitLimitMs) wrong.push(`a run that must wait ended after ${Math.round(waiter.ms)} ms`)
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
