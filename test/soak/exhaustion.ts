/** T20: no file descriptor and no process left to start with: checks wait for each other, none is lost, and pawl does not crash. */
import { chmodSync, chownSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { faultRepo } from './fault-repo.ts'
import { oneLine, wrongEnding } from './program.ts'
import { eachCase, missingProgram, skippedRow, spread, together, type SoakResult, type SoakRow } from './soak-row.ts'

const checks = 50
/** Nobody's processes count for the limit of another user; as root there is no limit. */
const stranger = 54_321

export const rows: readonly SoakRow[] = [
  {
    id: 'T20',
    title: 'open files or processes run out: fifty checks at once wait for each other, none is lost, pawl does not crash',
    async run(size, report) {
      const missing = process.platform === 'linux' ? missingProgram('prlimit', 'setpriv') : 'limits are set by prlimit, for Linux'
      if (missing !== undefined) return skippedRow(missing)
      const times = size === 'ci' ? 1 : 10
      const files = [48, 64, 96]
      const took: Took = new Map()
      const open = await eachCase(files.length * times, 1, (index) => crowded(['prlimit', `--nofile=${files[index % files.length]}`], took))
      const few = await fewProcesses(times, took)
      for (const [how, ms] of took) report(`${how}: ${checks} checks in ${spread(ms, 'ms')}`)
      return together(open, few)
    },
  },
]

/** Milliseconds by limit. */
type Took = Map<string, number[]>

async function fewProcesses(times: number, took: Took): Promise<SoakResult> {
  if (process.getuid?.() !== 0) return skippedRow('a limit of processes: only root can make another user, for whom nothing else counts')
  const most = [30, 40, 60]
  const user = ['setpriv', `--reuid=${stranger}`, `--regid=${stranger}`, '--clear-groups']
  return eachCase(most.length * times, 1, (index) => crowded(['prlimit', `--nproc=${most[index % most.length]}`, ...user], took))
}

/** Each check leaves a mark and takes its place for a moment, without a process besides its own. */
async function crowded(through: readonly string[], took: Took): Promise<readonly string[]> {
  await using repo = await faultRepo({})
  const mark = repo.script('mark', `echo "$1" >> '${join(repo.base, 'ran')}'\nexec sleep 0.5`)
  const names = Array.from({ length: checks }, (_, index) => `c${index}`)
  repo.write({
    'pawl.yaml': ['detect: false', 'diskFree: 1', `jobs: ${checks}`, 'checks:', ...names.map((name) => `  ${name}: { command: [${mark}, ${name}] }`), ''].join(
      '\n',
    ),
  })
  if (through.includes('setpriv')) giveAway(repo.base)
  const end = await repo.runs(['--verbose'], { through, limitMs: 120_000 })
  const ran = new Set(repo.ran())
  const lost = names.filter((name) => !ran.has(name))
  const unsaid = names.filter((name) => !new RegExp(`^✓ ${name} {2}`, 'm').test(end.stdout))
  const how = through.slice(0, 2).join(' ')
  took.set(how, [...(took.get(how) ?? []), end.ms])
  return [
    ...wrongEnding(end, [0]),
    ...(lost.length === 0 ? [] : [`never ran: ${lost.join(', ')}: ${oneLine(end.text)}`]),
    ...(unsaid.length === 0 ? [] : [`not said to have passed: ${unsaid.join(', ')}`]),
  ].map((line) => `${how}: ${line}`)
}

function giveAway(base: string): void {
  writeFileSync(join(base, 'ran'), '')
  for (const name of ['', ...readdirSync(base, { recursive: true, encoding: 'utf8' })]) {
    chownSync(join(base, name), stranger, stranger)
    if (name === '') chmodSync(base, 0o755)
  }
}
