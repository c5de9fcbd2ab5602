/** Landing moves tested trees onto a branch: all ready branches together, and only what fails is taken apart. */
import type { Failure, Result } from './failure.ts'
import type { Held } from './job.ts'
import type { TaskId } from './task.ts'

/** A branch that passed its own gate. */
export type Candidate = {
  /** Id of the job. */
  readonly id: string
  readonly commit: string
  /** Message of the merge commit; facts only. */
  readonly message: string
  /** Files of the merged tree that the merge commit writes anew, such as the status of a task in its roadmap. */
  readonly rewrites?: readonly Rewrite[]
}

export type Rewrite = {
  readonly path: string
  /** Undefined: it stays as it is. Pure: the same text gives the same one. */
  readonly rewritten: (text: string) => string | undefined
}

/** Candidates merged in order, each a merge commit upon the one before. Nothing is checked out and no ref is moved. */
export type Chain = {
  /** Commit of the tip; the base itself when nothing could be merged. */
  readonly tip: string
  readonly tree: string
  /** The merge commit of each candidate that is in it. */
  readonly merged: ReadonlyMap<string, string>
  /** Candidates that could not be merged upon what stands before them, with the files in conflict. */
  readonly conflicts: ReadonlyMap<string, { readonly files: readonly string[]; readonly beside: readonly string[] }>
  /** Changed paths of which the tree holds a pointer only, so that no check over the tree sees what they stand for. */
  readonly pointers?: readonly Pointer[]
}

export type Pointer = { readonly path: string; readonly kind: 'submodule' | 'lfs' }

export type RedCheck = { readonly check: TaskId; readonly summary: string }

/** What the gate of the target branch says of a commit. */
export type GateAnswer = {
  /** Required checks that do not pass; with nothing red the tree is proven. */
  readonly red: readonly RedCheck[]
  /** Checks that really ran, and those that were known. */
  readonly ran: readonly TaskId[]
  readonly known: readonly TaskId[]
  /** Checks of which nothing is said, because others were red before they began. With any of them the tree is not proven. */
  readonly unjudged?: readonly TaskId[]
}

/** What landing needs of the world. */
export type LandingWorld = {
  /** The commit that the target branch is at now. */
  target(): Promise<Result<string>>
  chain(base: string, candidates: readonly Candidate[]): Promise<Result<Chain>>
  /**
   * The gate over a commit; `only`: these checks alone, with what they need. What is known of their inputs is not run again;
   * `again`: a failure that was seen only once is not believed but run once more.
   */
  judge(commit: string, only?: readonly TaskId[], again?: boolean): Promise<Result<GateAnswer>>
  /** What is known to be red of the gate over a commit, without running anything. Absent: nothing ever is. */
  knownRed?(commit: string): Promise<readonly RedCheck[]>
  /** Whether what a candidate changes since the base is among the inputs of a check. */
  concerns(check: TaskId, candidate: Candidate, base: string): Promise<boolean>
  /** Compare-and-swap, fast-forward only. stale: the branch is no longer at `from`. */
  advance(from: string, to: string): Promise<'moved' | 'stale' | Failure>
}

export type LandingOptions = {
  /** Every prefix is judged, too, so that each merge commit of the history is proven; else the tip alone. */
  readonly each?: boolean
  /** What to do about a check that is red on the target branch itself. hold: nothing lands unless it mends that; allow: such a check counts for nothing. */
  readonly redBase?: 'hold' | 'allow'
  /** How often the target branch may move away before what is left is held. */
  readonly rekeys?: number
}

export type Landing = {
  /** In order, with the merge commit of each. */
  readonly landed: readonly { readonly id: string; readonly commit: string }[]
  readonly held: readonly { readonly id: string; readonly held: Held }[]
  /** Check runs, each counted once; those of the bisection included. */
  readonly ran: number
  readonly known: number
  /** Checks that failed and then passed on the same commit. */
  readonly flaky: readonly TaskId[]
  /** What landed of which no check saw more than a pointer. */
  readonly pointers: readonly Pointer[]
  /** Where the branch is now. */
  readonly tip: string
}
