/** Work facts are what a report on agents needs and a Run does not keep: times, turns and what they used, all of this run alone. */
import { spentTogether, type Spent } from '../../model/budget.ts'
import type { Event } from '../../model/event.ts'
import type { JobFact } from '../../model/job.ts'
import type { Foreseen } from '../../model/prompt.ts'
import type { TaskId } from '../../model/task.ts'

/** Epoch milliseconds; `workedMs` leaves out pauses between tries. */
export type Span = { readonly from: number; readonly to: number; readonly workedMs: number }
export type TurnWhy = Extract<JobFact, { kind: 'turn-begun' }>['why']

/** Fields change only in `rememberWork`. */
export type WorkFacts = {
  startedAt: number
  /** Of the last event. */
  at: number
  spans: Map<TaskId, Span>
  /** Since when each task is at work. */
  live: Map<TaskId, number>
  /** Why each turn of a job was begun. */
  turns: Map<TaskId, TurnWhy[]>
  /** Absent for a job of which no turn has ended. */
  spent: Map<TaskId, Spent>
  retries: number
  rescues: number
  /** Check runs of landing, and results that it knew. */
  ran: number
  known: number
  /** What was foreseen, and what conflicted at landing, by pairs of prompts; a conflict with none of this run has one name. */
  foreseen: readonly Foreseen[]
  conflicts: (readonly string[])[]
}

export const newWorkFacts = (): WorkFacts => ({
  startedAt: 0,
  at: 0,
  spans: new Map(),
  live: new Map(),
  turns: new Map(),
  spent: new Map(),
  retries: 0,
  rescues: 0,
  ran: 0,
  known: 0,
  foreseen: [],
  conflicts: [],
})

/** What was told again of an earlier run. */
export const isOfBefore = (attempt: string): boolean => attempt.endsWith('@0.0')

/** Adds one event. The only function that changes WorkFacts. */
export function rememberWork(facts: WorkFacts, event: Event): void {
  facts.at = event.at
  switch (event.type) {
    case 'run.started':
      facts.startedAt = event.at
      return
    case 'forecast.made':
      facts.foreseen = event.clashes
      return
    case 'attempt.started':
      facts.live.set(event.task, event.at)
      return
    case 'attempt.finished':
      return worked(facts, event.task, event.at)
    case 'retry.scheduled':
      facts.retries += 1
      return
    case 'job.advanced':
      if (!isOfBefore(event.attempt)) rememberFact(facts, event.task, event.fact)
      return
    case 'run.finished':
      for (const task of facts.live.keys()) worked(facts, task, event.at)
      return
    default:
      return
  }
}

function worked({ spans, live }: WorkFacts, task: TaskId, at: number): void {
  const since = live.get(task)
  if (since === undefined) return
  live.delete(task)
  const before = spans.get(task)
  spans.set(task, { from: before?.from ?? since, to: at, workedMs: (before?.workedMs ?? 0) + at - since })
}

function rememberFact(facts: WorkFacts, job: TaskId, fact: JobFact): void {
  if (fact.kind === 'turn-begun') facts.turns.set(job, [...(facts.turns.get(job) ?? []), fact.why])
  if (fact.kind === 'turn-ended') {
    const before = facts.spent.get(job)
    facts.spent.set(job, before === undefined ? fact.spent : spentTogether(before, fact.spent))
  }
  if (fact.kind === 'conflicted') facts.conflicts.push(...(fact.beside.length === 0 ? [[job]] : fact.beside.map((other) => [job, other])))
  if (fact.kind === 'rescued') facts.rescues += 1
  if (fact.kind === 'judged-together') {
    facts.ran += fact.ran
    facts.known += fact.known
  }
}
