/** T15: nothing that a task started outlives it, whatever it did to get away and however the task or pawl itself ended; searched for from outside. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { newRepo, type Running } from '../journeys/rig.ts'
import { eachCase, missingProgram, skippedRow, spread, together, type SoakRow } from './soak-row.ts'
import { fact, numbered, outcomesIn, signalled, wordsOf } from './watching.ts'

/** How a process tries to get away. `$stay` ignores signals, says that it is there, and stays. */
export const shapes = {
  'child that ignores TERM': '"$stay" "$token" &',
  'session of its own': 'setsid "$stay" "$token" &',
  'double fork': '( "$stay" "$token" > /dev/null 2>&1 & )',
  nohup: 'nohup "$stay" "$token" > /dev/null 2>&1 &',
  'cleared environment and session of its own': '( setsid env -i PATH="$PATH" "$stay" "$token" > /dev/null 2>&1 & )',
  'started during the kill': '"$late" "$token" "$stay" > /dev/null 2>&1 &',
} as const
const endings = ['exit', 'fail', 'timeout', 'Ctrl-C', 'kill -9 pawl'] as const
type Shape = keyof typeof shapes
type Ending = (typeof endings)[number]

export const stay = `trap '' TERM HUP INT; : > "$1.up"; while :; do sleep 0.2; done`
export const late = `trap 'setsid "$2" "$1" > /dev/null 2>&1 & exit 0' TERM; : > "$1.up"; while :; do sleep 0.05; done`
const limitMs = 5000
/** The machine of a test run may be busy with other things. */
const patientMs = 30_000
const timesFull = 10

export const rows: readonly SoakRow[] = [
  {
    id: 'T15',
    title: 'nothing that a task started outlives it, nor pawl',
    async run(size, report) {
      if (process.platform !== 'linux') return skippedRow('processes can be searched for on Linux only')
      const missing = missingProgram('setsid', 'nohup')
      if (missing !== undefined) return skippedRow(missing)
      const kinds = Object.keys(shapes) as Shape[]
      // Each alone, or all of them from one task.
      const groups: readonly (readonly Shape[])[] = size === 'ci' ? [kinds] : kinds.map((shape) => [shape])
      const all = endings.flatMap((ending) => groups.map((group) => [group, ending] as const))
      const deaths: number[] = []
      const { broken, cases } = await eachCase(all.length * (size === 'ci' ? 1 : timesFull), 5, async (index) => {
        const [wanted, ending] = numbered(all, index)
        return (await play(wanted, { ending, withinMs: size === 'ci' ? patientMs : limitMs, deaths })).map((line) => `${ending}: ${line}`)
      })
      const isolated = size === 'ci' ? ([] as const) : endings
      const apart = missingProgram('bwrap')
      const alone = await eachCase(apart === undefined ? isolated.length * 2 : 0, 5, async (index) => {
        const ending = numbered(isolated, index)
        return (await play(kinds, { ending, withinMs: limitMs, deaths, isolation: 'namespace' })).map((line) => `in a namespace: ${ending}: ${line}`)
      })
      if (deaths.length > 0) report(`all gone after kill -9 of pawl: ${spread(deaths, 'ms')}`)
      const counted = { broken, cases: size === 'ci' ? cases * kinds.length : cases }
      return together(counted, { ...alone, cases: alone.cases * kinds.length }, ...(isolated.length > 0 && apart !== undefined ? [skippedRow(apart)] : []))
    },
  },
]

type Course = { readonly ending: Ending; readonly withinMs: number; readonly deaths: number[]; readonly isolation?: 'namespace' }

async function play(wanted: readonly Shape[], { ending, withinMs, deaths, isolation }: Course): Promise<readonly string[]> {
  await using repo = await newRepo({})
  const token = join(repo.root, '..', `survivor-${crypto.randomUUID()}`)
  const tokenOf = (shape: Shape): string => `${token}-${Object.keys(shapes).indexOf(shape)}`
  const head = `stay=${repo.script('stay', stay)} late=${repo.script('late', late)}`
  const starts = wanted.map((shape) => `token=${tokenOf(shape)}\n${shapes[shape]}\nuntil [ -e "$token.up" ]; do sleep 0.02; done`)
  const last = ending === 'exit' ? 'exit 0' : ending === 'fail' ? 'exit 3' : `: > ${token}.ready; sleep 60`
  const task = repo.script('task', [head, ...starts, last].join('\n'))
  const limit = ending === 'timeout' ? ', timeout: 3s' : ''
  const apart = isolation === undefined ? '' : `isolation: ${isolation}\n`
  repo.write({ 'pawl.yaml': `detect: false\ndiskFree: 1\n${apart}checks:\n  task: { command: [${task}]${limit} }\n` })
  const run = repo.start(['--json'])
  await fact(() => existsSync(`${token}.ready`) || run.process.exitCode !== null)
  const broken = await end(run, ending, withinMs)
  const at = performance.now()
  if (ending === 'kill -9 pawl' && (await gone(token, withinMs))) deaths.push(performance.now() - at)
  for (const shape of wanted) {
    const left = survivors(tokenOf(shape))
    for (const pid of left) signalled(pid, 'SIGKILL')
    if (!existsSync(`${tokenOf(shape)}.up`)) broken.push(`${shape}: it never started`)
    if (left.length > 0) broken.push(`${shape}: ${left.length} survived`)
  }
  return broken
}

async function end(run: Running, ending: Ending, withinMs: number): Promise<string[]> {
  const at = performance.now()
  if (ending === 'Ctrl-C') run.process.kill('SIGINT')
  // What has lost its parent is told to the guardian a few times a second.
  if (ending === 'kill -9 pawl') {
    await fact(() => performance.now() - at > 700)
    run.process.kill('SIGKILL')
  }
  const { code, stdout } = await run.ended
  const ms = performance.now() - at
  const wanted = { exit: 'passed', fail: 'failed', timeout: 'timed-out', 'Ctrl-C': 'cancelled', 'kill -9 pawl': undefined }[ending]
  const got = outcomesIn(stdout).get('task')?.kind
  const broken: string[] = []
  if (got !== wanted) broken.push(`it ended as ${got ?? 'nothing'} (${code ?? 'killed'}): ${stdout.slice(-300)}`)
  if (ending === 'Ctrl-C' && ms > withinMs + 1000) broken.push(`it took ${ms.toFixed(0)} ms`)
  return broken
}

/** One look can miss what begins beside it while its parent ends; several in a row cannot. */
function gone(token: string, withinMs: number): Promise<boolean> {
  let empty = 0
  return fact(() => (empty = survivors(token).length === 0 ? empty + 1 : 0) === 5, withinMs)
}

/** Processes with the token among their arguments, whoever started them. */
export function survivors(token: string): readonly number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) && wordsOf(name).some((word) => word.startsWith(token)) ? [Number(name)] : []))
}
