/** A strategy that a plugin brings: code that decides, while planning, which checks run, how many at a time and in which order. Pure: the same question, the same answer. */
import type { Task } from '../model/task.ts'

/** What a strategy may know of a check. */
export type StrategyTask = Readonly<Pick<Task, 'stage' | 'needs' | 'after' | 'fast' | 'severity' | 'security' | 'package' | 'reason' | 'concerns'>> & {
  readonly id: string
}

/** What the last runs have shown of a check, newest first. */
export type TaskHistory = {
  /** Milliseconds of the last attempts that passed or failed; at most five. */
  readonly durationsMs: readonly number[]
  /** How the last attempts that really ran have ended: "passed", "failed", "timed-out" …; at most twenty. */
  readonly outcomes: readonly string[]
}

export type StrategyFacts = {
  /** Selected files (`--files`, `--since`, `--staged`), else those that differ from the last commit; undefined: that cannot be told. */
  readonly changed: readonly string[] | undefined
  /** Whether `changed` is a selection: then checks that none of them concerns are left out already. */
  readonly selected: boolean
  /** Undefined: a commit is checked out, or this is no repository. */
  readonly branch: string | undefined
  readonly platform: 'linux' | 'macos' | 'windows' | 'wsl'
  readonly ci: boolean
  readonly processors: number
  /** By name of the check; one that never ran here is absent. */
  readonly history: Readonly<Record<string, TaskHistory>>
}

/** What is absent is as in the strategy `comprehensive`. */
export type StrategyPlugin = {
  /** false, or a text that says why: the check is left out. What needs it runs without it. */
  shouldRun?(task: StrategyTask, facts: StrategyFacts): boolean | string
  /** Most checks at a time; a whole number from 1. `--jobs` goes before it. */
  concurrency?(facts: StrategyFacts): number
  /** Below 0: `a` starts before `b` where both could; needs are kept whatever it says. */
  order?(a: StrategyTask, b: StrategyTask): number
}
