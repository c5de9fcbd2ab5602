/** An Outcome is how one Attempt at one Task ended; a Settlement is what became of a Task in one Round. */
import type { Spent } from './budget.ts'
import type { Failure } from './failure.ts'
import type { Finding } from './finding.ts'
import type { Mend } from './mend.ts'
import type { TaskId } from './task.ts'
import type { Usage } from './usage.ts'
import type { CalledBy } from './warm.ts'

/** Where a reused result comes from. */
export type Origin = {
  /** Number of the run that proved it. */
  readonly run: number
  /** When it was proven, epoch milliseconds. */
  readonly at: number
}

/** How much of its files a task looked at that judges each by itself; of the others it is known that nothing is to be said. */
export type Share = { readonly judged: number; readonly of: number }

export type Outcome =
  | {
      readonly kind: 'passed'
      readonly findings: readonly Finding[]
      readonly durationMs: number
      /** Digest over the declared outputs, for tasks that depend on them. Absent when none are declared. */
      readonly outputs?: string
      /** Only for fixes: what changed. */
      readonly mend?: Mend
      /** Why the result was not kept for reuse, if it was not. */
      readonly notKept?: string
      /** Absent when it looked at all. */
      readonly share?: Share
      /** It printed more than was read: there may be more findings. */
      readonly cut?: true
      /** The tool says that what it told of each file depends on no other one. */
      readonly alone?: true
      /** Absent when no warm worker was meant for it. */
      readonly by?: CalledBy
      readonly usage?: Usage
      /** Only for turns of an agent: what it used. */
      readonly spent?: Spent
    }
  | {
      readonly kind: 'cached'
      readonly findings: readonly Finding[]
      readonly from: Origin
      /** How long the attempt took that is not repeated now. */
      readonly savedMs: number
      /** How long it took to find out; absent when it was found together with others. */
      readonly durationMs?: number
      readonly outputs?: string
    }
  | {
      readonly kind: 'failed'
      readonly findings: readonly Finding[]
      readonly durationMs: number
      readonly exitCode?: number
      /** One line: why this is not a pass. */
      readonly summary: string
      /** Only for fixes: what changed although it failed (a linter that could mend only a part). */
      readonly mend?: Mend
      /** Absent when it looked at all. */
      readonly share?: Share
      /** It printed more than was read: there may be more findings. */
      readonly cut?: true
      /** The tool says that what it told of each file depends on no other one. */
      readonly alone?: true
      /** Absent when no warm worker was meant for it. */
      readonly by?: CalledBy
      readonly usage?: Usage
      /** Only for turns of an agent: what it used. */
      readonly spent?: Spent
    }
  /** `notBefore`: epoch milliseconds before which another try makes no sense; `final`: another try would end the same; `unasked`: it was not really tried. */
  | {
      readonly kind: 'errored'
      readonly failure: Failure
      readonly durationMs: number
      readonly notBefore?: number
      readonly final?: true
      readonly unasked?: true
      readonly spent?: Spent
    }
  /** `silent`: the limit was that of silence, not that of the whole. */
  | { readonly kind: 'timed-out'; readonly limitMs: number; readonly silent?: true; readonly durationMs: number; readonly usage?: Usage }
  | { readonly kind: 'cancelled'; readonly durationMs: number }
  | { readonly kind: 'lost' }
  /** A fix that was not allowed to run. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** A dry run: what would have been done, and nothing was. */
  | { readonly kind: 'described'; readonly description: string; readonly reused?: Origin }

/** A task whose result is proven for what it can see now. */
export type Reused = {
  readonly task: TaskId
  /** Number of the run that proved it. */
  readonly run: number
  /** When it was proven, epoch milliseconds. */
  readonly at: number
  /** How long the attempt took that is not repeated now. */
  readonly savedMs: number
  /** Absent when there are none. */
  readonly findings?: readonly Finding[]
  /** Digest over its outputs, as they lie there now. */
  readonly outputs?: string
}

/** Reuse as an outcome like any other. */
export function reusedOutcome({ run, at, savedMs, findings = [], outputs }: Reused): Extract<Outcome, { kind: 'cached' }> {
  return { kind: 'cached', findings, from: { run, at }, savedMs, ...(outputs === undefined ? {} : { outputs }) }
}

export type Settlement = Outcome | { readonly kind: 'skipped'; readonly reason: string } | { readonly kind: 'blocked'; readonly by: TaskId }

/** What needs a task may start after this. A dry run describes everything, so a description counts. */
export function satisfies(settlement: Settlement | undefined): boolean {
  return settlement !== undefined && (settlement.kind === 'passed' || settlement.kind === 'cached' || settlement.kind === 'described')
}

export function findingsOf(settlement: Settlement | undefined): readonly Finding[] {
  return settlement !== undefined && 'findings' in settlement ? settlement.findings : []
}
