/** Starts one git process and collects what it prints, within limits: on Bun by its own spawn, elsewhere by node:child_process. */
import { Buffer } from 'node:buffer'
import { isPassing, pauseBefore } from './exhaustion.ts'
import { leaders } from './leaders.ts'

export type GitChild = {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly input?: Uint8Array | string
  readonly maxBytes: number
  readonly timeoutMs: number
}

/** `broke` says which limit ended it; `refused` with which error code the system would not start it. */
export type Ended = {
  readonly code: number | undefined
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  readonly broke?: string
  readonly refused?: string
}

/** Exit code that stands for "there is no git program", as in shells; git itself never uses it. */
export const gitMissing = 127

const stderrBytes = 64 * 1024
const drainMs = 2000
const bun = (globalThis as { Bun?: typeof Bun }).Bun

/** What the machine is short of while many tasks run comes back when one of them ends. */
const patienceMs = 3000
/** Ctrl-C ends the tasks, and pawl in its own time: git, whose answer it waits for, does not get it. */
const detached = process.platform !== 'win32'

export async function childOf(child: GitChild): Promise<Ended> {
  const until = performance.now() + patienceMs
  for (let tries = 0; ; tries++) {
    const ended = await (bun === undefined ? childOnNode(child) : childOnBun(bun, child))
    const pauseMs = isPassing(ended.refused ?? '') ? pauseBefore(tries, performance.now() < until) : undefined
    if (pauseMs === undefined) return ended
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

/** Bun.spawn starts a child in 0.5 ms where node:child_process takes 1.8 ms. */
export async function childOnBun(bunApi: typeof Bun, { argv, cwd, env, ...limits }: GitChild): Promise<Ended> {
  const input = typeof limits.input === 'string' ? Buffer.from(limits.input) : limits.input
  const start = () => bunApi.spawn([...argv], { cwd, env, detached, stdin: input ?? 'ignore', stdout: 'pipe', stderr: 'pipe', windowsHide: true })
  let child: ReturnType<typeof start>
  try {
    child = start()
  } catch (error) {
    const answer = neverStarted(error, cwd)
    if (answer === undefined) throw error
    return answer
  }
  leaders.add(child.pid)
  const [out, err] = [child.stdout.getReader(), child.stderr.getReader()]
  const guard = guarded(limits, () => {
    endAll(child)
    // Pipes that somebody else holds open would keep pawl from ending.
    void Promise.allSettled([out.cancel(), err.cancel()])
  })
  const exited = child.exited.then((code) => {
    leaders.delete(child.pid)
    guard.exited()
    return code
  })
  const whole = Promise.all([gathered(out, guard.room(limits.maxBytes)), gathered(err, cappedAt(stderrBytes)), exited])
  const ended = whole.then(([stdout, stderr]): Ended => ({ code: child.exitCode ?? undefined, stdout, stderr }))
  return guard.settle(ended)
}

type Reader = { read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }> }

async function gathered(reader: Reader, keep: (chunk: Uint8Array) => boolean): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for (let { value } = await reader.read(); value !== undefined; { value } = await reader.read()) if (keep(value)) chunks.push(value)
  return chunks.length === 1 ? (chunks[0] ?? nothing) : Buffer.concat(chunks)
}

export async function childOnNode({ argv, cwd, env, ...limits }: GitChild): Promise<Ended> {
  // Not an import: on Bun it would be loaded for nothing.
  const child = process
    .getBuiltinModule('node:child_process')
    .spawn(argv[0] ?? 'git', argv.slice(1), { cwd, env, detached, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
  const { pid } = child
  const guard = guarded(limits, () => {
    endAll(child)
    child.stdout.destroy()
    child.stderr.destroy()
  })
  if (pid !== undefined) {
    leaders.add(pid)
    child.once('exit', () => {
      leaders.delete(pid)
      guard.exited()
    })
  }
  const [keepOut, keepErr] = [guard.room(limits.maxBytes), cappedAt(stderrBytes)]
  const [out, err]: [Uint8Array[], Uint8Array[]] = [[], []]
  child.stdout.on('data', (chunk: Uint8Array) => keepOut(chunk) && out.push(chunk))
  child.stderr.on('data', (chunk: Uint8Array) => keepErr(chunk) && err.push(chunk))
  // git may end before it has read everything; its exit code tells, not the broken pipe.
  child.stdin.on('error', () => undefined)
  child.stdin.end(limits.input ?? '')
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', (error) => {
      const answer = neverStarted(error, cwd)
      if (answer === undefined) reject(error)
      else resolve(answer)
    })
    child.on('close', (code) => resolve({ code: code ?? undefined, stdout: Buffer.concat(out), stderr: Buffer.concat(err) }))
  })
  return guard.settle(ended)
}

/** git leads a group of its own: what it started, such as ssh, ends with it. */
function endAll(child: { readonly pid?: number | undefined; kill(): unknown }): void {
  child.kill()
  if (!detached || child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGTERM')
  } catch (error) {
    // Nobody is left.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Ends the child when it takes too long or prints too much. Does not wait for its pipes then: a grandchild may hold them open. */
function guarded(limits: Pick<GitChild, 'maxBytes' | 'timeoutMs'>, kill: () => void) {
  const cut = Promise.withResolvers<Ended>()
  const breakOff = (broke: string): void => {
    kill()
    cut.resolve({ code: undefined, stdout: nothing, stderr: nothing, broke })
  }
  const timers = [setTimeout(() => breakOff(`git did not answer within ${limits.timeoutMs} ms`), limits.timeoutMs)]
  return {
    room(maxBytes: number): (chunk: Uint8Array) => boolean {
      const fits = cappedAt(maxBytes)
      return (chunk) => fits(chunk) || (breakOff(`git printed more than ${maxBytes} bytes`), false)
    },
    /** What it printed is in the pipes by now; who holds them open is not git. */
    exited: (): void => void timers.push(setTimeout(() => breakOff('git has ended, but something holds its output open'), drainMs)),
    settle: (ended: Promise<Ended>): Promise<Ended> => Promise.race([ended, cut.promise]).finally(() => timers.forEach((timer) => clearTimeout(timer))),
  }
}

function cappedAt(bytes: number): (chunk: Uint8Array) => boolean {
  let room = bytes
  return (chunk) => (room -= chunk.byteLength) >= 0
}

const nothing = new Uint8Array()

/** Undefined when it is not the operating system that refused. */
function neverStarted(error: unknown, cwd: string): Ended | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code !== 'string') return undefined
  if (code === 'ENOENT') return { code: gitMissing, stdout: nothing, stderr: Buffer.from(`no program named git can be started in ${cwd}`) }
  return { code: undefined, stdout: nothing, stderr: nothing, broke: `git could not be started: ${code}`, refused: code }
}
