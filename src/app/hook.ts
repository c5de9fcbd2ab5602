/** What a git hook runs: checks exactly what is committed or pushed, stages what fixes mended, and leaves a stamp for the next time. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bringStaged } from '../host/staged-mend.ts'
import { indexAndDisk, isPartialCommit, stage, stagedPaths, stagedTree, treeOf } from '../host/staging.ts'
import type { Repository } from '../host/repository.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Outcome } from '../model/outcome.ts'
import { checkApart, type Apart } from './check-apart.ts'
import type { CheckedCopy, CheckOptions } from './begun.ts'
import { check } from './check.ts'
import type { HookName } from './hook-script.ts'
import type { Checked } from './perform.ts'
import type { Site } from './site.ts'
import { stamp } from './stamp.ts'
import { writableState } from './state.ts'

export type Hooked = {
  readonly checked: Checked
  /** Files that fixes mended and that are staged again. */
  readonly staged: readonly string[]
  /** Why the next hook will have to start pawl again, if so. */
  readonly unstamped?: string
}

/** `program`: what started pawl. */
export async function beforeCommit(site: Site, options: CheckOptions, program: readonly string[]): Promise<Result<Hooked>> {
  const { repository } = site
  if (repository === undefined) return failed(noRepository)
  const since = site.clock.now()
  const copies: CheckedCopy[] = []
  const mendStaged = isPartialCommit(repository) ? {} : { mendStaged: true as const }
  const checked = await check(site, { ...options, ...mendStaged, onApart: (copy) => copies.push(copy) })
  if (!checked.ok) return checked
  const judged = { checked: checked.value, staged: [] }
  if (checked.value.result.verdict !== 'passed') return ok(judged)
  const [copy] = copies
  const mended = mendedFiles(checked.value)
  if (copy !== undefined && mended.size > 0) return broughtBack(site, repository, copy, judged, mended)
  if (copy !== undefined) return ok({ ...judged, ...(await stamped('pre-commit', copy, checked.value, { since, program })) })
  const settled = await settledIndex(repository, mended, checked.value)
  if (!settled.ok) return settled
  const head = settled.value.length === 0 ? undefined : await treeOf(repository, 'HEAD')
  return inScratch(site, async (scratch) => {
    const tree = await stagedTree(repository, scratch)
    // In the middle of a merge there is none yet.
    if (!tree.ok) return ok({ ...judged, staged: settled.value, unstamped: 'there is no tree to be committed yet' })
    if (head?.ok === true && head.value === tree.value) return failed(nothingLeft)
    return ok({
      ...judged,
      staged: settled.value,
      ...(await stamped('pre-commit', { site, tree: tree.value, isWhole: true }, checked.value, { since, program })),
    })
  })
}

/** What fixes made of the copy of what is staged: into the index, and beside the edits that are not staged. */
async function broughtBack(site: Site, checkout: Repository, { site: copy }: CheckedCopy, judged: Hooked, paths: ReadonlySet<string>): Promise<Result<Hooked>> {
  const selected = new Set(judged.checked.planned.selected)
  const others = [...paths].filter((path) => !selected.has(path))
  if (others.length > 0) return failed(notOfThisCommit(others))
  const state = await writableState(site)
  if (!state.ok) return state
  try {
    const brought = await inScratch(site, async (scratch) =>
      copy.repository === undefined
        ? failed(noRepository)
        : bringStaged({ checkout, copy: copy.repository, paths: [...paths], scratch: join(scratch, 'merge'), cache: state.value.cache }),
    )
    return brought.ok ? ok({ ...judged, staged: brought.value, unstamped: 'fixes changed what is staged' }) : brought
  } finally {
    state.value.close()
  }
}

const notOfThisCommit = (paths: readonly string[]): Failure => ({
  type: 'staged.unsettled',
  what: `${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''} would have to be mended, too, and ${paths.length === 1 ? 'is' : 'are'} no part of this commit`,
  kept: 'nothing was committed; the index and the files on disk are as they were',
  hint: 'Mend them first (pawl --fix), or put the edits away that are not staged.',
})

const noRepository: Failure = { type: 'repo.no-git', what: 'a git hook needs a git repository and this folder is none' }

/** After a green run on the files on disk: what fixes made of staged files is staged, so that what is committed is what passed. */
async function settledIndex(repository: Repository, mended: ReadonlySet<string>, checked: Checked): Promise<Result<readonly string[]>> {
  const before = await indexAndDisk(repository)
  if (!before.ok) return before
  const { differing, unmerged } = before.value
  if (differing.length === 0 || unmerged) return ok([])
  const selected = new Set(checked.planned.selected)
  const others = differing.filter((path) => !mended.has(path) || !selected.has(path))
  if (others.length > 0 || isPartialCommit(repository)) return failed(unsettled(others.length > 0 ? others : differing, mended))
  const done = await stage(repository, differing)
  if (!done.ok) return done
  const after = await indexAndDisk(repository)
  if (!after.ok) return after
  return after.value.differing.length === 0 ? ok(differing) : failed(unsettled(after.value.differing, mended))
}

function unsettled(paths: readonly string[], mended: ReadonlySet<string>): Failure {
  const byFix = paths.every((path) => mended.has(path))
  return {
    type: 'staged.unsettled',
    what: `${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''} changed while the hook ran, and ${paths.length === 1 ? 'is' : 'are'} not staged as ${paths.length === 1 ? 'it is' : 'they are'} now`,
    why: byFix ? 'fixes mended what this commit does not take from the files staged so far' : 'somebody else wrote to the files',
    kept: 'nothing was committed; the files are as they were left',
    hint: byFix ? 'Look at them, stage them and commit again; pawl undo takes the fixes back.' : 'Stage what you want to commit and commit again.',
  }
}

const nothingLeft: Failure = {
  type: 'staged.unsettled',
  what: 'nothing is left to commit',
  why: 'fixes took back all that was staged',
  kept: 'nothing was committed',
  hint: 'pawl undo takes the fixes back on disk.',
}

function mendedFiles({ events }: Checked): ReadonlySet<string> {
  const outcomes = events.flatMap((event): readonly Outcome[] => (event.type === 'attempt.finished' ? [event.outcome] : []))
  return new Set(outcomes.flatMap((outcome) => ('mend' in outcome ? (outcome.mend?.files ?? []).map((file) => file.path) : [])))
}

type Stamping = { readonly since: number; readonly program: readonly string[] }

async function stamped(name: HookName, { site, tree, isWhole }: CheckedCopy, checked: Checked, how: Stamping): Promise<{ readonly unstamped?: string }> {
  if (site.repository === undefined) return { unstamped: 'there is no repository' }
  if (!isWhole) return { unstamped: 'a check may have seen the files on disk' }
  const state = await indexAndDisk(site.repository)
  if (!state.ok || state.value.differing.length > 0) return { unstamped: 'files changed while the hook ran' }
  const tracked = await stagedPaths(site.repository)
  if (!tracked.ok) return { unstamped: 'git could not list the tree' }
  const now = await site.trees.look()
  const unstamped = await stamp(name, { site, checked, tree, tracked: tracked.value, now, since: how.since, program: how.program })
  return unstamped === undefined ? {} : { unstamped }
}

async function inScratch<T>(site: Site, work: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = join(site.stateFolder, 'staged', `scratch-${process.pid}`)
  mkdirSync(scratch, { recursive: true, mode: 0o700 })
  try {
    return await work(scratch)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

export type Pushed = { readonly ref: string; readonly commit: string }

/** The commits of what git says on standard input; a branch that is deleted brings none. */
export function pushedOf(text: string): Result<readonly Pushed[]> {
  const pushed: Pushed[] = []
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [ref = '', commit = ''] = line.split(' ')
    if (!/^[0-9a-f]{40,64}$/.test(commit)) return failed({ type: 'hooks.bad-input', what: `git said '${line}', which names no commit` })
    if (!/^0+$/.test(commit)) pushed.push({ ref, commit })
  }
  return ok(pushed)
}

/** Fixes would change files that are committed already, so none runs. */
export async function beforePush(site: Site, options: CheckOptions, pushed: Pushed, program: readonly string[]): Promise<Result<Hooked>> {
  const { repository } = site
  if (repository === undefined) return failed(noRepository)
  const since = site.clock.now()
  const tree = await treeOf(repository, pushed.commit)
  if (!tree.ok) return tree
  const how: CheckOptions = { ...options, request: { ...options.request, fix: false } }
  const copies: CheckedCopy[] = []
  const onApart = (copy: CheckedCopy): void => void copies.push(copy)
  const checked = (await isOnDisk(site, repository, tree.value))
    ? await check(site, how)
    : await checkApart(site, { ...how, onApart }, pushedApart(pushed, tree.value))
  if (!checked.ok) return checked
  const judged = { checked: checked.value, staged: [] }
  if (checked.value.result.verdict !== 'passed') return ok(judged)
  return ok({ ...judged, ...(await stamped('pre-push', copies[0] ?? { site, tree: tree.value, isWhole: true }, checked.value, { since, program })) })
}

/** Nothing is staged, and nothing on disk differs from it. */
async function isOnDisk(site: Site, repository: Repository, tree: string): Promise<boolean> {
  const head = await treeOf(repository, 'HEAD')
  if (!head.ok || head.value !== tree) return false
  const state = await indexAndDisk(repository)
  if (!state.ok || state.value.unmerged || state.value.differing.length > 0) return false
  return inScratch(site, async (scratch) => {
    const staged = await stagedTree(repository, scratch)
    return staged.ok && staged.value === tree
  })
}

function pushedApart({ ref, commit }: Pushed, tree: string): Apart {
  const branch = /^refs\/heads\/\S+$/.test(ref) ? ref : undefined
  return {
    wish: async () => ok({ tree, head: branch === undefined ? commit : `ref: ${branch}` }),
    note: {
      type: 'staged.apart',
      what: `what is pushed (${ref.replace(/^refs\/heads\//, '')}, ${commit.slice(0, 9)}) is not what is on disk: a copy of it is checked`,
      kept: 'the files on disk are neither judged nor changed',
    },
  }
}
