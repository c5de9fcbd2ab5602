/** A preview says what a run of a plan would do with each task; all drawings of a plan are made from its rows. */
import type { Plan } from '../../model/plan.ts'
import type { FixLevel, Task, TaskId } from '../../model/task.ts'

export type Preview = { readonly would: 'run' | 'reuse'; readonly why: string }
export type Previews = ReadonlyMap<TaskId, Preview>

/** Fixes run only when their check fails, so they have no preview. */
export type PlanRow = {
  readonly id: TaskId
  readonly stage: string
  readonly would: 'run' | 'reuse' | 'skip' | 'fix'
  readonly why: string
  readonly task: Task | undefined
}

/** Checks in the order in which they were declared (stage by stage), the fixes that they name, then what is left out. */
export function planRows(plan: Plan, previews: Previews): readonly PlanRow[] {
  const checks = [...plan.tasks].flatMap(([id, { task }]): PlanRow[] => {
    const { would, why } = previews.get(id) ?? { would: 'run', why: '' }
    return task.role === 'fix' ? [] : [{ id, stage: task.stage, would, why, task }]
  })
  const fixes = [...new Set(checks.flatMap((row) => row.task?.fixes ?? []))].flatMap((id): PlanRow[] => {
    const task = plan.tasks.get(id)?.task
    return task === undefined ? [] : [{ id, stage: task.stage, would: 'fix', why: '', task }]
  })
  const skips = plan.skips.map(({ task: id, stage, reason }): PlanRow => ({ id, stage, would: 'skip', why: reason, task: undefined }))
  return [...checks, ...fixes, ...skips]
}

/** The edges of a drawing, as far as both ends are in the plan. */
export function planEdges(rows: readonly PlanRow[]): readonly { readonly from: TaskId; readonly to: TaskId; readonly kind: 'needs' | 'after' | 'fix' }[] {
  const known = new Set(rows.map((row) => row.id))
  const all = rows.flatMap(({ id, task }) => [
    ...(task?.needs ?? []).map((need) => ({ from: need, to: id, kind: 'needs' as const })),
    ...(task?.after ?? []).filter((other) => task?.needs.includes(other) !== true).map((other) => ({ from: other, to: id, kind: 'after' as const })),
    ...(task?.fixes ?? []).map((fix) => ({ from: id, to: fix, kind: 'fix' as const })),
  ])
  return all.filter(({ from, to }) => known.has(from) && known.has(to))
}

/** As `level:` is written in the configuration. */
export const levelNames = { 0: 'safe', 1: 'tracked', 2: 'lock', 3: 'system', 4: 'never' } as const satisfies Record<FixLevel, string>
