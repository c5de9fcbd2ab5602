/** What orchestration costs: wall time of scripted agents that sleep and edit, against the longest chain: bun bench/agents.ts [--sleep 20] [--rounds 1]. Needs dist/pawl. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { agentsScene } from './agents/scene.ts'
import { spansOf, type Spans, type TimedEvent } from './agents/spans.ts'

const { values } = parseArgs({ options: { sleep: { type: 'string' }, rounds: { type: 'string' } } })
const sleepMs = Number(values.sleep ?? 20) * 1000
const rounds = Number(values.rounds ?? 1)
const pawl = join(import.meta.dirname, '../dist/pawl')
if (!existsSync(pawl)) throw new Error('npm run build first')

type Course = { readonly name: string; readonly agents: number; readonly isChain: boolean }
const courses: readonly Course[] = [
  { name: '1 agent', agents: 1, isChain: false },
  { name: '4 agents', agents: 4, isChain: false },
  { name: '8 agents', agents: 8, isChain: false },
  { name: 'chain of 3', agents: 3, isChain: true },
]

type Timed = { readonly wallMs: number; readonly spans: Spans }

async function timed({ agents, isChain }: Course): Promise<Timed> {
  using scene = agentsScene(agents, sleepMs / 1000, isChain)
  const from = Date.now()
  const child = spawn(pawl, ['agents', 'run', '--json', ...scene.prompts], { cwd: scene.root, env: scene.env, stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  const to = Date.now()
  const events = text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as TimedEvent] : []))
  const landed = events.filter(({ fact }) => fact?.kind === 'landed').length
  if (code !== 0 || landed !== agents) throw new Error(`${landed} of ${agents} landed, exit code ${code}`)
  return { wallMs: to - from, spans: spansOf(events, from, to) }
}

const out = (line: string): void => void process.stdout.write(`${line}\n`)
const seconds = (ms: number): string => (ms / 1000).toFixed(2)

out(`agents that sleep ${sleepMs / 1000} s and change a file each; one check; the least of ${rounds} ${rounds === 1 ? 'run' : 'runs'}; times in s`)
out(
  '| course | wall | longest chain of sleeps | overhead | speed-up | before | lease | start | work beyond sleep | judge | commit | survey | landing | after |',
)
out('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |')
for (const course of courses) {
  let best: Timed | undefined
  for (let round = 0; round < rounds; round++) {
    const one = await timed(course)
    if (best === undefined || one.wallMs < best.wallMs) best = one
  }
  if (best === undefined) throw new Error('--rounds must be at least 1')
  const { wallMs, spans } = best
  const chainMs = course.isChain ? sleepMs * course.agents : sleepMs
  const { before, lease, start, work, judge, commit, survey, landing, after } = spans
  const cells = [before, lease, start, work - sleepMs * course.agents, judge, commit, survey, landing, after].map(seconds)
  out(
    `| ${course.name} | ${seconds(wallMs)} | ${seconds(chainMs)} | ${((wallMs / chainMs - 1) * 100).toFixed(1)} % | ${((sleepMs * course.agents) / wallMs).toFixed(2)} | ${cells.join(' | ')} |`,
  )
}
out('Columns after the speed-up are summed over all agents; goals: overhead at most 10 % with 8 agents of 20 s, speed-up at least 3.5 with 4.')
