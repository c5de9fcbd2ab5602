/** T69: pawl is killed at every border of the work of agents, and at any moment between. What goes on afterwards commits once, lands only what was judged, and loses nothing. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { dice } from '../simulation/dice.ts'
import { oneLine, wrongEnding, type ProgramEnd } from './program.ts'
import { eachCase, together, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'
import { storedRuns } from './store-facts.ts'
import { numbered } from './watching.ts'
import { allGone, differences, inTree, ofUser, processesIn, prompt, toldIn, workRepo, type WorkRepo } from './working-agents.ts'

export const rows: readonly SoakRow[] = [
  { id: 'T69', title: 'work of agents goes on after kill -9 at every border: 0 double commits, 0 skipped gates, 0 lost work', run: resumed },
]

const borders = ['leased', 'turn-begun', 'session', 'turn-ended', 'judged', 'committed', 'landing', 'landed'] as const
type Border = (typeof borders)[number]

/** `afterMs`: since the border was told, or since the start. */
type Kill = { readonly at?: Border; readonly afterMs: number }

async function resumed(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  // All borders one after the other, each in what the kill before has left.
  const hits: number[] = []
  const some = size === 'ci' ? borders.filter((at) => at !== 'turn-begun' && at !== 'landing') : borders
  const chains = await eachCase(size === 'ci' ? 1 : 10, 2, (index) =>
    story(
      ['one'],
      some.map((at) => ({ at, afterMs: index * 3 })),
      hits,
    ),
  )
  const chance = dice(69)
  const several = size === 'ci' ? 1 : 10
  const each = await eachCase(size === 'ci' ? 0 : borders.length * several, 2, (index) =>
    story(['one', 'two', 'three'], [{ at: numbered(borders, index), afterMs: chance.roll(60) }], hits),
  )
  const random = await eachCase(size === 'ci' ? 1 : 50, 2, () =>
    story(['one', 'two'], [{ afterMs: 800 + chance.roll(3000) }, ...(size === 'ci' ? [] : [{ afterMs: 400 + chance.roll(3000) }])], hits),
  )
  const held = await eachCase(size === 'ci' ? 1 : 5, 2, (index) => cutOffBeforeTheLook(index * 20))
  report(
    `${chains.cases} chains of ${some.length} kills, ${each.cases} at one border of three jobs, ${random.cases} at any moment; ${hits.length} kills hit a living pawl`,
  )
  const missed = hits.length > some.length / 2 ? [] : [`only ${hits.length} kills hit anything`]
  return together(chains, each, random, held, { cases: 0, broken: missed })
}

/** Each writes a line that says which job and turn it is of, and logs that it has. "two" has to mend what it did first. */
const works: Readonly<Record<string, (edits: string) => string>> = {
  one: (edits) => prompt('One', write(edits, 'a', '; echo BUG >> src/a.txt'), write(edits, 'a', '; sed -i /BUG/d src/a.txt')),
  two: (edits) => prompt('Two', write(edits, 'b', '; sleep 0.3'), write(edits, 'b')),
  three: (edits) => prompt('Three', `mkdir -p src/new; ${write(edits, 'new/c')}`, `mkdir -p src/new; ${write(edits, 'new/c')}`),
}
const write = (edits: string, file: string, more = ''): string =>
  `token=edit-$(cat /proc/sys/kernel/random/uuid); echo $token >> src/${file}.txt; echo $token >> '${edits}'${more}`

async function story(names: readonly string[], kills: readonly Kill[], hits: number[]): Promise<readonly string[]> {
  await using repo = await workRepo({})
  const edits = join(repo.base, 'edits')
  repo.write(Object.fromEntries(names.map((name) => [`${name}.md`, works[name]?.(edits) ?? ''])))
  repo.commit('tasks')
  repo.write({ 'src/c.txt': 'edited by a person\n', 'notes.md': 'untracked\n' })
  repo.git('add', 'notes.md')
  const before = ofUser(repo)
  const broken: string[] = []
  for (const kill of kills) {
    const isOpen = hasOpenRun(repo)
    const last = await cutOff(repo, begin(repo, names), kill)
    if (isOpen && last.stdout.includes('"attempt.started"') && !last.stdout.includes('was cut off'))
      broken.push(`nobody was told of a lost run before ${kill.at ?? 'a kill'}`)
    if (last.signal === 'SIGKILL') hits.push(last.ms)
    if (!(await allGone(repo, 10_000))) broken.push(`alive 10 s after the kill at ${kill.at ?? kill.afterMs}: ${processesIn(repo).join('; ')}`)
  }
  const isLost = hasOpenRun(repo)
  let end = await repo.runs(begin(repo, names))
  // All was done when it was killed: then the next run of anything tells, and clears up.
  if (end.text.includes('is left to be done')) {
    repo.write({ '.pawl/next.md': prompt('Next', 'echo next > src/next.txt') })
    end = await repo.work('.pawl/next.md')
  }
  if (isLost && !end.text.includes('was cut off')) broken.push(`nobody was told that a run was cut off: ${oneLine(end.text)}`)
  broken.push(...wrongEnding(end, [0]))
  return [...broken, ...aftermath(repo, names, edits), ...differences(before, ofUser(repo)).map((what) => `${what} of the user has changed`)]
}

const hasOpenRun = (repo: WorkRepo): boolean => storedRuns(repo.state).some(({ ended }) => !ended)

function begin(repo: WorkRepo, names: readonly string[]): readonly string[] {
  const isFirst =
    repo.git('for-each-ref', 'refs/heads/pawl').trim() === '' || !existsSync(join(repo.state, 'jobs')) || readdirSync(join(repo.state, 'jobs')).length === 0
  return isFirst ? ['agents', 'run', '--json', ...names.map((name) => `${name}.md`)] : ['retry', '--json']
}

function cutOff(repo: WorkRepo, args: readonly string[], { at, afterMs }: Kill): Promise<ProgramEnd> {
  return repo.runs(args, {
    started: (child) => {
      const strike = (): void => void setTimeout(() => child.kill('SIGKILL'), afterMs)
      if (at === undefined) return strike()
      let text = ''
      child.stdout?.on('data', (chunk: string) => {
        text += chunk
        if (isReached(text, at)) strike()
      })
    },
  })
}

/** Facts of an earlier run are told again under an attempt that never was. */
function isReached(text: string, at: Border): boolean {
  const told = toldIn(text.slice(0, text.lastIndexOf('\n') + 1))
  if (at === 'landing') return told.some(({ type, task }) => type === 'attempt.started' && task?.startsWith('land:') === true)
  return told.some(({ fact, attempt }) => fact?.kind === at && attempt?.endsWith('@0.0') === false)
}

/** Everything is looked up in git and in the marks of the checks and the agents. */
function aftermath(repo: WorkRepo, names: readonly string[], edits: string): readonly string[] {
  const broken: string[] = []
  const lines = (...args: string[]): readonly string[] =>
    repo
      .git(...args)
      .split('\n')
      .filter((line) => line !== '')
  const target = 'pawl/integration'
  const trailers = lines('log', '--format=%(trailers:key=Pawl-Job,valueonly,separator=%x2C)', target).filter((line) => line.includes('/'))
  for (const name of names) {
    const own = trailers.filter((line) => line.endsWith(`/${name}`))
    if (own.length !== 1) broken.push(`${name} is on the branch ${own.length} times: ${trailers.join()}`)
  }
  for (const branch of lines('for-each-ref', '--format=%(refname:short)', 'refs/heads/pawl').filter((one) => one !== target)) {
    const own = lines('log', '--format=%(trailers:key=Pawl-Job,valueonly,separator=%x2C)', `main..${branch}`).map((line) => line.replace(/^\d+\//, ''))
    if (new Set(own).size !== own.length) broken.push(`${branch} holds a commit twice: ${own.join()}`)
    if (branch.startsWith('pawl/pawl-gate')) broken.push(`${branch} was left behind`)
  }
  for (const commit of lines('log', '--first-parent', '--format=%H', `main..${target}`)) {
    if (inTree(repo, commit, '! grep -rn BUG src').status !== 0) broken.push(`${commit} is red`)
    const digest = repo.digestOf(commit)
    const isTip = commit === lines('rev-parse', target)[0]
    // Of several that land together the last one is judged: the branch never stood on those before it.
    if (isTip && !repo.passed().has(digest)) broken.push(`${commit} was never judged`)
  }
  const written = existsSync(edits) ? readFileSync(edits, 'utf8').trim().split('\n') : []
  const refs = lines('for-each-ref', '--format=%(objectname)')
  const kept = repo.git('grep', '-h', '-o', '-e', 'edit-[0-9a-f-]*', ...refs, '--', 'src') + inFiles(join(repo.state, 'worktrees'))
  for (const token of written) if (!kept.includes(token)) broken.push(`${token} of ${written.length} edits is lost`)
  if (written.length === 0) broken.push('no agent wrote anything')
  return broken
}

function inFiles(folder: string): string {
  if (!existsSync(folder)) return ''
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /^[^/]+\/src\/.*\.txt$/.test(path))
  return paths.map((path) => readFileSync(join(folder, path), 'utf8')).join('')
}

/** What a person has to look at lands no more easily because pawl was killed before it looked itself. */
async function cutOffBeforeTheLook(afterMs: number): Promise<readonly string[]> {
  await using repo = await workRepo({
    'src/a.test.js': 'test("a", () => expect(1).toBe(1))\n',
    'weak.md': prompt('Weak', 'git rm -q src/a.test.js', 'echo more >> src/a.txt'),
  })
  await cutOff(repo, ['agents', 'run', '--json', 'weak.md'], { at: 'committed', afterMs })
  await allGone(repo, 10_000)
  const end = await repo.runs(['retry', '--json'])
  const isThere = repo.git('ls-tree', '-r', '--name-only', 'pawl/integration').includes('src/a.test.js')
  return isThere ? wrongEnding(end, [1]) : [`a branch that deletes a test landed without a word after a kill: ${oneLine(end.text.slice(-300))}`]
}
