/** `check`: one run over a repository, for programs. The same as `pawl` on the command line, with a report in the place of a screen. */
import { resolve } from 'node:path'
import { check as checkSite } from '../../app/check.ts'
import { findSite } from '../../app/site.ts'
import { newCancellation } from '../../model/cancellation.ts'
import type { Event } from '../../model/event.ts'
import { failureIn } from '../../model/failure.ts'
import type { Reporter } from '../../model/reporter.ts'
import { requestFrom, type PlanOptions } from './options.ts'
import { refused, reportOf, type Report } from './report.ts'

export type Progress = {
  /** Checks of the round that are settled, and all of them. */
  readonly done: number
  readonly total: number
  readonly round: number
  /** Names of the checks and fixes that run now. */
  readonly running: readonly string[]
}

export type CheckOptions = PlanOptions & {
  /** Say what would be done, and do nothing. */
  readonly dryRun?: boolean
  /** Start nothing more after the first check that did not pass. */
  readonly failFast?: boolean
  /** In the place of the time limit of every check, in milliseconds. */
  readonly timeoutMs?: number
  /** Every event, after it is recorded. One that throws is not called again, and `failures` says so. */
  readonly onEvent?: (event: Event) => void
  /** After every event that changed it. */
  readonly onProgress?: (progress: Progress) => void
  /** Raw output of a check, as it comes. */
  readonly onOutput?: (check: string, chunk: Uint8Array) => void
  /** Ends the run: what runs is stopped, and the verdict is "cancelled". */
  readonly signal?: AbortSignal
}

/** Resolves with what the run came to, whatever that is; rejects only when pawl itself is wrong, or when the options contradict each other. */
export async function check(folder: string, options: CheckOptions = {}): Promise<Report> {
  const { dryRun, failFast, timeoutMs, signal, env = process.env } = options
  const request = {
    ...requestFrom(options),
    ...(dryRun === undefined ? {} : { dryRun }),
    ...(failFast === undefined ? {} : { failFast }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  }
  const cancellation = newCancellation()
  const abort = (): void => cancellation.request('the signal was aborted')
  if (signal?.aborted === true) abort()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const site = await findSite(resolve(folder), env)
    if (!site.ok) return refused(site.failures)
    const checked = await checkSite(site.value, {
      request,
      command: 'the library',
      cancellation,
      ask: () => Promise.resolve(false),
      canAsk: false,
      onWait: () => undefined,
      reporters: () => Promise.resolve(onlookers(options)),
    })
    return checked.ok ? reportOf(checked.value) : refused(checked.failures)
  } catch (error) {
    const failure = failureIn(error)
    if (failure === undefined) throw error
    return refused([failure])
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

export function onlookers({ onEvent, onProgress, onOutput }: Pick<CheckOptions, 'onEvent' | 'onProgress' | 'onOutput'>): readonly Reporter[] {
  let told = ''
  const progress: Reporter = {
    name: 'onProgress',
    on(_event, run, plan) {
      if (run.round === 0) return
      const total = plan.order.length
      const now: Progress = { done: total - run.unsettled, total, round: run.round, running: [...run.live.keys()] }
      const text = JSON.stringify(now)
      if (text === told) return
      told = text
      onProgress?.(now)
    },
  }
  return [
    ...(onEvent === undefined ? [] : [{ name: 'onEvent', on: (event: Event) => onEvent(event) }]),
    ...(onProgress === undefined ? [] : [progress]),
    ...(onOutput === undefined
      ? []
      : [{ name: 'onOutput', on: () => undefined, output: (attempt: string, chunk: Uint8Array) => onOutput(attempt.replace(/@[\d.]+$/, ''), chunk) }]),
  ]
}
