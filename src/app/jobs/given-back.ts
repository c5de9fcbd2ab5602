/** Gives back the checkouts of jobs whose work has landed. All others stay: there is something in them. */
import { removeClone } from '../../host/leased-clone.ts'
import { removeWorktree } from '../../host/worktree-removal.ts'
import type { Failure } from '../../model/failure.ts'
import type { JobState } from '../../model/job-state.ts'
import type { Site } from '../site.ts'
import { repositoryOf } from './repository-of.ts'

/** Answers with what could not be removed, and why. */
export async function givenBack(site: Site, jobs: Iterable<JobState>): Promise<readonly Failure[]> {
  const failures: Failure[] = []
  for (const { lease, landed, unchanged } of jobs) {
    if (lease === undefined || (landed === undefined && unchanged === undefined)) continue
    if (lease.isolation === 'clone') await removeClone(lease)
    else {
      const removed = await removeWorktree(repositoryOf(site), site.stateFolder, lease, landed === undefined ? {} : { target: `refs/heads/${landed.onto}` })
      if (!removed.ok) failures.push(...removed.failures)
    }
  }
  return failures
}
