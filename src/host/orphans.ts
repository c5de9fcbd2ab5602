/** Keeps the processes that have lost their parent below us, so that nothing gets away by clearing its environment and opening a session of its own. */
import { unlessRefused } from './exhaustion.ts'
import { leaders } from './leaders.ts'
import { nativeCalls } from './native-calls.ts'
import type { NativeCalls } from './native-calls.ts'
import { childrenOf, knownProcess } from './proc-table.ts'
import type { KnownProcess } from './proc-table.ts'

/** Trees that run, by the number of their leader, and when they began. */
const running = new Map<number, number>()

let adopting: { readonly native: NativeCalls; readonly session: number; readonly found: (pid: number) => void } | undefined | null = null
let care: ReturnType<typeof setInterval> | undefined
const careMs = 250
const told = new Set<number>()

/** To be called before the first child is started. `found` is told of orphans that live for a while. */
export function adoptOrphans(found: (pid: number) => void): void {
  if (adopting !== null) return
  const native = nativeCalls()
  const session = unlessRefused(() => knownProcess(process.pid))?.session
  adopting = native !== undefined && session !== undefined && native.adoptOrphans() ? { native, session, found } : undefined
}

export function treeBegan(leader: number, start: number): void {
  running.set(leader, start)
  // A long task may leave many that end by themselves; as zombies they would use up the numbers.
  if (adopting != null) care ??= setInterval(() => unlessRefused(() => childrenOf(process.pid).forEach(lookAt)), careMs)
}

/** From now on what nobody else can have left counts as left by this tree. */
export function treeEnds(leader: number): void {
  running.delete(leader)
  if (running.size > 0 || care === undefined) return
  clearInterval(care)
  care = undefined
}

/**
 * Children of ours that we did not start. What pawl itself runs stays in our session; the children of tasks, which lead sessions, never come back to it.
 * Those that have ended are taken off the process table.
 */
export function isOrphan(one: KnownProcess): boolean {
  if (adopting == null || one.parent !== process.pid || one.session === adopting.session || leaders.has(one.pid)) return false
  if (one.ended) adopting.native.reap(one.pid)
  return !one.ended
}

/** Whether an orphan can come from a tree that still runs; the last one of them ends it. */
export const mayBelongToRunning = (orphan: KnownProcess): boolean => [...running.values()].some((start) => start <= orphan.start)

function lookAt(pid: number): void {
  const one = leaders.has(pid) ? undefined : knownProcess(pid)
  if (one === undefined || !isOrphan(one) || told.has(pid)) return
  told.add(pid)
  adopting?.found(pid)
}
