/** The promises of the engine, judged from its events alone; each one has been seen failing (planted.ts). */
import type { Event } from '../../src/model/event.ts'
import { reusedOutcome, satisfies, type Settlement } from '../../src/model/outcome.ts'
import { triesOf } from '../../src/model/run.ts'
import type { TaskId } from '../../src/model/task.ts'
import type { Trial } from './laboratory.ts'
import { foretold } from './oracle.ts'
import type { Scenario } from './scenario.ts'

export type Promised =
  | 'a task starts only after all it needs passed'
  | 'never more live than slots'
  | 'slots stay between one and what was asked for'
  | 'a mutex has one holder'
  | 'one live attempt per task'
  | 'every start has exactly one end'
  | 'after cancel nothing starts'
  | 'attempts stay within budget'
  | 'a fix runs only after its check failed'
  | 'a fix runs alone'
  | 'a fix has an allowed level'
  | 'a late fix waits until all is judged and nothing else is mended'
  | 'a green run ends with a round in which nothing was mended'
  | 'every task is settled'
  | 'it ends'
  | 'the verdict is the one foretold'
  | 'what did not run is never green'

/** Every promise that the trial broke, with what was seen. */
export function broken(scene: Scenario, trial: Trial): { promise: Promised; seen: string }[] {
  const violations: { promise: Promised; seen: string }[] = []
  const complain = (promise: Promised, seen: string): void => void violations.push({ promise, seen })
  if (trial.stuck) complain('it ends', `${trial.events.length} events`)
  judgeEvents(scene, trial.events, complain)
  if (!trial.stuck) judgeEnd(scene, trial, complain)
  return violations
}

type Complain = (promise: Promised, seen: string) => void

function judgeEvents(scene: Scenario, events: readonly Event[], complain: Complain): void {
  let live = new Map<TaskId, string>()
  let settled = new Map<TaskId, Settlement>()
  const fixTries = new Map<TaskId, number>()
  let tries = new Map<TaskId, number>()
  let cancelled = false
  const slots = new Map(scene.plan.slots)
  let mendedInRound = false
  for (const event of events) {
    if (event.type === 'round.opened') {
      if (event.round > scene.limits.rounds) complain('attempts stay within budget', `round ${event.round}`)
      settled = new Map()
      tries = new Map()
      mendedInRound = false
    }
    if (event.type === 'slots.changed') {
      if (event.slots < 1 || event.slots > (scene.plan.slots.get(event.pool) ?? 0)) complain('slots stay between one and what was asked for', `${event.slots}`)
      slots.set(event.pool, event.slots)
    }
    if (event.type === 'cancel.requested') cancelled = true
    if (event.type === 'task.blocked') settled.set(event.task, { kind: 'blocked', by: event.by })
    if (event.type === 'attempt.started') {
      if (cancelled) complain('after cancel nothing starts', event.task)
      if (live.has(event.task)) complain('one live attempt per task', event.task)
      judgeStart(scene, event.task, { live, settled, slots, mendedInRound }, complain)
      live.set(event.task, event.attempt)
      const task = scene.plan.tasks.get(event.task)?.task
      const counter = task?.role === 'fix' ? fixTries : tries
      counter.set(event.task, (counter.get(event.task) ?? 0) + 1)
      const budget = task?.role === 'fix' ? triesOf(task) : 1 + (task?.retry.times ?? 0)
      if ((counter.get(event.task) ?? 0) > budget) complain('attempts stay within budget', event.task)
    }
    for (const { task } of event.type === 'tasks.reused' ? event.reused : []) {
      const needs = scene.plan.tasks.get(task)?.task.needs ?? []
      const reused = new Set(event.type === 'tasks.reused' ? event.reused.map((one) => one.task) : [])
      if (live.has(task) || settled.has(task)) complain('every start has exactly one end', task)
      if (needs.some((need) => !reused.has(need))) complain('a task starts only after all it needs passed', `${task} was reused without its needs`)
    }
    if (event.type === 'tasks.reused') for (const one of event.reused) settled.set(one.task, reusedOutcome(one))
    if (event.type === 'attempt.finished') {
      if (live.get(event.task) !== event.attempt) complain('every start has exactly one end', event.attempt)
      live.delete(event.task)
      settled.set(event.task, event.outcome)
      if ((event.outcome.kind === 'passed' || event.outcome.kind === 'failed') && (event.outcome.mend?.files.length ?? 0) > 0) mendedInRound = true
    }
    if (event.type === 'run.finished') {
      if (live.size > 0) complain('every start has exactly one end', [...live.keys()].join())
      if (event.verdict === 'passed' && mendedInRound) complain('a green run ends with a round in which nothing was mended', '')
      live = new Map()
    }
  }
}

type Moment = {
  readonly live: ReadonlyMap<TaskId, string>
  readonly settled: ReadonlyMap<TaskId, Settlement>
  readonly slots: ReadonlyMap<string, number>
  readonly mendedInRound: boolean
}

function judgeStart(scene: Scenario, id: TaskId, { live, settled, slots, mendedInRound }: Moment, complain: Complain): void {
  const task = scene.plan.tasks.get(id)?.task
  if (task === undefined) return
  if (task.role === 'fix') {
    if (live.size > 0) complain('a fix runs alone', `${id} beside ${[...live.keys()].join()}`)
    if (task.level > scene.limits.fixLevel) complain('a fix has an allowed level', id)
    if (task.late === true && (mendedInRound || scene.plan.order.some((check) => !settled.has(check))))
      complain('a late fix waits until all is judged and nothing else is mended', id)
    const owners = scene.plan.order.filter((check) => scene.plan.tasks.get(check)?.task.fixes.includes(id))
    if (!owners.some((owner) => settled.get(owner)?.kind === 'failed')) complain('a fix runs only after its check failed', id)
    return
  }
  for (const need of task.needs) {
    if (!satisfies(settled.get(need)) && !(settled.has(need) && scene.plan.tasks.get(need)?.task.severity === 'advisory'))
      complain('a task starts only after all it needs passed', `${id} needs ${need}`)
  }
  const beside = [...live.keys()].flatMap((other) => scene.plan.tasks.get(other)?.task ?? [])
  const sharing = beside.filter((other) => other.pool === task.pool)
  const used = sharing.reduce((sum, other) => sum + other.weight, task.weight)
  // A task that is heavier than the slots that are left may run, but alone in its pool.
  const most = Math.max(slots.get(task.pool) ?? 1, sharing.length === 0 ? Math.min(task.weight, scene.plan.slots.get(task.pool) ?? 1) : 0)
  if (used > most) complain('never more live than slots', `${used} in ${task.pool}`)
  if (beside.some((other) => other.mutexes.some((mutex) => task.mutexes.includes(mutex)))) complain('a mutex has one holder', id)
}

function judgeEnd(scene: Scenario, trial: Trial, complain: Complain): void {
  const last = trial.events.at(-1)
  const run = trial.run
  if (run === undefined || last?.type !== 'run.finished') return complain('it ends', 'no run.finished')
  if (last.verdict === 'passed') {
    for (const id of scene.plan.order) {
      const required = scene.plan.tasks.get(id)?.task.severity !== 'advisory'
      if (required && !satisfies(run.settled.get(id))) complain('what did not run is never green', id)
      if (required && (scene.complains.get(id) ?? []).some((fault) => trial.faults.has(fault)))
        complain('what did not run is never green', `${id} would fail on the final tree`)
    }
  }
  if (trial.cancelled) return last.verdict === 'cancelled' ? undefined : complain('the verdict is the one foretold', `cancelled, but ${last.verdict}`)
  for (const id of scene.plan.order) if (!run.settled.has(id)) complain('every task is settled', id)
  // With fail-fast the verdict depends on who is first, so nobody can foretell it.
  const expected = scene.limits.failFast ? undefined : foretold(scene)
  if (expected !== undefined && last.verdict !== expected) complain('the verdict is the one foretold', `${last.verdict} instead of ${expected}`)
}
