/** Takes back what the fixes of a run changed. */
import { mendings } from '../host/mendings.ts'
import { failed, ok, type Result } from '../model/failure.ts'
import type { Mend } from '../model/mend.ts'
import type { Store } from '../model/store.ts'
import { quickly, whileLocked, type LockWish } from './locked.ts'
import type { Site } from './site.ts'
import { readState } from './state.ts'

export type Undone = { readonly run: number; readonly restored: readonly string[]; readonly derived: readonly string[] }

/** `wanted` undefined: the newest run of this checkout that mended something. A dry run only tells which files would go back. */
export async function undo(site: Site, wanted: number | undefined, dryRun: boolean, onWait: LockWish['onWait']): Promise<Result<Undone>> {
  const state = await readState(site)
  if (!state.ok) return state
  try {
    const found = mendedRun(state.value.store, site.root, wanted)
    if (found === undefined)
      return failed({
        type: 'undo.nothing',
        what: wanted === undefined ? 'no run of this checkout has changed anything' : `run ${wanted} has changed nothing in this checkout`,
        hint: 'pawl history lists the runs.',
      })
    const { run, mends } = found
    const derived = [...new Set(mends.flatMap((mend) => mend.derived))]
    if (dryRun) return ok({ run, restored: [...new Set(mends.flatMap((mend) => mend.files.map((file) => file.path)))].sort(), derived })
    return await whileLocked(site, quickly('pawl undo', onWait), async () => {
      const { restored, failures } = await mendings(site.root, site.repository, site.trees, state.value.cache).takeBack(mends)
      if (failures.length > 0) return failed(...failures)
      return restored.length > 0
        ? ok({ run, restored, derived })
        : failed({ type: 'undo.nothing', what: `what run ${run} changed is taken back already`, hint: 'pawl undo RUN takes back an earlier run.' })
    })
  } finally {
    state.value.close()
  }
}

/** The mends of a run, newest first. */
function mendedRun(store: Store, root: string, wanted: number | undefined): { run: number; mends: readonly Mend[] } | undefined {
  for (const record of store.runs(Number.MAX_SAFE_INTEGER)) {
    if (record.root !== root || (wanted !== undefined && record.number !== wanted)) continue
    const mends = store.events(record.number).flatMap((event) => {
      if (event.type !== 'attempt.finished' || (event.outcome.kind !== 'passed' && event.outcome.kind !== 'failed')) return []
      const { mend } = event.outcome
      return mend === undefined || mend.files.length === 0 ? [] : [mend]
    })
    if (mends.length > 0) return { run: record.number, mends: mends.reverse() }
  }
  return undefined
}
