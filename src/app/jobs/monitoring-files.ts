/** Where the monitoring of a run looks and writes: the processes of the run, and files in a folder, one save after the other. */
import { join } from 'node:path'
import { forgetOldMonitoring, saveMonitoring } from '../../host/monitoring-folder.ts'
import type { JobSign } from '../../model/job-sign.ts'
import { isOver, type JobTable } from '../../model/job-table.ts'
import type { Site } from '../site.ts'
import { lookAtJob, treesOf } from './jobs-look.ts'

export type MonitoringFiles = {
  now(): number
  look(table: JobTable): ReadonlyMap<string, JobSign>
  save(files: ReadonlyMap<string, string>): void
  saved(): Promise<void>
  every(ms: number, tick: () => void): { stop(): void }
}

/** `folder`: relative to the checkout; undefined: in the state of pawl. */
export function monitoringFilesOf(site: Site, folder: string | undefined): MonitoringFiles {
  const path = folder === undefined ? join(site.stateFolder, 'monitoring') : join(site.checkout, folder)
  const troubles: Error[] = []
  let waiting: ReadonlyMap<string, string> | undefined
  let saving: Promise<void> | undefined
  const saveAll = async (): Promise<void> => {
    for (let due = waiting; due !== undefined; due = waiting) {
      waiting = undefined
      await saveMonitoring(path, due)
    }
  }
  const troubled = (error: unknown): void => void troubles.push(error instanceof Error ? error : new Error(String(error)))
  const begin = async (): Promise<void> => {
    await saveAll().catch(troubled)
    saving = undefined
  }
  const orThrow = (): void => {
    const [trouble] = troubles
    if (trouble !== undefined) throw trouble
  }
  return {
    now: () => site.clock.now(),
    look: (table) => lookAt(site, table),
    save(files) {
      orThrow()
      waiting = new Map([...(waiting ?? []), ...files])
      saving ??= begin()
    },
    async saved() {
      await saving
      if (troubles.length === 0) await forgetOldMonitoring(path)
    },
    every(ms, tick) {
      // What goes wrong here is told with the next event: a timer has nobody who could be told.
      const timer = setInterval(() => {
        if (troubles.length > 0) return
        try {
          tick()
        } catch (error) {
          troubled(error)
        }
      }, ms)
      timer.unref()
      return { stop: () => clearInterval(timer) }
    },
  }
}

function lookAt(site: Site, table: JobTable): ReadonlyMap<string, JobSign> {
  const rows = [...table.rows.values()]
  const trees = rows.every(({ status }) => isOver(status)) ? new Map<string, never>() : treesOf({ root: table.root, number: table.run })
  return new Map(rows.map((row) => [row.id, lookAtJob(site, table.run, row, trees)]))
}
