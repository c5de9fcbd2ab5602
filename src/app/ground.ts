/** The Ground of a run is all that it judged: the files, what counts besides them, and which of them were selected. The same ground needs no second run. */
import { treeChanges } from '../engine/tree-changes.ts'
import { changedFiles } from '../host/changed-files.ts'
import type { Failure } from '../model/failure.ts'
import type { Task } from '../model/task.ts'
import type { Tree } from '../model/tree.ts'
import type { TurnCause } from '../model/turn.ts'
import type { Planned } from './draft.ts'
import type { Site } from './site.ts'
import { messageOf } from '../model/thrown.ts'

export type Ground = {
  readonly tree: Tree
  /** Path → digest of files that git ignores and that count. */
  readonly extra: ReadonlyMap<string, string>
  readonly selected: string
}

export async function groundOf(site: Site, planned: Planned | undefined, tree: Tree): Promise<Ground> {
  if (planned === undefined) return { tree, extra: new Map(), selected: '' }
  const digests = extraPaths(planned).map(async (path) => [path, await readable(site.trees.digestOf(path))] as const)
  const { selection } = planned.settings
  const chosen =
    selection.kind === 'since' || selection.kind === 'staged' ? await changedFiles(site.repository, selection, tree, site.cwd, site.root) : undefined
  return { tree, extra: new Map(await Promise.all(digests)), selected: chosen?.ok === true ? chosen.value.paths.join('\0') : '' }
}

/** Why a run is due, if one is. */
export function causeBetween(before: Ground, after: Ground): TurnCause | undefined {
  return causeBeside(before, after, [...treeChanges(before.tree, after.tree), ...extraChanges(before, after)])
}

/** The same, where `paths` are the changed files that count. */
export function causeBeside(before: Ground, after: Ground, paths: readonly string[]): TurnCause | undefined {
  return branchCause(before, after, paths.length) ?? (paths.length > 0 ? { kind: 'files', paths } : selectionCause(before, after))
}

function branchCause({ tree: { branch: from } }: Ground, { tree: { branch: to } }: Ground, files: number): TurnCause | undefined {
  return from === to ? undefined : { kind: 'branch', from, to, files }
}

const selectionCause = (before: Ground, after: Ground): TurnCause | undefined => (before.selected === after.selected ? undefined : { kind: 'selection' })

export const extraChanges = (before: Ground, after: Ground): readonly string[] =>
  [...after.extra].flatMap(([path, digest]) => (before.extra.get(path) === digest ? [] : [path]))

export const extraPaths = (planned: Planned): readonly string[] => [...new Set(tasksOf(planned).flatMap((task) => task.inputs.extra))]

/** Whether a check of the plan can see one of the paths, in either tree: a deleted file is only in the older one. */
export function isSeen(planned: Planned, now: Tree, paths: readonly string[]): boolean {
  const changed = new Set(paths)
  if (planned.loaded.path !== undefined && changed.has(planned.loaded.path)) return true
  if (planned.plugins.files.some((file) => paths.some((path) => file.endsWith(`/${path}`)))) return true
  const sees = (globs: readonly string[]): boolean => [planned.tree, now].some((tree) => tree.matching(globs).some((file) => changed.has(file.path)))
  return tasksOf(planned).some((task) => task.inputs.files === undefined || sees(task.inputs.files))
}

/** Without what checks declare to write. */
export function withoutOutputs(planned: Planned, now: Tree, paths: readonly string[]): readonly string[] {
  const outputs = [...new Set(tasksOf(planned).flatMap((task) => task.outputs))]
  if (outputs.length === 0 || paths.length === 0) return paths
  const written = new Set([planned.tree, now].flatMap((tree) => tree.matching(outputs).map((file) => file.path)))
  return paths.filter((path) => !written.has(path))
}

const tasksOf = ({ plan }: Planned): readonly Task[] => [...plan.tasks.values()].map(({ task }) => task)

/** What cannot be read is trouble of the check that needs it, not of watching. */
const readable = (digest: Promise<string>): Promise<string> =>
  digest.catch((error: unknown) => {
    const unread: Failure['what'] = messageOf(error)
    return `unreadable: ${unread}`
  })
