/** Finds the newest run of checks of one checkout in the history that all linked worktrees share. */
import type { RunRecord, Store } from '../../model/store.ts'

export const lastRunHere = (store: Store, root: string): RunRecord | undefined =>
  store.runs(Number.MAX_SAFE_INTEGER).find((run) => run.root === root && run.lock === undefined)
