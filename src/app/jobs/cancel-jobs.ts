/** Cancels jobs of the run that is going on, or the whole of it, from another process; waits until that is so. */
import { interrupt } from '../../host/end-process.ts'
import { askToCancel } from '../../host/job-papers.ts'
import { failed, ok, type Result } from '../../model/failure.ts'
import { isOver, type JobStatus } from '../../model/job-table.ts'
import type { RunRecord, Store } from '../../model/store.ts'
import type { Site } from '../site.ts'
import { jobsHolder, liveRun, lookAtJobs } from './jobs-look.ts'
import { unknownJob } from './retry-jobs.ts'

/** What became of a job that was to end. `isEnding`: it had not ended when we stopped waiting. */
export type CancelledJob = { readonly job: string; readonly status: JobStatus; readonly isEnding: boolean }

const pollMs = 100
/** Its processes have their time to end, and what it holds is rescued. */
const mostWaitMs = 60_000

export async function cancelSome(site: Site, store: Store, jobs: readonly string[]): Promise<Result<readonly CancelledJob[]>> {
  const run = goingRun(site, store)
  if (!run.ok) return run
  const { number } = run.value
  const { table } = lookAtJobs(site, store, run.value)
  const unknown = jobs.filter((job) => !table.rows.has(job))
  if (unknown.length > 0) return failed(...unknown.map((job) => unknownJob(job, table)))
  for (const job of jobs) if (!isOver(table.rows.get(job)?.status ?? 'queued')) await askToCancel(site.stateFolder, number, job, site.clock.now())
  const until = site.clock.elapsed() + mostWaitMs
  for (;;) {
    const now = lookAtJobs(site, store, run.value)
    const ended = jobs.map((job): CancelledJob => {
      const row = now.table.rows.get(job)
      const status = row?.status ?? 'lost'
      return { job, status, isEnding: !isOver(status) || row?.live === true }
    })
    if (!ended.some(({ isEnding }) => isEnding) || site.clock.elapsed() >= until || !now.isLive) return ok(ended)
    await site.clock.sleep(pollMs)
  }
}

export type CancelledRun = { readonly run: number; readonly pid: number; readonly isEnding: boolean }

export async function cancelAll(site: Site, store: Store): Promise<Result<CancelledRun>> {
  const run = goingRun(site, store)
  if (!run.ok) return run
  const holder = jobsHolder(site)
  if (holder === undefined) return idle
  if (!interrupt(holder))
    return failed({
      type: 'lock.busy',
      what: holder.pid > 0 ? `process ${holder.pid} on ${holder.host} cannot be reached from here` : 'it is not known which process works on the run',
      kept: 'nothing was cancelled',
      hint: 'End it where it runs, with Ctrl-C.',
    })
  const until = site.clock.elapsed() + mostWaitMs
  const isThere = (): boolean => {
    const now = jobsHolder(site)
    return now !== undefined && now.pid === holder.pid && now.since === holder.since
  }
  while (isThere() && site.clock.elapsed() < until) await site.clock.sleep(pollMs)
  return ok({ run: run.value.number, pid: holder.pid, isEnding: isThere() })
}

export function goingRun(site: Site, store: Store): Result<RunRecord> {
  const run = liveRun(store, jobsHolder(site))
  return run === undefined ? idle : ok(run)
}

const idle = failed({ type: 'job.idle', what: 'no run of agents is going on', hint: 'pawl ps --all shows the last ones.' })
