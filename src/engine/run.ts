/** The one loop: decide, record, do, repeat. The only place where work happens at the same time. */
import { newCancellation, type Cancellation } from '../model/cancellation.ts'
import type { Clock } from '../model/clock.ts'
import type { AttemptId, Event, Happening } from '../model/event.ts'
import { Bug, unreachable } from '../model/failure.ts'
import type { Outcome, Reused } from '../model/outcome.ts'
import type { Limits, Plan } from '../model/plan.ts'
import type { PressureGauge } from '../model/pressure.ts'
import { apply, newRun, type Run } from '../model/run.ts'
import { countsOf } from '../model/tally.ts'
import type { TaskId } from '../model/task.ts'
import { decide, type Decision } from './decide.ts'
import { lookEveryMs, newPacer, type Pacer } from './pacer.ts'

export type RunWorld = {
  readonly clock: Clock
  readonly cancellation: Cancellation
  /** Makes events durable, then shows them. Called before anything is started that they announce. */
  record(events: readonly Event[]): void
  /** One try at one task. Never rejects; `missed` must be called before anything is really done. */
  attempt(task: TaskId, attempt: AttemptId, run: Run, missed: (happening: Happening) => void): Promise<Outcome>
  /** A round begins: what was known about the working copy is old. */
  roundOpened(round: number): void
  /** What is proven of the plan as things are now: those checks need no attempt in this round. */
  recall?(run: Run): Promise<readonly Reused[]>
  /** How short the machine is of memory and processors. Absent: as many tasks as the plan says. */
  readonly pressure?: PressureGauge
  /** Calls `wake` when the pause of a task before its next try is to end early. Answers how to stop that. */
  rouse?(task: TaskId, wake: () => void): () => void
  /** Stretches the pauses before further tries: from 1 to 2. */
  readonly jitter?: number
  /** Replaces the policy of the engine; the simulation plants its bugs here. */
  readonly decide?: typeof decide
}

export type RunStart = Omit<Extract<Happening, { type: 'run.started' }>, 'type'>

/** Runs a plan to its verdict. Rejects only with a Bug, or when events cannot be recorded. */
export function execute(plan: Plan, limits: Limits, begin: RunStart, before: readonly Happening[], world: RunWorld): Promise<Run> {
  return new Promise((resolve, reject) => {
    const loop = new Loop(plan, limits, world, resolve, reject)
    loop.begin([{ type: 'run.started', ...begin }, ...before])
  })
}

/** The state of a running loop: the run as it is, the events that are not recorded yet, what reuse has saved. */
class Loop {
  private readonly run = newRun()
  private readonly pending: Event[] = []
  private savedMs = 0
  /** While it is looked up what is proven, nothing is decided. */
  private recalling = false
  private readonly startedAt: number
  private readonly plan: Plan
  private readonly limits: Limits
  private readonly world: RunWorld
  private readonly resolve: (run: Run) => void
  private readonly reject: (error: unknown) => void
  private readonly pacer: Pacer
  private readonly over = newCancellation()
  private watching = false

  constructor(plan: Plan, limits: Limits, world: RunWorld, resolve: (run: Run) => void, reject: (error: unknown) => void) {
    this.plan = plan
    this.limits = limits
    this.world = world
    this.resolve = resolve
    this.reject = (error) => {
      this.over.request('broken')
      reject(error)
    }
    this.pacer = newPacer(plan, world.pressure)
    this.startedAt = world.clock.elapsed()
  }

  begin(happenings: readonly Happening[]): void {
    this.guarded(() => {
      for (const happening of happenings) this.happened(happening)
      this.flush()
      this.world.cancellation.onRequest((reason) => this.guarded(() => this.cancel(reason)))
      this.turn()
    })
  }

  private turn(): void {
    const policy = this.world.decide ?? decide
    const paced = (): readonly Decision[] => {
      if (this.recalling) return []
      this.pace()
      return policy(this.plan, this.run, this.limits)
    }
    for (let next = paced(); next.length > 0; next = paced()) {
      const seq = this.run.lastSeq
      for (const decision of next) this.carryOut(decision)
      if (this.run.lastSeq === seq) throw new Bug(`decisions without effect: ${JSON.stringify(next[0])}`)
    }
  }

  private pace(): void {
    if (this.run.round === 0 || this.run.verdict !== undefined || this.run.cancelling) return
    const { clock } = this.world
    const changed = this.pacer(this.run, clock.elapsed(), clock.now())
    if (changed !== undefined) this.happened(changed)
  }

  /** While something really runs, the machine is looked at even when nothing ends: room may come back. */
  private watch(): void {
    if (this.watching || this.world.pressure === undefined) return
    const looked = (): void => {
      this.watching = false
      if (this.over.requested || this.run.live.size === 0) return
      this.turn()
      this.flush()
      this.watch()
    }
    this.watching = true
    this.world.clock.sleep(lookEveryMs, this.over).then(() => this.guarded(looked), this.reject)
  }

  private carryOut(decision: Decision): void {
    switch (decision.do) {
      case 'open-round':
        return this.openRound(decision.round)
      case 'block':
        return this.happened({ type: 'task.blocked', task: decision.task, round: this.run.round, by: decision.by })
      case 'rest':
        return this.rest(decision)
      case 'start':
        return this.start(decision.task, decision.attempt)
      case 'finish':
        return this.finish(decision)
      default:
        return unreachable(decision)
    }
  }

  private openRound(round: number): void {
    this.world.roundOpened(round)
    this.happened({ type: 'round.opened', round })
    if (this.world.recall === undefined) return
    this.recalling = true
    const recalled = (reused: readonly Reused[]): void => {
      this.recalling = false
      this.savedMs += reused.reduce((sum, one) => sum + one.savedMs, 0)
      if (reused.length > 0) this.happened({ type: 'tasks.reused', round, reused })
      this.turn()
    }
    this.world.recall(this.run).then((reused) => this.guarded(() => recalled(reused)), this.reject)
  }

  private start(task: TaskId, attempt: AttemptId): void {
    const { round } = this.run
    this.happened({ type: 'attempt.started', attempt, task, round })
    const missed = (happening: Happening): void => {
      this.happened(happening)
      this.flush()
      this.watch()
    }
    const ended = (outcome: Outcome): void => {
      if (outcome.kind === 'cached') this.savedMs += outcome.savedMs
      this.happened({ type: 'attempt.finished', attempt, task, round, outcome })
      // What was only looked up needs no write of its own: losing it loses nothing.
      if (outcome.kind !== 'cached') this.flush()
      this.turn()
    }
    this.world.attempt(task, attempt, this.run, missed).then((outcome) => this.guarded(() => ended(outcome)), this.reject)
  }

  private rest({ task, delayMs: least, notBefore = 0 }: Extract<Decision, { do: 'rest' }>): void {
    const { round } = this.run
    const { clock, cancellation, jitter = 1 } = this.world
    // Many that failed together must not come back together.
    const delayMs = Math.round(Math.max(least, notBefore - clock.now()) + least * (jitter - 1))
    const nap = newCancellation()
    const stops = [cancellation.onRequest((reason) => nap.request(reason)), this.world.rouse?.(task, () => nap.request('roused'))]
    const awake = (): void => {
      for (const stop of stops) stop?.()
      if (this.run.verdict !== undefined) return
      this.happened({ type: 'retry.waited', task, round })
      this.turn()
    }
    this.happened({ type: 'retry.scheduled', task, round, delayMs })
    clock.sleep(delayMs, nap).then(() => this.guarded(awake), this.reject)
  }

  private cancel(reason: string): void {
    if (this.run.verdict !== undefined || this.run.cancelling) return
    this.happened({ type: 'cancel.requested', reason })
    this.flush()
    this.turn()
  }

  private finish({ verdict }: Extract<Decision, { do: 'finish' }>): void {
    const durationMs = this.world.clock.elapsed() - this.startedAt
    this.happened({ type: 'run.finished', verdict, counts: countsOf(this.plan, this.run), durationMs, savedMs: this.savedMs })
    this.flush()
    this.over.request('finished')
    this.resolve(this.run)
  }

  private happened(happening: Happening): void {
    const event: Event = { ...happening, seq: this.run.lastSeq + 1, at: this.world.clock.now() }
    this.pending.push(event)
    apply(this.plan, this.run, event)
  }

  private flush(): void {
    if (this.pending.length > 0) this.world.record(this.pending.splice(0))
  }

  private guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.reject(error)
    }
  }
}
