/** The main job: one run over a repository, from a request to a verdict. */
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { HeldLock } from '../model/lock.ts'
import { begun, enoughSpace, type CheckOptions } from './begun.ts'
import { checkApart, stagedApart } from './check-apart.ts'
import { whileLocked } from './locked.ts'
import { perform, type Checked } from './perform.ts'
import { usualBytes, usualMs } from './plan-summary.ts'
import type { Planned } from './draft.ts'
import { planFor } from './planned.ts'
import { recover } from './recover.ts'
import { redactionOf } from './redacted.ts'
import { noState, stateForPlans, writableState, type State } from './state.ts'
import type { Site } from './site.ts'

/** A wait for the lock shorter than this is no wait: nobody else finished a run in it. */
const noticeableMs = 20

export async function check(site: Site, options: CheckOptions): Promise<Result<Checked>> {
  const apart = await stagedApart(site, options.request)
  if (!apart.ok) return apart
  if (apart.value !== undefined) return checkApart(site, options, apart.value)
  // Planned before the lock is asked for: a mistake in the configuration must not wait for another run.
  const early = await stateForPlans(site)
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
  return perform(site, { planned, run: 0, state: quiet }, { ...options, intact: () => true, before: [], prior: undefined })
}

async function underLock(site: Site, options: CheckOptions, planned: Planned, repaired: readonly Failure[]): Promise<Result<Checked>> {
  const space = await enoughSpace(site, planned.settings.diskFreeBytes)
  if (space !== undefined) return failed(space)
  const state = await writableState(site)
  if (!state.ok) return state
  try {
    const wish = {
      command: redactionOf(site, planned).text(options.command),
      waitMs: planned.settings.lockWaitMs,
      onWait: options.onWait,
      cancellation: options.cancellation,
    }
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
  const notes = [...repaired, ...state.notes, ...(await recover(site, state))]
  // Another run may have changed everything while this one waited.
  const current = lock.waitedMs >= noticeableMs ? await planFor(site, options.request, usualMs(state.store), usualBytes(state.store)) : ok(planned)
  return current.ok ? ok(await begun(site, options, { planned: current.value, state, notes }, lock)) : current
}
