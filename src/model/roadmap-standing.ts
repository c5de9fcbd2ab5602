/** How the tasks of a roadmap stand: the fold of what is recorded, beside what the roadmap itself says. */
import type { HeldReason } from './job.ts'
import type { LandedAs } from './landed-as.ts'
import type { RoadmapTask } from './roadmap.ts'
import type { TaskId } from './task.ts'

/** What a person said about a task, by hand. taken-back: what had landed was reverted. Recorded with the content that it was said about. */
export type MarkKind = 'done' | 'skipped' | 'reset' | 'taken-back'
export type Mark = {
  readonly kind: MarkKind
  readonly id: string
  readonly title: string
  readonly digest: string
  /** In a person's words, or the evidence that was confirmed: "status file PHASE1-GROUP-A-STATUS.md". */
  readonly why?: string
}

/** A task of a roadmap as a run works on it. */
export type PlannedTask = {
  readonly job: TaskId
  /** As the roadmap writes it. */
  readonly id: string
  readonly title: string
  readonly digest: string
}

/** A landing of a task that a run takes back: by the commit `by`, once that is on the branch. */
export type TakenBack = { readonly id: string; readonly title: string; readonly digest: string; readonly commit: string; readonly by: string }

/** Where a task stands. Only `landed` and `unchanged` are proven by pawl; `confirmed`, `skipped` and `said` are a person's word, and shown as such. */
export type Standing =
  /** `again`: it was done once more afterwards, and nothing was left to change. */
  | ({ readonly kind: 'landed'; readonly again?: { readonly run: number; readonly at: number } } & LandedAs)
  /** The agent declared, with a reason, that nothing had to be changed. */
  | { readonly kind: 'unchanged'; readonly run: number; readonly at: number; readonly why: string }
  | { readonly kind: 'confirmed'; readonly at: number; readonly why?: string }
  | { readonly kind: 'skipped'; readonly at: number; readonly why?: string }
  /** The roadmap says that it is done; pawl has not done it. */
  | { readonly kind: 'said' }
  /** Its branch is kept, and a person has to look. */
  | { readonly kind: 'held'; readonly run: number; readonly reason: HeldReason; readonly why: string }
  | { readonly kind: 'failed'; readonly run: number; readonly why: string }
  /** In a run that goes on now. */
  | { readonly kind: 'working'; readonly run: number }
  /** A run was cut off while it was worked on, or before it landed; a further run goes on with it. */
  | { readonly kind: 'begun'; readonly run: number }
  /** It has landed, and after that something that it explicitly comes after was edited. */
  | { readonly kind: 'stale'; readonly by: string; readonly run: number }
  | { readonly kind: 'open' }

/** What is recorded under the same id was about another content: another title or text. It counts for nothing. */
export type Drift = { readonly id: string; readonly was: string; readonly wasKind: Standing['kind'] | MarkKind; readonly run: number }

export type TaskStanding = {
  readonly task: RoadmapTask
  readonly standing: Standing
  readonly drift?: Drift
  /** What landed of this very content and was not taken back, where that is not how it stands now. */
  readonly landed?: LandedAs
}

/** When its work was proven last. Epoch milliseconds. */
export const provenAt = ({ at, again }: Extract<Standing, { kind: 'landed' }>): number => again?.at ?? at

/** Nothing is left to be done, by whoever's word. */
export const isOver = ({ kind }: Standing): boolean =>
  kind === 'landed' || kind === 'unchanged' || kind === 'confirmed' || kind === 'skipped' || kind === 'said'

/** For people, in the order in which they are told. */
export const standingWords = {
  landed: 'landed',
  unchanged: 'without need for a change',
  confirmed: "done by a person's word",
  said: 'done as the roadmap says',
  skipped: 'skipped',
  held: 'held',
  failed: 'failed',
  working: 'being worked on',
  begun: 'begun and cut off',
  stale: 'to be done again',
  open: 'open',
} as const satisfies Record<Standing['kind'], string>
export const standingKinds = Object.keys(standingWords) as readonly Standing['kind'][]
