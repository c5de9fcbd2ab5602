/** A look at a run of jobs, from any process: what is recorded, what lives, what was said last, what a person is asked. Changes nothing. */
import { existsSync } from 'node:fs'
import { attemptLogs } from '../../host/attempt-logs.ts'
import { isToCancel, writtenLast } from '../../host/job-papers.ts'
import { liveTrees } from '../../host/live-trees.ts'
import { runLock } from '../../host/run-lock.ts'
import { signOf, type JobSign } from '../../model/job-sign.ts'
import { cancelJobs, jobTableOf, loseJobs, type JobRow, type JobTable } from '../../model/job-table.ts'
import type { LiveTree } from '../../model/live-tree.ts'
import type { Holder } from '../../model/lock.ts'
import type { RunRecord, Store } from '../../model/store.ts'
import { processTag } from '../recover.ts'
import type { Site } from '../site.ts'
import { openQuestions, type OpenQuestion } from './open-questions.ts'
import { papersOf, type RunPapers } from './run-papers.ts'

export type JobsLook = {
  readonly record: RunRecord
  /** The process that works on it lives and holds the lock. */
  readonly isLive: boolean
  readonly holder?: Holder
  readonly table: JobTable
  readonly papers?: RunPapers
  readonly signs: ReadonlyMap<string, JobSign>
  readonly questions: readonly OpenQuestion[]
}

/** Newest first. */
export const runsOfJobs = (store: Store, limit: number): readonly RunRecord[] =>
  store
    .runs(Number.MAX_SAFE_INTEGER)
    .filter(({ lock }) => lock === 'jobs')
    .slice(0, limit)

/** Who holds the lock of jobs now. */
export const jobsHolder = ({ stateFolder, clock }: Pick<Site, 'stateFolder' | 'clock'>): Holder | undefined =>
  existsSync(stateFolder) ? runLock(stateFolder, clock, 'jobs').holder() : undefined

/** The run that the holder of the lock works on; undefined: none, or it has not begun yet. */
export function liveRun(store: Store, holder: Holder | undefined): RunRecord | undefined {
  const [newest] = runsOfJobs(store, 1)
  // A lock is taken before its run begins: an older run without an end is that of a dead process.
  const isItsRun = holder !== undefined && newest !== undefined && (holder.pid === 0 || newest.startedAt >= holder.since)
  return isItsRun && newest.finishedAt === undefined ? newest : undefined
}

export function lookAtJobs(site: Site, store: Store, record: RunRecord): JobsLook {
  const holder = jobsHolder(site)
  const isLive = liveRun(store, holder)?.number === record.number
  const table = jobTableOf(store.events(record.number))
  if (!isLive) loseJobs(table)
  cancelJobs(table, (id) => isToCancel(site.stateFolder, record.number, id))
  const trees = isLive ? treesOf(record) : new Map<string, LiveTree>()
  const papers = papersOf(site, record.number)
  return {
    record,
    isLive,
    table,
    signs: new Map([...table.rows.values()].map((row) => [row.id, lookAtJob(site, record.number, row, trees)])),
    questions: isLive ? openQuestions(site, record.number) : [],
    ...(holder === undefined ? {} : { holder }),
    ...(papers === undefined ? {} : { papers }),
  }
}

/** By attempt. */
export function treesOf({ root, number }: Pick<RunRecord, 'root' | 'number'>): ReadonlyMap<string, LiveTree> | undefined {
  const prefix = processTag(root, number, '')
  return liveTrees((tag) => (tag.startsWith(prefix) ? decodeURIComponent(tag.slice(prefix.length)) : undefined))
}

export function lookAtJob({ stateFolder, clock }: Site, run: number, row: JobRow, trees: ReadonlyMap<string, LiveTree> | undefined): JobSign {
  const outputAt = row.attempt === undefined ? undefined : writtenLast(attemptLogs(stateFolder, run).pathOf(row.attempt))
  return signOf(row, { trees, outputAt, now: clock.now() })
}
