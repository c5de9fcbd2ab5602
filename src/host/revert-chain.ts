/** Takes merges back without a checkout: for each a commit upon a branch whose tree is as if that merge had not been. */
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { answerText, gitFailure, type GitRefusal } from './git.ts'
import { mergeScratch, type MergeScratch } from './merge-scratch.ts'
import { identityOf, mergeTree, soleCommit } from './merge-train.ts'
import type { Repository } from './repository.ts'

export type ToRevert = {
  /** The commit that is taken back; of a merge its first parent is what stays. */
  readonly commit: string
  readonly message: string
}

/** The new commits, one for each; the last holds them all. No ref is moved. `newestFirst` is the order in which they are taken back. */
export async function revertChain(
  checkout: Repository,
  tip: string,
  newestFirst: readonly ToRevert[],
  stateFolder: string,
): Promise<Result<readonly string[]>> {
  const scratch = await mergeScratch(checkout, tip, stateFolder)
  if (!scratch.ok) return scratch
  try {
    const made: string[] = []
    for (const one of newestFirst) {
      const next = await reverted(checkout, scratch.value, made.at(-1) ?? tip, one)
      if (!next.ok) return next
      made.push(next.value)
    }
    const kept = await scratch.value.keep(made.at(-1) ?? tip, [tip])
    return kept.ok ? ok(made) : kept
  } finally {
    await scratch.value.remove()
  }
}

/** Three ways: from the commit on, the branch went one way, and back to its parent is the other. */
async function reverted(checkout: Repository, scratch: MergeScratch, tip: string, { commit, message }: ToRevert): Promise<Result<string>> {
  const identity = await identityOf(checkout)
  const seconds = await secondsOf(scratch, tip)
  if (!seconds.ok) return seconds
  // Commits made for this alone, both upon the one that is taken back: git then takes that for the base of the merge.
  const [ours, theirs] = [`${tip}^{tree}`, `${commit}^1^{tree}`]
  const sides: string[] = []
  for (const side of [ours, theirs]) {
    const made = await soleCommit(scratch, { tree: side, parent: commit, message: 'a side', seconds: seconds.value, identity })
    if (!made.ok) return made
    sides.push(made.value)
  }
  const merged = await mergeTree(scratch, sides[0] ?? '', sides[1] ?? '')
  if (!merged.ok) return merged
  const { tree, conflict } = merged.value
  if (conflict !== undefined) return failed(entangled(commit, conflict))
  return soleCommit(scratch, { tree, parent: tip, message, seconds: seconds.value, identity })
}

async function secondsOf(scratch: MergeScratch, commit: string): Promise<Result<number>> {
  const answer = await scratch.git(['log', '-1', '--format=%ct', '--end-of-options', commit])
  return answer.ok ? ok(Number(answerText(answer.stdout))) : failed(unmade(answer))
}

const unmade = (refusal: GitRefusal): Failure => ({ ...gitFailure('git could not take back what landed', refusal), type: 'land.unmergeable' })

const entangled = (commit: string, files: readonly string[]): Failure => ({
  type: 'land.unmergeable',
  what: `what landed as ${commit.slice(0, 9)} cannot be taken back by itself: ${files.slice(0, 5).join(', ')}${files.length > 5 ? ` and ${files.length - 5} more` : ''} changed since`,
  kept: 'all branches, as they were',
  hint: 'Take back what landed upon it, too.',
})
