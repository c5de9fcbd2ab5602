/** T04: the operating system refuses a call. No hang, no false success, a clear message, and the next run is in order. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dice, type Dice } from '../simulation/dice.ts'
import { busyRepo, faultRepo, type FaultRepo } from './fault-repo.ts'
import { oneLine, wrongEnding, type ProgramEnd } from './program.ts'
import { eachCase, missingProgram, skippedRow, spread, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T04',
    title: 'a system call is refused (no memory, no files, no space, read-only, input/output …): no hang, no false success, no stack trace',
    run: refusedCalls,
  },
]

const calls = [
  'openat',
  'read',
  'pread64',
  'write',
  'pwrite64',
  'fsync',
  'close',
  'unlink',
  'mkdir',
  'ftruncate',
  'newfstatat',
  'statx',
  'fstat',
  'getdents64',
  'fcntl',
  'statfs',
  'pipe2',
  'socketpair',
  'vfork',
  'execve',
  'rename',
] as const

/** No clone3: the runtime waits for ever for a thread that it could not start, before pawl's first line. What each call can really be refused with. */
const errors: Readonly<Record<string, readonly string[]>> = {
  openat: ['EIO', 'EACCES', 'EROFS', 'EMFILE', 'ENFILE', 'ENOMEM', 'EDQUOT', 'EINTR'],
  write: ['EIO', 'EDQUOT', 'ENOSPC', 'EINTR', 'EAGAIN'],
  pwrite64: ['EIO', 'EDQUOT', 'ENOSPC', 'EINTR', 'EROFS'],
  read: ['EIO', 'EINTR'],
  pread64: ['EIO', 'EINTR'],
  mkdir: ['EACCES', 'EROFS', 'EDQUOT', 'ENOSPC', 'EIO'],
  rename: ['EACCES', 'EROFS', 'EDQUOT', 'EIO'],
  unlink: ['EACCES', 'EROFS', 'EIO'],
  fsync: ['EIO', 'EDQUOT', 'EROFS'],
  ftruncate: ['EIO', 'EACCES', 'EROFS', 'EINTR'],
  close: ['EIO', 'EINTR', 'EDQUOT'],
  fcntl: ['EAGAIN', 'EACCES', 'ENOMEM'],
  pipe2: ['EMFILE', 'ENFILE'],
  socketpair: ['EMFILE', 'ENFILE', 'ENOMEM'],
  vfork: ['EAGAIN', 'ENOMEM'],
  execve: ['EACCES', 'ENOMEM', 'EIO', 'EAGAIN', 'EMFILE'],
}
const anyError = ['EIO', 'EACCES', 'ENOMEM', 'EINTR']

async function refusedCalls(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const missing = process.platform === 'linux' ? missingProgram('strace') : 'strace is for Linux'
  if (missing !== undefined) return skippedRow(missing)
  const [green, red] = [await busyRepo(undefined, lockWait), await redRepo()]
  const [otherGreen, otherRed] = [await busyRepo(undefined, lockWait), await redRepo()]
  const workers = [
    [green, red],
    [otherGreen, otherRed],
  ] as const
  try {
    const reached = await reachedCalls(green)
    const usable = calls.filter((call) => (reached.get(call)?.more ?? 0) > 0)
    const times: number[] = []
    const endings = new Map<string, number>()
    const result = await eachCase(size === 'ci' ? 16 : 300, workers.length, async (index, worker) => {
      const chance = dice(4000 + index)
      const call = usable[index % usable.length] ?? 'openat'
      const { first = 0, more = 1 } = reached.get(call) ?? {}
      const error = chance.pick(errors[call] ?? anyError)
      const nth = first + 1 + chance.roll(more)
      const repo = workers[worker]?.[chance.chance(0.3) ? 1 : 0] ?? green
      const end = await refused(repo, { call, error, nth, chance, limitMs: patienceMs }, index)
      times.push(end.ms)
      endings.set(String(end.code ?? end.signal), (endings.get(String(end.code ?? end.signal)) ?? 0) + 1)
      const colours = repo === red || repo === otherRed ? [1, 2] : [0, 1, 2]
      const allowed = call === 'fcntl' && heldByOther.includes(error) ? [...colours, 75] : colours
      return (await judged(repo, end, allowed)).map((line) => `${call} ${nth} refused with ${error}: ${line}`)
    })
    report(
      `${usable.length} calls: ${usable.join(', ')}; ended with ${[...endings].map(([code, count]) => `${code} ${count}×`).join(', ')}; ${spread(times, 'ms')}`,
    )
    return result
  } finally {
    for (const repo of workers.flat()) await repo[Symbol.asyncDispose]()
  }
}

/** A repository in which one check fails: it must never be green. */
async function redRepo(): Promise<FaultRepo> {
  const repo = await faultRepo({ 'a.txt': '0\n' })
  repo.write({
    'pawl.yaml': `detect: false\ndiskFree: 1\nlockWait: ${lockWait}\nchecks:\n  fine: { command: [${repo.marking('fine')}] }\n  red: { command: [${repo.script('red', 'exit 1')}] }\n`,
  })
  repo.commit('checks')
  return repo
}

/** SQLite itself tries for ten seconds where a lock is refused. */
const patienceMs = 30_000
const lockWait = '3s'

/** With these words the system says of a lock that somebody else holds it. */
const heldByOther: readonly string[] = ['EAGAIN', 'EACCES']

type Reached = { readonly first: number; readonly more: number }

/** How often the main thread calls each until its own work begins, and how often in that. */
async function reachedCalls(repo: FaultRepo): Promise<ReadonlyMap<string, Reached>> {
  const [start, all] = [join(repo.base, 'start.trace'), join(repo.base, 'all.trace')]
  const traced = (file: string): readonly string[] => ['strace', '-qq', '-o', file, '-e', `trace=${calls.join(',')}`]
  await repo.runs(['--version'], { through: traced(start) })
  await repo.runs([], { through: traced(all) })
  const [before, whole] = [countsIn(start), countsIn(all)]
  return new Map(calls.map((call) => [call, { first: before.get(call) ?? 0, more: (whole.get(call) ?? 0) - (before.get(call) ?? 0) }]))
}

function countsIn(file: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const [, call = ''] of readFileSync(file, 'utf8').matchAll(/^(\w+)\(/gm)) counts.set(call, (counts.get(call) ?? 0) + 1)
  return counts
}

/** Once, or from then on for ever. Half of the time in git and the tools as well. */
type Refusal = { readonly call: string; readonly error: string; readonly nth: number; readonly chance: Dice; readonly limitMs: number }

function refused(repo: FaultRepo, { call, error, nth, chance, limitMs }: Refusal, index: number): Promise<ProgramEnd> {
  repo.write({ 'a.txt': `${index}\n` })
  const lasting = chance.chance(0.25) && error !== 'EINTR' && error !== 'EAGAIN'
  const followed = chance.chance(0.3) ? ['-f'] : []
  const through = [
    'strace',
    ...followed,
    '-qq',
    '-o',
    '/dev/null',
    '-e',
    `trace=${call}`,
    '-e',
    `inject=${call}:error=${error}:when=${nth}${lasting ? '+' : ''}`,
  ]
  return repo.runs([], { through, limitMs })
}

async function judged(repo: FaultRepo, end: ProgramEnd, allowed: readonly number[]): Promise<readonly string[]> {
  const wrong = [...wrongEnding(end, allowed)]
  if (end.code === 0 && !/✓ one/.test(end.text)) wrong.push(`success without its checks: ${oneLine(end.text)}`)
  if (end.code === 2 && end.text.trim() === '') wrong.push('it says nothing')
  const next = await repo.runs([])
  wrong.push(...wrongEnding(next, [allowed.includes(0) ? 0 : 1]))
  return wrong
}
