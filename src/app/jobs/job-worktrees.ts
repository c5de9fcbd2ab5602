/** The worktrees of jobs: whose they are, how much room they take, and which of them can go. */
import { folderSize } from '../../host/folder-size.ts'
import { leasedClones } from '../../host/leased-clone.ts'
import { removableClone, removeLeasedClone } from '../../host/rescued-clone.ts'
import { leasedIn, removable, removeWorktree, type Removable } from '../../host/worktree-removal.ts'
import { failed, ok, type Result } from '../../model/failure.ts'
import { isDone, type JobStatus } from '../../model/job-table.ts'
import type { Store } from '../../model/store.ts'
import { whileLocked, quickly } from '../locked.ts'
import type { Site } from '../site.ts'
import { repositoryOf } from './repository-of.ts'
import { jobsHolder, liveRun, lookAtJobs, runsOfJobs } from './jobs-look.ts'

export type JobWorktree = {
  readonly branch: string
  readonly folder: string
  /** Of the newest run that worked in it; absent: no run that is kept. */
  readonly job?: string
  readonly run?: number
  readonly status?: JobStatus
  /** The branch on which its work landed. */
  readonly onto?: string
  /** A run that is going on works in it. */
  readonly isUsed: boolean
  /** Since when nothing happens in it, epoch milliseconds. */
  readonly idleSince?: number
}

/** So many runs are looked through. */
const mostRuns = 200

export function jobWorktrees(site: Site, store: Store): readonly JobWorktree[] {
  const known = new Map<string, Omit<JobWorktree, 'branch' | 'folder'>>()
  for (const record of runsOfJobs(store, mostRuns)) {
    const { table, isLive } = lookAtJobs(site, store, record)
    for (const { id, status, facts, endedAt, toldAt } of table.rows.values()) {
      const { lease, landed } = facts
      if (lease === undefined || known.has(lease.branch)) continue
      const onto = landed === undefined ? {} : { onto: landed.onto }
      known.set(lease.branch, { job: id, run: record.number, status, isUsed: isLive, idleSince: endedAt ?? toldAt, ...onto })
    }
  }
  const live = liveRun(store, jobsHolder(site))?.number
  const leases = leasedHere(site)
  return leases.map(({ branch, folder }): JobWorktree => {
    const lease = { branch, folder }
    const its = known.get(lease.branch)
    const isOfLive = live !== undefined && (isGatePlace(lease) || runIn(lease) === live)
    return { ...lease, ...its, isUsed: isOfLive || its?.isUsed === true }
  })
}

const leasedHere = (site: Site) => [...leasedIn(repositoryOf(site), site.stateFolder), ...leasedClones(site.stateFolder)]

const runIn = ({ branch }: Pick<JobWorktree, 'branch'>): number => Number(/-(\d+)-(?:[0-9a-f]{4}|[0-9a-f]{8})$/.exec(branch)?.[1])

/** Where a run judges; nobody works there. */
export const isGatePlace = ({ branch }: Pick<JobWorktree, 'branch'>): boolean => branch.startsWith('pawl/pawl-gate-0-')

export const sizeOf = ({ folder }: Pick<JobWorktree, 'folder'>): Promise<number> => folderSize(folder)

export type CleanupWish = {
  /** Also those of jobs that did not land, when nothing has happened in them for so long. Absent: only those of jobs that are done. */
  readonly olderThanMs?: number
  readonly isDry: boolean
}

export type Cleaned = JobWorktree & {
  readonly isRemoved: boolean
  /** Why it is kept. */
  readonly why?: string
  readonly branchGoes: boolean
  /** Where what was not committed is kept, or what would be. */
  readonly rescued?: string
}

/** Nothing is lost: what no branch holds is rescued first. */
export async function cleanUp(site: Site, store: Store, wish: CleanupWish): Promise<Result<readonly Cleaned[]>> {
  // Where no agent has ever worked there is no state to be locked, and what lies there is looked at under the lock.
  if (leasedHere(site).length === 0) return ok([])
  const holder = jobsHolder(site)
  if (holder === undefined)
    return wish.isDry
      ? cleaned(site, store, wish)
      : whileLocked(site, { ...quickly('pawl cleanup', () => undefined), lock: 'jobs' }, () => cleaned(site, store, wish))
  const live = liveRun(store, holder)
  // A run that has just begun has not told yet where it goes on.
  if (live === undefined || store.events(live.number).length === 0)
    return failed({ type: 'lock.busy', what: 'a run of agents is just beginning', kept: 'nothing was removed', hint: 'run again' })
  return cleaned(site, store, wish)
}

async function cleaned(site: Site, store: Store, wish: CleanupWish): Promise<Result<readonly Cleaned[]>> {
  const all: Cleaned[] = []
  for (const one of jobWorktrees(site, store)) {
    const why = reasonToKeep(one, wish, site.clock.now())
    const done = why === undefined ? await removed(site, one, wish.isDry) : ok({ ...one, isRemoved: false, branchGoes: false, why })
    if (!done.ok) return done
    all.push(done.value)
  }
  return ok(all)
}

function reasonToKeep(one: JobWorktree, { olderThanMs }: CleanupWish, now: number): string | undefined {
  const { isUsed, status, idleSince } = one
  if (isUsed) return 'a run that is going on uses it'
  if (isGatePlace(one) || (status !== undefined && isDone(status))) return undefined
  const how = status === undefined ? 'no run that is kept tells whose it is' : `its job is ${status}, so pawl retry can go on in it`
  if (olderThanMs === undefined) return `${how}; --older-than removes it`
  return idleSince !== undefined && now - idleSince < olderThanMs ? `${how}; it is not that old yet` : undefined
}

async function removed(site: Site, one: JobWorktree, isDry: boolean): Promise<Result<Cleaned>> {
  const checkout = repositoryOf(site)
  const wish = one.onto === undefined ? {} : { target: one.onto }
  const clone = leasedClones(site.stateFolder).find(({ folder }) => folder === one.folder)
  if (isDry && clone !== undefined) {
    const would = await removableClone(checkout, clone, one.onto)
    return would.ok
      ? ok(foreseen(one, { ...one, kept: [], ...would.value }))
      : ok(foreseen(one, { ...one, kept: [whyOf(would)], rescued: [], branchGoes: false }))
  }
  if (isDry) {
    const would = await removable(checkout, site.stateFolder, wish)
    return would.ok
      ? ok(
          foreseen(
            one,
            would.value.find(({ branch }) => branch === one.branch),
          ),
        )
      : would
  }
  const rest = { ...wish, why: `pawl cleanup; its job was ${one.status ?? 'not known'}` }
  const gone = await (clone === undefined ? removeWorktree(checkout, site.stateFolder, one, rest) : removeLeasedClone(checkout, clone, rest))
  if (!gone.ok) return ok({ ...one, isRemoved: false, branchGoes: false, why: whyOf(gone) })
  const { rescued, branch } = gone.value
  return ok({ ...one, isRemoved: true, branchGoes: branch === 'gone', ...(rescued === undefined ? {} : { rescued }) })
}

const whyOf = ({ failures }: Extract<Result<unknown>, { ok: false }>): string => failures.map(({ why, what }) => why ?? what).join('; ')

function foreseen(one: JobWorktree, would: Removable | undefined): Cleaned {
  const [why] = would?.kept ?? ['it is gone meanwhile']
  if (would === undefined || why !== undefined) return { ...one, isRemoved: false, branchGoes: false, ...(why === undefined ? {} : { why }) }
  return { ...one, isRemoved: true, branchGoes: would.branchGoes, ...(would.rescued.length === 0 ? {} : { rescued: would.rescued.join(', ') }) }
}
