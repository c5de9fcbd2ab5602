/** What the runs of a repository have shown: of each check, and all together; with the limits that can be learned from it. */
import type { Settings } from '../config/settings.ts'
import type { CheckConfig } from '../config/check-shape.ts'
import { learnedTimeout, learnedTtl, type Learned } from '../engine/learned-limits.ts'
import { statisticsOf, type Statistics } from '../engine/statistics.ts'
import { parseDuration } from '../model/duration.ts'
import { failed, ok, type Result } from '../model/failure.ts'
import type { Store } from '../model/store.ts'
import { nearest } from '../model/suggestion.ts'
import { taskId } from '../model/task.ts'
import { wishes, type Wished } from './planned.ts'
import type { Site } from './site.ts'
import { readState } from './state.ts'

/** Of a check that is configured or detected now. */
export type Limits = { readonly ttlMs?: number; readonly ttl: Learned; readonly timeoutMs: number; readonly timeout: Learned }
export type TaskReport = Statistics & { readonly limits?: Limits }

export type Totals = {
  /** Runs that came to their end. */
  readonly runs: number
  readonly ran: number
  readonly reused: number
  /** Reused attempts as a part of all; absent before the first one. */
  readonly hitRate?: number
  readonly savedMs: number
  /** Time of all attempts that really ran, and of the runs from start to end. */
  readonly workedMs: number
  readonly wallMs: number
}

export type StatisticsReport = { readonly tasks: readonly TaskReport[]; readonly totals: Totals; readonly wished: Wished }

/** `only`: one check. Nothing is written. */
export async function statistics(site: Site, only: string | undefined): Promise<Result<StatisticsReport>> {
  const state = await readState(site)
  if (!state.ok) return state
  try {
    const wished = await wishes(site, {}, site.files())
    if (!wished.ok) return wished
    const { store } = state.value
    const known = statisticsOf(store.history.observations(), store.history.reuses())
    const { settings, checks } = wished.value
    const tasks = withNew(known, Object.keys(checks)).map((one): TaskReport => {
      const check = checks[one.task]
      return check === undefined ? one : { ...one, limits: limitsOf(one, check, settings) }
    })
    const chosen = only === undefined ? tasks.filter((one) => one.ran + one.reused > 0) : tasks.filter((one) => one.task === only)
    if (only !== undefined && chosen.length === 0) return failed(unknownCheck(only, tasks))
    return ok({ tasks: chosen, totals: totalsOf(known, store), wished: wished.value })
  } finally {
    state.value.close()
  }
}

/** A check that never ran has statistics too: all of them are nothing. */
function withNew(known: readonly Statistics[], checks: readonly string[]): readonly Statistics[] {
  const there = new Set<string>(known.map((one) => one.task))
  const rechecks = { count: 0, changed: 0, exposureMs: 0, longestSameMs: 0 }
  const nothing = { ran: 0, passed: 0, failed: 0, broke: 0, reused: 0, savedMs: 0, contradictions: 0, durations: undefined, rechecks }
  return [...known, ...checks.filter((name) => !there.has(name)).map((name) => ({ task: taskId(name), ...nothing }))]
}

function limitsOf(one: Statistics, check: CheckConfig, settings: Settings): Limits {
  const ttlMs = ttlOf(check, settings)
  const timeoutMs = (check.timeout === undefined ? undefined : parseDuration(check.timeout)) ?? 600_000
  return { ...(ttlMs === undefined ? {} : { ttlMs }), ttl: learnedTtl(one.rechecks, ttlMs), timeoutMs, timeout: learnedTimeout(one.durations, timeoutMs) }
}

function ttlOf({ ttl }: CheckConfig, settings: Settings): number | undefined {
  if (typeof ttl === 'string' && Object.hasOwn(settings.ttl, ttl)) return settings.ttl[ttl as keyof Settings['ttl']]
  return ttl === undefined ? undefined : parseDuration(ttl)
}

function totalsOf(known: readonly Statistics[], store: Store): Totals {
  const sum = (of: (one: Statistics) => number): number => known.reduce((all, one) => all + of(one), 0)
  const finished = store
    .runs(Number.MAX_SAFE_INTEGER)
    .flatMap((run) => (run.finishedAt === undefined || run.verdict === 'lost' ? [] : run.finishedAt - run.startedAt))
  const [ran, reused] = [sum((one) => one.ran), sum((one) => one.reused)]
  return {
    runs: finished.length,
    ran,
    reused,
    ...(ran + reused === 0 ? {} : { hitRate: reused / (ran + reused) }),
    savedMs: Math.round(sum((one) => one.savedMs)),
    workedMs: sum((one) => one.durations?.sumMs ?? 0),
    wallMs: Math.round(finished.reduce((all, ms) => all + Math.max(0, ms), 0)),
  }
}

function unknownCheck(name: string, tasks: readonly TaskReport[]) {
  const meant = nearest(
    name,
    tasks.map((one) => one.task),
  )
  return {
    type: 'plan.no-match' as const,
    what: `nothing is known of a check '${name}'`,
    hint: meant === undefined ? 'pawl stats lists all that ran; pawl plan lists all checks.' : `Did you mean '${meant}'?`,
  }
}
