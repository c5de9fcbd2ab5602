/** Follows a run of jobs from another process: its events as they are recorded, and what its agents print. */
import { join } from 'node:path'
import { attemptLogs, runLog } from '../../host/attempt-logs.ts'
import { followFile, type FileFollower } from '../../host/file-follower.ts'
import { writtenLast } from '../../host/job-papers.ts'
import type { Event } from '../../model/event.ts'
import { applyToJobs, isOver, newJobTable, type JobTable } from '../../model/job-table.ts'
import type { Store } from '../../model/store.ts'
import type { Site } from '../site.ts'
import { jobsHolder, liveRun } from './jobs-look.ts'

/** A look at two files, which costs next to nothing. */
const pollMs = 100

/** What was recorded since the last time, empty while nothing is new; from the beginning. Ends with the run, also when its process ends without a word. */
export async function* newEvents(site: Site, store: Store, run: number): AsyncGenerator<readonly Event[]> {
  const hasChanged = storeChanges(site)
  let last = 0
  for (;;) {
    // Before reading: what is recorded by the last breath of the process must not be missed.
    const isLive = liveRun(store, jobsHolder(site))?.number === run
    const events = hasChanged() || !isLive ? store.events(run, last) : []
    last = events.at(-1)?.seq ?? last
    yield events
    if (!isLive || events.some(({ type }) => type === 'run.finished')) return
    await site.clock.sleep(pollMs)
  }
}

/** Whether the database was written since the last call. */
function storeChanges({ stateFolder }: Site): () => boolean {
  const files = ['store.db', 'store.db-wal'].map((name) => join(stateFolder, name))
  let seen: string | undefined
  return () => {
    const now = files.map((file) => writtenLast(file) ?? 0).join(' ')
    const hasChanged = now !== seen
    seen = now
    return hasChanged
  }
}

/** Shows what the agent of a job prints, attempt by attempt, until it has ended. */
export async function followJob(
  site: Site,
  store: Store,
  { run, job }: { readonly run: number; readonly job: string },
  show: (bytes: Uint8Array) => void,
): Promise<void> {
  const table = newJobTable()
  const logs = attemptLogs(site.stateFolder, run)
  let log: { readonly attempt: string; readonly file: FileFollower } | undefined
  const drain = (): void => {
    if (log !== undefined) show(log.file.read())
  }
  try {
    for await (const events of newEvents(site, store, run)) {
      for (const event of events) {
        applyToJobs(table, event)
        const attempt = table.rows.get(job)?.attempt
        if (attempt === undefined || attempt === log?.attempt) continue
        drain()
        log?.file.close()
        log = { attempt, file: followFile(logs.pathOf(attempt)) }
      }
      drain()
      if (hasWorked(table, job)) return
    }
  } finally {
    drain()
    log?.file.close()
  }
}

/** Nothing more will come from its agent. */
function hasWorked(table: JobTable, job: string): boolean {
  const row = table.rows.get(job)
  return row !== undefined && !row.live && (isOver(row.status) || row.status === 'ready')
}

/** Shows the lines of a run until it has ended. */
export async function followRun(site: Site, store: Store, run: number, show: (bytes: Uint8Array) => void): Promise<void> {
  const file = followFile(runLog(site.stateFolder, run).path)
  try {
    for await (const _ of newEvents(site, store, run)) show(file.read())
    show(file.read())
  } finally {
    file.close()
  }
}
