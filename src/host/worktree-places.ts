/** Where leased worktrees lie and what they are called, and the lock under which git's list of worktrees is changed. */
import { lstatSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { Clock } from '../model/clock.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Lease } from '../model/job.ts'
import { holdFile, type FileHold } from './file-hold.ts'
import { tagVariable } from './proc-table.ts'
import type { Repository } from './repository.ts'
import { codeOf, makeStateFolder, StateUnusable, stateTrouble } from './state-trouble.ts'
import { systemClock } from './system-clock.ts'

/** "<prompt>-<run>-<random>": the name of the folder, of git's record of the worktree, and the end of the branch. */
export const worktreeName = /^[a-z0-9][a-z0-9-]{0,63}-\d+-[0-9a-f]{4}$/
export const branchPrefix = 'pawl/'

export const worktreesFolder = (stateFolder: string): string => join(stateFolder, 'worktrees')

/** There as long as a worktree is being made, and held by who makes it: one that nobody holds is that of a killed pawl. */
export const makingFile = (stateFolder: string, name: string): string => join(worktreesFolder(stateFolder), `.${name}.making`)

/** Undefined: this is no name that pawl gives. */
export function nameOf(lease: Pick<Lease, 'branch' | 'folder'>): string | undefined {
  const name = basename(lease.folder)
  return worktreeName.test(name) && lease.branch === branchPrefix + name ? name : undefined
}

export const refOf = (lease: Pick<Lease, 'branch'>): string => `refs/heads/${lease.branch}`

/** The repository as it must be seen from a worktree with this name, whatever the files in there say. */
export function worktreeRepository(checkout: Repository, folder: string): Repository {
  return { root: folder, gitDir: join(checkout.commonDir, 'worktrees', basename(folder)), commonDir: checkout.commonDir, linked: true }
}

/** What git's record of a worktree says: its `.git` file, and the ref or commit that is checked out. Undefined: there is no whole record. */
export function recordOf(gitDir: string): { readonly pointsTo: string; readonly head: string } | undefined {
  const [pointsTo, head, common] = ['gitdir', 'HEAD', 'commondir'].map((name) => lineIn(join(gitDir, name)))
  return pointsTo === undefined || head === undefined || common === undefined ? undefined : { pointsTo: resolve(gitDir, pointsTo), head }
}

/** Undefined for what is missing, empty or no file. */
function lineIn(path: string): string | undefined {
  try {
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined
    const text = readFileSync(path, 'utf8').trim()
    return text === '' ? undefined : text
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return undefined
  }
}

/** A git that makes a worktree carries this, so that it is found when the pawl that started it is gone. */
export const makingTag = (name: string): string => `worktree ${name}`

export function taggedAs(tag: string): Record<string, string> {
  const outer = process.env[tagVariable]
  return { [tagVariable]: outer === undefined ? tag : `${outer}\t${tag}` }
}

/** Each holder needs about as long as git needs to check a commit out. */
const patienceMs = 10 * 60_000
const pauseMs = { least: 10, most: 40 }

/** Runs `work` while no other pawl changes the list of worktrees of this repository. The kernel holds the lock. */
export async function alone<T>(stateFolder: string, work: () => Promise<Result<T>>, clock: Clock = systemClock()): Promise<Result<T>> {
  // Those of this process wait in order for each other: only another pawl has to be asked again and again.
  const before = lastHere.get(stateFolder)
  const done = Promise.withResolvers<undefined>()
  lastHere.set(stateFolder, done.promise)
  await before
  try {
    return await aloneOfAll(stateFolder, work, clock)
  } finally {
    if (lastHere.get(stateFolder) === done.promise) lastHere.delete(stateFolder)
    done.resolve(undefined)
  }
}

/** State folder → settled when the last one in the queue of this process is done. */
const lastHere = new Map<string, Promise<undefined>>()

async function aloneOfAll<T>(stateFolder: string, work: () => Promise<Result<T>>, clock: Clock): Promise<Result<T>> {
  const hold = await held(stateFolder, clock)
  if (!hold.ok) return hold
  try {
    return await work()
  } finally {
    hold.value.release()
  }
}

async function held(stateFolder: string, clock: Clock): Promise<Result<FileHold>> {
  const file = join(stateFolder, 'worktrees.lock.db')
  const until = clock.elapsed() + patienceMs
  try {
    makeStateFolder(worktreesFolder(stateFolder))
    for (;;) {
      const hold = holdFile(file, 0)
      if (hold !== 'busy') return ok(hold)
      if (clock.elapsed() > until) return failed(busy)
      // Random, so that many who wait do not try in step.
      await clock.sleep(pauseMs.least + Math.random() * (pauseMs.most - pauseMs.least))
    }
  } catch (error) {
    return failed(stateTrouble(file, error).failure)
  }
}

const busy: Failure = {
  type: 'lock.busy',
  what: 'another pawl has been making or removing worktrees of this repository for ten minutes',
  kept: 'nothing was started or changed',
  hint: 'look what it is doing, and run again',
}

/** Turns what the operating system refuses into a Failure. */
export async function unlessRefused<T>(path: string, work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof StateUnusable || codeOf(error) !== undefined) return failed(stateTrouble(path, error).failure)
    throw error
  }
}
