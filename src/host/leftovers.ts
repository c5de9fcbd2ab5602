/** Finds and ends what attempts of a pawl that was itself killed left running. */
import { liveProcesses, ownerOf, tagsOf, withDescendants } from './proc-table.ts'
import type { LiveProcess } from './proc-table.ts'
import { endProcesses, sendSignal } from './process-ending.ts'

/** The next run waits for this. */
const graceMs = 2000

/**
 * Ends (TERM, then KILL) the processes of this user that carry a tag which `isOurs` accepts, with all that runs in their sessions or descends
 * from them; never this process, its ancestors or its children. Off Linux a tag cannot be read: nothing is ended, and nothing is reported.
 */
export async function endLeftovers(isOurs: (tag: string) => boolean): Promise<{ ended: number; remaining: readonly number[] }> {
  const found = new Map<number, number>()
  const look = (): readonly number[] => {
    const left = leftovers(isOurs, found)
    for (const one of left) found.set(one.pid, one.start)
    return left.map((one) => one.pid)
  }
  if (look().length === 0) return { ended: 0, remaining: [] }
  const signal = (name: 'SIGTERM' | 'SIGKILL') => look().forEach((pid) => sendSignal(pid, name))
  const remaining = await endProcesses({ left: look, signal }, graceMs)
  return { ended: found.size - remaining.length, remaining }
}

/** `found`: pid and start of those that were seen before; their children are ours even when they are gone by now. */
function leftovers(isOurs: (tag: string) => boolean, found: ReadonlyMap<number, number>): readonly LiveProcess[] {
  const all = liveProcesses()
  const spared = family(all)
  const user = process.getuid?.()
  const mine = all.filter((one) => !spared.has(one.pid) && ownerOf(one.pid) === user)
  const known = mine.filter((one) => found.get(one.pid) === one.start || (tagsOf(one.pid)?.split('\t').some(isOurs) ?? false))
  // Each child of pawl opened a session, and a session holds nothing but descendants; so all of it is ours, also what dropped the tag.
  const sessions = new Set(known.map((one) => one.session))
  for (const one of all) if (spared.has(one.pid)) sessions.delete(one.session)
  const roots = mine.filter((one) => known.includes(one) || sessions.has(one.session))
  return withDescendants(roots, mine)
}

/** This process, its ancestors and its descendants. */
function family(all: readonly LiveProcess[]): ReadonlySet<number> {
  const byPid = new Map(all.map((one) => [one.pid, one]))
  const self = byPid.get(process.pid)
  const pids = new Set(self === undefined ? [process.pid] : withDescendants([self], all).map((one) => one.pid))
  for (let one = self; one !== undefined && one.pid !== one.parent; one = byPid.get(one.parent)) pids.add(one.pid)
  return pids
}
