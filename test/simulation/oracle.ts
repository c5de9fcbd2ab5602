/** Foretells the verdict of a scenario by doing everything one after the other, in the plainest way that can be written. */
import type { TaskId } from '../../src/model/task.ts'
import type { Verdict } from '../../src/model/verdict.ts'
import { triesOf } from '../../src/model/run.ts'
import { mendedBy } from './laboratory.ts'
import type { Scenario } from './scenario.ts'

type Ending = 'passed' | 'failed' | 'broken' | 'blocked'

/** Undefined when a fix may break something: then the order in which things are seen decides, and nobody can foretell it. */
export function foretold(scene: Scenario): Verdict | undefined {
  if ([...scene.fixes.values()].some((fix) => fix.breaks.length > 0)) return undefined
  const faults = new Set(scene.faults)
  const triesOfFix = new Map<TaskId, number>()
  for (let round = 1; ; round++) {
    const endings = judgeAll(scene, faults)
    const mended = round < scene.limits.rounds && mendAll(scene, endings, faults, triesOfFix)
    if (!mended) return verdict(scene, endings)
  }
}

function judgeAll(scene: Scenario, faults: ReadonlySet<string>): Map<TaskId, Ending> {
  const endings = new Map<TaskId, Ending>()
  for (const id of scene.plan.order) {
    const task = scene.plan.tasks.get(id)?.task
    const blocked = task?.needs.some((need) => endings.get(need) !== 'passed' && scene.plan.tasks.get(need)?.task.severity === 'required') ?? false
    const broken = (scene.flaky.get(id)?.tries ?? 0) > (task?.retry.times ?? 0)
    const failed = (scene.complains.get(id) ?? []).some((fault) => faults.has(fault))
    endings.set(id, blocked ? 'blocked' : broken ? 'broken' : failed ? 'failed' : 'passed')
  }
  return endings
}

/** For each failed check in order of level: its first fix that is allowed; the next one only if that did not pass. A late one only when all others changed nothing. */
function mendAll(scene: Scenario, endings: ReadonlyMap<TaskId, Ending>, faults: Set<string>, triesOfFix: Map<TaskId, number>): boolean {
  const now = new Map<TaskId, 'passed' | 'other'>()
  let changed = false
  for (;;) {
    const next = scene.plan.order
      .filter((id) => endings.get(id) === 'failed')
      .flatMap((id) => candidate(scene, id, now, triesOfFix, changed))
      .sort((a, b) => a.level - b.level)[0]
    if (next === undefined) return changed
    const fix = scene.fixes.get(next.id)
    triesOfFix.set(next.id, fix?.ending === 'refused' ? 99 : (triesOfFix.get(next.id) ?? 0) + 1)
    now.set(next.id, fix?.ending === 'passed' ? 'passed' : 'other')
    if (fix === undefined || fix.ending === 'refused') continue
    const before = [...faults].sort().join()
    for (const fault of mendedBy(fix, faults)) faults.delete(fault)
    for (const fault of fix.breaks) faults.add(fault)
    if ([...faults].sort().join() !== before) changed = true
  }
}

function candidate(
  scene: Scenario,
  id: TaskId,
  now: ReadonlyMap<TaskId, string>,
  triesOfFix: ReadonlyMap<TaskId, number>,
  changed: boolean,
): { id: TaskId; level: number }[] {
  const fixes = scene.plan.tasks.get(id)?.task.fixes ?? []
  const served = fixes.some((fix) => now.get(fix) === 'passed')
  for (const fix of fixes) {
    const task = scene.plan.tasks.get(fix)?.task
    if (task === undefined || task.level > scene.limits.fixLevel || now.has(fix) || (triesOfFix.get(fix) ?? 0) >= triesOf(task)) continue
    if (task.late === true ? changed : served) continue
    return [{ id: fix, level: task.late === true ? 99 : task.level }]
  }
  return []
}

function verdict(scene: Scenario, endings: ReadonlyMap<TaskId, Ending>): Verdict {
  const required = scene.plan.order.filter((id) => scene.plan.tasks.get(id)?.task.severity === 'required').map((id) => endings.get(id))
  if (required.includes('failed')) return 'failed'
  if (required.some((ending) => ending !== 'passed')) return 'broken'
  return [...endings.values()].includes('passed') ? 'passed' : 'broken'
}
