/** Marks tasks of a roadmap by hand: as done, as skipped, or to be done as if nothing had been. Recorded in the journal, so that it survives everything but a reset. */
import { unknownName } from '../../engine/roadmap-work.ts'
import { failed, ok, type Failure, type Result } from '../../model/failure.ts'
import { groupKey, isSameId, tasksOf, type PlacedTask, type Roadmap } from '../../model/roadmap.ts'
import type { MarkKind, TaskStanding } from '../../model/roadmap-standing.ts'
import { writableState } from '../state.ts'
import type { Site } from '../site.ts'

export type MarkWish = {
  readonly kind: MarkKind
  /** Ids of tasks, "A" or "1.A" for all of a group. */
  readonly names: readonly string[]
  readonly why?: string
}

/** Every name must be known before anything is marked. */
export function namedTasks(roadmap: Roadmap, names: readonly string[]): Result<readonly PlacedTask[]> {
  const all = tasksOf(roadmap)
  const problems: Failure[] = []
  const found = new Set<PlacedTask>()
  for (const name of names) {
    const exact = all.filter(({ task }) => isSameId(task.id, name))
    const group = all.filter((one) => isSameId(groupKey(one.phase, one.group), name) || isSameId(one.group.id, name))
    const meant = exact.length > 0 ? exact : group
    for (const one of meant) found.add(one)
    if (meant.length === 0)
      problems.push(
        unknownName(
          roadmap,
          'task or group',
          name,
          all.flatMap((one) => [one.task.id, groupKey(one.phase, one.group)]),
        ),
      )
  }
  return problems.length > 0 ? failed(...problems) : ok([...found])
}

/** The tasks that are marked now. What has landed is not reset by a word: it is done again, or taken back. */
export async function markTasks(
  site: Site,
  { kind, why, names }: MarkWish,
  { roadmap, standings }: { readonly roadmap: Roadmap; readonly standings: ReadonlyMap<string, TaskStanding> },
): Promise<Result<readonly PlacedTask[]>> {
  const tasks = namedTasks(roadmap, names)
  if (!tasks.ok) return tasks
  const landed = kind === 'reset' ? [] : tasks.value.filter(({ task }) => standings.get(task.id)?.standing.kind === 'landed')
  const [first] = landed
  if (first !== undefined && kind !== 'taken-back')
    return failed({
      type: 'roadmap.invalid',
      what: `${first.task.id} has landed already`,
      kept: 'nothing was marked',
      hint: 'pawl roadmap redo ID does it once more; pawl roadmap rollback takes it back.',
      place: first.task.place,
    })
  const state = await writableState(site)
  if (!state.ok) return state
  try {
    for (const { task } of tasks.value) {
      const { id, title, digest } = task
      state.value.store.tell({ type: 'roadmap.marked', mark: { kind, id, title, digest, ...(why === undefined ? {} : { why }) } }, site.clock.now())
    }
    return tasks
  } finally {
    state.value.close()
  }
}
