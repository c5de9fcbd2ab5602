/** Checks one tree of git apart from the files on disk, in a copy: what is staged beside unstaged edits, or a commit that is to be pushed. */
import { requestFromEnvironment } from '../config/environment-names.ts'
import { indexAndDisk, stagedTree } from '../host/staging.ts'
import { makeStateFolder } from '../host/state-trouble.ts'
import { shadowFolder, shadowRepository, syncShadow, type ShadowWish } from '../host/shadow.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { HeldLock } from '../model/lock.ts'
import type { Request } from '../model/request.ts'
import { begun, enoughSpace, type CheckOptions } from './begun.ts'
import { whileLocked } from './locked.ts'
import type { TaskId } from '../model/task.ts'
import type { Planned } from './draft.ts'
import type { Checked } from './perform.ts'
import { planFor } from './planned.ts'
import { recover } from './recover.ts'
import { siteOfCopy, type Site } from './site.ts'
import { writableState, type State } from './state.ts'

export type Apart = {
  /** Which tree; found under the lock, because the index may change until then. */
  readonly wish: (scratch: string) => Promise<Result<ShadowWish>>
  /** Says on the screen what is checked instead of the files on disk. */
  readonly note: Failure
  /** Fixes of tools may run in the copy. */
  readonly mends?: true
}

/** Undefined: nothing staged was asked for, or the files on disk are what is staged. */
export async function stagedApart(site: Site, request: Request, mends?: true): Promise<Result<Apart | undefined>> {
  const { repository } = site
  if (request.selection?.kind !== 'staged' || repository === undefined || isDry(site, request)) return ok(undefined)
  const state = await indexAndDisk(repository)
  if (!state.ok) return state
  const { differing, unmerged } = state.value
  // What is not merged yet cannot be committed either: the files on disk are all there is.
  if (unmerged || differing.length === 0) return ok(undefined)
  return ok({ wish: (scratch) => stagedWish(site, scratch), note: stagedNote(differing, mends), ...(mends === undefined ? {} : { mends }) })
}

async function stagedWish({ repository }: Site, scratch: string): Promise<Result<ShadowWish>> {
  if (repository === undefined) return failed({ type: 'repo.no-git', what: 'there is no git repository any more' })
  const tree = await stagedTree(repository, scratch)
  return tree.ok ? ok({ tree: tree.value }) : tree
}

/** A dry run writes nothing, and so makes no copy. */
function isDry(site: Site, request: Request): boolean {
  const environment = requestFromEnvironment(site.env)
  return (request.dryRun ?? (environment.ok && environment.value.request.dryRun)) === true
}

const unkept = (state: State): State => ({
  store: state.store,
  cache: { ...state.cache, put: async () => undefined },
  get notes() {
    return state.notes
  },
  isStored: state.isStored,
  close: () => state.close(),
})

const reachNote = (folders: readonly string[]): Failure => ({
  type: 'staged.apart',
  what: `packages in ${folders.join(', ')} are imported from the checkout itself (an editable install)`,
  why: 'a check that imports them sees the files on disk, not the copy',
  kept: 'no result of this run is kept for reuse',
})

const shownPaths = 3

function stagedNote(differing: readonly string[], mends: true | undefined): Failure {
  const more = differing.length - shownPaths
  const names = `${differing.slice(0, shownPaths).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return {
    type: 'staged.apart',
    what: `${names} on disk ${differing.length === 1 ? 'is' : 'are'} not what is staged: a copy of what is staged is checked`,
    kept:
      mends === true
        ? 'the files on disk are not judged; fixes run in the copy, and what they change comes back only if everything passes and nothing is in its way'
        : 'the files on disk are neither judged nor changed, so no fix runs',
  }
}

export async function checkApart(site: Site, options: CheckOptions, apart: Apart): Promise<Result<Checked>> {
  const { repository } = site
  if (repository === undefined) return failed({ type: 'repo.no-git', what: `${site.root} is no git repository` })
  const folder = shadowFolder(repository, site.stateFolder)
  const copy = siteOfCopy(site, shadowRepository(repository, folder))
  const state = await writableState(copy)
  if (!state.ok) return state
  try {
    const wish = { command: options.command, waitMs: 30_000, onWait: options.onWait, cancellation: options.cancellation }
    return await whileLocked(site, wish, (lock) => locked({ site, copy, folder }, options, apart, state.value, lock))
  } finally {
    state.value.close()
  }
}

type Places = { readonly site: Site; readonly copy: Site; readonly folder: string }

async function locked({ site, copy, folder }: Places, options: CheckOptions, apart: Apart, state: State, lock: HeldLock): Promise<Result<Checked>> {
  const { repository } = site
  if (repository === undefined) return failed({ type: 'repo.no-git', what: `${site.root} is no git repository` })
  const earlier = [...state.notes, ...(await recover(site, state)), apart.note]
  makeStateFolder(folder)
  const wish = await apart.wish(folder)
  if (!wish.ok) return wish
  const synced = await syncShadow(repository, folder, wish.value)
  if (!synced.ok) return synced
  const { reachesBack } = synced.value
  // What a check saw of the files on disk is nowhere in its fingerprint.
  const isWhole = reachesBack.length === 0
  const notes = isWhole ? earlier : [...earlier, reachNote(reachesBack)]
  options.onApart?.({ site: copy, tree: wish.value.tree, isWhole })
  const planned = await planFor(copy, options.request, state.store)
  if (!planned.ok) return planned
  const space = await enoughSpace(site, planned.value.settings.diskFreeBytes)
  if (space !== undefined) return failed(space)
  const mended = apart.mends === true ? tracked(planned.value) : unmended(planned.value)
  return ok(await begun(copy, options, { planned: mended, state: isWhole ? state : unkept(state), notes }, lock))
}

/** Fixes would mend the copy, which nobody keeps. */
const unmended = (planned: Planned): Planned => ({ ...planned, limits: { ...planned.limits, fixLevel: -1 } })

/** Only fixes that write files of the repository: what others write would stay in the copy. */
function tracked(planned: Planned): Planned {
  const { plan, limits } = planned
  const stays = (id: TaskId): boolean => plan.tasks.get(id)?.task.level === 1 && plan.tasks.get(id)?.task.late !== true
  const tasks = [...plan.tasks].map(([id, one]) => [id, { ...one, task: { ...one.task, fixes: one.task.fixes.filter(stays) } }] as const)
  return { ...planned, plan: { ...plan, tasks: new Map(tasks) }, limits: { ...limits, fixLevel: Math.min(limits.fixLevel, 1) } }
}
