/** R01: a whole roadmap, carried out by agents that err, while pawl is killed again and again. All of it lands, each task once, and nothing is ever called complete that is not. */
import { existsSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dice } from '../simulation/dice.ts'
import { oneLine, wrongEnding, type ProgramEnd } from './program.ts'
import { groupSizes, rehearsal, type Fault, type RehearsedTask } from './rehearsal-roadmap.ts'
import { spread, together, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'
import { fact, wordsOf } from './watching.ts'
import { differences, ofUser, processesIn, toldIn, workRepo, type Told, type WorkRepo } from './working-agents.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'R01',
    title: 'a roadmap is carried out overnight with kill -9 again and again: all of it lands, each task once, nothing false is complete',
    run: rehearsed,
  },
]

type Course = {
  readonly sizes: readonly (readonly number[])[]
  readonly faults: Readonly<Record<string, Fault>>
  readonly kills: number
  /** One kill in so many waits for a landing of its run; groups of tasks land together. */
  readonly oneIn: number
  /** It comes within so many milliseconds after them. */
  readonly withinMs: number
  readonly timeout: string
}

const courses: Readonly<Record<SoakSize, Course>> = {
  ci: {
    sizes: [[2, 3, 4]],
    faults: { 'A1.2': 'red', 'B1.1': 'conflict', 'B1.2': 'conflict', 'C1.1': 'hang', 'C1.2': 'idle' },
    kills: 3,
    oneIn: 2,
    withinMs: 1500,
    timeout: '3s',
  },
  full: {
    sizes: groupSizes(4, 22, 112, 22),
    faults: {
      'A1.1': 'red',
      'B1.1': 'conflict',
      'B1.2': 'conflict',
      'C1.2': 'red',
      'D1.1': 'hang',
      'A2.2': 'idle',
      'B2.1': 'red',
      'C2.1': 'red',
      'C2.2': 'idle',
      'B3.1': 'red',
      'C3.1': 'conflict',
      'C3.2': 'conflict',
      'A4.2': 'red',
    },
    kills: 50,
    oneIn: 5,
    withinMs: 3500,
    timeout: '10s',
  },
}
const mostRuns = 12

/** What is measured on the way. */
type Night = { readonly broken: string[]; readonly told: Told[]; readonly goneMs: number[]; hits: number; runs: number }

/** At full size once without a kill, too: for how long it takes when nothing but the agents goes wrong. */
async function rehearsed(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const course = courses[size]
  const calm = size === 'full' ? [await carriedOut({ ...course, kills: 0 }, report)] : []
  return together(...calm, await carriedOut(course, report))
}

async function carriedOut({ sizes, faults, kills, oneIn, withinMs, timeout }: Course, report: (line: string) => void): Promise<SoakResult> {
  const startedAt = performance.now()
  await using repo = await workRepo({}, { work: `, parallel: 4, timeout: ${timeout}` })
  const { text, tasks } = rehearsal(sizes, faults, repo.base)
  repo.write({ 'ROADMAP.md': text })
  repo.commit('roadmap')
  repo.write({ 'src/c.txt': 'edited by a person\n', 'notes.md': 'untracked\n' })
  const before = ofUser(repo)
  const chance = dice(112)
  const night: Night = { broken: [], told: [], goneMs: [], hits: 0, runs: 0 }
  for (let kill = 0; kill < kills; kill++) {
    const end = await cutOff(repo, night, { landings: chance.roll(oneIn) === 0 ? 1 : 0, afterMs: chance.roll(withinMs) })
    if (end.signal === 'SIGKILL') night.hits++
    else night.broken.push(...wrongEnding(end, [0, 1, 2]).map((line) => `before kill ${kill}: ${line}`))
    await look(repo, tasks, night, `after kill ${kill}`)
    if (isOver(end)) break
  }
  for (let more = 0; more < mostRuns; more++) {
    const end = await cutOff(repo, night, undefined)
    night.broken.push(...wrongEnding(end, [0, 1, 2]))
    await look(repo, tasks, night, `after whole run ${more}`)
    if (isOver(end)) break
  }
  night.broken.push(...(await outcome(repo, tasks)), ...differences(before, ofUser(repo)).map((what) => `${what} of the user has changed`))
  const seconds = (performance.now() - startedAt) / 1000
  const struck = night.told.filter(({ fact: told }) => told?.kind === 'turn-ended' && told['outcome'] === 'timed-out').length
  const asked = (why: string): number => night.told.filter(({ fact: told }) => told?.kind === 'turn-begun' && told['why'] === why).length
  report(
    `${sizes.length} phases, ${sizes.flat().length} groups, ${tasks.length} tasks; ${night.hits} kills hit a living pawl, ${night.runs} runs in all; ${struck} time limits struck, ${asked('mend')} turns mended, ${asked('resolve')} resolved a conflict`,
  )
  report(`gone after a kill: ${spread(night.goneMs, 'ms')}`)
  report(`${seconds.toFixed(0)} s in all; the critical path of the agents alone, by their own clock: ${(criticalMs(tasks, night.told) / 1000).toFixed(1)} s`)
  if (night.hits < kills / 2) night.broken.push(`only ${night.hits} of ${kills} kills hit anything`)
  if (struck === 0) night.broken.push('no time limit struck')
  return { cases: tasks.length + night.hits, broken: night.broken }
}

const isOver = ({ code, text }: ProgramEnd): boolean => code === 2 && text.includes('are over')

/** `kill`: after so many landings of this run, and a while. Undefined: it runs to its end. */
async function cutOff(repo: WorkRepo, night: Night, kill: { readonly landings: number; readonly afterMs: number } | undefined): Promise<ProgramEnd> {
  night.runs++
  const end = await repo.runs(['roadmap', 'run', '--json'], {
    limitMs: 900_000,
    started: (child) => {
      let [left, open] = [kill?.landings ?? Number.POSITIVE_INFINITY, '']
      const strike = (): void => void setTimeout(() => child.kill('SIGKILL'), kill?.afterMs)
      if (left === 0) strike()
      child.stdout?.on('data', (chunk: string) => {
        const lines = (open + chunk).split('\n')
        open = lines.pop() ?? ''
        for (const { fact: told, attempt } of toldIn(lines.join('\n'))) {
          // What is told again of an earlier run has an attempt that never was.
          if (attempt?.endsWith('@0.0') === true) continue
          if (told?.kind === 'landed' && --left === 0) strike()
          if (told?.kind === 'turn-ended' && told['outcome'] === 'timed-out') writeFileSync(join(repo.base, 'calm'), '')
        }
      })
    },
  })
  night.told.push(...toldIn(end.stdout.slice(0, end.stdout.lastIndexOf('\n') + 1)).filter(({ attempt }) => attempt?.endsWith('@0.0') !== true))
  return end
}

/** What must be so whenever pawl does not run. */
async function look(repo: WorkRepo, tasks: readonly RehearsedTask[], { broken, goneMs }: Night, when: string): Promise<void> {
  const at = performance.now()
  const isGone = await fact(() => living(repo).length === 0, 5000)
  if (isGone) goneMs.push(performance.now() - at)
  else broken.push(`${when}: alive 5 s later: ${living(repo).map(oneLine).join('; ')}`)
  const landed = landedIn(repo)
  for (const group of completeGroups(repo))
    for (const { id } of tasks.filter((task) => task.group === group))
      if (landed.get(id) !== 1) broken.push(`${when}: group ${group} is called complete, and ${id} has landed ${landed.get(id) ?? 0} times`)
  for (const [id, kind] of await standings(repo))
    if (kind === 'landed' && !landed.has(id)) broken.push(`${when}: ${id} is said to have landed, and no commit tells of it`)
}

/** By their words or by the folder that they work in. */
function living(repo: WorkRepo): readonly string[] {
  const inside = readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(repo.base)
    } catch (error) {
      // Gone meanwhile, a zombie, or of another user.
      if (error instanceof Error && 'code' in error) return false
      throw error
    }
  })
  return [...processesIn(repo), ...inside.map((pid) => `${pid} ${wordsOf(pid).join(' ')}`)]
}

/** By id: how many commits of the branch land it, told by git. */
function landedIn(repo: WorkRepo): ReadonlyMap<string, number> {
  const landed = new Map<string, number>()
  if (repo.git('for-each-ref', 'refs/heads/pawl/integration').trim() === '') return landed
  for (const line of repo.git('log', '--format=%(trailers:key=Pawl-Task,valueonly)', 'main..pawl/integration').split('\n')) {
    const [id = ''] = line.split(' ')
    if (id !== '') landed.set(id, (landed.get(id) ?? 0) + 1)
  }
  return landed
}

function completeGroups(repo: WorkRepo): readonly string[] {
  const folder = join(repo.state, 'roadmap/status')
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) => {
    const [, phase, group] = /^PHASE(.+)-GROUP-(.+)-STATUS\.md$/.exec(name) ?? []
    return /^\*\*Status: .* COMPLETE\*\*$/m.test(readFileSync(join(folder, name), 'utf8')) ? [`${phase}.${group}`] : []
  })
}

type Status = { readonly phases: readonly { readonly groups: readonly { readonly tasks: readonly { id: string; standing: { kind: string } }[] }[] }[] }

async function standings(repo: WorkRepo): Promise<ReadonlyMap<string, string>> {
  const end = await repo.runs(['roadmap', 'status', '--json'])
  if (end.code !== 0) throw new Error(`pawl roadmap status ended with ${end.code ?? end.signal}: ${end.text}`)
  const status = JSON.parse(end.stdout) as Status
  return new Map(status.phases.flatMap(({ groups }) => groups.flatMap(({ tasks }) => tasks.map((task) => [task.id, task.standing.kind] as const))))
}

/** In the morning. */
async function outcome(repo: WorkRepo, tasks: readonly RehearsedTask[]): Promise<readonly string[]> {
  const broken: string[] = []
  const landed = landedIn(repo)
  const kinds = await standings(repo)
  const lines = repo
    .git('grep', '-h', '-e', '^did ', 'pawl/integration', '--', 'src')
    .split('\n')
    .filter((line) => line !== '')
  for (const { id, fault = 'no fault' } of tasks) {
    const [commits, marks, kind] = [landed.get(id) ?? 0, lines.filter((line) => line === `did ${id}`).length, kinds.get(id)]
    if (commits !== 1 || marks !== 1 || kind !== 'landed') broken.push(`${id} (${fault}): ${commits} commits, ${marks} lines, said to be ${kind ?? 'unknown'}`)
  }
  if (lines.length !== tasks.length) broken.push(`${lines.length} lines of ${tasks.length} tasks`)
  const complete = new Set(completeGroups(repo))
  const open = [...new Set(tasks.map(({ group }) => group))].filter((group) => !complete.has(group))
  if (open.length > 0) broken.push(`not called complete although all has landed: ${open.join(', ')}`)
  const others = repo.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/pawl/pawl-gate*').trim()
  if (others !== '') broken.push(`left behind: ${others}`)
  return broken
}

/** Groups follow each other; of each the task whose turns took longest in all. */
function criticalMs(tasks: readonly RehearsedTask[], told: readonly Told[]): number {
  const took = new Map<string, number>()
  for (const { task, fact: one } of told) {
    if (one?.kind !== 'turn-ended' || task === undefined) continue
    const spent = one['spent'] as { readonly timeMs?: number } | undefined
    took.set(task, (took.get(task) ?? 0) + (spent?.timeMs ?? 0))
  }
  const groups = Map.groupBy(tasks, ({ group }) => group)
  return [...groups.values()].reduce((sum, of) => sum + Math.max(...of.map(({ id }) => took.get(`work:${id.toLowerCase().replace('.', '-')}`) ?? 0)), 0)
}
