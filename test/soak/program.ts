/** Runs a program to its end from outside: what it printed, how it ended, how long it took; ended by force when it hangs. */
import { spawn, type ChildProcess } from 'node:child_process'

export type ProgramEnd = {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
  /** Both outputs. */ readonly text: string
  readonly ms: number
  readonly hung: boolean
}

export type ProgramOptions = {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly limitMs?: number
  readonly started?: (child: ChildProcess) => void
}

export function runProgram(argv: readonly string[], { cwd, env = {}, limitMs = 60_000, started }: ProgramOptions): Promise<ProgramEnd> {
  const [program = '', ...args] = argv
  const at = performance.now()
  // A group of its own, so that a hanging one can be ended with all that it started.
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let [stdout, stderr, hung] = ['', '', false]
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const timer = setTimeout(() => ((hung = true), killGroup(child)), limitMs)
  started?.(child)
  return new Promise((resolve, reject) => {
    child.on('error', (error) => (clearTimeout(timer), reject(error)))
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, stdout, stderr, text: stdout + stderr, ms: performance.now() - at, hung })
    })
  })
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

const documented: readonly (number | null)[] = [0, 1, 2, 75, 129, 130, 143]

/** What no ending of pawl may show, whatever was done to it: a hang, a stack trace, a crash, an exit code that means nothing. */
export function wrongEnding(end: ProgramEnd, expected: readonly (number | null)[] = documented): readonly string[] {
  const wrong: string[] = []
  if (end.hung) wrong.push('it hung')
  if (/^\s+at .+(:\d+:\d+|\(native\)|<anonymous>)/m.test(end.text)) wrong.push('it showed a stack trace')
  if (/pawl itself is wrong|panic\(|Segmentation fault|Bun has crashed/.test(end.text)) wrong.push('it crashed')
  if (!end.hung && !expected.includes(end.code)) wrong.push(`it ended with ${end.code ?? end.signal}`)
  return wrong.length === 0 ? [] : [`${wrong.join(', ')}: ${oneLine(end.text)}`]
}

export const oneLine = (text: string): string =>
  text
    .trim()
    .replace(/\s*\n\s*/g, ' | ')
    .slice(0, 400)
