/** A plan as one JSON document, for tools. */
import type { Plan } from '../../model/plan.ts'
import { jsonText } from './json-text.ts'
import { levelNames, type PlanRow, planRows, type Previews } from './plan-preview.ts'
import { reproduceText } from '../../model/reproduce.ts'

/** Raised when a reader of version 1 would misunderstand; new fields do not raise it. */
const version = 1

export function planJson(plan: Plan, previews: Previews): string {
  return `${jsonText({ v: version, slots: Object.fromEntries(plan.slots), tasks: planRows(plan, previews).map(taskOf) }, 2)}\n`
}

function taskOf({ id, stage, would, why, task }: PlanRow) {
  const head = { task: id, stage, would, why }
  if (task === undefined) return head
  const { role, reason, severity, security, needs, guards, after, fixes, timeoutMs, ttlMs, pool, weight, mutexes } = task
  return {
    ...head,
    role,
    reason,
    severity,
    security,
    needs,
    guards,
    after,
    fixes,
    ...(role === 'fix' ? { level: levelNames[task.level] } : {}),
    command: reproduceText(task),
    timeoutMs,
    ttlMs,
    pool,
    weight,
    mutexes,
  }
}
