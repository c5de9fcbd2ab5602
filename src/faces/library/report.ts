/** What a run came to, as plain data for the program that asked for it. */
import type { Checked } from '../../app/perform.ts'
import type { Failure } from '../../model/failure.ts'
import type { Finding } from '../../model/finding.ts'
import { findingsOf } from '../../model/outcome.ts'
import { endingOf, noCounts } from '../../model/tally.ts'
import { exitCodes, otherExitCodes, type Counts, type Ending, type Verdict } from '../../model/verdict.ts'

export type CheckReport = {
  readonly id: string
  readonly stage: string
  readonly ending: Ending
  readonly severity: 'required' | 'advisory'
  readonly findings: readonly Finding[]
  /** Milliseconds; absent where nothing was timed. */
  readonly durationMs?: number
  /** In one line, why it did not pass, was left out, or what would have been done. */
  readonly why?: string
}

export type Report = {
  /** broken: pawl could not judge; `failures` says why. */
  readonly verdict: Verdict
  /** What the command line would have ended with. */
  readonly exitCode: number
  readonly counts: Counts
  readonly checks: readonly CheckReport[]
  /** Why pawl could not do its work, and what went wrong beside it. */
  readonly failures: readonly Failure[]
  /** Number of the run, as `pawl logs` takes it; absent when none began. */
  readonly run?: number
  readonly durationMs: number
  /** How long the attempts had taken whose results were reused. */
  readonly savedMs: number
}

/** Nothing began. */
export function refused(failures: readonly Failure[]): Report {
  const busy = failures.some(({ type }) => type === 'lock.busy')
  const exitCode = busy ? otherExitCodes.lock : otherExitCodes.failure
  return { verdict: 'broken', exitCode, counts: noCounts, checks: [], failures, durationMs: 0, savedMs: 0 }
}

export function reportOf(checked: Checked): Report {
  const { result, plan, events, run, lateNotes } = checked
  const end = events.findLast((event) => event.type === 'run.finished')
  const verdict = result.verdict ?? 'lost'
  const noted = events.flatMap((event) => (event.type === 'failure.noted' ? [event.failure] : []))
  return {
    verdict,
    exitCode: exitCodes[verdict],
    counts: end?.type === 'run.finished' ? end.counts : noCounts,
    checks: [...plan.order.flatMap((id) => checkReport(checked, id)), ...plan.skips.map(skipped)],
    failures: [...noted, ...lateNotes],
    ...(run === 0 ? {} : { run }),
    durationMs: end?.type === 'run.finished' ? end.durationMs : 0,
    savedMs: end?.type === 'run.finished' ? end.savedMs : 0,
  }
}

type TaskId = Checked['plan']['order'][number]

function checkReport({ result, plan }: Checked, id: TaskId): readonly CheckReport[] {
  const task = plan.tasks.get(id)?.task
  const settled = result.settled.get(id)
  if (task === undefined) return []
  const why = whyOf(settled)
  const durationMs = settled !== undefined && 'durationMs' in settled ? settled.durationMs : undefined
  return [
    {
      id,
      stage: task.stage,
      ending: endingOf(result, id),
      severity: task.severity,
      findings: findingsOf(settled),
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(why === undefined ? {} : { why }),
    },
  ]
}

function whyOf(settled: ReturnType<Checked['result']['settled']['get']>): string | undefined {
  switch (settled?.kind) {
    case 'failed':
      return settled.summary
    case 'errored':
      return settled.failure.what
    case 'timed-out':
      return `it took longer than ${settled.limitMs} ms`
    case 'blocked':
      return `${settled.by} did not pass`
    case 'skipped':
    case 'refused':
      return settled.reason
    case 'described':
      return settled.description
    default:
      return undefined
  }
}

const skipped = ({ task, stage, reason }: Checked['plan']['skips'][number]): CheckReport => ({
  id: task,
  stage,
  ending: 'skipped',
  severity: 'required',
  findings: [],
  why: reason,
})
