/** T21, T68: agents that will not end, however their turn or pawl ends, and agents that would use up everything: all of it dies, and what is told of them is so. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { late, shapes, stay, survivors } from './orphans.ts'
import { oneLine, wrongEnding, type ProgramEnd } from './program.ts'
import { eachCase, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'
import { fact, numbered, signalled } from './watching.ts'
import { factsIn, prompt, toldIn, workRepo, type WorkRepo } from './working-agents.ts'

export const rows: readonly SoakRow[] = [
  { id: 'T21', title: 'agents with children that get away, in every ending: the whole tree dies, and the registry is right', run: hostile },
  { id: 'T68', title: 'agents that would go on for ever: what they may use is a hard limit', run: runaway },
]

/** Ending → what the agent does last, and how its job stands afterwards. `more`: front matter. */
const endings = {
  exit: { last: 'echo done >> src/a.txt', state: 'landed', more: '' },
  fail: { last: 'exit 3', state: 'failed', more: '' },
  'time limit': { last: 'while :; do echo beat; sleep 0.2; done', state: 'timeout', more: 'timeout: 4s' },
  'endless output': { last: 'yes', state: 'timeout', more: 'timeout: 4s' },
  'one endless line': { last: 'tr "\\0" x < /dev/zero', state: 'timeout', more: 'timeout: 4s' },
  'beats, then silence': { last: 'echo beat; trap "" TERM; while :; do sleep 0.2; done', state: 'timeout', more: '' },
  'Ctrl-C': { last: 'trap "" TERM INT; : > "$ready"; while :; do sleep 0.2; done', state: 'cancelled', more: '' },
  'kill -9 pawl': { last: ': > "$ready"; sleep 60', state: 'lost', more: '' },
} as const
type Ending = keyof typeof endings

async function hostile(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const all = Object.keys(endings) as Ending[]
  const small: readonly Ending[] = ['beats, then silence', 'Ctrl-C', 'kill -9 pawl']
  // Nobody is left then who could do it again: that ending is played 50 times.
  const many = [...Array.from({ length: 10 }, () => all).flat(), ...Array.from({ length: 40 }, () => 'kill -9 pawl' as const)]
  const played = size === 'full' ? many : small
  const result = await eachCase(played.length, 3, async (index) => {
    const ending = numbered(played, index)
    return (await play(ending, size === 'full' ? 5000 : 30_000)).map((line) => `${ending}: ${line}`)
  })
  report(`${result.cases} endings, each with ${Object.keys(shapes).length} ways to get away`)
  return result
}

async function play(ending: Ending, withinMs: number): Promise<readonly string[]> {
  await using repo = await workRepo({}, { silence: '6s' })
  const token = join(repo.base, `survivor-${crypto.randomUUID()}`)
  const kinds = Object.values(shapes)
  const head = `stay=${repo.script('stay', stay)} late=${repo.script('late', late)} ready=${token}.ready`
  const starts = kinds.map((start, index) => `token=${token}-${index}\n${start}\nuntil [ -e "$token.up" ]; do sleep 0.02; done`)
  const { last, state, more } = endings[ending]
  repo.write({ 'task.md': prompt('Task', [head, ...starts, last].join('\n'), 'exit 3', more) })
  repo.commit('task')
  const end = await ended(repo, ending, `${token}.ready`)
  const broken = ending === 'kill -9 pawl' ? [] : [...wrongEnding(end, [0, 1, 2, 130])]
  if (!(await fact(() => survivors(token).length === 0, ending === 'kill -9 pawl' ? withinMs : 1000)))
    broken.push(
      `survived: ${Object.keys(shapes)
        .filter((_, index) => survivors(`${token}-${index}`).length > 0)
        .join(', ')}`,
    )
  for (const pid of survivors(token)) signalled(pid, 'SIGKILL')
  for (const index of kinds.keys()) if (!existsSync(`${token}-${index}.up`)) broken.push(`shape ${index} never started: ${oneLine(end.text.slice(-300))}`)
  const ps = await repo.runs(['ps', '--json'])
  const got = /"state": ?"(\w+)"/.exec(ps.stdout)?.[1]
  if (got !== state) broken.push(`pawl ps says ${got ?? 'nothing'} instead of ${state}`)
  const outcome = toldIn(end.stdout).findLast(({ task, outcome: one }) => task === 'work:task' && one !== undefined)?.outcome
  if (ending === 'beats, then silence' && outcome?.silent !== true) broken.push('it is not told that it was silent')
  return broken
}

function ended(repo: WorkRepo, ending: Ending, ready: string): Promise<ProgramEnd> {
  return repo.runs(['agents', 'run', '--json', 'task.md', '--mends', '0'], {
    started: (child) => {
      if (ending !== 'Ctrl-C' && ending !== 'kill -9 pawl') return
      const strike = async (): Promise<void> => {
        await fact(() => existsSync(ready))
        child.kill(ending === 'Ctrl-C' ? 'SIGINT' : 'SIGKILL')
      }
      void strike()
    },
  })
}

/** Each turn uses 1,000 tokens and half a dollar, and never gets anywhere. */
const limits: readonly (readonly [limit: string, turns: number])[] = [
  ['tokens: 1500', 2],
  ['money: 0.9', 2],
  ['turns: 3', 3],
]

async function runaway(size: SoakSize): Promise<SoakResult> {
  return eachCase(size === 'full' ? limits.length * 5 : 1, 2, async (index) => {
    const [limit, most] = numbered(limits, index)
    await using repo = await workRepo(
      { 'task.md': prompt('Task', 'echo BUG >> src/a.txt', 'echo BUG >> src/a.txt') },
      { work: `, mends: 20, budget: { ${limit} }` },
    )
    const end = await repo.work('task.md')
    const turns = factsIn(end.stdout, 'work:task').filter(({ kind }) => kind === 'turn-begun').length
    return [...wrongEnding(end, [1]), ...(turns === most ? [] : [`${limit}: it had ${turns} turns instead of ${most}`])]
  })
}
