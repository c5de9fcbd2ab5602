/** Runs a Scenario on the real engine: endings, their order, cancels and crashes come from the dice; time passes only here. */
import { execute, type RunWorld } from '../../src/engine/run.ts'
import type { Pressure } from '../../src/model/pressure.ts'
import { newCancellation } from '../../src/model/cancellation.ts'
import type { Event } from '../../src/model/event.ts'
import type { Outcome, Reused } from '../../src/model/outcome.ts'
import type { Run } from '../../src/model/run.ts'
import type { TaskId } from '../../src/model/task.ts'
import type { Dice } from './dice.ts'
import type { Scenario, SceneFix } from './scenario.ts'

export type Trial = {
  readonly events: readonly Event[]
  readonly run: Run | undefined
  readonly stuck: boolean
  readonly faults: ReadonlySet<string>
  readonly cancelled: boolean
}

export type TrialOptions = {
  readonly decide?: RunWorld['decide']
  /** Cancel after so many endings. */
  readonly cancelAfter?: number
  /** Power off after so many endings: nothing more happens. */
  readonly crashAfter?: number
  /** Results known from before: a check that passed in this world of faults is reused. */
  readonly proofs?: Set<string>
  /** What the machine looks like each time that it is looked at. */
  readonly pressure?: () => Pressure
  readonly onEvent?: (event: Event, live: Run) => void
}

/** More endings than any honest run of a scenario can have. */
const mostSteps = 2000

export async function trial(scene: Scenario, random: Dice, options: TrialOptions = {}): Promise<Trial> {
  const faults = new Set(scene.faults)
  const events: Event[] = []
  const pending: (() => void)[] = []
  const cancellation = newCancellation()
  const proofs = options.proofs ?? new Set<string>()
  let now = 1_000_000
  let finished: Run | undefined
  let broken: unknown
  let liveRun: Run | undefined

  const later = <T>(make: () => T): Promise<T> => new Promise((resolve) => pending.push(() => resolve(make())))
  const world: RunWorld = {
    clock: { now: () => now, elapsed: () => now, sleep: (ms) => later(() => void (now += ms)) },
    cancellation,
    record: (batch) => {
      for (const event of batch) {
        events.push(event)
        if (liveRun !== undefined) options.onEvent?.(event, liveRun)
      }
    },
    attempt: (task, _id, run, missed) => {
      liveRun = run
      const tried = run.tries.get(task) ?? 1
      return later(() =>
        ending(scene, task, tried, faults, proofs, cancellation.requested, () =>
          missed({ type: 'attempt.missed', attempt: _id, task, cause: { kind: 'first' } }),
        ),
      )
    },
    roundOpened: () => undefined,
    recall: () => later(() => recalled(scene, random, [...faults], proofs)),
    ...(options.pressure === undefined ? {} : { pressure: options.pressure }),
    ...(options.decide === undefined ? {} : { decide: options.decide }),
  }
  execute(scene.plan, scene.limits, { run: 1, command: 'check', root: '/', version: '0', dryRun: false, plan: { tasks: [], skips: [] } }, [], world).then(
    (run) => (finished = run),
    (error: unknown) => (broken = error),
  )
  let steps = 0
  for (; steps < mostSteps; steps++) {
    // Let every continuation of the last ending run before the next one.
    await new Promise<void>((resolve) => setImmediate(resolve))
    if (broken !== undefined) throw new Error('the engine broke', { cause: broken })
    if (finished !== undefined || pending.length === 0) break
    if (steps === options.crashAfter) break
    if (options.cancelAfter !== undefined && steps === options.cancelAfter) cancellation.request('test')
    now += 1 + random.roll(50)
    pending.splice(random.roll(pending.length), 1)[0]?.()
  }
  return { events, run: finished, stuck: finished === undefined, faults, cancelled: cancellation.requested }
}

function ending(scene: Scenario, task: TaskId, tried: number, faults: Set<string>, proofs: Set<string>, cancelled: boolean, missed: () => void): Outcome {
  const fix = scene.fixes.get(task)
  if (fix?.ending === 'refused') return { kind: 'refused', reason: 'test' }
  const key = `${task}|${[...faults].sort().join()}`
  if (fix === undefined && proofs.has(key)) return { kind: 'cached', findings: [], from: { run: 1, at: 0 }, savedMs: 1, durationMs: 0 }
  missed()
  if (cancelled) return { kind: 'cancelled', durationMs: 1 }
  if (fix !== undefined) return mend(fix, faults)
  const flake = scene.flaky.get(task)
  if (flake !== undefined && tried <= flake.tries)
    return flake.ending === 'errored'
      ? { kind: 'errored', durationMs: 1, failure: { type: 'tool.crashed', what: 'test' } }
      : { kind: 'timed-out', limitMs: 1, durationMs: 1 }
  if ((scene.complains.get(task) ?? []).some((fault) => faults.has(fault))) return { kind: 'failed', findings: [], durationMs: 1, summary: 'test' }
  proofs.add(key)
  return { kind: 'passed', findings: [], durationMs: 1 }
}

/** Some of what is proven, never without what it needs: a cache may have lost the rest. */
function recalled(scene: Scenario, random: Dice, faults: readonly string[], proofs: ReadonlySet<string>): readonly Reused[] {
  const found = new Map<TaskId, Reused>()
  for (const id of scene.plan.order) {
    const task = scene.plan.tasks.get(id)?.task
    const waits = [...(task?.needs ?? []), ...(task?.after ?? [])]
    const known = proofs.has(`${id}|${faults.toSorted().join()}`) && random.chance(0.8)
    if (known && waits.every((other) => found.has(other))) found.set(id, { task: id, run: 1, at: 0, savedMs: 1 })
  }
  return [...found.values()]
}

function mend(fix: SceneFix, faults: Set<string>): Outcome {
  const before = [...faults].sort().join()
  for (const fault of mendedBy(fix, faults)) faults.delete(fault)
  for (const fault of fix.breaks) faults.add(fault)
  const files = [...faults].sort().join() === before ? [] : [{ path: 'world', before: 'x', after: 'y' }]
  const both = { findings: [], durationMs: 1, mend: { files, derived: [] } }
  return fix.ending === 'failed' ? { kind: 'failed', summary: 'test', ...both } : { kind: 'passed', ...both }
}

/** The faults that the next try of a fix takes away. */
export function mendedBy({ mends, oneByOne }: SceneFix, faults: ReadonlySet<string>): readonly string[] {
  return oneByOne === true ? mends.filter((fault) => faults.has(fault)).slice(0, 1) : mends
}
