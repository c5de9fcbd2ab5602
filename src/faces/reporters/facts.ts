/** Facts are what a report needs and a Run does not keep: who asked, why tasks ran, what was mended, what went wrong beside. */
import { spentTogether, type Spent } from '../../model/budget.ts'
import type { Cause } from '../../model/cause.ts'
import type { Event } from '../../model/event.ts'
import type { Failure } from '../../model/failure.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { TaskId } from '../../model/task.ts'
import type { Counts, Verdict } from '../../model/verdict.ts'

export type Mended = { readonly fix: TaskId; readonly files: readonly string[]; readonly derived: readonly string[] }

/** Fields change only in `remember`. */
export type Facts = {
  run: number
  startedAt: number
  command: string
  root: string
  version: string
  branch: string | undefined
  commit: string | undefined
  dryRun: boolean
  /** How long tasks took in earlier runs, where that is known. */
  expectedMs: Map<TaskId, number>
  /** Why each task really ran, the last time that it did. */
  causes: Map<TaskId, Cause>
  /** How each task ended the last time that it really ran in this run: a later round may only reuse that. */
  really: Map<TaskId, Outcome>
  mended: Mended[]
  /** What each turn of an agent used. */
  spent: Spent[]
  noted: Failure[]
  finished: { readonly verdict: Verdict; readonly counts: Counts; readonly durationMs: number; readonly savedMs: number } | undefined
}

export function newFacts(): Facts {
  return {
    run: 0,
    startedAt: 0,
    command: '',
    root: '',
    version: '',
    branch: undefined,
    commit: undefined,
    dryRun: false,
    expectedMs: new Map(),
    causes: new Map(),
    really: new Map(),
    mended: [],
    spent: [],
    noted: [],
    finished: undefined,
  }
}

/** Adds one event. The only function that changes Facts. */
export function remember(facts: Facts, event: Event): void {
  switch (event.type) {
    case 'run.started': {
      const { run, command, root, version, branch, commit, dryRun, at } = event
      Object.assign(facts, { run, command, root, version, branch, commit, dryRun, startedAt: at } satisfies Partial<Facts>)
      for (const task of event.plan.tasks) if (task.expectedMs !== undefined) facts.expectedMs.set(task.id, task.expectedMs)
      return
    }
    case 'attempt.missed':
      facts.causes.set(event.task, event.cause)
      return
    case 'attempt.finished':
      return rememberOutcome(facts, event.task, event.outcome)
    case 'failure.noted':
      facts.noted.push(event.failure)
      return
    case 'run.finished':
      facts.finished = event
      return
    default:
      return
  }
}

/** Of all turns of agents; undefined: there was none. */
export function spentIn({ spent: [first, ...more] }: Facts): Spent | undefined {
  return first === undefined ? undefined : more.reduce(spentTogether, first)
}

/** Every file that fixes of this run changed, once. */
export const mendedFiles = (facts: Facts): readonly string[] => [...new Set(facts.mended.flatMap((mended) => mended.files))]

function rememberOutcome(facts: Facts, task: TaskId, outcome: Outcome): void {
  if (outcome.kind !== 'cached') facts.really.set(task, outcome)
  if ((outcome.kind === 'passed' || outcome.kind === 'failed') && outcome.spent !== undefined) facts.spent.push(outcome.spent)
  if ((outcome.kind !== 'passed' && outcome.kind !== 'failed') || outcome.mend === undefined) return
  const files = outcome.mend.files.map((file) => file.path)
  // A fix that failed may have changed files, but what it declares to write is not known to be written.
  const derived = outcome.kind === 'passed' ? outcome.mend.derived : []
  if (files.length + derived.length > 0) facts.mended.push({ fix: task, files, derived })
}
