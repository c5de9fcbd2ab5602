/** A Job is one Prompt on its way onto a branch: a leased worktree, turns of an agent, a commit that passed the gate. Its facts are recorded before anything follows from them. */
import type { Session, TurnOutcome } from './agent.ts'
import type { Spent } from './budget.ts'
import type { LandedAs } from './landed-as.ts'
import type { TaskId } from './task.ts'
import type { Ending } from './verdict.ts'

/** A leased, isolated checkout. Plain data. */
export type Lease = {
  /** "pawl/<prompt>-<run>-<random>": unique, never that of a person. */
  readonly branch: string
  /** Absolute. */
  readonly folder: string
  /** Commit that it began with. */
  readonly base: string
  /** linked: a worktree of the repository; clone: a repository of its own, for a sandbox. */
  readonly isolation: 'linked' | 'clone'
}

export type JudgedCheck = { readonly check: TaskId; readonly ending: Ending; readonly findings: number }

export type JobFact =
  | { readonly kind: 'leased'; readonly lease: Lease }
  | { readonly kind: 'turn-begun'; readonly turn: number; readonly agent: string; readonly why: 'work' | 'resume' | 'mend' | 'resolve' }
  | { readonly kind: 'session'; readonly turn: number; readonly agent: string; readonly session: Session }
  | { readonly kind: 'touched'; readonly path: string }
  | { readonly kind: 'denied'; readonly tool: string; readonly why?: string }
  | { readonly kind: 'turn-ended'; readonly turn: number; readonly agent: string; readonly outcome: TurnOutcome; readonly why?: string; readonly spent: Spent }
  /** The account has no quota left until then (epoch milliseconds). */
  | { readonly kind: 'parked'; readonly account: string; readonly until: number }
  | { readonly kind: 'judged'; readonly tree: string; readonly red: readonly TaskId[] }
  /** The gate of a stage judged the branch at that commit: what became of each check. */
  | { readonly kind: 'stage-judged'; readonly commit: string; readonly checks: readonly JudgedCheck[] }
  | { readonly kind: 'committed'; readonly commit: string; readonly tree: string; readonly files: number }
  /** The agent declared that nothing has to be changed. `landed`: what had landed of the task before stands, passes, and nothing was changed about it. */
  | { readonly kind: 'unchanged'; readonly why: string; readonly landed?: LandedAs }
  /** To land it, so many branches were looked at together; so many check runs were needed for that, and so many results were known. */
  | { readonly kind: 'judged-together'; readonly branches: number; readonly ran: number; readonly known: number }
  | { readonly kind: 'landed'; readonly commit: string; readonly onto: string }
  /** It cannot be merged beside these jobs; none: with what the branch held before. An agent is asked to resolve it, or it is held. */
  | { readonly kind: 'conflicted'; readonly beside: readonly string[]; readonly files: readonly string[] }
  | { readonly kind: 'held'; readonly held: Held }
  /** It was held, and is to be mended now instead of landing as it is. */
  | { readonly kind: 'reopened'; readonly held: Held }
  /** What was not committed is kept under this ref. */
  | { readonly kind: 'rescued'; readonly ref: string; readonly why: string }

/**
 * conflict: it cannot be merged. red-alone, red-together: a check does not pass, with its work alone or only together with that of another.
 * weakened-gate, protected, too-large, secret: a person has to look first. broken: landing itself could not be done.
 */
export const heldReasons = ['conflict', 'red-alone', 'red-together', 'weakened-gate', 'protected', 'too-large', 'secret', 'broken'] as const
export type HeldReason = (typeof heldReasons)[number]

/** Why a branch did not land. The branch is kept. */
export type Held = {
  readonly reason: HeldReason
  /** One line. */
  readonly why: string
  /** Ids of the other jobs that it fails together with or conflicts with. */
  readonly beside: readonly string[]
  /** The check that does not pass. */
  readonly check?: TaskId
  readonly files: readonly string[]
}
