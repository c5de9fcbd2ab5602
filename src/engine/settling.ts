/** When a burst of changes is over. Pure: the whole policy of waiting is on this page. */
import type { GitWork } from '../model/watching.ts'

/** Times are milliseconds of one clock. `lookedAt`: when a look began, before it was sure that the burst is over. */
export type Unrest = { readonly firstAt: number; readonly lastAt: number; readonly lookedAt?: number }

export type Settling = { readonly do: 'wait'; readonly ms: number } | { readonly do: 'look' } | { readonly do: 'act' }

/** An editor that writes a second file beside the first does it within this time: only then a look has a chance to be the last one. */
const earlyMs = 8
/** Quiet for so long, or going on for so long, counts as settled. */
const calm = { quietMs: 30, mostMs: 300 }
/** Between two steps of a rebase git is quiet for a while. */
const steps = { quietMs: 400, mostMs: 3000 }
/** While the index is locked git goes on writing; a lock that was left behind must not stop everything for good. */
const writingMostMs = 10_000
const stepMs = 15

/** Undefined: git is not writing, or has been for too long to be waited for. */
export const waitForGit = (firstAt: number, now: number, git: GitWork): { readonly do: 'wait'; readonly ms: number } | undefined =>
  git === 'writing' && now - firstAt < writingMostMs ? { do: 'wait', ms: stepMs } : undefined

export function settling(unrest: Unrest, now: number, git: GitWork): Settling {
  const { quietMs, mostMs } = git === 'between-steps' ? steps : calm
  const locked = waitForGit(unrest.firstAt, now, git)
  if (locked !== undefined) return locked
  const dueAt = Math.min(unrest.lastAt + quietMs, unrest.firstAt + mostMs)
  if (now >= dueAt) return { do: 'act' }
  if (unrest.lookedAt !== undefined || git !== undefined) return { do: 'wait', ms: dueAt - now }
  const earlyAt = unrest.lastAt + earlyMs
  return now >= earlyAt ? { do: 'look' } : { do: 'wait', ms: Math.min(earlyAt, dueAt) - now }
}

/** A look that began early counts when nothing changed since. */
export const stillCounts = (unrest: Unrest): boolean => unrest.lookedAt !== undefined && unrest.lookedAt > unrest.lastAt
