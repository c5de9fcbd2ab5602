/**
 * Runs the checks of the gate over what an agent in the sandbox has made so far, in a clone that it cannot reach: what its clone holds besides, and what it
 * changes meanwhile, is not judged. So what passes is proven as by the gate, which needs no second run of it. Never with more rights than the gate has.
 */
import { compile } from '../../engine/compile.ts'
import { select } from '../../engine/select.ts'
import { changedFiles } from '../../host/changed-files.ts'
import { placesOf, removeClone, type LeasedClone } from '../../host/leased-clone.ts'
import { sealCheckout } from '../../host/sealed-checkout.ts'
import { borrowing, showWork } from '../../host/shown-work.ts'
import type { AttemptContext } from '../../model/executor.ts'
import { failed, ok, type Result } from '../../model/failure.ts'
import { checkPlanned, type CheckedHere, type HereWish } from '../check-here.ts'
import type { Planned } from '../draft.ts'
import { lookedUp, type LookedAt } from '../look-here.ts'
import { concernedBy } from '../planned.ts'
import { redactionOf } from '../redacted.ts'
import { environmentOf, giving, siteOfCopy, type Site } from '../site.ts'
import { writableState } from '../state.ts'
import { nothingUsual } from '../usual-costs.ts'
import { homeOfChecks, shutInChecks } from './confined.ts'
import { cloneToJudgeIn } from './gate-place.ts'
import type { CheckoutParts } from './job-checkout.ts'
import { repositoryOf } from './repository-of.ts'

export type AskedChecks = {
  /** To be called one at a time. */
  check(wish: HereWish): Promise<Result<CheckedHere>>
  look(name: string): Promise<Result<LookedAt>>
  /** What it is judged in is called as what the agent works in. */
  shown(line: string): string
  /** To be called when no check is going on; may be called again. */
  over(): Promise<void>
}

export function askedChecks(parts: CheckoutParts, job: string, work: LeasedClone, context: AttemptContext): AskedChecks {
  let place: Promise<Result<LeasedClone>> | undefined
  let folder: string | undefined
  const made = async (): Promise<Result<LeasedClone>> => {
    const clone = await cloneToJudgeIn(parts.site, work.lease.base)
    if (!clone.ok) return clone
    await borrowing(work, clone.value)
    folder = placesOf(clone.value.lease.folder).all
    return clone
  }
  return {
    async check(wish) {
      const opened = await (place ??= made())
      return opened.ok ? checkedIn(parts, { job, work, place: opened.value, tag: context.tag }, wish) : opened
    },
    look: async (name) => lookedUp(redactionOf(parts.site, parts.gate.planned).plan(parts.gate.planned.plan), name),
    shown: (line) => (folder === undefined ? line : line.replaceAll(inJson(folder), inJson(placesOf(work.lease.folder).all))),
    async over() {
      const opened = await place
      place = undefined
      if (opened?.ok === true) await removeClone(opened.value.lease)
    },
  }
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)

type Asked = { readonly job: string; readonly work: LeasedClone; readonly place: LeasedClone; readonly tag: string }

async function checkedIn({ site, gate, run, ports, network }: CheckoutParts, { job, work, place, tag }: Asked, wish: HereWish): Promise<Result<CheckedHere>> {
  const { planned } = gate
  // An agent may have a server of its own running on the ports that it was given.
  const given = await ports.of(`checks of job ${job}`)
  if (!given.ok) return given
  const home = await homeOfChecks(site, run, job)
  const unshown =
    (await showWork(work, place, { processes: site.processes, home, tag, cancellation: wish.cancellation })) ??
    (await sealCheckout(repositoryOf(site), place.repository, 'link'))
  if (unshown !== undefined) return failed(unshown)
  const root = place.lease.folder
  const env = environmentOf(giving({ ...site, root }, given.value), root, { pass: planned.settings.envPass, key: planned.settings.envKey })
  const processes = shutInChecks(site, planned, env, place, home, network)
  const there = giving({ ...siteOfCopy(site, place.repository), processes }, given.value)
  const asked = await askedOf(planned, there, work.lease.base, wish)
  if (!asked.ok) return asked
  const state = await writableState(there)
  if (!state.ok) return state
  try {
    const checked = await checkPlanned(there, asked.value, state.value.cache, wish)
    return checked.ok && isPart(wish) ? ok({ ...checked.value, since: work.lease.base }) : checked
  } finally {
    state.value.close()
  }
}

const isPart = ({ only, all }: HereWish): boolean => only === undefined && all !== true

/** What of the gate was asked for. Its tasks are those of the target branch, whatever the work makes of the configuration. */
async function askedOf(planned: Planned, there: Site, base: string, wish: HereWish): Promise<Result<Planned>> {
  const { plan, settings } = planned
  const tree = await there.trees.look()
  const changed = isPart(wish) ? await changedFiles(there.repository, { kind: 'since', ref: base }, tree, there.root) : undefined
  if (changed?.ok === false) return changed
  const selected = select(
    plan.order.flatMap((id) => plan.tasks.get(id)?.task ?? []),
    {
      only: wish.only ?? [],
      skip: [],
      stages: [],
      fast: false,
      skipTests: false,
      lenientSkip: false,
      concerned: changed === undefined ? undefined : concernedBy(tree, new Set(changed.value.paths)),
    },
  )
  if (!selected.ok) return selected
  const { tasks, skips } = selected.value
  const here = new Set(tasks.map(({ id }) => id))
  const asked = compile({
    tasks: tasks.map((task) => ({ ...task, fixes: [], after: task.after.filter((id) => here.has(id)) })),
    skips,
    slots: plan.slots,
    ...nothingUsual,
    fixLevel: -1,
  })
  if (!asked.ok) return asked
  return ok({ ...planned, plan: asked.value, tree, remembered: undefined, settings: { ...settings, interactive: false, dryRun: false } })
}
