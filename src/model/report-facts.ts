/** Facts of a run of a roadmap, as they were recorded: what a report on it is made from. */
import type { Spent } from './budget.ts'
import type { Count } from './coverage.ts'
import type { Failure } from './failure.ts'
import type { Held } from './job.ts'
import type { Drift, Standing, TakenBack } from './roadmap-standing.ts'
import type { Ending, Verdict } from './verdict.ts'

export type ReportTask = {
  readonly id: string
  readonly title: string
  readonly phase: string
  /** "1.A" */
  readonly group: string
  readonly standing: Standing
  readonly drift?: Drift
  readonly isManual: boolean
  /** Turns of agents that this run began for it. What it used is told only where there were any. */
  readonly turns: number
  /** In this run. Absent although there were turns: nobody told, so it is unknown. */
  readonly spent?: Spent
  readonly agent?: string
  readonly model?: string
  /** The branch that is kept. */
  readonly branch?: string
  readonly held?: Held
}

export type ReportCheck = { readonly name: string; readonly ending: Ending; readonly findings: number; readonly durationMs?: number }

/** The checks of a tree with all of a group, or of a phase. */
export type ReportGate = {
  /** "group 1.A", "phase 1" */
  readonly of: string
  readonly commit?: string
  readonly checks: readonly ReportCheck[]
}

/** What a run was to take back. */
export type ReportRollback = {
  readonly tasks: readonly Pick<TakenBack, 'id' | 'title' | 'commit' | 'by'>[]
  /** Why none of it was. Absent: all of it was. */
  readonly unmoved?: string
}

export type ReportFacts = {
  /** The roadmap, relative to the root. */
  readonly file: string
  readonly run: number
  /** As it was typed. */
  readonly command: string
  readonly verdict: Verdict
  readonly onto: string
  /** Commits that the branch stood at before and after; absent where they are not known. */
  readonly from?: string
  readonly to?: string
  /** Epoch milliseconds. */
  readonly startedAt: number
  /** Absent: pawl was ended before the run was. */
  readonly endedAt?: number
  /** Every task of the roadmap, in its order. */
  readonly tasks: readonly ReportTask[]
  readonly gates: readonly ReportGate[]
  /** Absent: it is no run that takes something back. */
  readonly rollback?: ReportRollback
  /** What changed outside of the checkouts of agents. */
  readonly breaches: readonly Failure[]
  readonly coverage?: { readonly before?: Count; readonly after?: Count }
}
