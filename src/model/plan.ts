/** A Plan is the frozen acyclic set of Tasks for one request. */
import type { Task, TaskId } from './task.ts'

export type PlannedTask = {
  readonly task: Task
  /** Position in the order of starting among ready tasks: smaller first. Longest remaining path first, then priority and name. */
  readonly rank: number
  /** How long it usually takes, milliseconds, and the most memory that it took lately, from history. Absent: not known. */
  readonly expectedMs?: number
  readonly expectedBytes?: number
  readonly dependents: readonly TaskId[]
}

export type Skip = { readonly task: TaskId; readonly stage: string; readonly reason: string }

export type Plan = {
  readonly tasks: ReadonlyMap<TaskId, PlannedTask>
  /** Checks in topological order. Fixes are not in it: they run only when asked for. */
  readonly order: readonly TaskId[]
  /** Known tasks that this request leaves out, each with the reason. */
  readonly skips: readonly Skip[]
  /** Slots by pool. */
  readonly slots: ReadonlyMap<string, number>
}

export type Limits = {
  /** Most rounds in one run; the last one only judges. */
  readonly rounds: number
  /** Stop starting after the first required task that does not pass. */
  readonly failFast: boolean
  /** Highest level of fix that may run. -1: none. */
  readonly fixLevel: number
}
