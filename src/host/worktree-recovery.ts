/** Repairs what a pawl left that was killed while it made or removed a worktree: only what it had noted as begun, and nothing that anybody was given. */
import { existsSync, lstatSync, readdirSync, realpathSync, renameSync, rmSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Result } from '../model/failure.ts'
import { asideName, isHeld } from './file-hold.ts'
import { answerText } from './git.ts'
import { endLeftovers } from './leftovers.ts'
import { gitIn, type Repository } from './repository.ts'
import { snapshot, type Leased } from './rescue.ts'
import { contentOf } from './worktree-content.ts'
import {
  alone,
  branchPrefix,
  makingFile,
  makingTag,
  recordOf,
  refOf,
  unlessRefused,
  worktreeName,
  worktreeRepository,
  worktreesFolder,
} from './worktree-places.ts'
import { changesBetween } from './raw-changes.ts'
import { leasedIn } from './worktree-removal.ts'
import { clearBranches, ownCommits } from './ended-branches.ts'

export type Recovered = {
  /** Names of worktrees that were begun and are gone now. */
  readonly cleared: readonly string[]
  /** Names of those that could not be cleared, and why. */
  readonly left: readonly { readonly name: string; readonly why: string }[]
}

/** May be called at any time: a worktree that a living pawl makes is not touched. */
export async function recoverWorktrees(checkout: Repository, stateFolder: string): Promise<Result<Recovered>> {
  const folder = worktreesFolder(stateFolder)
  if (!existsSync(folder)) return ok({ cleared: [], left: [] })
  return unlessRefused(folder, () =>
    alone(stateFolder, async () => {
      const cleared: string[] = []
      const left: { name: string; why: string }[] = []
      const names = begunIn(folder).filter((name) => !isHeld(makingFile(stateFolder, name)))
      // Killing pawl does not kill its git.
      const tags = new Set(names.map(makingTag))
      if (tags.size > 0) await endLeftovers((tag) => tags.has(tag))
      for (const name of names) {
        const why = await clear(checkout, { branch: branchPrefix + name, folder: join(realpathSync(folder), name) }, name)
        if (why !== undefined) left.push({ name, why })
        else {
          for (const ending of ['-journal', '']) rmSync(makingFile(stateFolder, name) + ending, { force: true })
          cleared.push(name)
        }
      }
      const leased = new Set(leasedIn(checkout, stateFolder).map(({ branch }) => branch))
      await clearBranches(checkout, (branch) => leased.has(branch))
      return ok({ cleared, left })
    }),
  )
}

function begunIn(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((entry) => {
    const name = /^\.(.+)\.making$/.exec(entry)?.[1] ?? ''
    return worktreeName.test(name) ? [name] : []
  })
}

/** Undefined: nothing is left of it. */
async function clear(checkout: Repository, lease: Leased, name: string): Promise<string | undefined> {
  const worktree = worktreeRepository(checkout, lease.folder)
  for (const lock of [`refs/heads/${lease.branch}.lock`, `logs/refs/heads/${lease.branch}.lock`]) rmSync(join(checkout.commonDir, lock), { force: true })
  for (const lock of ['index.lock', 'HEAD.lock']) rmSync(join(worktree.gitDir, lock), { force: true })
  const record = recordOf(worktree.gitDir)
  if (record !== undefined && record.pointsTo !== join(lease.folder, '.git')) return `git's record of it points to ${record.pointsTo}`
  if (record === undefined) rmSync(worktree.gitDir, { recursive: true, force: true })
  else {
    const why = await removed(checkout, worktree, lease)
    if (why !== undefined) return why
  }
  leftFolder(lease.folder)
  return branchCleared(checkout, lease, name)
}

async function removed(checkout: Repository, worktree: Repository, lease: Leased): Promise<string | undefined> {
  if (lstatSync(lease.folder, { throwIfNoEntry: false })?.isDirectory() === true) {
    if (!existsSync(join(lease.folder, '.git'))) writeFileSync(join(lease.folder, '.git'), `gitdir: ${worktree.gitDir}\n`)
    const why = await rescued(worktree, lease)
    if (why !== undefined) return why
  }
  // Twice: git itself locks what it is just making.
  const answer = await gitIn(checkout, ['worktree', 'remove', '--force', '--force', '--end-of-options', lease.folder])
  return answer.ok ? undefined : answer.stderr.trim()
}

/** Nobody was given it, so there is nothing but a part of a commit; should there be more, it is kept. */
async function rescued(worktree: Repository, lease: Leased): Promise<string | undefined> {
  const tip = await gitIn(worktree, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])
  const content = tip.ok ? await contentOf(worktree) : undefined
  if (content === undefined || !tip.ok) return undefined
  if (!content.ok) return content.failures[0]?.why ?? content.failures[0]?.what
  const changes = await changesBetween(worktree, answerText(tip.stdout), content.value.tree)
  if (changes.ok && changes.value.every(({ newMode }) => newMode === '000000')) return undefined
  const kept = await snapshot(worktree, lease, 'pawl was killed while it made the worktree')
  return kept.ok ? undefined : kept.failures[0]?.what
}

/** Without a record git removes nothing: what is not empty is moved aside, not deleted. */
function leftFolder(folder: string): void {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return
  const names = readdirSync(folder).filter((name) => name !== '.git')
  if (names.length > 0) return renameSync(folder, asideName(folder))
  rmSync(join(folder, '.git'), { force: true })
  rmdirSync(folder)
}

async function branchCleared(checkout: Repository, lease: Leased, name: string): Promise<string | undefined> {
  const found = await gitIn(checkout, ['rev-parse', '--verify', '--quiet', `${refOf(lease)}^{commit}`])
  if (!found.ok) return undefined
  const tip = answerText(found.stdout)
  const own = await ownCommits(checkout, lease, tip)
  if (!own.ok) return `git could not count the commits of the branch of ${name}`
  if (own.value > 0) return undefined
  const gone = await gitIn(checkout, ['update-ref', '-d', '--end-of-options', refOf(lease), tip])
  return gone.ok ? undefined : gone.stderr.trim()
}
