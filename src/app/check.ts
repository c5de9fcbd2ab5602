/** The main job: one run over a repository, from a request to a verdict. */
import { attempt } from '../engine/attempt.ts'
import { execute, type RunWorld } from '../engine/run.ts'
import { attemptLogs, rotateLogs } from '../host/attempt-logs.ts'
import { freeBytes } from '../host/disk.ts'
import type { Cancellation } from '../model/cancellation.ts'
import type { AttemptId, Event, Happening } from '../model/event.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { HeldLock, Holder } from '../model/lock.ts'
import type { Plan } from '../model/plan.ts'
import type { Reporter } from '../model/reporter.ts'
import type { Request } from '../model/request.ts'
import type { Run } from '../model/run.ts'
import { audience } from './audience.ts'
import { attemptWorld } from './attempt-world.ts'
import { consentBy, type Ask } from './consent.ts'
import { planFor, type Planned } from './planned.ts'
import { whileLocked } from './locked.ts'
import { recover } from './recover.ts'
import { summaryOf } from './plan-summary.ts'
import { noState, readState, writableState, type State } from './state.ts'
import type { Site } from './site.ts'
import { version } from './version.ts'

export type CheckOptions = {
  readonly request: Request
  /** What was typed, for history. */
  readonly command: string
  readonly cancellation: Cancellation
  readonly ask: Ask
  /** Whether a person is there to answer. */
  readonly canAsk: boolean
  /** Called once the plan is known and before anything runs. */
  readonly reporters: (start: Started) => Promise<readonly Reporter[]>
  readonly onWait: (holder: Holder | undefined) => void
}

export type Started = { readonly planned: Planned; readonly run: number; readonly state: State }

export type Checked = Started & {
  /** Trouble that showed after the run had told its story: damaged state, logs that could not be written. */
  readonly lateNotes: readonly Failure[]
  readonly result: Run
  readonly plan: Plan
  readonly events: readonly Event[]
}

/** A wait for the lock shorter than this is no wait: nobody else finished a run in it. */
const noticeableMs = 20

/** How many runs keep their logs. */
const keptLogs = 20

export async function check(site: Site, options: CheckOptions): Promise<Result<Checked>> {
  // Planned before the lock is asked for: a mistake in the configuration must not wait for another run.
  const early = await readState(site)
  if (!early.ok) return early
  const planned = await planFor(site, options.request, (task) => median(early.value.store.durations(task, 5)))
  if (!planned.ok || planned.value.settings.dryRun) {
    const described = planned.ok ? ok(await dryRun(site, options, planned.value, early.value)) : planned
    early.value.close()
    return described
  }
  early.value.close()
  if (planned.value.settings.interactive && !options.canAsk) {
    return failed({
      type: 'args.conflict',
      what: 'nobody can be asked: this is no terminal',
      why: '--interactive asks before each fix',
      kept: 'nothing was started',
      hint: 'Leave --interactive out, or use --no-fix.',
    })
  }
  return underLock(site, options, planned.value)
}

async function dryRun(site: Site, options: CheckOptions, planned: Planned, state: State): Promise<Checked> {
  const quiet: State = { ...noState(), cache: state.cache }
  return perform(site, options, { planned, run: 0, state: quiet }, [], () => true)
}

async function underLock(site: Site, options: CheckOptions, planned: Planned): Promise<Result<Checked>> {
  const space = await enoughSpace(site, planned.settings.diskFreeBytes)
  if (space !== undefined) return failed(space)
  const state = await writableState(site)
  if (!state.ok) return state
  try {
    const wish = { command: options.command, waitMs: planned.settings.lockWaitMs, onWait: options.onWait, cancellation: options.cancellation }
    return await whileLocked(site, wish, (lock) => locked(site, options, planned, state.value, lock))
  } finally {
    state.value.close()
  }
}

async function locked(site: Site, options: CheckOptions, planned: Planned, state: State, lock: HeldLock): Promise<Result<Checked>> {
  const waitedMs = Math.round(lock.waitedMs)
  const notes = [...state.notes, ...(await recover(state.store, site.clock))]
  // Another run may have changed everything while this one waited.
  const current = waitedMs >= noticeableMs ? await planFor(site, options.request, (task) => median(state.store.durations(task, 5))) : ok(planned)
  if (!current.ok) return current
  const tree = await site.trees.look()
  const run = state.store.begin({
    startedAt: site.clock.now(),
    command: options.command,
    root: site.root,
    ...(tree.branch === undefined ? {} : { branch: tree.branch }),
    ...(tree.commit === undefined ? {} : { commit: tree.commit }),
  })
  const removed = await rotateLogs(site.stateFolder, keptLogs, [run, ...state.store.unfinished().map((record) => record.number)])
  const before: Happening[] = [
    { type: 'lock.acquired', waitedMs },
    ...notes.map((failure): Happening => ({ type: 'failure.noted', failure })),
    ...(removed > 0 ? [{ type: 'logs.rotated', removed } as const] : []),
  ]
  return ok(await perform(site, options, { planned: current.value, run, state }, before, () => lock.intact()))
}

async function perform(site: Site, options: CheckOptions, started: Started, before: readonly Happening[], intact: () => boolean): Promise<Checked> {
  const { planned, run, state } = started
  const { plan, settings } = planned
  const logs = settings.dryRun ? undefined : attemptLogs(site.stateFolder, run)
  const lateNotes: Failure[] = []
  const reporters = audience(await options.reporters(started), (what) => lateNotes.push({ type: 'pawl.bug', what }))
  const knownNotes = state.notes.length
  const openLog = (id: AttemptId) => {
    const log = logs?.open(id)
    return {
      write: (chunk: Uint8Array | string) => {
        log?.write(chunk)
        reporters.output(id, typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk)
      },
      close: async () => {
        const closed = await log?.close()
        if (closed?.failure !== undefined) lateNotes.push(closed.failure)
        return logs?.read(id)
      },
    }
  }
  const world = attemptWorld({
    site,
    planned,
    cache: state.cache,
    consent: consentBy(settings.interactive ? options.ask : undefined),
    cancellation: options.cancellation,
    openLog,
    run,
    dryRun: settings.dryRun,
  })
  const recorded: Event[] = []
  const runWorld: RunWorld = {
    clock: site.clock,
    cancellation: options.cancellation,
    roundOpened: () => world.newRound(),
    record: (events) => {
      if (!intact()) throw new Error(stateDeleted.what, { cause: stateDeleted })
      if (!settings.dryRun) state.store.append(run, events)
      recorded.push(...events)
      reporters.show(events, plan)
    },
    attempt: async (id, attemptId, current, missed) => {
      const task = plan.tasks.get(id)?.task
      if (task === undefined) throw new Error(`no such task: ${id}`)
      return attempt(task, attemptId, world.worldOf(current), missed)
    },
  }
  const tree = await site.trees.look()
  const result = await endingAll(
    site,
    execute(
      plan,
      planned.limits,
      {
        run,
        command: options.command,
        root: site.root,
        version,
        dryRun: settings.dryRun,
        plan: summaryOf(plan, (task) => median(state.store.durations(task, 5))),
        ...(tree.branch === undefined ? {} : { branch: tree.branch }),
        ...(tree.commit === undefined ? {} : { commit: tree.commit }),
      },
      before,
      runWorld,
    ),
  )
  await reporters.close()
  return { ...started, result, plan, events: recorded, lateNotes: [...lateNotes, ...state.notes.slice(knownNotes)] }
}

/** When the run breaks for a reason of ours, nothing that it started stays alive, and the terminal is given back. */
async function endingAll<T>(site: Site, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    site.processes.killAll()
    throw error
  }
}

/** Somebody removed the state while this run held it: two runs could now work at once. */
const stateDeleted: Failure = {
  type: 'store.unusable',
  what: 'the state of pawl was deleted while it was in use',
  kept: 'nothing more was recorded',
  hint: 'Run pawl again; leave .pawl alone while it runs (pawl cache clear forgets results).',
}

async function enoughSpace(site: Site, wanted: number): Promise<Failure | undefined> {
  const free = await freeBytes(site.root)
  if (free >= wanted) return undefined
  return {
    type: 'disk.low',
    what: `only ${free} bytes of disk space are free`,
    why: `pawl wants ${wanted} before it starts`,
    kept: 'nothing was started',
    hint: 'Free some space (pawl cache prune, pawl cache clear), or set diskFree in pawl.yaml.',
  }
}

export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  return middle === undefined ? undefined : Math.round(middle)
}
