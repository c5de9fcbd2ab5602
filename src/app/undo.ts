/** Takes back what the fixes of a run changed. */
import { mendings } from '../host/mendings.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Mend } from '../model/mend.ts'
import type { Store } from '../model/store.ts'
import { quickly, whileLocked, type LockWish } from './locked.ts'
import { recover } from './recover.ts'
import type { Site } from './site.ts'
import { readState, type State } from './state.ts'

export type Undone = { readonly run: number; readonly restored: readonly string[]; readonly derived: readonly string[] }

/** `wanted` undefined: the newest run of this checkout that mended something. A dry run only tells which files would go back. */
export async function undo(site: Site, wanted: number | undefined, dryRun: boolean, onWait: LockWish['onWait']): Promise<Result<Undone>> {
  const state = await readState(site)
  if (!state.ok) return state
  try {
    if (dryRun) return described(mendedRun(state.value.store, site.root, wanted), wanted)
    // Nothing was ever recorded here: then there is no lock to hold either.
    if (state.value.store.runs(1).length === 0) return failed(nothing(wanted))
    return await whileLocked(site, quickly('pawl undo', onWait), () => takeBack(site, state.value, wanted))
  } finally {
    state.value.close()
  }
}

type MendedRun = { readonly run: number; readonly mends: readonly Mend[] }

function described(found: MendedRun | undefined, wanted: number | undefined): Result<Undone> {
  if (found === undefined) return failed(nothing(wanted))
  const paths = found.mends.flatMap((mend) => mend.files.map((file) => file.path))
  return ok({ run: found.run, restored: [...new Set(paths)].sort(), derived: derivedOf(found) })
}

async function takeBack(site: Site, state: State, wanted: number | undefined): Promise<Result<Undone>> {
  // A run that was cut off in the middle of a fix is closed first: then its fix can be taken back like any other.
  await recover(site, state)
  const found = mendedRun(state.store, site.root, wanted)
  if (found === undefined) return failed(nothing(wanted))
  const { restored, failures } = await mendings(site.root, site.repository, site.trees, state.cache).takeBack(found.mends)
  if (failures.length > 0) return failed(...failures)
  if (restored.length > 0) return ok({ run: found.run, restored, derived: derivedOf(found) })
  return failed({ type: 'undo.nothing', what: `what run ${found.run} changed is taken back already`, hint: 'pawl undo RUN takes back an earlier run.' })
}

const derivedOf = ({ mends }: MendedRun): readonly string[] => [...new Set(mends.flatMap((mend) => mend.derived))]

const nothing = (wanted: number | undefined): Failure => ({
  type: 'undo.nothing',
  what: wanted === undefined ? 'no run of this checkout has changed anything' : `run ${wanted} has changed nothing in this checkout`,
  hint: 'pawl history lists the runs.',
})

/** The mends of a run, newest first. */
function mendedRun(store: Store, root: string, wanted: number | undefined): MendedRun | undefined {
  for (const record of store.runs(Number.MAX_SAFE_INTEGER)) {
    if (record.root !== root || (wanted !== undefined && record.number !== wanted)) continue
    const mends = store.events(record.number).flatMap((event) => {
      if (event.type !== 'attempt.finished' || (event.outcome.kind !== 'passed' && event.outcome.kind !== 'failed')) return []
      const { mend } = event.outcome
      return mend === undefined || mend.files.length === 0 || mend.copy === true ? [] : [mend]
    })
    if (mends.length > 0) return { run: record.number, mends: mends.reverse() }
  }
  return undefined
}
