/** T14: logs of many runs, rotated by many at once, missing or read-only. No log of a live run is lost, and no check fails for want of a log. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { attemptLogs, rotateLogs, runLog } from '../../src/host/attempt-logs.ts'
import { pawlCommand } from '../journeys/rig.ts'
import { dice } from '../simulation/dice.ts'
import { faultRepo } from './fault-repo.ts'
import { inState } from './lock-holding.ts'
import { oneLine, runProgram, wrongEnding } from './program.ts'
import { eachCase, missingProgram, skippedRow, together, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T14',
    title: 'logs rotated by many at once, missing or read-only: no log of a live run is lost, 20 are kept, and no check fails for want of a log',
    run: async (size, report) => together(await rotated(size, report), await withoutLogs(), await readOnlyLogs()),
  },
]

const kept = 20
const nameOf = (run: number): string => `run-${String(run).padStart(6, '0')}`

/** Old logs, live runs that go on writing theirs, and everybody rotates at once. */
async function rotated(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const [many, old] = [50, 200]
  let lines = 0
  const result = await eachCase(size === 'ci' ? 3 : 20, 1, (index) =>
    inState(async (state) => {
      const chance = dice(1400 + index)
      const logs = join(state, 'logs')
      for (let run = 1; run <= old; run++) {
        mkdirSync(join(logs, nameOf(run)), { recursive: true })
        writeFileSync(join(logs, `${nameOf(run)}.log`), 'old\n')
      }
      // Some live runs are older than all that is kept: linked worktrees, or a run of yesterday.
      const live = Array.from({ length: many }, (_, one) => (one < 5 ? 1 + chance.roll(old - kept) : old + 1 + one))
      const unique = [...new Set(live)]
      const writers = unique.map((run) => ({ run, log: runLog(state, run), attempt: attemptLogs(state, run).open('check@1.1') }))
      await Promise.all(
        writers.map(async ({ log, attempt }) => {
          log.write('before')
          attempt.write('before\n')
          await rotateLogs(state, kept, unique)
          log.write('after')
          attempt.write('after\n')
        }),
      )
      const wrong: string[] = []
      for (const { run, log, attempt } of writers) {
        const failure = log.close() ?? (await attempt.close()).failure
        const text = new TextDecoder().decode(await attemptLogs(state, run).read('check@1.1'))
        if (failure !== undefined || text !== 'before\nafter\n') wrong.push(`the log of live run ${run} is ${JSON.stringify(text)}`)
        lines += 2
      }
      const left = new Set(readdirSync(logs).map((name) => Number(/\d+/.exec(name)?.[0])))
      const notLive = [...left].filter((run) => !unique.includes(run))
      if (notLive.length > kept) wrong.push(`${notLive.length} logs of ended runs are left`)
      return wrong
    }),
  )
  report(`${lines} lines of live runs were looked for`)
  return result
}

/** The folder vanishes before a run, and in the middle of a check. */
async function withoutLogs(): Promise<SoakResult> {
  await using repo = await faultRepo({ 'a.txt': '0\n' })
  const logs = join(repo.state, 'logs')
  const gone = repo.marking('gone', `echo one; rm -r '${logs}'; echo two`)
  repo.write({
    'pawl.yaml': `detect: false\ndiskFree: 1\njobs: 1\nchecks:\n  gone: { command: [${gone}], priority: 1 }\n  after: { command: [${repo.marking('after', 'echo three')}] }\n`,
  })
  const first = await repo.runs([])
  rmSync(logs, { recursive: true, force: true })
  const second = await repo.runs(['--force'])
  return { cases: 2, broken: [...wrongEnding(first, [0]), ...wrongEnding(second, [0])] }
}

/** A folder that cannot be written, with more old logs in it than are kept. */
async function readOnlyLogs(): Promise<SoakResult> {
  const missing = process.platform === 'linux' ? missingProgram('unshare', 'mount') : 'mounting a folder read-only is for Linux'
  if (missing !== undefined) return skippedRow(`read-only logs: ${missing}`)
  const space = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '--mount', '--']
  if (spawnSync('unshare', [...space.slice(1), 'true']).status !== 0) return skippedRow('read-only logs: mount name spaces are not allowed here')
  await using repo = await faultRepo({ 'a.txt': '0\n' })
  repo.write({ 'pawl.yaml': `detect: false\ndiskFree: 1\nchecks: { fine: { command: [${repo.marking('fine', 'echo fine')}] } }\n` })
  await repo.runs([])
  const logs = join(repo.state, 'logs')
  for (let run = 100; run < 130; run++) writeFileSync(join(logs, `${nameOf(run)}.log`), 'old\n')
  const script = `mount --bind '${logs}' '${logs}' && mount -o remount,ro,bind '${logs}' && exec ${pawlCommand(['--force']).join(' ')}`
  const env = { PATH: process.env['PATH'] ?? '', HOME: repo.base, TERM: 'dumb' }
  const end = await runProgram([...space, 'sh', '-c', script], { cwd: repo.root, env })
  const wrong = [...wrongEnding(end, [0])]
  if (!/read-only/.test(end.text)) wrong.push(`it does not say that the logs are read-only: ${oneLine(end.text)}`)
  return { cases: 1, broken: wrong }
}
