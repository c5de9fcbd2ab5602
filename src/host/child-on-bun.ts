/** Starts a child by Bun.spawn with pipes that are read at its end and now and then before: a third of the cost of node:child_process. */
import type { Child, ChildEnd, Listener, StartChild } from './child-process.ts'
import type { NativeCalls } from './native-calls.ts'
import { leaders } from './leaders.ts'
import { outputPipe, usualBytes } from './output-pipe.ts'
import type { OutputPipe } from './output-pipe.ts'

/** A child that prints nothing is looked at less and less often. */
const firstLookMs = 8
const longestPauseMs = 32
/** After something was printed. */
const soonMs = 2

export const childOnBun =
  (bun: typeof Bun, native: NativeCalls): StartChild =>
  async (call, listener) => {
    const stdout = pipeFor('stdout', native, listener)
    const stderr = stdout === undefined ? undefined : pipeFor('stderr', native, listener)
    if (stdout === undefined || stderr === undefined) {
      stdout?.closeWriting()
      stdout?.close()
      return Object.assign(new Error('no more files can be opened'), { code: 'EMFILE' })
    }
    const pipes = [stdout, stderr] as const
    try {
      return started(bun, call, pipes)
    } catch (error) {
      for (const pipe of pipes) pipe.close()
      if (error instanceof Error) return error
      throw error
    } finally {
      for (const pipe of pipes) pipe.closeWriting()
    }
  }

const pipeFor = (from: 'stdout' | 'stderr', native: NativeCalls, listener: Listener): OutputPipe | undefined =>
  outputPipe(
    native,
    (chunk) => listener.output(chunk, from),
    (error) => listener.trouble(from, error),
  )

function started(bun: typeof Bun, { program, args, cwd, env, inputFd }: Parameters<StartChild>[0], pipes: readonly [OutputPipe, OutputPipe]): Child {
  const { promise: exited, resolve } = Promise.withResolvers<ChildEnd>()
  const child = bun.spawn([program, ...args], {
    cwd,
    env,
    detached: true,
    stdio: [inputFd ?? 'ignore', pipes[0].writeFd, pipes[1].writeFd],
    onExit: (_, code, signal) => resolve({ code: signal === null ? code : null, signal: signalName(signal), atMs: performance.now() }),
  })
  leaders.add(child.pid)
  const reading = readNowAndThen(pipes)
  return {
    pid: child.pid,
    exited,
    pipes: () => pipes.flatMap((pipe) => pipe.name() ?? []),
    hear: () => reading.hear(),
    endOutput: (limitMs) => reading.end(limitMs),
    abandon: () => child.unref(),
  }
}

/** Bun gives the number of a signal without a name. */
function signalName(signal: unknown): string | null {
  return signal === null || signal === undefined ? null : typeof signal === 'string' ? signal : `signal ${Number(signal)}`
}

function readNowAndThen(pipes: readonly OutputPipe[]) {
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  let pauseMs = firstLookMs
  let until = Number.POSITIVE_INFINITY
  let forget = after(firstLookMs, look)
  function look(): void {
    const found = pipes.map((pipe) => pipe.read())
    const restMs = until - performance.now()
    if (restMs <= 0 || found.every((bytes) => bytes === 'ended')) return close()
    const bytes = found.reduce<number>((sum, one) => sum + (one === 'ended' ? 0 : one), 0)
    pauseMs = bytes >= usualBytes ? 0 : bytes > 0 ? soonMs : Math.min(pauseMs * 2, longestPauseMs)
    forget = after(Math.min(pauseMs, restMs), look)
  }
  function close(): void {
    for (const pipe of pipes) pipe.close()
    resolve()
  }
  return {
    async hear(): Promise<void> {
      for (const pipe of pipes) pipe.read()
    },
    end(limitMs: number): Promise<void> {
      until = performance.now() + limitMs
      pauseMs = 1
      forget()
      look()
      return ended
    },
  }
}

/** Returns how to call it off. */
function after(pauseMs: number, act: () => void): () => void {
  if (pauseMs > 0) {
    const timer = setTimeout(act, pauseMs)
    return () => clearTimeout(timer)
  }
  const soon = setImmediate(act)
  return () => clearImmediate(soon)
}
