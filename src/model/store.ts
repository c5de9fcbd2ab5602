/** A Store keeps runs and their events in order. What `append` returned for survives the end of pawl, what `settle` resolved for the end of the machine. */
import type { Costs } from './costs.ts'
import type { Event, Happening } from './event.ts'
import type { History } from './history.ts'
import type { TaskId } from './task.ts'
import type { Verdict } from './verdict.ts'

export type RunRecord = {
  readonly number: number
  readonly startedAt: number
  readonly finishedAt?: number
  readonly verdict?: Verdict
  readonly command: string
  /** Which lock its process holds; absent: that of runs. A run of jobs goes on beside runs of checks. */
  readonly lock?: 'jobs'
  /** Root of the checkout that the run was started in; linked worktrees share one store. */
  readonly root: string
  readonly branch?: string
  readonly commit?: string
}

export type Store = {
  /** Reserves the next number. Durable. */
  begin(record: Omit<RunRecord, 'number' | 'finishedAt' | 'verdict'>): number
  /** What begins a mending survives a power loss at once: it is the way back. */
  append(run: number, events: readonly Event[]): void
  /** What happened outside of any run. Durable, and kept for good. */
  tell(happening: Happening, at: number): void
  /** All of that, in order. */
  told(): readonly Event[]
  /** Resolves when all that was appended before survives a power loss. */
  settle(): Promise<void>
  /** `after`: only those with a greater `seq`. Runs of jobs keep theirs for good, of other runs the last ones do. */
  events(run: number, after?: number): readonly Event[]
  /** Newest first. */
  runs(limit: number): readonly RunRecord[]
  /** Runs without an end: live ones and those that were cut off. */
  unfinished(): readonly RunRecord[]
  /** Of each of these tasks the last `limit` attempts; a task that never really ran is absent. */
  costs(tasks: readonly TaskId[], limit: number): ReadonlyMap<TaskId, Costs>
  readonly history: History
  close(): void
}
