/** What to do next, given the plan and what has happened. Pure: the whole policy of a run is on this page. */
import { attemptId, type AttemptId } from '../model/event.ts'
import type { Limits, Plan } from '../model/plan.ts'
import { slotsNow, triesOf, triesThatCount, type Run } from '../model/run.ts'
import type { Task, TaskId } from '../model/task.ts'
import { verdictOf } from '../model/tally.ts'
import { type Verdict } from '../model/verdict.ts'

export type Decision =
  | { readonly do: 'open-round'; readonly round: number }
  | { readonly do: 'start'; readonly task: TaskId; readonly attempt: AttemptId }
  | { readonly do: 'block'; readonly task: TaskId; readonly by: TaskId }
  | { readonly do: 'rest'; readonly task: TaskId; readonly delayMs: number; readonly notBefore?: number }
  | { readonly do: 'finish'; readonly verdict: Verdict }

export function decide(plan: Plan, run: Run, limits: Limits): readonly Decision[] {
  if (run.verdict !== undefined) return []
  if (run.cancelling) return run.live.size > 0 ? [] : [{ do: 'finish', verdict: verdictOf(plan, run) }]
  if (run.round === 0) return [{ do: 'open-round', round: 1 }]
  const mayMend = run.round < limits.rounds
  const mended = mayMend && run.fixedThisRound.length > 0
  const fix = mayMend ? nextFix(plan, run, limits) : undefined
  if (!mended) {
    const blocks = toBlock(plan, run, limits)
    if (blocks.length > 0) return blocks
    // What a fix may disturb is not worth starting now; what may need a fix too is, so that one round mends all of it.
    // In the last round that may mend, everything is looked at first: there is no later chance.
    const early = fix !== undefined && fix.late !== true && run.round < limits.rounds - 1
    const next = [...toRest(plan, run), ...toStart(plan, run, early ? limits : undefined)]
    if (next.length > 0) return next
  }
  if (run.live.size > 0 || run.sleeping.size > 0) return []
  return endOfRound(plan, run, fix, mended)
}

/** A check whose need did not pass can never run this round; with fail-fast, nor can any other. */
function toBlock(plan: Plan, run: Run, limits: Limits): Decision[] {
  const doomed = [...run.doomed].map(([task, by]): Decision => ({ do: 'block', task, by }))
  const by = run.stoppedBy
  if (doomed.length > 0 || !limits.failFast || by === undefined) return doomed
  return plan.order.filter((task) => !run.settled.has(task) && !run.live.has(task)).map((task) => ({ do: 'block', task, by }))
}

/** The pause doubles with each try. */
function toRest(plan: Plan, run: Run): Decision[] {
  return [...run.resting].map((task) => {
    const tries = Math.max(1, triesThatCount(run, task))
    const delayMs = (plan.tasks.get(task)?.task.retry.delayMs ?? 0) * 2 ** (tries - 1)
    const notBefore = run.notBefore.get(task)
    return { do: 'rest', task, delayMs, ...(notBefore === undefined ? {} : { notBefore }) }
  })
}

/** Ready checks in order of rank, as far as slots and mutexes go; with `mendable` only those that name a fix within its limits. */
function toStart(plan: Plan, run: Run, mendable: Limits | undefined): Decision[] {
  const starts: Decision[] = []
  const taken = new Set<string>()
  for (const [pool, queue] of run.ready) {
    const used = run.used.get(pool) ?? 0
    let free = slotsNow(plan, run, pool) - used
    // A task that is heavier than the slots that are left now runs alone: it must not wait for better times that may never come.
    let alone = used === 0
    for (const id of queue) {
      if (free <= 0) break
      const task = plan.tasks.get(id)?.task
      if (task === undefined || (mendable !== undefined && !isMendable(plan, task, mendable))) continue
      if ((task.weight > free && !alone) || task.mutexes.some((mutex) => run.held.has(mutex) || taken.has(mutex))) continue
      for (const mutex of task.mutexes) taken.add(mutex)
      free -= task.weight
      alone = false
      starts.push(start(run, task))
    }
  }
  return starts
}

/** Fixes run one at a time when nothing else runs: a writer is never beside a reader. A green run ends with a round in which nothing was mended. */
function endOfRound(plan: Plan, run: Run, fix: Task | undefined, mended: boolean): Decision[] {
  if (fix !== undefined) return [start(run, fix)]
  if (mended) return [{ do: 'open-round', round: run.round + 1 }]
  return [{ do: 'finish', verdict: verdictOf(plan, run) }]
}

/** The first untried fix of a failed check that is not served yet: late ones last, then the safest level first, then the order of the plan. */
function nextFix(plan: Plan, run: Run, limits: Limits): Task | undefined {
  let best: { fix: Task; order: readonly number[] } | undefined
  for (const id of run.failing) {
    const planned = plan.tasks.get(id)
    const fixes = (planned?.task.fixes ?? []).flatMap((fix) => plan.tasks.get(fix)?.task ?? [])
    const served = fixes.some((fix) => run.settled.get(fix.id)?.kind === 'passed')
    const fix = fixes.find((one) => isOpen(one, run, limits) && (one.late === true || !served))
    if (fix === undefined) continue
    const order = [fix.late === true ? 1 : 0, fix.level, planned?.rank ?? 0]
    if (best === undefined || isBefore(order, best.order)) best = { fix, order }
  }
  return best?.fix
}

/** What a late fix would be told is old once something was mended. */
const isOpen = (fix: Task, run: Run, limits: Limits): boolean =>
  fix.level <= limits.fixLevel &&
  !run.settled.has(fix.id) &&
  (run.fixTries.get(fix.id) ?? 0) < triesOf(fix) &&
  (fix.late !== true || run.fixedThisRound.length === 0)

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  const place = a.findIndex((value, i) => value !== b[i])
  return place >= 0 && (a[place] ?? 0) < (b[place] ?? 0)
}

/** By a fix that does not wait until everything is judged. */
const isMendable = (plan: Plan, task: Task, limits: Limits): boolean =>
  task.fixes.some((id) => {
    const fix = plan.tasks.get(id)?.task
    return fix !== undefined && fix.late !== true && fix.level <= limits.fixLevel
  })

function start(run: Run, task: Task): Decision {
  return { do: 'start', task: task.id, attempt: attemptId(task.id, run.round, (run.tries.get(task.id) ?? 0) + 1) }
}
