/** What a job needs of the world: a checkout, a program in it, a gate, and somebody who looks whether it stays where it belongs. */
import type { Agent, AgentChoice } from '../../model/agent.ts'
import type { Clock } from '../../model/clock.ts'
import type { AttemptContext } from '../../model/executor.ts'
import type { Failure, Result } from '../../model/failure.ts'
import type { Held, Lease } from '../../model/job.ts'
import type { JobState } from '../../model/job-state.ts'
import type { Settlement } from '../../model/outcome.ts'
import type { RunBudget } from '../../model/run-budget.ts'
import type { Plan } from '../../model/plan.ts'
import type { Processes } from '../../model/processes.ts'
import type { JobAction, Task, TaskId } from '../../model/task.ts'
import type { Breaker } from './breaker.ts'

/** The checkout of one job. */
export type JobCheckout = {
  readonly lease: Lease
  /** Id of the tree that it holds now, and whether that differs from what it began with. */
  tree(): Promise<Result<{ readonly id: string; readonly isChanged: boolean }>>
  /** By the gate of the target branch; `checks`: these alone. */
  judge(context: AttemptContext, checks: readonly string[] | undefined): Promise<Result<ReadonlyMap<TaskId, Settlement>>>
  /** Why a person has to look before it may land. */
  survey(commit: string): Promise<Result<Held | undefined>>
  /** Undefined: there is nothing that the branch does not hold already. */
  commit(message: string): Promise<Result<{ readonly commit: string; readonly tree: string; readonly files: number } | undefined>>
  /** Keeps what is not committed; the ref, or undefined if there is nothing. */
  snapshot(why: string): Promise<Result<string | undefined>>
}

/** `C`: what the maker of the world knows of a checkout besides. */
export type JobWorld<C extends JobCheckout = JobCheckout> = {
  readonly clock: Clock
  readonly breaker: Breaker
  /** Of all jobs of the run together. */
  readonly total: RunBudget
  /** What was said to people once, for all jobs. */
  readonly said: Set<string>
  /** Of the target branch. */
  readonly gate: Plan
  agentOf(choice: AgentChoice): Agent
  /** Where the program of an agent runs, and with what. */
  programs(action: JobAction, checkout: C, context: AttemptContext): Promise<Result<JobPrograms>>
  open(action: JobAction, state: JobState, context: AttemptContext): Promise<Result<C>>
  /** Brings what the branch holds now into a checkout in which nothing is uncommitted. Undefined: it cannot be, and the checkout is as it was. */
  renewed(action: JobAction, checkout: C, context: AttemptContext): Promise<C | undefined>
  /** What landed that the job stands on, fenced as data; undefined: nothing. */
  before(action: JobAction, jobs: ReadonlyMap<TaskId, JobState>): Promise<string | undefined>
  /** Whether what landed as this commit is in what a checkout began with. */
  stands(commit: string, lease: Lease): Promise<boolean>
  /** Why the agent must not go on: something outside of its checkout changed. */
  breach(): Promise<Failure | undefined>
  /** Saves the brief of a turn of this job, at an absolute path. `over`: the turn has ended, and it is to hold no secrets any more. */
  keepBrief(action: JobAction, turn: number, text: string): Promise<{ readonly path: string; over(): Promise<void> }>
  commandOf(task: Task): string
  fence(): string
  newSession(): string
}

export type JobPrograms = {
  readonly processes: Processes
  readonly env: Readonly<Record<string, string>>
  /** argv of pawl's own MCP server; absent: its program is not given any. */
  readonly tools?: readonly string[]
  /** What the agent declared over it. */
  noChange(): Promise<string | undefined>
  /** It was seen writing this file: other agents may ask. */
  touched(path: string): void
  /** The turn has ended: nobody is answered any more, and what was asked for has ended when it resolves. */
  over(): Promise<void>
}

export const accountOf = ({ kind, argv }: AgentChoice): string => `${kind} ${argv.join(' ')}`
