/** Gives back the checkouts of jobs whose work has landed. All others stay: there is something in them. */
import { removeClone } from '../../host/leased-clone.ts'
import { removeWorktrees, type Removal } from '../../host/worktree-removal.ts'
import type { Failure } from '../../model/failure.ts'
import type { JobState } from '../../model/job-state.ts'
import type { Site } from '../site.ts'
import { repositoryOf } from './repository-of.ts'

/** Answers with what could not be removed, and why. */
export async function givenBack(site: Site, jobs: Iterable<JobState>): Promise<readonly Failure[]> {
  const removals: Removal[] = []
  for (const { lease, landed, unchanged } of jobs) {
    if (lease === undefined || (landed === undefined && unchanged === undefined)) continue
    if (lease.isolation === 'clone') await removeClone(lease)
    else removals.push({ lease, wish: landed === undefined ? {} : { target: `refs/heads/${landed.onto}` } })
  }
  const removed = removals.length === 0 ? [] : await removeWorktrees(repositoryOf(site), site.stateFolder, removals)
  return removed.flatMap((one) => (one.ok ? [] : one.failures))
}
