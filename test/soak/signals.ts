/** T16: Ctrl-C once, twice, three times, SIGTERM, a closed terminal and a reader that goes away, each at any instant of a run on a terminal of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, pawlCommand } from '../journeys/rig.ts'
import { dice, type Dice } from '../simulation/dice.ts'
import { aftermath, processesOf, told, type Aftermath } from './aftermath.ts'
import { busyRepo, type FaultRepo } from './fault-repo.ts'
import { oneLine } from './program.ts'
import { eachCase, missingProgram, skippedRow, spread, type SoakRow } from './soak-row.ts'
import { fact, numbered, signalled } from './watching.ts'

/** What is done, and the exit codes that may follow besides that of a run which had ended before. */
const ways = {
  'Ctrl-C': 130,
  'Ctrl-C twice': 130,
  'Ctrl-C three times': 130,
  SIGTERM: 143,
  SIGHUP: 129,
  'terminal closed': undefined,
  'reader gone': 0,
} as const
type Way = keyof typeof ways

const presses: Partial<Record<Way, number>> = { 'Ctrl-C': 1, 'Ctrl-C twice': 2, 'Ctrl-C three times': 3 }
const limitMs = 10_000
/** After the second Ctrl-C; a task that is deaf to TERM lives longer than that otherwise. */
const atOnceMs = 3000
/** Longer than any run takes to reach its long check, also on a busy machine. */
const windowMs = 1500
const timesFull = 60

export const rows: readonly SoakRow[] = [
  {
    id: 'T16',
    title: 'Ctrl-C, signals, a closed terminal and a lost reader: an end within ten seconds, nothing lost, nothing alive, a terminal that works',
    async run(size, report) {
      const missing = process.platform === 'linux' ? missingProgram('script', 'stty', 'timeout') : 'the terminals of script are for Linux'
      if (missing !== undefined) return skippedRow(missing)
      const all = Object.keys(ways) as Way[]
      const chance = dice(16)
      const facts: Aftermath[] = []
      const ends: number[] = []
      const result = await eachCase(all.length * (size === 'ci' ? 2 : timesFull), 3, async (index) => {
        const way = numbered(all, index)
        return (await play(way, { chance, late: Math.floor(index / all.length) % 2 === 1, ends, facts })).map((line) => `${way}: ${line}`)
      })
      report(`from the first signal to the end: ${spread(ends, 'ms')}`)
      report(told(facts))
      return result
    },
  },
]

/** While the file `hold` is there the long check stays; those that get Ctrl-C twice and some others are deaf to TERM. */
const long = (deaf: boolean): string => `${deaf ? "trap '' TERM" : ':'}\n: > ../begun\nwhile [ -e '../hold' ]; do sleep 0.05; done`

/** `late`: not before the long check runs. */
type Course = { readonly chance: Dice; readonly late: boolean; readonly ends: number[]; readonly facts: Aftermath[] }

async function play(way: Way, { chance, late, ends, facts }: Course): Promise<readonly string[]> {
  await using repo = await busyRepo(long(way === 'Ctrl-C twice' || chance.roll(2) === 0))
  repo.write({ '../hold': '', 'b.txt': chance.roll(2) === 0 ? 'bad\n' : 'good\n' })
  const [delayMs, ...pausesMs] = [chance.next() * windowMs, 80 + chance.next() * 700, 80 + chance.next() * 700]
  const session = startOnTerminal(repo, way === 'reader gone' ? `timeout ${(delayMs / 1000).toFixed(3)} cat` : '')
  const begun = performance.now()
  await fact(() => session.pid() !== undefined && performance.now() - begun > delayMs && (!late || repo.exists('../begun')))
  const at = performance.now()
  for (let press = 0; press < (presses[way] ?? 0); press++) {
    if (press > 0) await pause(pausesMs[press - 1] ?? 0)
    session.press('\x03')
  }
  const pid = session.pid()
  if (pid !== undefined && (way === 'SIGTERM' || way === 'SIGHUP')) signalled(pid, way)
  if (way === 'terminal closed') session.close()
  if (way === 'reader gone') rmSync(join(repo.base, 'hold'))
  const wrong: string[] = []
  const lastAt = performance.now()
  if (!(await fact(() => !session.isAlive(), limitMs))) wrong.push(`it lives ${limitMs} ms later: ${session.text().slice(-300)}`)
  ends.push(performance.now() - at)
  if ((presses[way] ?? 0) > 1 && performance.now() - lastAt > atOnceMs) wrong.push(`${(performance.now() - lastAt).toFixed(0)} ms after the last key it lived`)
  const { code, cooked } = await session.end()
  const wanted = ways[way]
  const text = session.text()
  if (wanted !== undefined && code !== wanted && code !== 0) wrong.push(`it ended with ${code}: ${oneLine(text.slice(-400))}`)
  if (way !== 'terminal closed') {
    if (!cooked) wrong.push('the terminal does not echo and read lines')
    if (text.lastIndexOf('\x1b[?25l') > text.lastIndexOf('\x1b[?25h')) wrong.push('the cursor is hidden')
  }
  if (!(await fact(() => processesOf(repo).length === 0, 5000))) wrong.push(`still alive: ${processesOf(repo).join(', ')}`)
  rmSync(join(repo.base, 'hold'), { force: true })
  // oxlint-disable-next-line no-control-regex
  const stdout = text.replace(/\x1b\[[?\d;]*[A-Za-z]/g, '').replaceAll('\r', '\n')
  return [...wrong, ...(await aftermath(repo, { stdout, text: stdout, signal: null }, facts))]
}

type Session = {
  /** Of pawl; undefined until it has begun. */ pid(): number | undefined
  isAlive(): boolean
  /** All that the terminal was told. */ text(): string
  press(keys: string): void
  /** The window goes away, and with it the terminal. */ close(): void
  /** After pawl has ended: its exit code, if there was still a shell to see it, and whether the terminal echoes and reads lines. */
  end(): Promise<{ readonly code: number | undefined; readonly cooked: boolean }>
}

/** As the shell of a person: it says which process pawl is, outlives it, and looks at the terminal afterwards. */
const shell = `trap : INT
base=$1 reader=$2
shift 2
watched() {
  sh -c 'trap - INT; echo $$ > "$0/pid.new"; mv "$0/pid.new" "$0/pid"; exec "$@"' "$base" "$@"
  echo $? > "$base/ended"
}
if [ -z "$reader" ]; then watched "$@"; else watched "$@" | $reader; fi
# A late Ctrl-C is not for it.
(trap '' INT; stty -a > "$base/stty")
mv "$base/ended" "$base/code"`

/** `reader`: a program that takes the output instead of the terminal, and may go away. */
function startOnTerminal(repo: FaultRepo, reader: string): Session {
  const said = (name: string): string | undefined => (existsSync(join(repo.base, name)) ? readFileSync(join(repo.base, name), 'utf8') : undefined)
  writeFileSync(join(repo.base, 'shell'), shell)
  const words = ['sh', join(repo.base, 'shell'), repo.base, reader, ...pawlCommand(['--verbose'])].map((word) => `'${word}'`).join(' ')
  const env = { ...environment(repo.base), TERM: 'xterm', NO_COLOR: '1', SHELL: '/bin/sh' }
  const script: ChildProcess = spawn('script', ['-qfec', words, '/dev/null'], { cwd: repo.root, env, stdio: ['pipe', 'pipe', 'ignore'] })
  let text = ''
  script.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  script.stdin?.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => script.on('close', () => resolve()))
  const pid = (): number | undefined => (said('pid') === undefined ? undefined : Number(said('pid')))
  return {
    pid,
    isAlive: () => existsSync(`/proc/${pid()}/exe`),
    text: () => text,
    press: (keys) => void script.stdin?.write(keys),
    close: () => void script.kill('SIGKILL'),
    end: async () => {
      await fact(() => said('code') !== undefined || script.exitCode !== null || script.signalCode !== null, 5000)
      script.kill('SIGKILL')
      await closed
      const code = said('code')
      const modes = said('stty') ?? ''
      return { code: code === undefined ? undefined : Number(code), cooked: / icanon/.test(modes) && / echo /.test(modes) }
    },
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
