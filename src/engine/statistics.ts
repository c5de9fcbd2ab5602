/** What the history says about each task: how often it ran, was reused, failed, contradicted itself, what it took, and whether its answer changed by itself. Pure. */
import type { Observation, Reuse } from '../model/history.ts'
import type { TaskId } from '../model/task.ts'

export type Statistics = {
  readonly task: TaskId
  /** Attempts that really ran. */
  readonly ran: number
  readonly passed: number
  readonly failed: number
  /** Attempts without an answer: the tool broke, took too long, or was ended. */
  readonly broke: number
  readonly reused: number
  /** How long the reused attempts had taken when they ran. */
  readonly savedMs: number
  /** Same fingerprint, two answers: so many fingerprints prove that the task is flaky. */
  readonly contradictions: number
  /** Whole milliseconds over all attempts with an answer or that ran into their time limit; absent without any. */
  readonly durations: Durations | undefined
  readonly peakBytes?: number
  readonly cpuMs?: number
  readonly rechecks: Rechecks
}

export type Durations = { readonly count: number; readonly sumMs: number; readonly medianMs: number; readonly p95Ms: number; readonly p99Ms: number }

/** A passed task was asked again although nothing that it can see had changed: how often, and how often it failed then. */
export type Rechecks = {
  readonly count: number
  readonly changed: number
  /** Time between proof and new answer, all together and the longest of those that were the same. */
  readonly exposureMs: number
  readonly longestSameMs: number
}

export function statisticsOf(observations: readonly Observation[], reuses: readonly Reuse[]): readonly Statistics[] {
  const byTask = Map.groupBy(observations, (one) => one.task)
  const reusedBy = new Map(reuses.map((reuse) => [reuse.task, reuse]))
  return [...new Set([...byTask.keys(), ...reusedBy.keys()])].toSorted().map((task) => {
    const all = byTask.get(task) ?? []
    const reuse = reusedBy.get(task)
    const peaks = all.flatMap((one) => one.peakBytes ?? [])
    const cpu = all.flatMap((one) => one.cpuMs ?? [])
    const passed = all.filter((one) => one.outcome === 'passed').length
    const failed = all.filter((one) => one.outcome === 'failed').length
    return {
      task,
      ran: all.length,
      passed,
      failed,
      broke: all.length - passed - failed,
      reused: reuse?.count ?? 0,
      savedMs: reuse?.savedMs ?? 0,
      contradictions: contradictionsIn(all),
      durations: durationsOf(all),
      ...(peaks.length === 0 ? {} : { peakBytes: Math.max(...peaks) }),
      ...(cpu.length === 0 ? {} : { cpuMs: cpu.reduce((sum, one) => sum + one, 0) }),
      rechecks: rechecksIn(all),
    }
  })
}

/** An answer stands for a fingerprint only when the inputs stayed as they were. */
const isAnswer = (one: Observation): one is Observation & { readonly fingerprint: string } =>
  (one.outcome === 'passed' || one.outcome === 'failed') && !one.unsettled && one.fingerprint !== undefined

function contradictionsIn(all: readonly Observation[]): number {
  const answers = Map.groupBy(all.filter(isAnswer), (one) => one.fingerprint)
  return [...answers.values()].filter((same) => new Set(same.map((one) => one.outcome)).size > 1).length
}

function durationsOf(all: readonly Observation[]): Durations | undefined {
  const counted = all.filter((one) => one.outcome === 'passed' || one.outcome === 'failed' || one.outcome === 'timed-out')
  const sorted = counted.flatMap((one) => one.durationMs ?? []).toSorted((a, b) => a - b)
  if (sorted.length === 0) return undefined
  const rank = (part: number): number => Math.round(sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0)
  return { count: sorted.length, sumMs: Math.round(sorted.reduce((sum, one) => sum + one, 0)), medianMs: rank(0.5), p95Ms: rank(0.95), p99Ms: rank(0.99) }
}

/** Of several tries in one run the last one counts: what a retry answers differently is flaky, which is told by itself. */
function rechecksIn(all: readonly Observation[]): Rechecks {
  const last = new Map<string, Observation & { readonly fingerprint: string }>()
  for (const one of all) if (isAnswer(one)) last.set(`${one.run} ${one.fingerprint}`, one)
  const provenAt = new Map<string, number>()
  let [count, changed, exposureMs, longestSameMs] = [0, 0, 0, 0]
  for (const { fingerprint, outcome, at } of last.values()) {
    const before = provenAt.get(fingerprint)
    const age = before === undefined ? 0 : at - before
    if (age > 0) {
      count += 1
      exposureMs += age
      if (outcome === 'failed') changed += 1
      else longestSameMs = Math.max(longestSameMs, age)
    }
    if (outcome === 'passed') provenAt.set(fingerprint, at)
    else provenAt.delete(fingerprint)
  }
  return { count, changed, exposureMs, longestSameMs }
}
