import { expect, test } from 'bun:test'
import type { Event, Happening } from '../../model/event.ts'
import type { JobSign } from '../../model/job-sign.ts'
import { jobTableOf } from '../../model/job-table.ts'
import { newRun } from '../../model/run.ts'
import { taskId } from '../../model/task.ts'
import { monitoringReporter } from './monitoring.ts'
import { exportOf, localIso, orchestrationId, registryOf, registryStats, type Beside } from './registry.ts'

const at = new Date(2026, 10, 28, 2, 10, 5, 123).getTime()
const [work, land] = [taskId('work:pr270'), taskId('land:pr270')]
const plan = { tasks: new Map(), order: [], skips: [], slots: new Map() }
const begun: Happening = {
  type: 'run.started',
  run: 3,
  command: 'pawl agents',
  root: '/repo',
  version: '0',
  dryRun: false,
  plan: { tasks: [work, land, taskId('work:b'), taskId('land:b')].map((id) => ({ id, stage: 'agents', needs: [], reason: '' })), skips: [] },
}
const attempt = 'work:pr270@1.1'
const started: Happening = { type: 'attempt.started', attempt, task: work, round: 1 }
const fact = (one: Extract<Happening, { type: 'job.advanced' }>['fact']): Happening => ({ type: 'job.advanced', attempt, task: work, fact: one })
const turn = fact({ kind: 'turn-begun', turn: 1, agent: 'claude', why: 'work' })
const failedEnd: Happening = {
  type: 'attempt.finished',
  attempt,
  task: work,
  round: 1,
  outcome: { kind: 'failed', findings: [], durationMs: 1, summary: 'its work does not pass lint' },
}
const timed = (happenings: readonly Happening[]): readonly Event[] => happenings.map((one, i) => ({ ...one, seq: i + 1, at: at + i * 1000 }))

const tree = { pid: 7, processes: 2, threads: 3, cpuMs: 500, bytes: 2 * 1024 * 1024, share: 0.25, state: 'waiting', since: at } as const
const sign: JobSign = { life: 'alive', heardAt: at, tree }
const beside = (signs: ReadonlyMap<string, JobSign> = new Map()): Beside => ({ plan: undefined, signs, cpu: new Map([['pr270', 25]]), now: at + 5000 })

const keys = (value: unknown): readonly string[] => Object.keys(value as object)
type Registry = { readonly processes: Readonly<Record<string, Readonly<Record<string, unknown>>>> }

test('a process has the fields that readers of such files know; what is not known is null', () => {
  const running = registryOf(jobTableOf(timed([begun, started, turn])), beside(new Map([['pr270', sign]]))) as Registry
  expect(keys(running.processes['pr270'])).toEqual([
    'task_id',
    'task_name',
    'status',
    'command',
    'working_directory',
    'created_at',
    'prompt_file',
    'pid',
    'started_at',
    'completed_at',
    'last_heartbeat',
    'exit_code',
    'error_message',
    'resource_usage',
  ])
  expect(running.processes['pr270']).toMatchObject({
    status: 'running',
    pid: 7,
    created_at: '2026-11-28T02:10:05.123000',
    started_at: '2026-11-28T02:10:06.123000',
    completed_at: null,
    last_heartbeat: '2026-11-28T02:10:10.123000',
    error_message: null,
    resource_usage: { cpu_percent: 25, memory_mb: 2, memory_percent: 25, num_threads: 3, status: 'disk-sleep', create_time: at / 1000 },
  })
  expect(running.processes['b']).toMatchObject({ status: 'queued', pid: null, started_at: null, resource_usage: null })
})

test('what failed says why, what is completed has no error', () => {
  const table = jobTableOf(timed([begun, started, turn, failedEnd]))
  expect((registryOf(table, beside()) as Registry).processes['pr270']).toMatchObject({
    status: 'failed',
    error_message: 'its work does not pass lint',
    completed_at: '2026-11-28T02:10:08.123000',
  })
  const done = jobTableOf(timed([begun, started, fact({ kind: 'landed', commit: 'c', onto: 'main' })]))
  expect((registryOf(done, beside()) as Registry).processes['pr270']).toMatchObject({ status: 'completed', error_message: null, exit_code: null })
})

test('the counts of the statistics add up in every state', () => {
  const whole = [begun, started, turn, failedEnd]
  for (let length = 1; length <= whole.length; length++) {
    const stats = registryStats(jobTableOf(timed(whole.slice(0, length))), beside()) as Record<string, number>
    const parts = ['queued_count', 'running_count', 'completed_count', 'failed_count', 'cancelled_count', 'timeout_count']
    expect(parts.reduce((sum, part) => sum + (stats[part] ?? Number.NaN), 0)).toBe(stats['total_processes'] ?? -1)
    expect(stats['average_execution_time']).toBeNull()
  }
})

test('an export holds the statistics and how long each took', () => {
  const exported = exportOf(jobTableOf(timed([begun, started, turn, failedEnd])), beside())
  expect(keys(exported).slice(0, 3)).toEqual(['timestamp', 'registry_stats', 'processes'])
  expect((exported['processes'] as Registry['processes'])['pr270']?.['execution_time_seconds']).toBe(2)
  expect((exported['processes'] as Registry['processes'])['b']?.['execution_time_seconds']).toBeNull()
})

test('times are local', () => expect([localIso(at), orchestrationId(at)]).toEqual(['2026-11-28T02:10:05.123000', 'orchestration-20261128-021005']))

test('files are written at each change of a job, else once a second, with heartbeats while nothing happens', async () => {
  let now = at
  let tick = (): void => undefined
  const saves: ReadonlyMap<string, string>[] = []
  const reporter = monitoringReporter({
    now: () => now,
    look: () => new Map(),
    save: (files) => void saves.push(files),
    saved: async () => undefined,
    every: (_ms, each) => {
      tick = each
      return { stop: () => void (tick = () => undefined) }
    },
  })
  const note = (text: string): Happening => ({ type: 'attempt.noted', attempt, task: work, text })
  const tell = (happening: Happening, seq: number): void => reporter.on({ ...happening, seq, at: now }, newRun(), plan)
  const count = (): number => saves.length
  const later = (ms: number): void => {
    now += ms
    tick()
  }
  tell(begun, 1)
  tell(started, 2)
  expect(count()).toBe(2)
  tell(note('one'), 3)
  tell(note('two'), 4)
  expect(count()).toBe(2)
  later(1000)
  later(1000)
  expect(count()).toBe(3)
  later(5000)
  expect(count()).toBe(4)
  tell({ type: 'run.finished', verdict: 'lost', counts: {} as never, durationMs: 1, savedMs: 0 }, 5)
  tick()
  await reporter.close?.()
  expect(count()).toBe(5)
  const name = 'orchestration-20261128-021005'
  expect([...(saves.at(-1)?.keys() ?? [])]).toEqual([
    'process_registry.json',
    'heartbeats.json',
    'registry_stats.json',
    `${name}_status.json`,
    `${name}_final.json`,
  ])
  expect(JSON.parse(saves.at(-1)?.get(`${name}_status.json`) ?? '')).toMatchObject({
    orchestration_id: name,
    timestamp: '2026-11-28 02:10:12.123000',
    total_processes: 2,
    status_breakdown: { failed: 2 },
    active_processes: [],
    pawl: 1,
  })
  expect(JSON.parse(saves[1]?.get('heartbeats.json') ?? '')).toMatchObject({
    pawl: 1,
    active_processes: [
      { task_id: 'pr270', status: 'running', pid: null },
      { task_id: 'b', status: 'queued' },
    ],
  })
})
