/** What git said in one look, in a form that a later process can compare with what git says then. */
import { Buffer } from 'node:buffer'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Baseline } from '../model/baseline.ts'
import { sha256 } from './digest.ts'
import type { GitAnswer } from './git.ts'
import { lookMoment, type LookMoment } from './look-moment.ts'
import { gitIn, type Repository } from './repository.ts'
import type { Listing, OddNames, Status } from './git-listing.ts'

export type GitFacts = Pick<Baseline, 'index' | 'listing' | 'status'> & {
  /** Paths about whose content git's answer says nothing: changed and untracked ones, and those that it was told not to look at. */
  readonly touched: readonly string[]
}

export const listArgs: readonly string[] = ['ls-files', '-s', '-v', '-z']
const statusArgs: readonly string[] = [
  'status',
  '--porcelain=v2',
  '--branch',
  '-z',
  '--untracked-files=all',
  '--ignore-submodules=none',
  '--no-renames',
  '--no-ahead-behind',
  '--ignored=matching',
]

/** What git says of a working copy. `moment`: before it was asked; `index`: which index there was then. */
export type AskedStatus = {
  readonly repository: Repository
  readonly moment: LookMoment
  readonly index: string
  readonly answer: Promise<GitAnswer>
}

export function askStatus(repository: Repository): AskedStatus {
  return { repository, moment: lookMoment(), index: indexStamp(repository), answer: gitIn(repository, statusArgs) }
}

type Answers = {
  readonly list: Uint8Array
  readonly state: Uint8Array
  readonly listing: Listing
  readonly status: Status
  readonly odd: OddNames
  readonly index: string
}

/** Undefined when there is more to see than git's answer and the touched files: changes inside a submodule, names that are no text. */
export function factsOf({ list, state, listing, status, odd, index }: Answers): GitFacts | undefined {
  if (odd.size > 0 || status.entries.some((entry) => entry.submodule)) return undefined
  const touched = [...status.entries.map((entry) => entry.path), ...listing.unwatched]
  return { index, listing: sha256(list), status: sha256(withoutIgnored(state)), touched }
}

/** Whether git says the same as then. */
export async function saysTheSame({ repository, index: before, answer }: AskedStatus, facts: Omit<GitFacts, 'touched'>): Promise<boolean> {
  const state = await answer
  if (!state.ok || sha256(withoutIgnored(state.stdout)) !== facts.status) return false
  // The index that was asked is the one that was seen before, or at least lists the same: editors refresh it all the time.
  if (before === facts.index && indexStamp(repository) === before) return true
  const list = await gitIn(repository, listArgs)
  return list.ok && sha256(list.stdout) === facts.listing && indexStamp(repository) === before
}

/** "absent" before the first `git add`. */
export function indexStamp(repository: Repository): string {
  const stat = statSync(join(repository.gitDir, 'index'), { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? 'absent' : `${stat.ctimeNs} ${stat.mtimeNs} ${stat.ino} ${stat.size}`
}

/** Ignored entries come last, each "! path" and a NUL. */
function withoutIgnored(state: Uint8Array): Uint8Array {
  const bytes = Buffer.from(state.buffer, state.byteOffset, state.byteLength)
  if (bytes.length >= 2 && bytes[0] === 33 && bytes[1] === 32) return bytes.subarray(0, 0)
  const at = bytes.indexOf('\0! ')
  return at === -1 ? bytes : bytes.subarray(0, at + 1)
}
