/** A fix of checks that judge each file by itself needs to touch only the files that they found fault with. */
import { mostFindings } from '../model/finding.ts'
import type { Settlement } from '../model/outcome.ts'
import type { Plan } from '../model/plan.ts'
import type { Run } from '../model/run.ts'
import type { Task } from '../model/task.ts'

/** Undefined: what the fix is always given. */
export function filesToMend(fix: Task, plan: Plan, { settled }: Pick<Run, 'settled'>): readonly string[] | undefined {
  if (fix.role !== 'fix' || fix.action.kind !== 'command' || !fix.action.argv.includes('{files}')) return undefined
  const asking = [...plan.tasks.values()].map(({ task }) => task).filter((task) => task.fixes.includes(fix.id) && settled.get(task.id)?.kind === 'failed')
  if (asking.length === 0 || asking.some((task) => task.perFile === undefined)) return undefined
  const files = asking.map((task) => filesIn(settled.get(task.id)))
  return files.includes(undefined) ? undefined : [...new Set(files.flatMap((some) => some ?? []))].sort()
}

/** Undefined when there may be findings about further files. */
function filesIn(settlement: Settlement | undefined): readonly string[] | undefined {
  if (settlement?.kind !== 'failed' || settlement.cut === true || settlement.findings.length >= mostFindings) return undefined
  const files = settlement.findings.map(({ file }) => file)
  return files.length === 0 || files.includes(undefined) ? undefined : files.filter((file) => file !== undefined)
}
