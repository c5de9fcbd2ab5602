/** T01: pawl is killed at any instant. What it had said is kept, the next run starts at once and says that one was cut off. */
import { join } from 'node:path'
import { dice } from '../simulation/dice.ts'
import { aftermath, told, type Aftermath } from './aftermath.ts'
import { busyRepo, type FaultRepo } from './fault-repo.ts'
import { eachCase, missingProgram, skippedRow, together, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'

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
  const facts: Aftermath[] = []
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
  const facts: Aftermath[] = []
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
  const repos = await Promise.all(Array.from({ length: Math.min(atOnce, count) }, () => busyRepo()))
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
