/** The Processes of this machine: starts programs without a shell and leaves nothing of them behind. */
import type { Exit, Processes, ProcessSpec } from '../model/processes.ts'
import { capturedOutput } from './captured-output.ts'
import type { CapturedOutput } from './captured-output.ts'
import { startChild } from './child-start.ts'
import type { Child } from './child-start.ts'
import { tagVariable } from './proc-table.ts'
import { processTree } from './process-tree.ts'
import type { ProcessTree } from './process-tree.ts'
import { findProgram } from './program-search.ts'
import { longestTimerMs } from './system-clock.ts'
import { watchUsage } from './tree-usage.ts'

export type SystemProcesses = Processes & {
  /** KILL to every tree that lives now, without waiting: for the second Ctrl-C and for a crash of ours. */
  killAll(): void
}

type Reason = 'timed-out' | 'silent' | 'cancelled'
type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly atMs: number }

/** How long the pipes of a child that has ended may stay open: something that escaped us can hold them for ever. */
const drainMs = 2000

const notStarted = { ok: true, exit: { kind: 'cancelled', durationMs: 0, stdout: '', stderr: '', cut: false } } as const

export function systemProcesses(options: { readonly graceMs?: number; readonly captureBytes?: number } = {}): SystemProcesses {
  const { graceMs = 5000, captureBytes = 4 * 1024 * 1024 } = options
  const live = new Map<ProcessTree, string>()

  const run: Processes['run'] = async (spec) => {
    const startMs = performance.now()
    if (spec.cancellation.requested) return notStarted
    const tags = nestedTags(spec.tag)
    const started = await startChild(spec, { ...spec.env, [tagVariable]: tags }, () => live.size > 0)
    if (!started.ok) return spec.cancellation.requested ? notStarted : started
    // While another child carries the same tag, the tag says nothing about which of them a process belongs to.
    const isShared = (): boolean => [...live.values()].filter((other) => other === tags).length > 1
    const tree = processTree(started.birth, (found) => belongs(found, tags) && !isShared())
    live.set(tree, tags)
    const usage = watchUsage(started.child.pid)
    const exit = await accompany(started.child, tree, spec, { startMs, graceMs, captureBytes })
    live.delete(tree)
    return { ok: true, exit: { ...exit, ...usage.end() } }
  }

  return {
    run,
    find: findProgram,
    killAll: () => [...live.keys()].forEach((tree) => tree.kill()),
  }
}

/** A pawl that was started by a task of another pawl keeps the outer tag, so that the outer one finds this child too. */
function nestedTags(tag: string): string {
  const outer = process.env[tagVariable]
  return outer === undefined ? tag : `${outer}\t${tag}`
}

const belongs = (found: string, tags: string): boolean => found === tags || found.startsWith(`${tags}\t`)

/** Stays with a child to its end and past it, until nothing of it is left. */
async function accompany(
  child: Child,
  tree: ProcessTree,
  spec: ProcessSpec,
  limits: { readonly startMs: number; readonly graceMs: number; readonly captureBytes: number },
): Promise<Exit> {
  const watch = watchLimits(spec)
  const output = watchOutput(child, spec, limits.captureBytes, watch.sawOutput)
  const exited = new Promise<Ended>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal, atMs: performance.now() })))
  const reason = await Promise.race([exited.then(() => undefined), watch.reached])
  watch.end()
  const left = reason === undefined ? await tree.endLeftBehind(limits.graceMs) : await tree.end(limits.graceMs)
  // A child that hangs in the kernel does not even end after KILL; then there is nothing to wait for.
  const ended = await within(drainMs, exited)
  await output.end()
  if (left.length > 0) output.note(`these processes did not end after KILL: ${left.join(', ')}`)
  return {
    kind: reason ?? (ended?.signal == null ? 'exited' : 'signalled'),
    ...(ended?.code == null ? {} : { code: ended.code }),
    ...(ended?.signal == null ? {} : { signal: ended.signal }),
    durationMs: (ended?.atMs ?? performance.now()) - limits.startMs,
    stdout: output.stdout.text(),
    stderr: output.stderr.text(),
    cut: output.stdout.cut || output.stderr.cut,
  }
}

/** Resolves `reached` with the first reason to stop a child before it ends by itself. */
function watchLimits(spec: ProcessSpec) {
  const { promise: reached, resolve } = Promise.withResolvers<Reason>()
  const { timeoutMs, silenceMs } = spec
  let lastOutputMs = performance.now()
  let silence: ReturnType<typeof setTimeout> | undefined
  const listenFor = (ms: number): void => {
    silence = setTimeout(judgeSilence, Math.min(ms, longestTimerMs))
  }
  const judgeSilence = (): void => {
    const restMs = (silenceMs ?? 0) - (performance.now() - lastOutputMs)
    if (restMs <= 0) resolve('silent')
    else listenFor(restMs)
  }
  const total = setTimeout(() => resolve('timed-out'), Math.min(timeoutMs, longestTimerMs))
  if (silenceMs !== undefined) listenFor(silenceMs)
  const forget = spec.cancellation.onRequest(() => resolve('cancelled'))
  return {
    reached,
    sawOutput: () => {
      lastOutputMs = performance.now()
    },
    end: () => {
      clearTimeout(total)
      clearTimeout(silence)
      forget()
    },
  }
}

/** Passes on and captures both outputs of a child. */
function watchOutput(child: Child, spec: ProcessSpec, captureBytes: number, sawOutput: () => void) {
  const captured = { stdout: capturedOutput(captureBytes), stderr: capturedOutput(captureBytes) }
  const take = (from: 'stdout' | 'stderr', chunk: Uint8Array): void => {
    captured[from].add(chunk)
    spec.onOutput?.(chunk, from)
  }
  const note = (text: string): void => take('stderr', Buffer.from(`\npawl: ${text}\n`))
  const ends = (['stdout', 'stderr'] as const).map((from) => {
    const stream = child[from]
    stream.on('data', (chunk: Uint8Array) => {
      sawOutput()
      take(from, chunk)
    })
    stream.on('error', (error) => note(`the rest of ${from} could not be read: ${error.message}`))
    return new Promise<void>((resolve) => stream.once('close', () => resolve()))
  })
  return {
    ...(captured satisfies Record<'stdout' | 'stderr', CapturedOutput>),
    note,
    async end() {
      await within(drainMs, Promise.all(ends))
      for (const from of ['stdout', 'stderr'] as const) child[from].removeAllListeners('data').destroy()
    },
  }
}

/** The value, or undefined when it takes longer. */
async function within<T>(limitMs: number, promise: Promise<T>): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), limitMs)
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
