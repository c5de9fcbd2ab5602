/** The main job: one run over a repository, from a request to a verdict. */
import { rotateLogs } from '../host/attempt-logs.ts'
import { freeBytes } from '../host/disk.ts'
import type { Cancellation } from '../model/cancellation.ts'
import type { Happening } from '../model/event.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { HeldLock, Holder } from '../model/lock.ts'
import type { Reporter } from '../model/reporter.ts'
import type { Request } from '../model/request.ts'
import type { Ask } from './consent.ts'
import { keepBaseline, markRunning } from './baselines.ts'
import { whileLocked } from './locked.ts'
import { perform, type Checked, type Started } from './perform.ts'
import { sizeText } from '../model/size.ts'
import { usualBytes, usualMs } from './plan-summary.ts'
import type { Planned } from './draft.ts'
import { planFor } from './planned.ts'
import { rememberDraft } from './remembered-plan.ts'
import { recover } from './recover.ts'
import { noState, readState, writableState, type State } from './state.ts'
import type { Site } from './site.ts'

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

/** A wait for the lock shorter than this is no wait: nobody else finished a run in it. */
const noticeableMs = 20

/** How many runs keep their logs. */
const keptLogs = 20

export async function check(site: Site, options: CheckOptions): Promise<Result<Checked>> {
  // Planned before the lock is asked for: a mistake in the configuration must not wait for another run.
  const early = await readState(site)
  if (!early.ok) return early
  const planned = await planFor(site, options.request, usualMs(early.value.store), usualBytes(early.value.store))
  if (!planned.ok || planned.value.settings.dryRun) {
    const described = planned.ok ? ok(await dryRun(site, options, planned.value, early.value)) : planned
    early.value.close()
    return described
  }
  // What opening repaired must be told, although the second opening finds everything whole again.
  const repaired = early.value.notes
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
  return underLock(site, options, planned.value, repaired)
}

async function dryRun(site: Site, options: CheckOptions, planned: Planned, state: State): Promise<Checked> {
  const quiet: State = { ...noState(), cache: state.cache }
  return perform(site, { planned, run: 0, state: quiet }, { ...options, intact: () => true, before: [] })
}

async function underLock(site: Site, options: CheckOptions, planned: Planned, repaired: readonly Failure[]): Promise<Result<Checked>> {
  const space = await enoughSpace(site, planned.settings.diskFreeBytes)
  if (space !== undefined) return failed(space)
  const state = await writableState(site)
  if (!state.ok) return state
  try {
    const wish = { command: options.command, waitMs: planned.settings.lockWaitMs, onWait: options.onWait, cancellation: options.cancellation }
    return await whileLocked(site, wish, (lock) => locked(site, options, planned, { state: state.value, repaired }, lock))
  } finally {
    state.value.close()
  }
}

async function locked(
  site: Site,
  options: CheckOptions,
  planned: Planned,
  { state, repaired }: { readonly state: State; readonly repaired: readonly Failure[] },
  lock: HeldLock,
): Promise<Result<Checked>> {
  const waitedMs = Math.round(lock.waitedMs)
  const notes = [...repaired, ...state.notes, ...(await recover(site, state))]
  // Another run may have changed everything while this one waited.
  const current = waitedMs >= noticeableMs ? await planFor(site, options.request, usualMs(state.store), usualBytes(state.store)) : ok(planned)
  if (!current.ok) return current
  const { tree } = current.value
  const run = state.store.begin({
    startedAt: site.clock.now(),
    command: options.command,
    root: site.root,
    ...(tree.branch === undefined ? {} : { branch: tree.branch }),
    ...(tree.commit === undefined ? {} : { commit: tree.commit }),
  })
  const unmark = markRunning(site.stateFolder, run)
  const { removed, failure: unrotated } = await rotateLogs(site.stateFolder, keptLogs, [run, ...state.store.unfinished().map((record) => record.number)])
  if (unrotated !== undefined) notes.push(unrotated)
  const before: Happening[] = [
    { type: 'lock.acquired', waitedMs },
    ...notes.map((failure): Happening => ({ type: 'failure.noted', failure })),
    ...(removed > 0 ? [{ type: 'logs.rotated', removed } as const] : []),
  ]
  const checked = await perform(site, { planned: current.value, run, state }, { ...options, intact: () => lock.intact(), before })
  unmark()
  const unkept = [
    current.value.remembered ? undefined : await rememberDraft(site, options.request, current.value),
    keepBaseline(site, options.request, checked, checked.basis),
  ].filter((failure) => failure !== undefined)
  return ok({ ...checked, lateNotes: [...checked.lateNotes, ...unkept] })
}

async function enoughSpace(site: Site, wanted: number): Promise<Failure | undefined> {
  const free = await freeBytes(site.root)
  if (free >= wanted) return undefined
  return {
    type: 'disk.low',
    what: `only ${sizeText(free)} of disk space is free (${free} bytes)`,
    why: `pawl wants ${sizeText(wanted)} (${wanted} bytes) before it starts`,
    kept: 'nothing was started',
    hint: 'Free some space (pawl cache prune, pawl cache clear), or set diskFree in pawl.yaml.',
  }
}
