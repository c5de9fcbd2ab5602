/** Turns declared tasks into a Plan, or tells every reason why there is none. */
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Plan, PlannedTask, Skip } from '../model/plan.ts'
import { nearest } from '../model/suggestion.ts'
import type { Task, TaskId } from '../model/task.ts'
import { unconcerned } from './select.ts'

export type Wish = {
  readonly tasks: readonly Task[]
  readonly skips: readonly Skip[]
  /** Slots by pool; "cpu" is the number of tasks at a time. */
  readonly slots: ReadonlyMap<string, number>
  /** Milliseconds that a task is expected to take, from history; undefined: not known. */
  readonly expectedMs: (task: TaskId) => number | undefined
  /** Bytes that a task took at most lately. */
  readonly expectedBytes?: (task: TaskId) => number | undefined
  /** Highest level of fix that may run; absent: any. */
  readonly fixLevel?: number
}

/** When nothing is known about a task it counts as this long. */
const unknownMs = 1000

export function compile(wish: Wish): Result<Plan> {
  const byId = new Map(wish.tasks.map((task) => [task.id, task]))
  const skipped = new Set(wish.skips.map((skip) => skip.task))
  const problems = [...duplicates(wish.tasks), ...unknowns(wish.tasks, byId, skipped)]
  const checks = wish.tasks.filter((task) => task.role !== 'fix')
  if (checks.length === 0 && problems.length === 0) problems.push(nothingToDo(wish.skips))
  if (problems.length > 0) return failed(...problems)

  const dependents = dependentsOf(checks, byId)
  const order = topological(checks, dependents)
  if (order.length < checks.length) return failed(cycle(checks, new Set(order), byId))
  const rank = ranks(order, byId, dependents, wish)
  const planned = wish.tasks.map((task): [TaskId, PlannedTask] => {
    const expectedMs = wish.expectedMs(task.id)
    const expectedBytes = wish.expectedBytes?.(task.id)
    return [
      task.id,
      {
        task: { ...task, weight: Math.min(task.weight, wish.slots.get(task.pool) ?? 1) },
        rank: rank.get(task.id) ?? 0,
        dependents: dependents.get(task.id) ?? [],
        ...(expectedMs === undefined ? {} : { expectedMs }),
        ...(expectedBytes === undefined ? {} : { expectedBytes }),
      },
    ]
  })
  return ok({ tasks: new Map(planned), order, skips: wish.skips, slots: wish.slots })
}

function duplicates(tasks: readonly Task[]): Failure[] {
  const seen = new Set<TaskId>()
  return tasks.flatMap((task) => {
    if (!seen.has(task.id)) {
      seen.add(task.id)
      return []
    }
    return [{ type: 'config.invalid' as const, what: `two tasks are named '${task.id}'`, why: task.reason }]
  })
}

function unknowns(tasks: readonly Task[], byId: ReadonlyMap<TaskId, Task>, skipped: ReadonlySet<TaskId>): Failure[] {
  return tasks.flatMap((task) => {
    const named = [...task.needs, ...task.after, ...task.fixes].filter((other) => !byId.has(other) && !skipped.has(other))
    const fixes = [...task.needs, ...task.after].filter((other) => byId.get(other)?.role === 'fix')
    return [...named.map((other) => unknownTask(task, other, byId)), ...fixes.map((other) => neededFix(task, other))]
  })
}

function unknownTask(task: Task, other: TaskId, byId: ReadonlyMap<TaskId, Task>): Failure {
  const meant = nearest(other, byId.keys())
  return {
    type: 'config.unknown-task',
    what: `'${task.id}' names '${other}', which is not a task`,
    why: task.reason,
    ...(meant === undefined ? {} : { hint: `Did you mean '${meant}'?` }),
  }
}

function neededFix(task: Task, other: TaskId): Failure {
  return {
    type: 'config.unknown-task',
    what: `'${task.id}' needs '${other}', which is a fix`,
    why: 'a fix runs only when its check fails',
    hint: 'Need the check that the fix mends.',
  }
}

function nothingToDo(skips: readonly Skip[]): Failure {
  const kept = 'nothing was run and nothing was changed'
  if (skips.length === 0)
    return {
      type: 'plan.empty',
      what: 'there is nothing to check',
      why: 'pawl found no tool, manifest or configuration that it knows in this folder',
      kept,
      hint: 'Write a check into pawl.yaml, for example:  checks: { test: { command: make test } }',
    }
  const named = skips.slice(0, 3).map((skip) => `${skip.task} (${skip.reason})`)
  return {
    type: skips.some((skip) => skip.reason === unconcerned) ? 'plan.unconcerned' : 'plan.empty',
    what: 'nothing is left to check',
    why: `all ${skips.length} known checks are left out: ${named.join(', ')}${skips.length > 3 ? ' …' : ''}`,
    kept,
    hint: 'Ask for less to be left out; pawl plan shows every check with the reason.',
  }
}

/** Edges from what is needed to what needs it; edges to skipped tasks are gone. */
function dependentsOf(checks: readonly Task[], byId: ReadonlyMap<TaskId, Task>): Map<TaskId, TaskId[]> {
  const dependents = new Map<TaskId, TaskId[]>(checks.map((task) => [task.id, []]))
  for (const task of checks) {
    for (const other of new Set([...task.needs, ...task.after])) if (byId.has(other)) dependents.get(other)?.push(task.id)
  }
  return dependents
}

/** Kahn's order; ties in the order of declaration. Shorter than the input when there is a circle. */
function topological(checks: readonly Task[], dependents: ReadonlyMap<TaskId, readonly TaskId[]>): TaskId[] {
  const waiting = new Map<TaskId, number>(checks.map((task) => [task.id, 0]))
  for (const targets of dependents.values()) for (const target of targets) waiting.set(target, (waiting.get(target) ?? 0) + 1)
  const order = checks.filter((task) => waiting.get(task.id) === 0).map((task) => task.id)
  for (let i = 0; i < order.length; i++) {
    for (const target of dependents.get(order[i] as TaskId) ?? []) {
      const left = (waiting.get(target) ?? 0) - 1
      waiting.set(target, left)
      if (left === 0) order.push(target)
    }
  }
  return order
}

function cycle(checks: readonly Task[], ordered: ReadonlySet<TaskId>, byId: ReadonlyMap<TaskId, Task>): Failure {
  const stuck = checks.find((task) => !ordered.has(task.id))
  const path: TaskId[] = []
  let at = stuck
  while (at !== undefined && !path.includes(at.id)) {
    path.push(at.id)
    const next: TaskId | undefined = [...at.needs, ...at.after].find((other) => byId.has(other) && !ordered.has(other))
    at = next === undefined ? undefined : byId.get(next)
  }
  const circle = at === undefined ? path : [...path.slice(path.indexOf(at.id)), at.id]
  return { type: 'config.cycle', what: `tasks need each other in a circle: ${circle.join(' → ')}`, hint: 'Remove one of these needs.' }
}

/** Priority first; then what may be mended, because a fix disturbs what ran before it; then the longest remaining path, then the order of declaration. Ranks are 0, 1, 2 … */
function ranks(
  order: readonly TaskId[],
  byId: ReadonlyMap<TaskId, Task>,
  dependents: ReadonlyMap<TaskId, readonly TaskId[]>,
  { expectedMs, fixLevel = 4 }: Wish,
): Map<TaskId, number> {
  const remaining = new Map<TaskId, number>()
  for (const id of [...order].reverse()) {
    const longest = (dependents.get(id) ?? []).reduce((most, other) => Math.max(most, remaining.get(other) ?? 0), 0)
    remaining.set(id, longest + (expectedMs(id) ?? unknownMs))
  }
  const position = new Map(order.map((id, i) => [id, i]))
  const priority = (id: TaskId): number => byId.get(id)?.priority ?? 0
  const early = (fix: Task | undefined): boolean => fix?.late !== true && (fix?.level ?? 4) <= fixLevel
  const mendable = (id: TaskId): number => ((byId.get(id)?.fixes ?? []).some((fix) => early(byId.get(fix))) ? 1 : 0)
  const sorted = [...order].sort(
    (a, b) =>
      priority(b) - priority(a) ||
      mendable(b) - mendable(a) ||
      (remaining.get(b) ?? 0) - (remaining.get(a) ?? 0) ||
      (position.get(a) ?? 0) - (position.get(b) ?? 0),
  )
  return new Map(sorted.map((id, i) => [id, i]))
}
