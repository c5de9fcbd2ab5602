/** What to do next, given the plan and what has happened. Pure: the whole policy of a run is on this page. */
import { attemptId, type AttemptId } from '../model/event.ts'
import type { Limits, Plan } from '../model/plan.ts'
import { mostFixTries, type Run } from '../model/run.ts'
import type { Task, TaskId } from '../model/task.ts'
import { verdictOf } from '../model/tally.ts'
import { type Verdict } from '../model/verdict.ts'

export type Decision =
  | { readonly do: 'open-round'; readonly round: number }
  | { readonly do: 'start'; readonly task: TaskId; readonly attempt: AttemptId }
  | { readonly do: 'block'; readonly task: TaskId; readonly by: TaskId }
  | { readonly do: 'rest'; readonly task: TaskId; readonly delayMs: number }
  | { readonly do: 'finish'; readonly verdict: Verdict }

export function decide(plan: Plan, run: Run, limits: Limits): readonly Decision[] {
  if (run.verdict !== undefined) return []
  if (run.cancelling) return run.live.size > 0 ? [] : [{ do: 'finish', verdict: verdictOf(plan, run) }]
  if (run.round === 0) return [{ do: 'open-round', round: 1 }]
  const blocks = toBlock(plan, run, limits)
  if (blocks.length > 0) return blocks
  const next = [...toRest(plan, run), ...toStart(plan, run)]
  if (next.length > 0 || run.live.size > 0 || run.sleeping.size > 0) return next
  return endOfRound(plan, run, limits)
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
    const tries = run.tries.get(task) ?? 1
    return { do: 'rest', task, delayMs: (plan.tasks.get(task)?.task.retry.delayMs ?? 0) * 2 ** (tries - 1) }
  })
}

/** Ready checks in order of rank, as far as slots and mutexes go. */
function toStart(plan: Plan, run: Run): Decision[] {
  const starts: Decision[] = []
  const taken = new Set<string>()
  for (const [pool, queue] of run.ready) {
    let free = (plan.slots.get(pool) ?? 1) - (run.used.get(pool) ?? 0)
    for (const id of queue) {
      if (free <= 0) break
      const task = plan.tasks.get(id)?.task
      if (task === undefined || task.weight > free || task.mutexes.some((mutex) => run.held.has(mutex) || taken.has(mutex))) continue
      for (const mutex of task.mutexes) taken.add(mutex)
      free -= task.weight
      starts.push(start(run, task))
    }
  }
  return starts
}

/** Fixes run one at a time when nothing else runs: a writer is never beside a reader. A green run ends with a round in which nothing was mended. */
function endOfRound(plan: Plan, run: Run, limits: Limits): Decision[] {
  const mayMend = run.round < limits.rounds
  const fix = mayMend ? nextFix(plan, run, limits) : undefined
  if (fix !== undefined) return [start(run, fix)]
  if (mayMend && run.fixedThisRound.length > 0) return [{ do: 'open-round', round: run.round + 1 }]
  return [{ do: 'finish', verdict: verdictOf(plan, run) }]
}

/** The first untried fix of the first failed check that is not served yet; the safest level first. */
function nextFix(plan: Plan, run: Run, limits: Limits): Task | undefined {
  const candidates: Task[] = []
  for (const id of plan.order) {
    if (run.settled.get(id)?.kind !== 'failed') continue
    const fixes = (plan.tasks.get(id)?.task.fixes ?? []).flatMap((fix) => plan.tasks.get(fix)?.task ?? [])
    if (fixes.some((fix) => run.settled.get(fix.id)?.kind === 'passed')) continue
    const untried = fixes.find((fix) => fix.level <= limits.fixLevel && !run.settled.has(fix.id) && (run.fixTries.get(fix.id) ?? 0) < mostFixTries)
    if (untried !== undefined) candidates.push(untried)
  }
  return candidates.reduce<Task | undefined>((best, task) => (best === undefined || task.level < best.level ? task : best), undefined)
}

function start(run: Run, task: Task): Decision {
  return { do: 'start', task: task.id, attempt: attemptId(task.id, run.round, (run.tries.get(task.id) ?? 0) + 1) }
}
