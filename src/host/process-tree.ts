/** All that one child of ours started, found and ended even when it left the process group, the session or its parent. */
import { spawn } from 'node:child_process'
import { endProcesses, noneLeft, sendSignal } from './process-ending.ts'
import type { Prey } from './process-ending.ts'
import { bornAfter, lastPid } from './born-after.ts'
import type { Born } from './born-after.ts'
import { unlessRefused } from './exhaustion.ts'
import { leaders } from './leaders.ts'
import { isOrphan, mayBelongToRunning, treeBegan, treeEnds } from './orphans.ts'
import { earliestStart, knownProcess, knownProcesses, outputPipesOf, tagsOf, withDescendants } from './proc-table.ts'
import type { KnownProcess, LiveProcess } from './proc-table.ts'

export type ProcessTree = {
  /** Ends the child and all that it started. Returns the pids that could not be ended. */
  end(graceMs: number): Promise<readonly number[]>
  /** After the child has ended by itself: ends what it left behind. */
  endLeftBehind(graceMs: number): Promise<readonly number[]>
  /** KILL to everything, at once and without waiting. */
  kill(): void
  /** The child itself has ended, and the runtime knows. */
  leaderEnded(): void
}

/** What must be known of a child from its first moment on: once it has ended nobody can tell. */
export type Birth = { readonly pid: number; readonly start: number; readonly atMs: number; readonly pipes: () => readonly string[] }

/**
 * To be called in the turn of the start; `before` is a moment before it. `lasts`: it outlives the tasks that begin after it, so that an orphan that
 * may be its own must not be spared for its sake.
 */
export function birthOf(pid: number, before: number, pipes: () => readonly string[], lasts = false): Birth {
  const start = unlessRefused(() => earliestStart(before)) ?? 0
  if (!lasts) treeBegan(pid, start)
  return { pid, start, atMs: before, pipes }
}

/** The reader at the end of a bash `> >(tee log)` finishes by itself a moment after the shell; TERM would cost its last lines. */
const lingerMs = 250

/** Where the kernel does not say what began, looking again has to do. */
const mostLooks = 5

/** What a program leaves behind has had its time. */
const leftGraceMs = 2000

/** The child must lead a session of its own. `tagged` tells whether a value of the tag variable is that of this tree. */
export function processTree(birth: Birth, tagged: (tags: string) => boolean): ProcessTree {
  if (process.platform === 'win32') return windowsTree(birth.pid)
  const prey: Prey & { isAlone?(): boolean } = process.platform === 'linux' ? linuxPrey(birth, tagged) : groupPrey(birth.pid)
  const leaderEnded = (): void => void leaders.delete(birth.pid)
  return {
    end(graceMs) {
      treeEnds(birth.pid)
      return endProcesses(prey, graceMs)
    },
    async endLeftBehind(graceMs) {
      treeEnds(birth.pid)
      if (prey.isAlone?.() === true) return []
      if (prey.left().length === 0 || (await noneLeft(prey, lingerMs))) return []
      return endProcesses(prey, Math.min(graceMs, leftGraceMs))
    },
    kill: () => prey.signal('SIGKILL'),
    leaderEnded,
  }
}

/**
 * Ours is what has the group or the session of the child (those survive their leader), carries its tag, writes into its pipes, descends from
 * such a process, was once seen to, or has come to us as an orphan that no other tree can have left.
 * Where orphans do not come to us, what drops all of that and loses its parent before the first look escapes.
 */
function linuxPrey({ pid: leader, start, atMs, pipes }: Birth, tagged: (tags: string) => boolean): Prey & { isAlone(): boolean } {
  const seen = new Map<number, number>()

  const isMember = (one: KnownProcess): boolean => {
    if (one.group === leader || one.session === leader || seen.get(one.pid) === one.start) return true
    // Nothing that is older than the child can come from it: spares most of the reading.
    if (one.start < start || one.pid === process.pid || leaders.has(one.pid)) return false
    const tags = tagsOf(one.pid)
    if (tags !== undefined && tagged(tags)) return true
    return outputPipesOf(one.pid).some((pipe) => pipes().includes(pipe)) || (tags === undefined && isOrphan(one) && !mayBelongToRunning(one))
  }
  /** What descends from the child is in its session or in one that was opened later; that spares most of the reading. */
  const mayBeLeft = (pid: number, born: Born): boolean => {
    const one = leaders.has(pid) ? undefined : knownProcess(pid)
    if (one === undefined) return false
    if (isOrphan(one)) return true
    const { session } = one
    return !one.ended && (session === leader || (born.has(session) && !leaders.has(session))) && isMember(one)
  }
  const isMemberNow = (pid: number): boolean => {
    const one = leaders.has(pid) ? undefined : knownProcess(pid)
    return one !== undefined && !one.ended && isMember(one)
  }
  const scan = (): readonly LiveProcess[] => {
    const all = knownProcesses()
    const living = all.filter((one) => isOrphan(one) || !one.ended)
    return withDescendants(living.filter(isMember), living)
  }
  /** What is started while the table is read may be missing from it, and its parent gone: only a look beside which nothing began counts as empty. */
  const sureScan = (): readonly LiveProcess[] => {
    for (let looks = 1; ; looks++) {
      const [before, beforeMs] = [lastPid(), performance.now()]
      const found = scan()
      if (found.length > 0 || looks === mostLooks) return found
      const born = before === undefined ? undefined : bornAfter(before, beforeMs)
      if (born !== undefined && !born.living.some(isMemberNow)) return found
    }
  }
  const look = (): readonly LiveProcess[] => {
    const found = unlessRefused(sureScan)
    for (const one of found ?? []) seen.set(one.pid, one.start)
    return found ?? groupAlone(leader)
  }

  return {
    isAlone() {
      const seenAlone = unlessRefused(() => {
        const born = bornAfter(leader, atMs)
        return born !== undefined && !born.living.some((pid) => mayBeLeft(pid, born))
      })
      return seenAlone === true
    },
    left: () => look().map((one) => one.pid),
    signal(name) {
      const members = look()
      if (members.some((one) => one.group === leader)) sendSignal(-leader, name)
      for (const one of members) if (one.group !== leader) sendSignal(one.pid, name)
    },
  }
}

/** With no file descriptor free the process table cannot be read, but the group can still be asked and signalled. */
const groupAlone = (leader: number): readonly LiveProcess[] =>
  sendSignal(-leader, 0) ? [{ pid: leader, parent: process.pid, group: leader, session: leader, start: 0 }] : []

/** Where there is no /proc: the process group only. A program that opens a session of its own escapes. */
function groupPrey(leader: number): Prey {
  return {
    left: () => (sendSignal(-leader, 0) ? [leader] : []),
    signal: (name) => void sendSignal(-leader, name),
  }
}

/** Windows has neither groups nor TERM; taskkill walks the tree while its parents still live. */
function windowsTree(leader: number): ProcessTree {
  const kill = () => spawn('taskkill', ['/pid', String(leader), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
  return {
    end: () =>
      new Promise((resolve) => {
        const taskkill = kill()
        taskkill.once('error', () => resolve([leader]))
        taskkill.once('exit', () => resolve(sendSignal(leader, 0) ? [leader] : []))
      }),
    endLeftBehind: () => Promise.resolve([]),
    leaderEnded: () => undefined,
    kill: () => void kill().on('error', () => sendSignal(leader, 'SIGKILL')),
  }
}
