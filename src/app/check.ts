/** The main job: one run over a repository, from a request to a verdict. */
import { failed, ok, type Result } from '../model/failure.ts'
import { agentTrouble } from './agent-trouble.ts'
import { begun, enoughSpace, type CheckOptions } from './begun.ts'
import { checkApart, stagedApart } from './check-apart.ts'
import { whileLocked } from './locked.ts'
import { perform, type Checked } from './perform.ts'
import type { Planned } from './draft.ts'
import { planFor } from './planned.ts'
import { recover } from './recover.ts'
import { redactionOf } from './redacted.ts'
import { noState, stateForPlans, writableState, type State } from './state.ts'
import type { Site } from './site.ts'

/** A wait for the lock shorter than this is no wait: nobody else finished a run in it. */
const noticeableMs = 20

export async function check(site: Site, options: CheckOptions): Promise<Result<Checked>> {
  const apart = await stagedApart(site, options.request, options.mendStaged)
  if (!apart.ok) return apart
  if (apart.value !== undefined) return checkApart(site, options, apart.value)
  // Planned before the lock is asked for: a mistake in the configuration must not wait for another run.
  const early = await stateForPlans(site)
  if (!early.ok) return early
  try {
    return await planned(site, options, early.value)
  } finally {
    early.value.close()
  }
}

async function planned(site: Site, options: CheckOptions, early: State): Promise<Result<Checked>> {
  const plan = await planFor(site, options.request, early.store)
  if (!plan.ok) return plan
  if (plan.value.settings.dryRun) return ok(await dryRun(site, options, plan.value, early))
  if (plan.value.settings.interactive && !options.canAsk) {
    return failed({
      type: 'args.conflict',
      what: 'nobody can be asked: this is no terminal',
      why: '--interactive asks before each fix',
      kept: 'nothing was started',
      hint: 'Leave --interactive out, or use --no-fix.',
    })
  }
  const trouble = await agentTrouble(site, options, plan.value)
  if (trouble !== undefined) return failed(trouble)
  const space = await enoughSpace(site, plan.value.settings.diskFreeBytes)
  if (space !== undefined) return failed(space)
  const state = await writableState(site, early)
  if (!state.ok) return state
  try {
    return await underLock(site, options, plan.value, state.value)
  } finally {
    state.value.close()
  }
}

async function dryRun(site: Site, options: CheckOptions, planned: Planned, state: State): Promise<Checked> {
  const quiet: State = { ...noState(), cache: state.cache }
  return perform(site, { planned, run: 0, state: quiet }, { ...options, intact: () => true, before: [], prior: undefined })
}

function underLock(site: Site, options: CheckOptions, plan: Planned, state: State): Promise<Result<Checked>> {
  const wish = {
    command: redactionOf(site, plan).text(options.command),
    waitMs: plan.settings.lockWaitMs,
    onWait: options.onWait,
    cancellation: options.cancellation,
  }
  return whileLocked(site, wish, async (lock) => {
    const notes = [...state.notes, ...(await recover(site, state))]
    // Another run may have changed everything while this one waited.
    const current = lock.waitedMs >= noticeableMs ? await planFor(site, options.request, state.store) : ok(plan)
    return current.ok ? ok(await begun(site, options, { planned: current.value, state, notes }, lock)) : current
  })
}
