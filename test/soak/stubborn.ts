/** T17: children that do not end when they are asked, or whose pipe somebody holds: pawl waits no longer than it says, and names what is left. */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { faultRepo, type FaultRepo } from './fault-repo.ts'
import { eachCase, missingProgram, skippedRow, spread, together, type SoakResult, type SoakRow } from './soak-row.ts'
import { fact, numbered, outcomesIn, wordsOf } from './watching.ts'

/** From the first signal to KILL. */
const graceMs = 4000
/** For the kernel, for pipes that somebody holds, and for saving. */
const restMs = 2000
/** The machine of a test run may be busy with other things. */
const patienceMs = { ci: 5000, full: 500 }

export const rows: readonly SoakRow[] = [
  {
    id: 'T17',
    title: 'a child that ignores TERM, a pipe that stays open, a process that the kernel does not let go: an end in bounded time, and what is left is named',
    async run(size, report) {
      if (process.platform !== 'linux') return skippedRow('pipes of other processes can be opened on Linux only')
      const times: number[] = []
      const cases = [deaf, heldPipe]
      const played = await eachCase(size === 'ci' ? 2 : 48, 2, (index) => numbered(cases, index)(times))
      // A file system that never answers has to be mounted for it.
      const stuck = size === 'ci' ? { cases: 0, broken: [] } : await hanging(times)
      report(`from the limit, or the end of the child, to the end of pawl: ${spread(times, 'ms')}`)
      const latest = graceMs + restMs + patienceMs[size]
      const late = times.filter((ms) => ms > latest).map((ms) => `it took ${ms.toFixed(0)} ms`)
      return together(played, stuck, { cases: 0, broken: late })
    },
  },
]

async function repoWith(task: string, limit: string): Promise<FaultRepo> {
  const repo = await faultRepo({})
  repo.write({ 'pawl.yaml': `detect: false\ndiskFree: 1\nchecks:\n  task: { command: [${repo.script('task', task)}], timeout: ${limit} }\n` })
  return repo
}

/** How a check with a limit of one second ends. */
async function limited(repo: FaultRepo, times: number[]): Promise<string | undefined> {
  const run = repo.start(['--json'])
  await fact(() => repo.exists('../begun'))
  const at = performance.now()
  const { stdout } = await run.ended
  times.push(performance.now() - at - 1000)
  const kind = outcomesIn(stdout).get('task')?.kind
  return kind
}

async function deaf(times: number[]): Promise<readonly string[]> {
  await using repo = await repoWith(`trap '' TERM\necho $$ > ../begun\nwhile :; do sleep 0.1; done`, '1s')
  const kind = await limited(repo, times)
  return kind === 'timed-out' ? [] : [`deaf to TERM: ${kind ?? 'no outcome'}`]
}

/** Somebody who is older than the child, and so none of its own, holds the other end of what it writes to. */
async function heldPipe(times: number[]): Promise<readonly string[]> {
  await using repo = await repoWith(`echo $$ > ../begun\nuntil [ -e ../held ]; do sleep 0.02; done\necho its last words\n: > ../over`, '60s')
  const run = repo.start(['--json', '--verbose'])
  await fact(() => repo.exists('../begun') && repo.read('../begun').endsWith('\n'))
  const held = openSync(`/proc/${repo.read('../begun').trim()}/fd/1`, 'w')
  try {
    repo.write({ '../held': '' })
    await fact(() => repo.exists('../over'))
    const at = performance.now()
    const { stdout } = await run.ended
    times.push(performance.now() - at)
    const kind = outcomesIn(stdout).get('task')?.kind
    return [
      ...(kind === 'passed' ? [] : [`held pipe: ${kind ?? 'no outcome'}`]),
      ...(logsOf(repo).includes('its last words') ? [] : ['held pipe: what was printed is not in the log']),
    ]
  } finally {
    closeSync(held)
  }
}

/** A file system above another one that stands still: who reads there waits in the kernel, and not even KILL ends it. */
async function hanging(times: number[]): Promise<SoakResult> {
  const missing = missingProgram('bindfs', 'umount')
  if (missing !== undefined) return skippedRow(`a process that the kernel does not let go: ${missing}`)
  await using repo = await repoWith(`echo $$ > ../begun\nexec cat ../above/file`, '1s')
  const [below, above] = [join(repo.base, 'below'), join(repo.base, 'above')]
  for (const folder of ['real', 'below', 'above']) mkdirSync(join(repo.base, folder))
  repo.write({ '../real/file': 'text' })
  const mounted = [spawnSync('bindfs', [join(repo.base, 'real'), below]), spawnSync('bindfs', [below, above])].every(({ status }) => status === 0)
  const server = mounted ? serverOf(below) : undefined
  try {
    if (server === undefined) return skippedRow('a process that the kernel does not let go: a file system cannot be mounted here')
    process.kill(server, 'SIGSTOP')
    const kind = await limited(repo, times)
    const named = /did not end after KILL: \d+/.test(logsOf(repo))
    return {
      cases: 1,
      broken: [...(kind === 'timed-out' ? [] : [`hanging: ${kind ?? 'no outcome'}`]), ...(named ? [] : ['hanging: what is left is not named'])],
    }
  } finally {
    if (server !== undefined) process.kill(server, 'SIGCONT')
    for (const folder of [above, below]) spawnSync('umount', [folder])
  }
}

/** The process that answers for what is mounted there. */
function serverOf(folder: string): number | undefined {
  const isServer = (pid: string): boolean => {
    const words = wordsOf(pid)
    return words[0] === 'bindfs' && words.indexOf(folder) === 2
  }
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && isServer(name))
  return pid === undefined ? undefined : Number(pid)
}

const logsOf = (repo: FaultRepo): string =>
  readdirSync(join(repo.state, 'logs'), { recursive: true, encoding: 'utf8' })
    .map((name) => join(repo.state, 'logs', name))
    .flatMap((path) => (statSync(path).isFile() ? [readFileSync(path, 'utf8')] : []))
    .join('')
