/** Leases worktrees to coding agents: each a linked worktree of the repository below the state of pawl, on a branch of its own. */
import { existsSync, lstatSync, realpathSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Bug, failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Lease } from '../model/job.ts'
import { commitOf } from './changed-files.ts'
import { importsFrom } from './editable-installs.ts'
import { holdFile, type FileHold } from './file-hold.ts'
import { eachRecord } from './git-listing.ts'
import { gitFailure, type GitRefusal } from './git.ts'
import { isSecretFile, reachesBack } from './isolated-copy.ts'
import type { Lending } from './lent-packages.ts'
import { randomHex } from './random-hex.ts'
import { gitIn, type Repository } from './repository.ts'
import { isFullId } from './revisions.ts'
import { bringIgnored } from './shadow-ignored.ts'
import { bringSubmodules, hasSubmodules } from './shadow-submodules.ts'
import { prepareStateFolder } from './state-folder.ts'
import {
  alone,
  branchPrefix,
  makingFile,
  makingTag,
  nameOf,
  recordOf,
  refOf,
  taggedAs,
  unlessRefused,
  worktreeName,
  worktreeRepository,
  worktreesFolder,
} from './worktree-places.ts'

/** `prompt`: its id. `run`: number of the run. `base`: the commit to begin with. `packages`: those that are installed; absent: as links. */
export type LeaseWish = { readonly prompt: string; readonly run: number; readonly base: string; readonly packages?: Lending }
export type LeasedWorktree = { readonly lease: Lease; readonly repository: Repository }

/**
 * Makes a worktree at the base, on a new branch, with the installed packages of the checkout and none of its secrets.
 * Worktrees of one repository are made one after the other. When it fails, what was begun is taken away again.
 */
export async function leaseWorktree(checkout: Repository, stateFolder: string, wish: LeaseWish): Promise<Result<LeasedWorktree>> {
  // Of a full id git itself says whether it is a commit.
  const base = isFullId(wish.base) ? ok(wish.base) : await commitOf(checkout, wish.base)
  if (!base.ok) return base
  const prepared = await prepareStateFolder(stateFolder)
  if (!prepared.ok) return prepared
  return unlessRefused(worktreesFolder(stateFolder), async () => {
    const made = await alone(stateFolder, () => madeWorktree(checkout, stateFolder, { ...wish, base: base.value }))
    if (!made.ok) return made
    const { making, ...leased } = made.value
    try {
      // Only git's own records need to be written one after the other.
      const brought = (await filled(leased)) ?? (await bringRest(checkout, leased.repository, wish.packages))
      if (brought === undefined) return ok(leased)
      await alone(stateFolder, async () => ok(await abandoned(checkout, leased.lease)))
      return failed(brought)
    } finally {
      making.done()
    }
  })
}

/** The worktree of a lease from earlier, if its folder and its branch still are what the lease says. */
export function openLease(checkout: Repository, lease: Lease): Result<Repository> {
  const repository = worktreeRepository(checkout, lease.folder)
  const record = recordOf(repository.gitDir)
  const folder = lstatSync(lease.folder, { throwIfNoEntry: false })
  if (lease.isolation !== 'linked' || nameOf(lease) === undefined) return failed(changed(lease, 'this is no worktree that pawl made'))
  if (folder === undefined) return failed(changed(lease, 'its folder is gone'))
  if (!folder.isDirectory() || realpathSync(lease.folder) !== lease.folder) return failed(changed(lease, 'a link or a file stands where its folder was'))
  if (record === undefined) return failed(changed(lease, 'git has no record of it'))
  if (record.pointsTo !== join(lease.folder, '.git')) return failed(changed(lease, `git's record of it points to ${record.pointsTo}`))
  if (record.head !== `ref: ${refOf(lease)}`) return failed(changed(lease, `it has ${record.head.replace(/^ref: (?:refs\/heads\/)?/, '')} checked out`))
  return ok(repository)
}

export const changed = (lease: Lease, why: string): Failure => ({
  type: 'worktree.changed',
  what: `the worktree ${lease.folder} is not what was leased`,
  why,
  kept: `the branch ${lease.branch} and the folder, as they are`,
  hint: 'git worktree list shows what git knows of it',
})

/** Says that a worktree is being made; after the end of this process, in whatever way, nobody holds it. */
type Making = { done(): void }
type MadeWorktree = LeasedWorktree & { readonly making: Making }

/** Branches of earlier runs, and folders that somebody left, keep their names. */
async function madeWorktree(checkout: Repository, stateFolder: string, wish: LeaseWish): Promise<Result<MadeWorktree>> {
  for (let tries = 0; tries < mostTries; tries++) {
    const name = nameFor(wish)
    const places = [join(worktreesFolder(stateFolder), name), join(checkout.commonDir, 'worktrees', name), makingFile(stateFolder, name)]
    const isTaken = places.some((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined)
    if (isTaken || existsSync(join(checkout.commonDir, 'refs/heads', branchPrefix + name))) continue
    const made = await madeAs(name, checkout, stateFolder, wish)
    if (made !== 'taken') return made
  }
  return failed({
    type: 'worktree.unmade',
    what: `no name is left for a worktree of ${wish.prompt} in run ${wish.run}`,
    hint: 'pawl cleanup removes old worktrees',
  })
}

const mostTries = 100

async function madeAs(name: string, checkout: Repository, stateFolder: string, wish: LeaseWish): Promise<Result<MadeWorktree> | 'taken'> {
  const folder = join(realpathSync(worktreesFolder(stateFolder)), name)
  const lease: Lease = { branch: branchPrefix + name, folder, base: wish.base, isolation: 'linked' }
  const making = newMaking(makingFile(stateFolder, name))
  const args = ['worktree', 'add', '--quiet', '--no-checkout', '--no-track', '--no-guess-remote', '-b', lease.branch, '--end-of-options', folder, wish.base]
  const added = await gitIn(checkout, args, { env: taggedAs(makingTag(name)), timeoutMs: addMs })
  if (added.ok) return ok({ lease, repository: worktreeRepository(checkout, folder), making })
  // There was one before: not ours to take away.
  const taken = added.stderr.includes(`a branch named '${lease.branch}' already exists`)
  if (!taken) await abandoned(checkout, lease)
  making.done()
  return taken ? 'taken' : failed(unmade(added))
}

/** The largest repositories need minutes to be checked out. */
const addMs = 20 * 60_000

function newMaking(path: string): Making {
  const hold: FileHold | 'busy' = holdFile(path, 0)
  if (hold === 'busy') throw new Bug(`two make ${path}`)
  return {
    done() {
      // Gone before it is let go: one that nobody holds says that its maker was killed.
      rmSync(path, { force: true })
      hold.release()
    },
  }
}

function nameFor({ prompt, run }: LeaseWish): string {
  const name = `${prompt}-${run}-${randomHex(2)}`
  if (!worktreeName.test(name)) throw new Bug(`no worktree can be called ${name}`)
  return name
}

/** Takes away what was begun and nobody has been given. */
async function abandoned(checkout: Repository, lease: Lease): Promise<void> {
  // Where git has taken it away itself, both say that there is nothing.
  await gitIn(checkout, ['worktree', 'remove', '--force', '--force', '--end-of-options', lease.folder])
  await gitIn(checkout, ['update-ref', '-d', refOf(lease), lease.base])
}

function unmade(refusal: GitRefusal): Failure {
  const failure = gitFailure('git could not make a worktree', refusal)
  if (failure.type !== 'repo.git-failed') return failure
  const taken = /'refs\/heads\/pawl' exists/.test(refusal.stderr)
  return {
    ...failure,
    type: 'worktree.unmade',
    kept: 'no branch and no folder were left',
    ...(taken ? { hint: 'there is a branch called pawl, so that none can be called pawl/...: rename it with git branch -m' } : {}),
  }
}

/** The files of its commit. Undefined: done. */
async function filled({ lease, repository }: LeasedWorktree): Promise<Failure | undefined> {
  const read = await gitIn(repository, ['read-tree', '--reset', '-u', '--end-of-options', lease.base], { timeoutMs: addMs })
  return read.ok ? undefined : unmade(read)
}

/** What is no part of the commit. Undefined: done. */
async function bringRest(checkout: Repository, worktree: Repository, packages: Lending = 'link'): Promise<Failure | undefined> {
  const brought = await bringIgnored(checkout, worktree, { wanted: (path) => !isSecretFile(path), packages })
  if (!brought.ok) return brought.failures[0]
  const reaching = brought.value.filter((path) => importsFrom(join(checkout.root, path), checkout.root))
  if (reaching.length > 0) return reachesBack(reaching)
  await bringSubmodules(checkout, worktree)
  // Without them there is nothing but the commit.
  if (brought.value.length === 0 && !hasSubmodules(worktree)) return undefined
  return withoutUnignored(worktree)
}

/** What the checkout ignores by a rule that is not committed would be taken for the work of the agent. */
async function withoutUnignored(worktree: Repository): Promise<Failure | undefined> {
  const answer = await gitIn(worktree, ['ls-files', '--others', '--exclude-standard', '--directory', '-z'])
  if (!answer.ok) return gitFailure('git could not list what a new worktree holds', answer)
  const paths: string[] = []
  eachRecord(answer.stdout, new Map(), (record, name) => paths.push(name(record)))
  for (const path of paths) await rm(join(worktree.root, path), { recursive: true, force: true })
  return undefined
}
