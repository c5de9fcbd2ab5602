/** All that one child of ours started, found and ended even when it left the process group, the session or its parent. */
import { spawn } from 'node:child_process'
import { endProcesses, noneLeft, sendSignal } from './process-ending.ts'
import type { Prey } from './process-ending.ts'
import { bornAfter } from './born-after.ts'
import type { Born } from './born-after.ts'
import { unlessExhausted } from './exhaustion.ts'
import { earliestStart, liveProcess, liveProcesses, outputPipesOf, tagsOf, withDescendants } from './proc-table.ts'
import type { LiveProcess } from './proc-table.ts'

export type ProcessTree = {
  /** Ends the child and all that it started. Returns the pids that could not be ended. */
  end(graceMs: number): Promise<readonly number[]>
  /** After the child has ended by itself: ends what it left behind. */
  endLeftBehind(graceMs: number): Promise<readonly number[]>
  /** KILL to everything, at once and without waiting. */
  kill(): void
  /** Nothing of it is left. */
  forget(): void
}

/** What must be known of a child from its first moment on: once it has ended nobody can tell. */
export type Birth = { readonly pid: number; readonly start: number; readonly atMs: number; readonly pipes: () => readonly string[] }

/** Children of ours that have not been seen to the end. */
const leaders = new Set<number>()

/** To be called in the turn of the start; `before` is a moment before it. */
export function birthOf(pid: number, before: number, pipes: () => readonly string[]): Birth {
  leaders.add(pid)
  return { pid, start: unlessExhausted(() => earliestStart(before)) ?? 0, atMs: before, pipes }
}

/** The reader at the end of a bash `> >(tee log)` finishes by itself a moment after the shell; TERM would cost its last lines. */
const lingerMs = 250

/** The child must lead a session of its own. `tagged` tells whether a value of the tag variable is that of this tree. */
export function processTree(birth: Birth, tagged: (tags: string) => boolean): ProcessTree {
  if (process.platform === 'win32') return windowsTree(birth.pid)
  const prey: Prey & { isAlone?(): boolean } = process.platform === 'linux' ? linuxPrey(birth, tagged) : groupPrey(birth.pid)
  return {
    end: (graceMs) => endProcesses(prey, graceMs),
    async endLeftBehind(graceMs) {
      if (prey.isAlone?.() === true) return []
      if (prey.left().length === 0 || (await noneLeft(prey, lingerMs))) return []
      return endProcesses(prey, graceMs)
    },
    kill: () => prey.signal('SIGKILL'),
    forget: () => void leaders.delete(birth.pid),
  }
}

/**
 * Ours is what has the group or the session of the child (those survive their leader), carries its tag, writes into its pipes, descends from
 * such a process, or was once seen to. Only what drops all four of them and loses its parent before the first look escapes.
 */
function linuxPrey({ pid: leader, start, atMs, pipes }: Birth, tagged: (tags: string) => boolean): Prey & { isAlone(): boolean } {
  const seen = new Map<number, number>()

  const isMember = (one: LiveProcess): boolean => {
    if (one.group === leader || one.session === leader || seen.get(one.pid) === one.start) return true
    // Nothing that is older than the child can come from it: spares most of the reading.
    if (one.start < start || one.pid === process.pid) return false
    const tags = tagsOf(one.pid)
    return (tags !== undefined && tagged(tags)) || outputPipesOf(one.pid).some((pipe) => pipes().includes(pipe))
  }
  /** What descends from the child is in its session or in one that was opened later; that spares most of the reading. */
  const isYoungMember = (pid: number, born: Born): boolean => {
    const one = liveProcess(pid)
    if (one === undefined) return false
    const { session } = one
    return (session === leader || (born.has(session) && !leaders.has(session))) && isMember(one)
  }
  const look = (): readonly LiveProcess[] => {
    const found = unlessExhausted(() => {
      const all = liveProcesses()
      return withDescendants(all.filter(isMember), all)
    })
    for (const one of found ?? []) seen.set(one.pid, one.start)
    return found ?? groupAlone(leader)
  }

  return {
    isAlone() {
      const born = unlessExhausted(() => bornAfter(leader, atMs))
      return born !== undefined && !born.living.some((pid) => !leaders.has(pid) && isYoungMember(pid, born))
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
    forget: () => undefined,
    kill: () => void kill().on('error', () => sendSignal(leader, 'SIGKILL')),
  }
}
