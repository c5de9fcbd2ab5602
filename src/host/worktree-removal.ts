/** Removes leased worktrees, and their branches where nothing would be lost: only after a rescue, only by git itself, only below the folder of pawl. */
import { existsSync, lstatSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Bug, failed, ok, type Failure, type Result } from '../model/failure.ts'
import { branchesAfter, branchWould } from './ended-branches.ts'
import { answerText, gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'
import { snapshot, type Leased } from './rescue.ts'
import { repositoriesIn } from './worktree-content.ts'
import { alone, branchPrefix, nameOf, recordOf, refOf, unlessRefused, worktreeName, worktreeRepository, worktreesFolder } from './worktree-places.ts'

export type Removed = {
  /** What the branch did not hold is kept under this ref. */
  readonly rescued?: string
  /** gone: all that it held is held elsewhere. */
  readonly branch: 'gone' | 'kept'
}

/** `target`: a branch or commit; a worktree's branch whose content is in it, as a tree that it has or had, is not needed any more. */
export type RemovalWish = { readonly target?: string; readonly why?: string }

/** To be called when nothing runs in the worktree any more. A refusal leaves everything as it is. */
export async function removeWorktree(checkout: Repository, stateFolder: string, lease: Leased, wish: RemovalWish = {}): Promise<Result<Removed>> {
  const [removed] = await removeWorktrees(checkout, stateFolder, [{ lease, wish }])
  if (removed === undefined) throw new Bug('nothing was told of a worktree that was to be removed')
  return removed
}

export type Removal = { readonly lease: Leased; readonly wish: RemovalWish }

/** Several at a time; what became of each, in the same order. */
export async function removeWorktrees(checkout: Repository, stateFolder: string, removals: readonly Removal[]): Promise<readonly Result<Removed>[]> {
  const [first, ...others] = removals
  if (first === undefined) return []
  // What the folder of pawl refuses, it refuses for all of them.
  const place = others.length === 0 ? first.lease.folder : worktreesFolder(stateFolder)
  const answers = await unlessRefused(place, () => alone(stateFolder, async () => ok(await allRemoved(checkout, stateFolder, removals))))
  return answers.ok ? answers.value : removals.map(() => answers)
}

const lanes = 3

async function inLanes<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const open = all.entries()
  const done = new Map<number, R>()
  const lane = async (): Promise<void> => {
    for (const [at, one] of open) done.set(at, await work(one))
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return [...done].toSorted(([a], [b]) => a - b).map(([, answer]) => answer)
}

/** First the folders, then the branches that nothing has checked out any more. */
async function allRemoved(checkout: Repository, stateFolder: string, removals: readonly Removal[]): Promise<readonly Result<Removed>[]> {
  const folders = await inLanes(removals, ({ lease, wish }) => unlessRefused(lease.folder, () => withoutFolder(checkout, stateFolder, lease, wish)))
  const ended = removals.filter((_, at) => folders[at]?.ok === true)
  const branches = await branchesAfter(
    checkout,
    ended.map(({ lease, wish }) => ({ lease, target: wish.target })),
  )
  const next = branches.values()
  return folders.map((folder) => {
    if (!folder.ok) return folder
    const branch = next.next().value
    if (branch === undefined) throw new Bug('nothing was told of a branch')
    if (!branch.ok) return branch
    return ok({ branch: branch.value, ...(folder.value === undefined ? {} : { rescued: folder.value }) })
  })
}

/** Answers with the ref under which was rescued what nothing else held. */
async function withoutFolder(checkout: Repository, stateFolder: string, lease: Leased, wish: RemovalWish): Promise<Result<string | undefined>> {
  const refusal = refusalOf(checkout, stateFolder, lease)
  if (refusal !== undefined) return failed(refusal)
  const worktree = worktreeRepository(checkout, lease.folder)
  return existsSync(worktree.gitDir) ? rescuedAndRemoved(checkout, worktree, lease, wish.why ?? 'the worktree was removed') : ok(undefined)
}

export type Removable = Leased & {
  /** Why it would not be removed. Empty: it would. */
  readonly kept: readonly string[]
  /** What would be rescued first, in words. */
  readonly rescued: readonly string[]
  readonly branchGoes: boolean
}

/** What `removeWorktree` would do, of every worktree of pawl. Changes nothing. */
export async function removable(checkout: Repository, stateFolder: string, wish: RemovalWish = {}): Promise<Result<readonly Removable[]>> {
  const found: Removable[] = []
  for (const lease of leasedIn(checkout, stateFolder)) {
    const refusal = refusalOf(checkout, stateFolder, lease)
    const branch = await branchWould(checkout, lease, wish.target)
    if (!branch.ok) return branch
    const rescued = await unheld(worktreeRepository(checkout, lease.folder), lease)
    if (!rescued.ok) return rescued
    found.push({
      ...lease,
      kept: refusal === undefined ? [] : [refusal.why ?? refusal.what],
      rescued: rescued.value,
      branchGoes: branch.value !== 'kept',
    })
  }
  return ok(found)
}

/** Every worktree below the folder of pawl of which git has a record, or that lies there without one. Sorted. */
export function leasedIn(checkout: Repository, stateFolder: string): readonly Leased[] {
  const folder = worktreesFolder(stateFolder)
  if (!existsSync(folder)) return []
  const real = realpathSync(folder)
  const records = join(checkout.commonDir, 'worktrees')
  const recorded = existsSync(records) ? readdirSync(records).filter((name) => recordOf(join(records, name))?.pointsTo === join(real, name, '.git')) : []
  const names = new Set([...readdirSync(real), ...recorded].filter((name) => worktreeName.test(name)))
  return [...names].toSorted().map((name) => ({ branch: branchPrefix + name, folder: join(real, name) }))
}

function refusalOf(checkout: Repository, stateFolder: string, lease: Leased): Failure | undefined {
  const root = worktreesFolder(stateFolder)
  const name = nameOf(lease)
  const stat = lstatSync(lease.folder, { throwIfNoEntry: false })
  if (name === undefined || !existsSync(root) || lease.folder !== join(realpathSync(root), name))
    return kept(lease, 'it does not lie where pawl keeps worktrees')
  if (stat !== undefined && (!stat.isDirectory() || realpathSync(lease.folder) !== lease.folder))
    return kept(lease, 'a link or a file stands where its folder was')
  const { gitDir } = worktreeRepository(checkout, lease.folder)
  const record = recordOf(gitDir)
  if (record === undefined)
    return stat === undefined && !existsSync(gitDir) ? undefined : kept(lease, 'git has no whole record of it, so nothing could be rescued from it')
  if (record.pointsTo !== join(lease.folder, '.git')) return kept(lease, `git's record of it points to ${record.pointsTo}`)
  if (existsSync(join(gitDir, 'locked'))) return kept(lease, lockText(join(gitDir, 'locked')))
  const nested = stat === undefined ? [] : repositoriesIn(lease.folder)
  return nested.length === 0 ? undefined : kept(lease, `there are repositories in it, which would be lost: ${nested.slice(0, 5).join(', ')}`)
}

function lockText(path: string): string {
  const reason = lstatSync(path).isFile() ? readFileSync(path, 'utf8').trim() : ''
  return `it is locked${reason === '' ? '' : `: ${reason}`}`
}

async function rescuedAndRemoved(checkout: Repository, worktree: Repository, lease: Leased, why: string): Promise<Result<string | undefined>> {
  const rescued = existsSync(lease.folder) ? await snapshot(worktree, lease, why) : await snapshotWithoutFiles(worktree, lease, why)
  if (!rescued.ok) return rescued
  // git only removes what points to its record. A folder here was refused before.
  if (existsSync(lease.folder)) {
    rmSync(join(lease.folder, '.git'), { force: true })
    writeFileSync(join(lease.folder, '.git'), `gitdir: ${worktree.gitDir}\n`)
  }
  // All is rescued, so what is not committed does not count; a lock still does.
  const removed = await gitIn(checkout, ['worktree', 'remove', '--force', '--end-of-options', lease.folder])
  if (!removed.ok)
    return failed({
      ...kept(lease, gitFailure('', removed).why ?? ''),
      ...(rescued.value === undefined ? {} : { kept: `all of it is under ${rescued.value.ref}, too` }),
    })
  return ok(rescued.value?.ref)
}

/** Somebody deleted the folder: what is staged, and commits that nothing else holds, are still there. */
async function snapshotWithoutFiles(worktree: Repository, lease: Leased, why: string): ReturnType<typeof snapshot> {
  return snapshot({ ...worktree, root: worktree.gitDir }, lease, `${why}; its files were gone already`)
}

async function unheld(worktree: Repository, lease: Leased): Promise<Result<readonly string[]>> {
  if (recordOf(worktree.gitDir) === undefined || !existsSync(lease.folder)) return ok([])
  const status = await gitIn(worktree, ['status', '--porcelain=v2', '-z', '--untracked-files=all', '--ignore-submodules=all', '--no-renames'])
  if (!status.ok) return failed(gitFailure(`git could not tell what differs in ${lease.folder}`, status))
  const entries = answerText(status.stdout)
    .split('\0')
    .filter((entry) => entry !== '')
  const fresh = entries.filter((entry) => entry.startsWith('? ')).length
  const words = [
    ...(entries.length > fresh ? [`${entries.length - fresh} changed files that are not committed`] : []),
    ...(fresh > 0 ? [`${fresh} new files that are not committed`] : []),
    ...(recordOf(worktree.gitDir)?.head === `ref: ${refOf(lease)}` ? [] : ['what it has checked out, which is not its branch']),
  ]
  return ok(words)
}

const kept = (lease: Leased, why: string): Failure => ({
  type: 'worktree.kept',
  what: `the worktree ${lease.folder} was not removed`,
  why,
  kept: `the folder and the branch ${lease.branch}, as they are`,
  hint: `look at it yourself; git -C ${dirname(lease.folder)} worktree list shows all of them`,
})
