/** The one loop: decide, record, do, repeat. The only place where work happens at the same time. */
import type { Cancellation } from '../model/cancellation.ts'
import type { Clock } from '../model/clock.ts'
import type { AttemptId, Event, Happening } from '../model/event.ts'
import { Bug, unreachable } from '../model/failure.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Limits, Plan } from '../model/plan.ts'
import { apply, newRun, type Run } from '../model/run.ts'
import type { TaskId } from '../model/task.ts'
import { countsOf } from '../model/verdict.ts'
import { decide, type Decision } from './decide.ts'

export type RunWorld = {
  readonly clock: Clock
  readonly cancellation: Cancellation
  /** Makes events durable, then shows them. Called before anything is started that they announce. */
  record(events: readonly Event[]): void
  /** One try at one task. Never rejects; `missed` must be called before anything is really done. */
  attempt(task: TaskId, attempt: AttemptId, run: Run, missed: (happening: Happening) => void): Promise<Outcome>
  /** A round begins: what was known about the working copy is old. */
  roundOpened(round: number): void
  /** Replaces the policy of the engine; the simulation plants its bugs here. */
  readonly decide?: typeof decide
}

export type RunStart = Omit<Extract<Happening, { type: 'run.started' }>, 'type'>

/** Runs a plan to its verdict. Rejects only with a Bug. */
export function execute(plan: Plan, limits: Limits, begin: RunStart, before: readonly Happening[], world: RunWorld): Promise<Run> {
  const run = newRun()
  const policy = world.decide ?? decide
  const pending: Event[] = []
  const startedAt = world.clock.elapsed()
  let savedMs = 0

  const happened = (happening: Happening): void => {
    const event: Event = { ...happening, seq: run.lastSeq + 1, at: world.clock.now() }
    pending.push(event)
    apply(plan, run, event)
  }
  const flush = (): void => {
    if (pending.length > 0) world.record(pending.splice(0))
  }

  return new Promise((resolve, reject) => {
    const guarded = (work: () => void): void => {
      try {
        work()
      } catch (error) {
        reject(error)
      }
    }
    const turn = (): void => {
      for (let next = policy(plan, run, limits); next.length > 0; next = policy(plan, run, limits)) {
        const seq = run.lastSeq
        next.forEach(carryOut)
        if (run.lastSeq === seq) throw new Bug(`decisions without effect: ${JSON.stringify(next[0])}`)
      }
    }
    const carryOut = (decision: Decision): void => {
      switch (decision.do) {
        case 'open-round':
          world.roundOpened(decision.round)
          return happened({ type: 'round.opened', round: decision.round })
        case 'block':
          return happened({ type: 'task.blocked', task: decision.task, round: run.round, by: decision.by })
        case 'rest':
          return rest(decision.task, decision.delayMs)
        case 'start':
          return start(decision.task, decision.attempt)
        case 'finish':
          return finish(decision)
        default:
          return unreachable(decision)
      }
    }
    const rest = (task: TaskId, delayMs: number): void => {
      const round = run.round
      happened({ type: 'retry.scheduled', task, round, delayMs })
      void world.clock.sleep(delayMs, world.cancellation).then(() =>
        guarded(() => {
          if (run.verdict !== undefined) return
          happened({ type: 'retry.waited', task, round })
          turn()
        }),
      )
    }
    const start = (task: TaskId, attempt: AttemptId): void => {
      const round = run.round
      happened({ type: 'attempt.started', attempt, task, round })
      const missed = (happening: Happening): void => {
        happened(happening)
        flush()
      }
      world.attempt(task, attempt, run, missed).then(
        (outcome) =>
          guarded(() => {
            if (outcome.kind === 'cached') savedMs += outcome.savedMs
            happened({ type: 'attempt.finished', attempt, task, round, outcome })
            if (outcome.kind !== 'cached') flush()
            turn()
          }),
        reject,
      )
    }
    const finish = (decision: Extract<Decision, { do: 'finish' }>): void => {
      const durationMs = world.clock.elapsed() - startedAt
      happened({ type: 'run.finished', verdict: decision.verdict, counts: countsOf(plan, run), durationMs, savedMs })
      flush()
      resolve(run)
    }

    guarded(() => {
      happened({ type: 'run.started', ...begin })
      before.forEach(happened)
      flush()
      world.cancellation.onRequest((reason) =>
        guarded(() => {
          if (run.verdict !== undefined || run.cancelling) return
          happened({ type: 'cancel.requested', reason })
          flush()
          turn()
        }),
      )
      turn()
    })
  })
}
