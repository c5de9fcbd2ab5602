/** Writes the tracking files of the source system from how the tasks of a roadmap really stand. */
import { tasksOf, type PlacedTask, type Roadmap } from '../../model/roadmap.ts'
import { isOver, type Standing, type TaskStanding } from '../../model/roadmap-standing.ts'
import { oneLine } from './yaml-source.ts'

/** A text for each file; lines are sorted where the source system sorts them, else in the order of the roadmap. */
export type TrackingFiles = {
  /** "PHASE_1:A:A1:title": every task. */
  readonly 'roadmap_tasks.txt': string
  /** "PHASE_1:A": groups of which every task is over, by pawl's proof or by a person's word. A group without tasks is not. */
  readonly 'completed_tasks.txt': string
  /** Like the first: tasks that are worked on now. */
  readonly 'in_progress_tasks.txt': string
  /** Like the first: all other tasks that are not over, those that are held or failed among them. */
  readonly 'pending_tasks.txt': string
}

/** A task of which nothing is known is open. */
export function trackingFiles(roadmap: Roadmap, standings: readonly TaskStanding[]): TrackingFiles {
  const byId = new Map(standings.map(({ task, standing }) => [task.id.toLowerCase(), standing]))
  const standingOf = ({ task }: PlacedTask): Standing => byId.get(task.id.toLowerCase()) ?? { kind: 'open' }
  const tasks = tasksOf(roadmap)
  const groups = roadmap.phases.flatMap((phase) => phase.groups.map((group) => ({ phase, group })))
  const complete = groups.filter(({ phase, group }) => group.tasks.length > 0 && group.tasks.every((task) => isOver(standingOf({ phase, group, task }))))
  return {
    'roadmap_tasks.txt': linesText(tasks.map(taskLine)),
    'completed_tasks.txt': linesText([...new Set(complete.map(({ phase, group }) => `PHASE_${phase.id}:${group.id}`))].toSorted()),
    'in_progress_tasks.txt': linesText(tasks.filter((one) => standingOf(one).kind === 'working').map(taskLine)),
    'pending_tasks.txt': linesText(tasks.filter((one) => isPending(standingOf(one))).map(taskLine)),
  }
}

const isPending = (standing: Standing): boolean => !isOver(standing) && standing.kind !== 'working'

const taskLine = ({ phase, group, task }: PlacedTask): string => `PHASE_${phase.id}:${group.id}:${task.id}:${oneLine(task.title)}`

const linesText = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')
