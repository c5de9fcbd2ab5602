/** Tells editors and other tools in files how each job stands: at every change of a job, while something happens once a second, and a heartbeat every few seconds. */
import type { Event } from '../../model/event.ts'
import type { JobSign } from '../../model/job-sign.ts'
import { applyToJobs, newJobTable, type JobTable } from '../../model/job-table.ts'
import type { Plan } from '../../model/plan.ts'
import type { Reporter } from '../../model/reporter.ts'
import { jsonText } from './json-text.ts'
import { cpuPercent, heartbeatsOf, orchestrationId, registryOf, registryStats, statusOf, type Beside } from './registry.ts'

export type MonitoringPort = {
  now(): number
  /** What is seen of each job, by id. */
  look(table: JobTable): ReadonlyMap<string, JobSign>
  /** Texts by name of the file. Of many calls while one is written only the last one counts. Throws what went wrong before. */
  save(files: ReadonlyMap<string, string>): void
  /** All is written. */
  saved(): Promise<void>
  every(ms: number, tick: () => void): { stop(): void }
}

const lookMs = 1000
const beatMs = 2000

export function monitoringReporter(port: MonitoringPort): Reporter {
  const table = newJobTable()
  const cpuBefore = new Map<string, { readonly pid: number; readonly cpuMs: number; readonly at: number }>()
  let plan: Plan | undefined
  let savedAt = Number.NEGATIVE_INFINITY
  let savedSeq = 0
  const save = (isFinal: boolean): void => {
    const now = port.now()
    const signs = port.look(table)
    ;[savedAt, savedSeq] = [now, table.lastSeq]
    port.save(monitoringFiles(table, { plan, signs, now, cpu: cpuOf(signs, cpuBefore, now) }, isFinal))
  }
  const ticker = port.every(lookMs, () => {
    const isDue = table.lastSeq > savedSeq || port.now() - savedAt >= beatMs
    if (table.run !== 0 && table.verdict === undefined && isDue) save(false)
  })
  return {
    name: 'monitoring',
    on(event: Event, _run, shownPlan) {
      plan = shownPlan
      const before = statuses(table)
      applyToJobs(table, event)
      const isOver = event.type === 'run.finished'
      if (isOver) ticker.stop()
      if (isOver || isStep(event) || statuses(table) !== before) save(isOver)
    },
    async close() {
      ticker.stop()
      await port.saved()
    },
  }
}

/** A checkout, a turn, a commit: not each file that an agent touches. */
const isStep = (event: Event): boolean => event.type === 'job.advanced' && event.fact.kind !== 'touched' && event.fact.kind !== 'denied'

const statuses = (table: JobTable): string => [...table.rows.values()].map(({ id, status }) => `${id}:${status}`).join(' ')

function cpuOf(
  signs: ReadonlyMap<string, JobSign>,
  before: Map<string, { readonly pid: number; readonly cpuMs: number; readonly at: number }>,
  now: number,
): ReadonlyMap<string, number> {
  const cpu = new Map<string, number>()
  for (const [id, { tree }] of signs) {
    if (tree === undefined) continue
    const last = before.get(id)
    cpu.set(id, cpuPercent(tree, now, last?.pid === tree.pid ? last : undefined))
    before.set(id, { pid: tree.pid, cpuMs: tree.cpuMs, at: now })
  }
  return cpu
}

/** By name of the file. */
export function monitoringFiles(table: JobTable, beside: Beside, isFinal: boolean): ReadonlyMap<string, string> {
  const name = orchestrationId(table.startedAt)
  const registry = registryOf(table, beside)
  const files: readonly (readonly [string, unknown])[] = [
    ['process_registry.json', registry],
    ['heartbeats.json', heartbeatsOf(table, beside)],
    ['registry_stats.json', registryStats(table, beside)],
    [`${name}_status.json`, statusOf(table, beside)],
    ...(isFinal ? ([[`${name}_final.json`, registry]] as const) : []),
  ]
  return new Map(files.map(([file, value]) => [file, `${jsonText(value)}\n`]))
}
