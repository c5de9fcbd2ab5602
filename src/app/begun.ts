/** Begins a run whose plan is made, while the lock is held: a number for it, a tidied folder of logs, and then the deed. */
import { rotateLogs } from '../host/attempt-logs.ts'
import { freeBytes } from '../host/disk.ts'
import type { Cancellation } from '../model/cancellation.ts'
import type { Happening } from '../model/event.ts'
import type { Failure } from '../model/failure.ts'
import type { HeldLock, Holder } from '../model/lock.ts'
import type { Reporter } from '../model/reporter.ts'
import type { Request } from '../model/request.ts'
import { sizeText } from '../model/size.ts'
import { keepBaseline, markRunning } from './baselines.ts'
import { priorProofs } from './prior.ts'
import type { Ask } from './consent.ts'
import { perform, type Checked, type Started } from './perform.ts'
import type { Planned } from './draft.ts'
import { redactionOf } from './redacted.ts'
import { rememberDraft } from './remembered-plan.ts'
import type { Site } from './site.ts'
import type { State } from './state.ts'
import type { WarmKeeper } from './warm-keeper.ts'

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
  /** Workers that live on after the run. */
  readonly warm?: WarmKeeper
  /** What fixes make of a copy of what is staged will be brought back, so they may run there. */
  readonly mendStaged?: true
  /** Called when a copy is checked instead of the files on disk, before it is. */
  readonly onApart?: (copy: CheckedCopy) => void
}

/** `isWhole`: nothing in it leads back to the files on disk. */
export type CheckedCopy = { readonly site: Site; readonly tree: string; readonly isWhole: boolean }

/** How many runs keep their logs. */
const keptLogs = 20

export async function begun(
  site: Site,
  options: CheckOptions,
  { planned, state, notes }: { readonly planned: Planned; readonly state: State; readonly notes: readonly Failure[] },
  lock: HeldLock,
): Promise<Checked> {
  const { tree } = planned
  const run = state.store.begin({
    startedAt: site.clock.now(),
    command: redactionOf(site, planned).text(options.command),
    root: site.checkout,
    ...(tree.branch === undefined ? {} : { branch: tree.branch }),
    ...(tree.commit === undefined ? {} : { commit: tree.commit }),
  })
  const unmark = markRunning(site.stateFolder, run)
  const { removed, failure: unrotated } = await rotateLogs(site.stateFolder, keptLogs, [run, ...state.store.unfinished().map((record) => record.number)])
  const before: Happening[] = [
    { type: 'lock.acquired', waitedMs: Math.round(lock.waitedMs) },
    ...[...notes, ...(unrotated === undefined ? [] : [unrotated])].map((failure): Happening => ({ type: 'failure.noted', failure })),
    ...(removed > 0 ? [{ type: 'logs.rotated', removed } as const] : []),
  ]
  const prior = site.root === site.checkout ? await priorProofs(site, options.request, planned) : undefined
  const performed = await perform(site, { planned, run, state }, { ...options, intact: () => lock.intact(), before, prior })
  const marked = unmark()
  const checked = marked === undefined ? performed : { ...performed, lateNotes: [...performed.lateNotes, marked] }
  // A copy is filled anew each time; nothing is to be said of it later.
  if (site.root !== site.checkout) return checked
  const drafted = planned.remembered === undefined ? await rememberDraft(site, options.request, planned) : { digest: planned.remembered }
  const plan = drafted !== undefined && 'digest' in drafted ? drafted.digest : undefined
  const kept = plan === undefined ? undefined : keepBaseline(site, options.request, checked, plan)
  const unkept = [drafted, kept].flatMap((one) => (one !== undefined && 'failure' in one ? [one.failure] : []))
  return { ...checked, lateNotes: [...checked.lateNotes, ...unkept] }
}

export async function enoughSpace(site: Site, wanted: number): Promise<Failure | undefined> {
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
