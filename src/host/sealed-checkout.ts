/** Makes what git ignores in a checkout of pawl what it was in the beginning, so that nothing is judged, or proven, by what is in no commit. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Failure } from '../model/failure.ts'
import { eachRecord } from './git-listing.ts'
import { gitFailure } from './git.ts'
import { isSecretFile } from './isolated-copy.ts'
import { gitIn, type Repository } from './repository.ts'
import { bringIgnored } from './shadow-ignored.ts'

/** To be called when nothing runs there. Undefined: done. Files that git does not ignore stay as they are. */
export async function sealCheckout(checkout: Repository, worktree: Repository): Promise<Failure | undefined> {
  const before = await untracked(worktree)
  if (!(before instanceof Set)) return before
  const cleaned = await gitIn(worktree, ['clean', '-ffdXq'])
  if (!cleaned.ok) return gitFailure('git could not clear away what was left in ignored places', cleaned)
  const brought = await bringIgnored(checkout, worktree, { wanted: (path) => !isSecretFile(path) })
  if (!brought.ok) return brought.failures[0]
  const after = await untracked(worktree)
  if (!(after instanceof Set)) return after
  // What the user ignores by a rule that is not committed is none of this tree.
  for (const path of after) if (!before.has(path)) await rm(join(worktree.root, path), { recursive: true, force: true })
  return undefined
}

async function untracked(worktree: Repository): Promise<Set<string> | Failure> {
  const answer = await gitIn(worktree, ['ls-files', '--others', '--exclude-standard', '--directory', '-z'])
  if (!answer.ok) return gitFailure('git could not list what a checkout holds', answer)
  const paths = new Set<string>()
  eachRecord(answer.stdout, new Map(), (record, name) => paths.add(name(record)))
  return paths
}
