/** Makes what comes after a critical check need it, so that nothing of it runs while the critical check has not passed. Pure. */
import { stagePlace } from '../model/stage.ts'
import type { Task, TaskId } from '../model/task.ts'

export type Guarded = {
  readonly tasks: readonly Task[]
  /** Where needs that were there before run the other way. */
  readonly notes: readonly string[]
}

/** `tasks`: those that will run; what is left out of them binds nobody. Never makes a circle where there is none. */
export function afterCritical(tasks: readonly Task[], stageOrder: readonly string[]): Guarded {
  const checks = tasks.filter((task) => task.role === 'check')
  // One that may fail without making the run fail stops nothing.
  const critical = checks.filter((task) => task.security === 'critical' && task.severity === 'required')
  if (critical.length === 0) return { tasks, notes: [] }
  const needs = new Map<TaskId, readonly TaskId[]>(checks.map((task) => [task.id, [...task.needs, ...task.after]]))
  const guards = new Map<TaskId, TaskId[]>()
  const notes: string[] = []
  for (const guard of critical) {
    const before = allBefore(guard.id, needs)
    const later = checks.filter((task) => comesAfter(task, guard, stageOrder) && !task.needs.includes(guard.id))
    const bound = later.filter((task) => !before.has(task.id))
    for (const { id } of bound) {
      needs.set(id, [...(needs.get(id) ?? []), guard.id])
      guards.set(id, [...(guards.get(id) ?? []), guard.id])
    }
    notes.push(...later.filter((task) => before.has(task.id)).map((task) => contrary(task, guard)))
  }
  return { tasks: tasks.map((task) => guardedBy(task, guards.get(task.id) ?? [])), notes }
}

function comesAfter(task: Task, guard: Task, stageOrder: readonly string[]): boolean {
  const [own, guarding] = [stagePlace(task.stage, stageOrder), stagePlace(guard.stage, stageOrder)]
  if (own !== guarding) return own > guarding
  // Stages that are not in the order have the same place, but nothing to do with each other.
  return task.stage === guard.stage && guard.fast && !task.fast
}

/** Everything that must have ended before the task, near and far. */
function allBefore(task: TaskId, needs: ReadonlyMap<TaskId, readonly TaskId[]>): ReadonlySet<TaskId> {
  const seen = new Set(needs.get(task))
  for (const one of seen) for (const other of needs.get(one) ?? []) seen.add(other)
  return seen
}

const guardedBy = (task: Task, guards: readonly TaskId[]): Task => (guards.length === 0 ? task : { ...task, needs: [...task.needs, ...guards], guards })

const contrary = (task: Task, guard: Task): string => `${task.id} does not wait for ${guard.id}, which is critical: ${guard.id} itself comes after it`
