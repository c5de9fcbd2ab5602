/** The checkout in which the gate judges commits: nobody works there. With a sandbox it is a clone, and what is started there is shut in. */
import { leaseClone, leasedClones, recoverClones, removeClone, type LeasedClone } from '../../host/leased-clone.ts'
import type { Lending } from '../../host/lent-packages.ts'
import { leasedIn, removeWorktree } from '../../host/worktree-removal.ts'
import { leaseWorktree } from '../../host/leased-worktrees.ts'
import type { Repository } from '../../host/repository.ts'
import { sandboxTrouble } from '../../host/sandbox.ts'
import { showCommit } from '../../host/shown-commit.ts'
import { failed, ok, type Failure, type Result } from '../../model/failure.ts'
import type { Lease } from '../../model/job.ts'
import type { Planned } from '../draft.ts'
import { environmentOf, type Site } from '../site.ts'
import { homeOfChecks, shutInChecks, type ChecksNetwork } from './confined.ts'
import { repositoryOf } from './repository-of.ts'

export type GatePlace = { readonly lease: Lease; readonly repository: Repository; readonly clone?: LeasedClone }

const named = 'pawl-gate'

/** Before the run has a number: a mistake in the configuration is no run. */
export async function gatePlace(site: Site, base: string, sandbox: boolean, packages: Lending): Promise<Result<GatePlace>> {
  const wish = { prompt: named, run: 0, base, packages }
  if (!sandbox) return leaseWorktree(repositoryOf(site), site.stateFolder, wish)
  const trouble = await sandboxTrouble()
  if (trouble !== undefined) return failed(trouble)
  const clone = await leaseClone(repositoryOf(site), site.stateFolder, wish)
  return clone.ok ? ok({ lease: clone.value.lease, repository: clone.value.repository, clone: clone.value }) : clone
}

/** One more to judge in, for what is no commit. What is left of it is cleared away with those of the gate. */
export const cloneToJudgeIn = (site: Site, base: string): Promise<Result<LeasedClone>> =>
  leaseClone(repositoryOf(site), site.stateFolder, { prompt: named, run: 0, base })

/** What starts programs there; to be asked for anew each time that something is judged. */
export async function processesAt(site: Site, planned: Planned, { clone }: GatePlace, run: number, network: ChecksNetwork): Promise<Site['processes']> {
  if (clone === undefined) return site.processes
  const root = clone.lease.folder
  const env = environmentOf({ ...site, root }, root, { pass: planned.settings.envPass, key: planned.settings.envKey })
  return shutInChecks(site, planned, env, clone, await homeOfChecks(site, run, named), network)
}

/** What was judged there is in no branch, and nobody's work. */
export async function clearedAway(site: Site, place: GatePlace, base: string): Promise<readonly Failure[]> {
  if (place.clone !== undefined) {
    await removeClone(place.lease)
    return []
  }
  const shown = await showCommit(place.repository, base)
  if (shown !== undefined) return [shown]
  const removed = await removeWorktree(repositoryOf(site), site.stateFolder, place.lease)
  return removed.ok ? [] : removed.failures
}

/** Those of a pawl that was ended, and clones that it had only begun. To be called under the lock of jobs, by which no other pawl makes one now. */
export async function withoutOldGates(site: Site): Promise<void> {
  const checkout = repositoryOf(site)
  for (const lease of leasedIn(checkout, site.stateFolder).filter(isOldGate)) await removeWorktree(checkout, site.stateFolder, lease)
  await recoverClones(site.stateFolder)
  for (const lease of leasedClones(site.stateFolder).filter(isOldGate)) await removeClone(lease)
}

const isOldGate = ({ branch }: Pick<Lease, 'branch'>): boolean => branch.startsWith(`pawl/${named}-0-`)
