/** A tree in which some files are written anew, made without a checkout. */
import { join } from 'node:path'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Rewrite } from '../model/landing.ts'
import { answerText, gitFailure, type GitRefusal } from './git.ts'
import type { MergeScratch } from './merge-scratch.ts'
import { utf8Text } from './utf8-text.ts'

/** Id of the tree; the same one when nothing is rewritten. What is no plain file in UTF-8 stays as it is. */
export async function rewrittenTree(scratch: MergeScratch, tree: string, rewrites: readonly Rewrite[]): Promise<Result<string>> {
  let made = tree
  for (const one of rewrites) {
    const next = await rewritten(scratch, made, one)
    if (!next.ok) return next
    made = next.value
  }
  return ok(made)
}

async function rewritten(scratch: MergeScratch, tree: string, { path, rewritten: rewrite }: Rewrite): Promise<Result<string>> {
  const listed = await scratch.git(['--literal-pathspecs', 'ls-tree', '-z', '--full-tree', tree, '--', path])
  if (!listed.ok) return failed(unmade(listed))
  // "100644 blob <id>\tpath"
  const [, mode, blob] = /^(100644|100755) blob ([0-9a-f]+)\t/.exec(answerText(listed.stdout)) ?? []
  if (mode === undefined || blob === undefined) return ok(tree)
  const read = await scratch.git(['cat-file', 'blob', blob])
  if (!read.ok) return failed(unmade(read))
  const text = utf8Text(read.stdout)
  const next = text === undefined ? undefined : rewrite(text)
  if (next === undefined || next === text) return ok(tree)
  const stored = await scratch.git(['hash-object', '-w', '--stdin', '--no-filters'], { input: next })
  if (!stored.ok) return failed(unmade(stored))
  const env = { GIT_INDEX_FILE: join(scratch.repository.gitDir, 'rewrite-index') }
  const put = `${mode} ${answerText(stored.stdout)}\t${path}\0`
  for (const [args, input] of [
    [['read-tree', tree], ''],
    [['update-index', '-z', '--index-info'], put],
  ] as const) {
    const done = await scratch.git(args, { env, input })
    if (!done.ok) return failed(unmade(done))
  }
  const written = await scratch.git(['write-tree'], { env })
  return written.ok ? ok(answerText(written.stdout)) : failed(unmade(written))
}

const unmade = (refusal: GitRefusal): Failure => ({ ...gitFailure('git could not write a file of what is to land', refusal), type: 'land.unmergeable' })
