/** T11 and T12: the wall clock jumps, between runs and in the middle of one, or everything stands still for a while. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { attempt, type AttemptWorld } from '../../src/engine/attempt.ts'
import { newCancellation } from '../../src/model/cancellation.ts'
import type { Tree } from '../../src/model/tree.ts'
import { memoryCache } from '../contracts/laboratory.ts'
import { plainTask } from '../plain-task.ts'
import { faultRepo, type FaultRepo } from './fault-repo.ts'
import { oneLine, wrongEnding, type ProgramEnd } from './program.ts'
import { eachCase, skippedRow, together, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'
import { storedDurations } from './store-facts.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T11',
    title: 'the clock jumps back, forth, over summer time, leap day, 1970 and 2038: no stale result, no negative duration, no hang',
    run: async (size, report) => together(await limits(size), await jumps(size, report)),
  },
  {
    id: 'T12',
    title: 'everything stands still and the clock jumps (the lid was closed): no time limit strikes, nothing is taken for dead, the run goes on',
    run: standstill,
  },
]

const minute = 60_000
const day = 24 * 60 * minute
const limitMs = 10 * minute

/** A time limit only shortens: a proof holds if its content is the same, it is not from the future and not older than the limit. */
async function limits(size: SoakSize): Promise<SoakResult> {
  const runs = size === 'ci' ? 1000 : 5000
  const broken: string[] = []
  const times = fc.oneof(
    fc.integer({ min: -(10 ** 12), max: 10 ** 13 }),
    fc.integer({ min: -2, max: 2 }).map((more) => more + limitMs),
    fc.integer({ min: -2, max: 2 }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 4 * 10 ** 12 }),
      times,
      fc.option(fc.integer({ min: 0, max: 400 * day })),
      fc.boolean(),
      async (at, jump, ttlMs, same) => {
        const reused = await reusedAfter(at, at + jump, ttlMs ?? undefined, same)
        const expected = same && jump >= 0 && (ttlMs === null || jump <= ttlMs)
        if (reused !== expected)
          broken.push(
            `proven at ${at}, asked ${jump} ms later with limit ${ttlMs ?? 'none'}, content ${same ? 'the same' : 'another'}: ${reused ? 'reused' : 'ran'}`,
          )
      },
    ),
    { numRuns: runs, seed: 11 },
  )
  return { cases: runs, broken }
}

async function reusedAfter(provenAt: number, askedAt: number, ttlMs: number | undefined, same: boolean): Promise<boolean> {
  let [now, content] = [provenAt, 'one']
  const executor = { perform: async () => ({ kind: 'passed', findings: [], durationMs: 1 }) as const, describe: () => 'check' }
  const tree = (): Tree =>
    ({ files: [{ path: 'a', id: content }], mark: { delta: { a: content } }, matching: () => [{ path: 'a', id: content }] }) as Partial<Tree> as Tree
  const world: Partial<AttemptWorld> = {
    executors: { command: executor, builtin: executor, agent: executor, job: executor, land: executor, 'stage-gate': executor },
    cache: memoryCache(new Map()),
    clock: { now: () => now, elapsed: () => 0, sleep: async () => undefined },
    cancellation: newCancellation(),
    visible: async () => ({ tree: tree(), files: undefined, env: {}, tools: {}, extra: {}, upstream: {}, platform: 'linux' }),
    changedSince: async () => ['a'],
    digest: (text) => new Bun.CryptoHasher('sha256').update(text).digest('hex'),
    settled: new Map(),
    filesFor: () => undefined,
    fixesOf: () => [],
    watch: async () => ({ before: 'still', since: () => 'still' }),
    run: 1,
    tagOf: (id) => id,
    force: false,
    dryRun: false,
    openLog: () => ({ write: () => undefined, close: async () => undefined }),
  }
  const task = plainTask('check', { inputs: { files: ['a'], env: [], tools: [], extra: [] }, ...(ttlMs === undefined ? {} : { ttlMs }) })
  const once = () => attempt(task, 'check@1.1', world as AttemptWorld, () => undefined)
  await once()
  now = askedAt
  if (!same) content = 'two'
  return (await once()).kind === 'cached'
}

/** Where the loader finds the library that shifts the clock; undefined when it is not installed. */
function shiftedClock(): string | undefined {
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'faketime/libfaketime.so.1')) : []
  return ['/usr/lib/faketime/libfaketime.so.1', ...folders].find((path) => existsSync(path))
}

const starts = ['now', '2026-10-25T00:59:30Z', '2028-02-29T23:59:50Z', '1970-01-01T02:00:00Z', '2038-01-19T03:14:00Z', '2026-12-31T23:59:58Z']
const jumpsMs = [-60 * minute, 60 * minute, 3653 * day, 5 * minute]

async function jumps(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const library = shiftedClock()
  if (library === undefined) return skippedRow('jumps of a real run: libfaketime is not installed')
  const all = starts.flatMap((start) => jumpsMs.map((jump) => ({ start, jump })))
  // Five is no divisor of four and six: the small size meets every jump and most starts.
  const chosen = all.filter((_, index) => size === 'full' || index % 5 === 0)
  const repos = await Promise.all([jumpingRepo(), jumpingRepo()])
  try {
    const result = await eachCase(chosen.length, repos.length, async (index, worker) => {
      const [repo, moment] = [repos[worker], chosen[index]]
      if (repo === undefined || moment === undefined) return []
      return (await jumped(repo, library, moment, index)).map((line) => `${moment.start} ${moment.jump / minute} min: ${line}`)
    })
    report(`${chosen.length} jumps in the middle of a run, each with a run after it`)
    return result
  } finally {
    for (const repo of repos) await repo[Symbol.asyncDispose]()
  }
}

/** `jumper` shifts the clock of everybody while it runs, after the other two are proven. */
async function jumpingRepo(): Promise<FaultRepo> {
  const repo = await faultRepo({ 'a.txt': '0\n' })
  const shift = join(repo.base, 'shift')
  const jumper = repo.marking('jumper', `cat '${shift}.next' > '${shift}'`)
  const checks = [
    `  plain: { command: [${repo.marking('plain')}] }`,
    `  timed: { command: [${repo.marking('timed')}], ttl: 10m }`,
    `  jumper: { command: [${jumper}], needs: [plain, timed], timeout: 20s }`,
  ]
  repo.write({ 'pawl.yaml': `detect: false\ndiskFree: 1\nchecks:\n${checks.join('\n')}\n` })
  repo.commit('checks')
  return repo
}

const shifting = (repo: FaultRepo, library: string): Record<string, string> => ({
  LD_PRELOAD: library,
  FAKETIME_NO_CACHE: '1',
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  FAKETIME_TIMESTAMP_FILE: join(repo.base, 'shift'),
})

const offset = (ms: number): string => `${ms < 0 ? '-' : '+'}${Math.abs(Math.round(ms / 1000))}\n`

async function jumped(
  repo: FaultRepo,
  library: string,
  { start, jump }: { readonly start: string; readonly jump: number },
  index: number,
): Promise<readonly string[]> {
  const base = start === 'now' ? 0 : Date.parse(start) - Date.now()
  writeFileSync(join(repo.base, 'shift'), offset(base))
  writeFileSync(join(repo.base, 'shift.next'), offset(base + jump))
  repo.write({ 'a.txt': `${index}\n` })
  const env = shifting(repo, library)
  const first = await repo.runs([], { env })
  const before = repo.ran().length
  const second = await repo.runs([], { env })
  const again = repo.ran().slice(before)
  const wrong = [...wrongEnding(first, [0]), ...wrongEnding(second, [0]), ...negative(repo, first), ...negative(repo, second)]
  if (again.includes('plain') !== jump < 0) wrong.push(`plain was ${again.includes('plain') ? 'run again' : 'reused'}: ${oneLine(second.text)}`)
  if (again.includes('timed') !== (jump < 0 || jump > limitMs))
    wrong.push(`timed was ${again.includes('timed') ? 'run again' : 'reused'}: ${oneLine(second.text)}`)
  return wrong
}

function negative(repo: FaultRepo, end: ProgramEnd): readonly string[] {
  const stored = storedDurations(repo.state).filter((ms) => ms < 0)
  return [...(stored.length === 0 ? [] : [`stored durations: ${stored.join(', ')}`]), ...(/(?<!\S)-\d/.test(end.text) ? [`shown: ${oneLine(end.text)}`] : [])]
}

/** Stopping is not suspending: monotonic time goes on. The wall clock jumps as it does after a suspension; for the rest the kernel would have to sleep. */
async function standstill(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const library = shiftedClock()
  if (library === undefined) return skippedRow('libfaketime is not installed')
  await using repo = await faultRepo({ 'a.txt': '0\n' })
  const tool = await repo.tool('slow')
  repo.write({ 'pawl.yaml': `detect: false\ndiskFree: 1\nchecks: { slow: { command: [${tool.path}], timeout: 30s } }\n` })
  repo.commit('check')
  const env = shifting(repo, library)
  const result = await eachCase(size === 'ci' ? 2 : 50, 1, async () => {
    writeFileSync(join(repo.base, 'shift'), offset(0))
    let pid = 0
    const running = repo.runs(['--force'], { env, started: (child) => (pid = child.pid ?? 0) })
    const call = await tool.started()
    for (const one of [pid, call.pid]) process.kill(one, 'SIGSTOP')
    writeFileSync(join(repo.base, 'shift'), offset(8 * 60 * minute))
    // While it sleeps nobody may take its place.
    const meanwhile = await repo.runs(['status'])
    for (const one of [call.pid, pid]) process.kill(one, 'SIGCONT')
    call.exit(0)
    const end = await running
    const wrong = [...wrongEnding(end, [0]), ...wrongEnding(meanwhile, [0]), ...negative(repo, end)]
    if (!meanwhile.text.includes(`Running now: process ${pid}`)) wrong.push(`the sleeping run is not seen: ${oneLine(meanwhile.text)}`)
    return /\d h \d|\d{4,} s/.test(end.text) ? [...wrong, `the jump is taken for a duration: ${oneLine(end.text)}`] : wrong
  })
  report(`${result.cases} runs stood still while the clock jumped 8 hours`)
  return result
}
