/** The registry of jobs as editors and other tools read it: processes by id, heartbeats, counts. Times are local, without a zone; what is not known is null. */
import { join } from 'node:path'
import type { JobSign } from '../../model/job-sign.ts'
import { isOver, jobCounts, jobTime, type JobRow, type JobStatus, type JobTable } from '../../model/job-table.ts'
import type { LiveTree } from '../../model/live-tree.ts'
import type { Plan } from '../../model/plan.ts'
import { quotedWord } from '../../model/shell-words.ts'
import type { JobAction, TaskId } from '../../model/task.ts'

/** Version of what stands in these files. */
export const registryVersion = 1

/** What is known of a run besides its events. `cpu`: percent of one processor, by job, where it was measured. */
export type Beside = {
  readonly plan: Plan | undefined
  readonly signs: ReadonlyMap<string, JobSign>
  readonly cpu: ReadonlyMap<string, number>
  readonly now: number
}

export type RegistryStatus = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'timeout'

const registryStatus: Readonly<Record<JobStatus, RegistryStatus>> = {
  queued: 'queued',
  waiting: 'queued',
  running: 'running',
  judging: 'running',
  ready: 'running',
  landing: 'running',
  landed: 'completed',
  unchanged: 'completed',
  held: 'failed',
  failed: 'failed',
  blocked: 'failed',
  lost: 'failed',
  timeout: 'timeout',
  cancelled: 'cancelled',
}

type Fields = Readonly<Record<string, unknown>>

export function registryOf(table: JobTable, beside: Beside): Fields {
  const rows = [...table.rows.values()]
  return {
    timestamp: localIso(beside.now),
    pawl: registryVersion,
    processes: Object.fromEntries(rows.map((row) => [row.id, processOf(table, row, beside)])),
    jobs: Object.fromEntries(rows.map((row) => [row.id, jobOf(row, beside)])),
  }
}

export function heartbeatsOf(table: JobTable, beside: Beside): Fields {
  const active = [...table.rows.values()].filter(({ status }) => !isOver(status))
  return {
    timestamp: localIso(beside.now),
    pawl: registryVersion,
    active_processes: active.map((row) => {
      const { task_id, task_name, status, pid, last_heartbeat, resource_usage } = processOf(table, row, beside)
      return { task_id, task_name, status, pid, last_heartbeat, resource_usage }
    }),
  }
}

/** The five counts add up to the total. */
export function registryStats(table: JobTable, beside: Beside): Fields {
  const rows = [...table.rows.values()]
  jobCounts(rows)
  const count = (status: RegistryStatus): number => rows.filter((row) => registryStatus[row.status] === status).length
  const took = rows.flatMap((row) => (registryStatus[row.status] === 'completed' ? (jobTime(row, beside.now) ?? []) : []))
  const usages = rows.flatMap((row) => usageOf(row, beside) ?? [])
  return {
    total_processes: rows.length,
    queued_count: count('queued'),
    running_count: count('running'),
    completed_count: count('completed'),
    failed_count: count('failed'),
    cancelled_count: count('cancelled'),
    timeout_count: count('timeout'),
    average_execution_time: took.length === 0 ? null : took.reduce((sum, one) => sum + one, 0) / took.length / 1000,
    total_cpu_usage: usages.length === 0 ? null : rounded(usages.reduce((sum, one) => sum + one.cpu_percent, 0)),
    total_memory_usage: usages.length === 0 ? null : rounded(usages.reduce((sum, one) => sum + one.memory_mb, 0)),
    timestamp: localIso(beside.now),
    pawl: registryVersion,
  }
}

export function statusOf(table: JobTable, beside: Beside): Fields {
  const rows = [...table.rows.values()]
  const breakdown: Record<string, number> = {}
  for (const { status } of rows) breakdown[registryStatus[status]] = (breakdown[registryStatus[status]] ?? 0) + 1
  return {
    orchestration_id: orchestrationId(table.startedAt),
    timestamp: localIso(beside.now).replace('T', ' '),
    total_processes: rows.length,
    status_breakdown: breakdown,
    active_processes: rows
      .filter(({ status }) => !isOver(status))
      .map((row) => ({
        task_id: row.id,
        task_name: nameOf(row, beside.plan),
        status: registryStatus[row.status],
        runtime_seconds: secondsOf(row, beside.now),
      })),
    run: table.run,
    pawl: registryVersion,
  }
}

/** For `pawl export`. */
export function exportOf(table: JobTable, beside: Beside): Fields {
  const { processes, jobs } = registryOf(table, beside) as { processes: Record<string, Fields>; jobs: Fields }
  const timed = Object.entries(processes).map(([id, one]) => {
    const row = table.rows.get(id)
    return [id, { ...one, execution_time_seconds: row === undefined ? null : secondsOf(row, beside.now) }]
  })
  return { timestamp: localIso(beside.now), registry_stats: registryStats(table, beside), processes: Object.fromEntries(timed), jobs }
}

/** "orchestration-20261128-021000": local time. */
export const orchestrationId = (at: number): string => `orchestration-${localIso(at).slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}`

function processOf(table: JobTable, row: JobRow, beside: Beside) {
  const { signs, plan, now } = beside
  const sign = signs.get(row.id)
  const action = actionOf(row, plan)
  const path = action?.prompt.path
  return {
    task_id: row.id,
    task_name: nameOf(row, plan),
    status: registryStatus[row.status],
    command: action === undefined ? null : action.agent.argv.map(quotedWord).join(' '),
    working_directory: row.facts.lease?.folder ?? null,
    created_at: localIso(row.createdAt),
    prompt_file: path === undefined ? null : join(table.root, path),
    pid: sign?.tree?.pid ?? null,
    started_at: row.startedAt === undefined ? null : localIso(row.startedAt),
    completed_at: row.endedAt === undefined ? null : localIso(row.endedAt),
    last_heartbeat: localIso(sign?.life === 'alive' ? now : (sign?.heardAt ?? row.toldAt)),
    // How the program ended is told in other words than a number, and proves nothing.
    exit_code: null,
    error_message: registryStatus[row.status] === 'failed' || registryStatus[row.status] === 'timeout' ? (row.why ?? null) : null,
    resource_usage: usageOf(row, beside) ?? null,
  }
}

/** What pawl knows in its own words. */
function jobOf(row: JobRow, { signs, plan }: Beside) {
  const { lease, agent, turns, spent, commit, landed, held, rescues, session } = row.facts
  return {
    status: row.status,
    life: signs.get(row.id)?.life ?? 'none',
    agent: agent ?? actionOf(row, plan)?.agent.name ?? null,
    branch: lease?.branch ?? null,
    turns,
    tokens: spent.tokens ?? null,
    cost_usd: spent.usd ?? null,
    session: session?.id ?? null,
    commit: commit?.commit ?? null,
    landed: landed ?? null,
    held: held ?? null,
    rescues,
    until: row.until === undefined ? null : localIso(row.until),
  }
}

function actionOf({ id }: JobRow, plan: Plan | undefined): JobAction | undefined {
  const action = plan?.tasks.get(`work:${id}` as TaskId)?.task.action
  return action?.kind === 'job' ? action : undefined
}

const nameOf = (row: JobRow, plan: Plan | undefined): string => actionOf(row, plan)?.prompt.title ?? row.id

function secondsOf(row: JobRow, now: number): number | null {
  const ms = jobTime(row, now)
  return ms === undefined ? null : ms / 1000
}

const states: Readonly<Record<LiveTree['state'], string>> = { running: 'running', sleeping: 'sleeping', waiting: 'disk-sleep', stopped: 'stopped' }

function usageOf({ id }: JobRow, { signs, cpu }: Beside) {
  const tree = signs.get(id)?.tree
  const percent = cpu.get(id)
  if (tree === undefined || percent === undefined) return undefined
  return {
    cpu_percent: rounded(percent),
    memory_mb: rounded(tree.bytes / 1024 / 1024),
    memory_percent: rounded(tree.share * 100),
    num_threads: tree.threads,
    status: states[tree.state],
    create_time: tree.since / 1000,
  }
}

const rounded = (value: number): number => Math.round(value * 100) / 100

/** "2026-11-28T02:10:00.123000" in local time. */
export function localIso(at: number): string {
  const date = new Date(Math.round(at))
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}000`
}

/** Percent of one processor since the look before, or since it began where there was none. */
export function cpuPercent(tree: LiveTree, now: number, before?: { readonly cpuMs: number; readonly at: number }): number {
  const [cpuMs, ms] = before === undefined ? [tree.cpuMs, now - tree.since] : [tree.cpuMs - before.cpuMs, now - before.at]
  return ms <= 0 ? 0 : Math.max(0, (cpuMs / ms) * 100)
}
