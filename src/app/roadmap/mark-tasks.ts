/** Marks tasks of a roadmap by hand: as done, as skipped, or to be done as if nothing had been. Recorded in the journal, so that it survives everything but a reset. */
import { namedTasks } from '../../model/named-tasks.ts'
import { failed, type Result } from '../../model/failure.ts'
import type { PlacedTask, Roadmap } from '../../model/roadmap.ts'
import type { MarkKind, TaskStanding } from '../../model/roadmap-standing.ts'
import { writableState } from '../state.ts'
import type { Site } from '../site.ts'

export type MarkWish = {
  readonly kind: MarkKind
  /** Of tasks, groups or phases. */
  readonly names: readonly string[]
  readonly why?: string
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
  if (first !== undefined)
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
