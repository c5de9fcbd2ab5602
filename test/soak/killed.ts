/** T01: pawl is killed at any instant. What it had said is kept, the next run starts at once and says that one was cut off. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { dice } from '../simulation/dice.ts'
import { busyRepo, type FaultRepo } from './fault-repo.ts'
import { oneLine, wrongEnding, type ProgramEnd } from './program.ts'
import { eachCase, missingProgram, skippedRow, spread, together, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'
import { damageOf, storedRuns } from './store-facts.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T01',
    title: 'kill -9 at any instant: what was said is kept, the next run starts at once and says that one was cut off',
    run: async (size, report) => together(await atRandom(size, report), await atSystemCalls(size, report)),
  },
]

const atOnce = 2

async function atRandom(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const chance = dice(11)
  const windowMs = await usualMs()
  const delays = Array.from({ length: size === 'ci' ? 20 : 1000 }, () => Math.round(chance.next() * windowMs))
  const facts: Fact[] = []
  const result = await onRepos(delays.length, async (repo, index) => {
    disturb(repo, index)
    const killed = await repo.runs(['--verbose'], { started: (child) => setTimeout(() => child.kill('SIGKILL'), delays[index]) })
    return aftermath(repo, killed, facts)
  })
  report(`random kills within ${windowMs} ms: ${facts.filter((fact) => fact.killed).length} of ${delays.length} hit a running pawl, ${told(facts)}`)
  return result
}

/** A kill must be able to hit every part of a run, also where the machine is slow: 600 ms, or a little more than a run takes here. */
async function usualMs(): Promise<number> {
  await using repo = await busyRepo()
  disturb(repo, 0)
  return Math.max(600, Math.round((await repo.runs([])).ms * 1.2))
}

/** The save path, call by call. SQLite is called by the main thread alone, so its calls are counted exactly without following threads and children. */
const points: readonly { readonly call: string; readonly mostly: number; readonly threads?: true }[] = [
  { call: 'openat', mostly: 40 },
  { call: 'write', mostly: 40 },
  { call: 'pwrite64', mostly: 120 },
  { call: 'fsync', mostly: 40 },
  { call: 'unlink', mostly: 15 },
  { call: 'close', mostly: 40 },
  { call: 'ftruncate', mostly: 10 },
  // Contents are moved into the cache by threads of the runtime, each of which is counted by itself.
  { call: 'rename', mostly: 6, threads: true },
  { call: 'mkdir', mostly: 8, threads: true },
]

async function atSystemCalls(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const missing = process.platform === 'linux' ? missingProgram('strace') : 'strace is for Linux'
  if (missing !== undefined) return skippedRow(`system calls: ${missing}`)
  const all = points.flatMap((point) => Array.from({ length: point.mostly }, (_, index) => ({ ...point, nth: index + 1 })))
  const chance = dice(12)
  const chosen = size === 'full' ? all : points.flatMap((point) => ({ ...point, nth: 1 + chance.roll(Math.ceil(point.mostly / 2)) }))
  const facts: Fact[] = []
  const result = await onRepos(chosen.length, async (repo, index) => {
    const point = chosen[index] ?? { call: 'fsync', nth: 1, mostly: 1 }
    disturb(repo, index)
    const killed = await repo.runs(['--verbose'], { through: injection(repo, point.call, point.nth, point.threads === true) })
    return (await aftermath(repo, killed, facts)).map((line) => `${point.call} ${point.nth}: ${line}`)
  })
  report(`kills at system calls: ${facts.filter((fact) => fact.killed).length} of ${chosen.length} points were reached, ${told(facts)}`)
  return result
}

/** Only calls that concern the state: what the runtime opens for itself is no border of the save path. */
function injection(repo: FaultRepo, call: string, nth: number, threads: boolean): readonly string[] {
  const files = ['store.db', 'store.db-wal', 'cache.db', 'cache.db-wal', 'lock.db', 'lock.db-journal', 'lock.holder', '.gitignore', 'logs', 'cache']
  const paths = threads ? [] : ['.', ...files].flatMap((file) => ['-P', join(repo.state, file)])
  return ['strace', ...(threads ? ['-f'] : []), '-qq', '-o', '/dev/null', ...paths, '-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${nth}`]
}

/** A repository for each worker: crash upon crash in the same state. */
async function onRepos(count: number, play: (repo: FaultRepo, index: number) => Promise<readonly string[]>): Promise<SoakResult> {
  const repos = await Promise.all(Array.from({ length: Math.min(atOnce, count) }, busyRepo))
  try {
    return await eachCase(count, atOnce, async (index, worker) => {
      const repo = repos[worker]
      return repo === undefined ? [] : play(repo, index)
    })
  } finally {
    for (const repo of repos) await repo[Symbol.asyncDispose]()
  }
}

/** Nothing is proven for these contents, and one check has something to mend. */
const disturb = (repo: FaultRepo, index: number): void => repo.write({ 'a.txt': `${index}\n`, 'b.txt': index % 3 === 0 ? 'bad\n' : `good ${index}\n` })

type Fact = { readonly killed: boolean; readonly acknowledged: number; readonly nextMs: number }

const told = (facts: readonly Fact[]): string =>
  `${facts.reduce((sum, fact) => sum + fact.acknowledged, 0)} acknowledged results looked for; next start ${spread(
    facts.map((fact) => fact.nextMs),
    'ms',
  )}`

/** Compares what the killed pawl had printed, what lies on the disk and what the checks did with what the next run says and does. */
async function aftermath(repo: FaultRepo, killed: ProgramEnd, facts: Fact[]): Promise<readonly string[]> {
  const wrong: string[] = []
  const said = [...killed.stdout.matchAll(/^✓ (one|two|mended) {2}/gm)].flatMap(([, name]) => name ?? [])
  const interrupted = onDisk(repo, wrong)
  const before = repo.ran().length
  const next = await repo.runs(['--verbose'])
  wrong.push(...wrongEnding(next, [0]))
  const again = repo.ran().slice(before)
  for (const name of new Set(said)) if (again.includes(name)) wrong.push(`${name} had passed and ran again: ${oneLine(killed.text)} || ${oneLine(next.text)}`)
  if (interrupted > 0 && !next.text.includes('was cut off')) wrong.push(`the next run did not say that one was cut off: ${oneLine(next.text)}`)
  if (interrupted === 0 && next.text.includes('was cut off')) wrong.push('a run that had ended was said to be cut off')
  if (/damaged|corrupt/.test(next.text)) wrong.push(`state was damaged: ${oneLine(next.text)}`)
  if (storedRuns(repo.state).some((run) => !run.ended)) wrong.push('a run has no end after the next one')
  if (repo.read('b.txt').includes('bad')) wrong.push('what was to be mended is not mended')
  const orphans = processesOf(repo)
  if (orphans.length > 0) wrong.push(`still alive: ${orphans.join(', ')}`)
  facts.push({ killed: killed.signal === 'SIGKILL', acknowledged: new Set(said).size, nextMs: next.ms })
  return wrong
}

/** How many runs on the disk have no end; looked at in a copy. */
function onDisk(repo: FaultRepo, wrong: string[]): number {
  const copy = mkdtempSync(join(repo.base, 'copy-'))
  try {
    cpSync(repo.state, copy, { recursive: true, filter: (path) => !path.includes('/cache/') && !path.includes('/logs/') && !path.endsWith('-shm') })
    for (const name of ['store.db', 'cache.db']) wrong.push(...damageOf(join(copy, name)).map((line) => `${name}: ${line}`))
    return storedRuns(copy).filter((run) => !run.ended).length
  } catch (error) {
    // Killed before it had made the folder.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0
    throw error
  } finally {
    rmSync(copy, { recursive: true })
  }
}

/** Programs that the checks of this repository started. */
function processesOf(repo: FaultRepo): readonly string[] {
  if (process.platform !== 'linux') return []
  const tools = join(repo.base, 'tools')
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const words = commandOf(pid)
      return words.includes(tools) ? [`${pid} ${words}`] : []
    })
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch (error) {
    // It ended meanwhile.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return ''
    throw error
  }
}
