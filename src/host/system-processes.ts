/** The Processes of this machine: starts programs without a shell and leaves nothing of them behind. */
import type { Exit, Processes, ProcessSpec } from '../model/processes.ts'
import { watchLimits } from './child-limits.ts'
import type { LimitWatch } from './child-limits.ts'
import { childOutput } from './child-output.ts'
import type { ChildOutput } from './child-output.ts'
import type { Child, StartChild } from './child-process.ts'
import { childOnNode } from './child-on-node.ts'
import { fastestStart, startChild } from './child-start.ts'
import { tagVariable } from './proc-table.ts'
import { guardian } from './guardian.ts'
import { adoptOrphans } from './orphans.ts'
import { birthOf, processTree } from './process-tree.ts'
import type { ProcessTree } from './process-tree.ts'
import { findProgram } from './program-search.ts'
import { watchUsage } from './tree-usage.ts'
import { within } from './within.ts'

export type SystemProcesses = Processes & {
  /** KILL to every tree that lives now, without waiting: for the second Ctrl-C and for a crash of ours. */
  killAll(): void
  /** The same, with each program in a process namespace of its own. */
  readonly isolated: Processes
}

/** From the first signal to KILL. */
const usualGraceMs = 4000

/** How long the pipes of a child that has ended may stay open: something that escaped us can hold them for ever. */
const drainMs = 2000

/** The same, and for the end of the child itself, when something did not end after KILL. */
const stuckMs = 250

/** After the farewell, for one to talk with. */
const politeMs = 2000

/** What ends sooner needs no guardian: to start one takes a millisecond. */
const unguardedMs = 20

const notStarted = { ok: true, exit: { kind: 'cancelled', durationMs: 0, stdout: '', stderr: '', cut: false } } as const

/** `guarded: false`: nothing outlives pawl to end what it left. */
export type ProcessOptions = { readonly graceMs?: number; readonly captureBytes?: number; readonly start?: StartChild; readonly guarded?: boolean }

export function systemProcesses(options: ProcessOptions = {}): SystemProcesses {
  const { graceMs = usualGraceMs, captureBytes = 4 * 1024 * 1024 } = options
  let { start } = options
  const live = new Map<ProcessTree, string>()
  const guard = options.guarded === false ? undefined : guardian()

  const run = async (spec: ProcessSpec, isolated: boolean): ReturnType<Processes['run']> => {
    const startMs = performance.now()
    if (spec.cancellation.requested) return notStarted
    const tags = nestedTags(spec.tag)
    start ??= fastestStart()
    adoptOrphans((pid) => guard?.guardOrphan(pid))
    const env = { ...spec.env, [tagVariable]: tags }
    let watch: LimitWatch | undefined
    const output = childOutput(spec.onOutput, captureBytes, () => watch?.sawOutput())
    const lasts = spec.talk !== undefined
    // One to talk with is heard at once, and has an input.
    const way = lasts ? childOnNode : start
    const started = await startChild({ spec, env, listener: output.listener, start: way, isolated, othersLive: () => live.size > 0 })
    if (!started.ok) return spec.cancellation.requested ? notStarted : started
    const { child, keeps } = started
    // While another child carries the same tag, the tag says nothing about which of them a process belongs to.
    const isShared = (): boolean => [...live.values()].filter((other) => other === tags).length > 1
    const tree = processTree(
      birthOf(child.pid, startMs, () => child.pipes(), lasts),
      (found) => belongs(found, tags) && !isShared(),
    )
    live.set(tree, tags)
    void child.exited.then(() => tree.leaderEnded())
    watch = watchLimits(spec, () => child.hear())
    const usage = lasts ? undefined : watchUsage(child.pid)
    const guarding = setTimeout(() => guard?.guard(child.pid, tags, keeps), lasts || keeps ? 0 : unguardedMs)
    spec.talk?.(
      (text) => child.say?.(text),
      () => child.hangUp?.(),
    )
    const { endedMs, ...exit } = await accompany({ child, tree, watch, output, farewell: spec.farewell }, graceMs)
    live.delete(tree)
    clearTimeout(guarding)
    guard?.release(child.pid)
    return { ok: true, exit: { ...exit, durationMs: endedMs - startMs, ...usage?.end() } }
  }

  return {
    run: (spec) => run(spec, false),
    isolated: { run: (spec) => run(spec, true), find: findProgram },
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

type Company = {
  readonly child: Child
  readonly tree: ProcessTree
  readonly watch: LimitWatch
  readonly output: ChildOutput
  readonly farewell: (() => void) | undefined
}

/** Stays with a child to its end and past it, until nothing of it is left. */
async function accompany({ child, tree, watch, output, farewell }: Company, graceMs: number): Promise<Omit<Exit, 'durationMs'> & { readonly endedMs: number }> {
  const reason = await Promise.race([child.exited.then(() => undefined), watch.reached])
  watch.end()
  if (reason !== undefined && farewell !== undefined) {
    farewell()
    await within(politeMs, child.exited)
    child.hangUp?.()
  }
  const left = reason === undefined ? await tree.endLeftBehind(graceMs) : await tree.end(graceMs)
  // A child that hangs in the kernel does not even end after KILL; then there is nothing to wait for.
  const waitMs = left.length === 0 ? drainMs : stuckMs
  const ended = await within(waitMs, child.exited)
  await child.endOutput(waitMs)
  if (ended === undefined) child.abandon()
  if (left.length > 0) output.note(`these processes did not end after KILL: ${left.join(', ')}`)
  return {
    kind: reason ?? (ended?.signal == null ? 'exited' : 'signalled'),
    ...(ended?.code == null ? {} : { code: ended.code }),
    ...(ended?.signal == null ? {} : { signal: ended.signal }),
    endedMs: ended?.atMs ?? performance.now(),
    stdout: output.stdout.text(),
    stderr: output.stderr.text(),
    cut: output.stdout.cut || output.stderr.cut,
  }
}
