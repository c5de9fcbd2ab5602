/** T05: the power fails. What was acknowledged is on the disk: the order of writes, syncs, renames and words is read from a trace. */
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { busyRepo, type FaultRepo } from './fault-repo.ts'
import { eachCase, missingProgram, skippedRow, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T05',
    title: 'power loss: each rename into the state comes after the sync of the file and before that of the folder, and no word before its write is synced',
    run: durableOrder,
  },
]

async function durableOrder(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const missing = process.platform === 'linux' ? missingProgram('strace') : 'strace is for Linux'
  if (missing !== undefined) return skippedRow(missing)
  const found = { renames: 0, words: 0, commits: 0 }
  const result = await eachCase(size === 'ci' ? 2 : 20, 2, async (index) => {
    await using repo = await busyRepo()
    repo.write({ 'a.txt': `${index}\n`, 'b.txt': index % 2 === 0 ? 'bad\n' : 'good\n' })
    if (index % 3 === 2) await repo.runs([])
    if (index % 3 === 2) repo.write({ 'a.txt': `again ${index}\n` })
    return await traced(repo, found)
  })
  report(`${found.renames} renames into the state, ${found.commits} synced commits of history, ${found.words} results said`)
  if (found.renames === 0 || found.words === 0 || found.commits === 0)
    return { ...result, broken: [...result.broken, 'the trace shows no renames, words or commits: nothing was judged'] }
  return result
}

type Found = { renames: number; words: number; commits: number }

async function traced(repo: FaultRepo, found: Found): Promise<readonly string[]> {
  const trace = join(repo.base, 'trace')
  const calls = 'openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2'
  await repo.runs([], { through: ['strace', '-f', '-qq', '-y', '-s', '4200', '-o', trace, '-e', `trace=${calls}`] })
  return misordered(callsIn(readFileSync(trace, 'utf8')), repo, found)
}

type Call = { readonly name: string; readonly args: string }

/** One entry for each call, where it ended: an unfinished one is joined with its resumption. */
function callsIn(trace: string): readonly Call[] {
  const open = new Map<string, string>()
  return trace.split('\n').flatMap((line): Call[] => {
    const [, pid = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
    const whole = resumed === null ? rest : `${open.get(pid) ?? ''}${resumed[1] ?? ''}`
    if (whole.endsWith('<unfinished ...>')) {
      open.set(pid, whole.replace(/ *<unfinished \.\.\.>$/, ''))
      return []
    }
    const [, name, args] = /^(\w+)\((.*)$/.exec(whole) ?? []
    return name === undefined || args === undefined || / = -1 /.test(args) ? [] : [{ name, args }]
  })
}

/** Outputs of checks are not synced by intention: a lost one is noticed by its digest and costs a miss. The one of `two` is known by its content. The same holds for baselines and remembered plans. */
function misordered(calls: readonly Call[], repo: FaultRepo, found: Found): readonly string[] {
  const wrong: string[] = []
  const output = digestOf(repo.read('a.txt'))
  // While one check is told, the log of another may be on its way.
  const owners = new Map(['one', 'two'].map((name) => [digestOf(`looked at ${name}\n`), name]))
  const synced = new Set<string>()
  const folders = new Map<string, string>()
  // Names of checks whose ending stands in what was written to history: not synced yet, and synced.
  const written = new Set<string>()
  const durable = new Set<string>()
  for (const { name, args } of calls) {
    const path = /^\d+<([^>]*)>/.exec(args)?.[1] ?? ''
    const isStore = /\/\.pawl\/store\.db(-wal)?$/.test(path)
    if (name === 'pwrite64' && isStore) for (const [, check = ''] of args.matchAll(/attempt\.finished.{1,30}?(\w+)@\d/g)) written.add(check)
    if (name === 'fsync' || name === 'fdatasync') {
      synced.add(path)
      folders.delete(path)
      if (isStore && written.size > 0) found.commits += 1
      if (isStore) for (const check of written) durable.add(check)
      if (isStore) written.clear()
    }
    if (name.startsWith('rename')) {
      const [from = '', to = ''] = [...args.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? '')
      if (!to.startsWith(`${repo.state}/`) || to.endsWith(output) || /^\/(baselines|plans)\//.test(to.slice(repo.state.length))) continue
      found.renames += 1
      if (!synced.has(from)) wrong.push(`${to.slice(repo.root.length)} was renamed without a sync of its content`)
      folders.set(dirname(to), to)
    }
    if (name === 'write' && args.startsWith('1<') && /✓|✗|passed|failed/.test(decoded(args))) {
      found.words += 1
      const said = [...decoded(args).matchAll(/✓ (\w+) {2}(?!reused)/g)].flatMap(([, check]) => check ?? [])
      for (const check of said) if (!durable.has(check)) wrong.push(`${check} was said to pass before that was synced`)
      const isEnd = /^(passed|failed) /m.test(decoded(args))
      const awaited = [...folders.values()].filter((to) => isEnd || decoded(args).includes(`✓ ${owners.get(basename(to)) ?? '(nobody)'} `))
      for (const to of awaited) wrong.push(`said before the folder of ${to.slice(repo.root.length)} was synced`)
    }
  }
  return wrong
}

const digestOf = (text: string): string => new Bun.CryptoHasher('sha256').update(text).digest('hex')

/** strace writes what is not ASCII as octal numbers. */
const decoded = (args: string): string => {
  const text = /"((?:[^"\\]|\\.)*)"/.exec(args)?.[1] ?? ''
  const bytes = text.replaceAll('\\n', '\n').replace(/\\([0-7]{1,3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
