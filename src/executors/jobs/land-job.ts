/** Lands the work of a job, together with that of every other job that is ready. What it finds out about others is told as theirs. */
import type { Clock } from '../../model/clock.ts'
import type { AttemptContext, Executor, WorkContext } from '../../model/executor.ts'
import { Bug, type Result } from '../../model/failure.ts'
import type { Held } from '../../model/job.ts'
import { newJob, type JobState } from '../../model/job-state.ts'
import type { Candidate, Landing } from '../../model/landing.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { LandAction, TaskId } from '../../model/task.ts'

export type LandWorld = {
  readonly clock: Clock
  /** In this order they are merged. */
  readonly order: readonly TaskId[]
  candidateOf(job: TaskId, state: JobState): Candidate
  land(candidates: readonly Candidate[], context: AttemptContext): Promise<Result<Landing>>
  /** Asks an agent to resolve a conflict; true: there is a new commit, which passed its gate; it may be held for a person. */
  resolve(job: TaskId, held: Held, context: AttemptContext): Promise<boolean>
}

export function landExecutor(given: LandWorld): Executor<LandAction> {
  // Whom a conflict was with is not to be seen any more when the other has landed.
  const besides = new Map<string, readonly string[]>()
  const world: LandWorld = { ...given, land: async (...args) => withBesides(await given.land(...args), besides) }
  return {
    describe: ({ action }) => `merge what is ready, judge the combined tree, and move ${action.onto} to it`,
    async perform(task, context) {
      const { work } = context
      if (work === undefined) throw new Bug('landing without its context')
      const startedAt = world.clock.elapsed()
      const ended = await landed(world, task.action, context, work)
      return { ...ended, durationMs: world.clock.elapsed() - startedAt }
    },
  }
}

function withBesides(landing: Result<Landing>, besides: Map<string, readonly string[]>): Result<Landing> {
  if (!landing.ok) return landing
  const held = landing.value.held.map((one) => {
    const beside = [...new Set([...(besides.get(one.id) ?? []), ...one.held.beside])]
    besides.set(one.id, beside)
    return one.held.reason === 'conflict' ? { ...one, held: { ...one.held, beside } } : one
  })
  return { ok: true, value: { ...landing.value, held } }
}

type Ended =
  | Omit<Extract<Outcome, { kind: 'passed' }>, 'durationMs'>
  | Omit<Extract<Outcome, { kind: 'failed' }>, 'durationMs'>
  | Omit<Extract<Outcome, { kind: 'errored' }>, 'durationMs'>
  | { readonly kind: 'cancelled' }

async function landed(world: LandWorld, { job, onto }: LandAction, context: AttemptContext, work: WorkContext): Promise<Ended> {
  const known = endingOf(work.jobs.get(job) ?? newJob)
  if (known !== undefined) return known
  const first = await once(world, onto, job, context, work)
  if (first === undefined || first.kind !== 'conflict') return first ?? endingNow(work, job)
  work.advance(job, { kind: 'conflicted', beside: first.held.beside, files: first.held.files })
  // Both versions and both texts go to an agent; what it makes of them is a candidate like any other.
  if (!(await world.resolve(job, first.held, context))) {
    work.advance(job, { kind: 'held', held: first.held })
    return endingNow(work, job)
  }
  const resolved = endingOf(work.jobs.get(job) ?? newJob)
  if (resolved !== undefined) return resolved
  const second = await once(world, onto, job, context, work)
  if (second?.kind !== 'conflict') return second ?? endingNow(work, job)
  work.advance(job, { kind: 'held', held: second.held })
  return endingNow(work, job)
}

/** Undefined: the facts tell how it went. */
async function once(
  world: LandWorld,
  onto: string,
  job: TaskId,
  context: AttemptContext,
  work: WorkContext,
): Promise<Ended | { readonly kind: 'conflict'; readonly held: Held } | undefined> {
  const ready = world.order.filter((id) => isReady(work.jobs.get(id)))
  work.note(ready.length === 1 ? `landing on ${onto}` : `landing ${ready.length} branches on ${onto} together`)
  const landing = await world.land(
    ready.map((id) => world.candidateOf(id, work.jobs.get(id) ?? newJob)),
    context,
  )
  if (!landing.ok) {
    if (context.cancellation.requested) return { kind: 'cancelled' }
    const [failure] = landing.failures
    if (failure === undefined) throw new Bug('landing failed without a reason')
    return { kind: 'errored', failure }
  }
  const { landed: moved, held, ran, known } = landing.value
  work.advance(job, { kind: 'judged-together', branches: ready.length, ran, known })
  for (const one of moved) work.advance(one.id as TaskId, { kind: 'landed', commit: one.commit, onto })
  work.note(`${moved.length} landed, ${held.length} held; ${ran} check runs, ${known} known from before`)
  // What moved has moved; about the rest nobody knows.
  if (context.cancellation.requested && !moved.some(({ id }) => id === job)) return { kind: 'cancelled' }
  let own: Held | undefined
  for (const one of held) {
    if (one.id === job) own = one.held
    // A conflict of another job is looked at when it is its turn.
    if (one.held.reason !== 'conflict' && one.held.reason !== 'broken') work.advance(one.id as TaskId, { kind: 'held', held: one.held })
  }
  if (own?.reason === 'conflict') return { kind: 'conflict', held: own }
  if (own?.reason === 'broken') return { kind: 'errored', failure: { type: 'land.unproven', what: own.why, kept: 'the branch is kept; nothing was landed' } }
  return undefined
}

const isReady = (state: JobState | undefined): boolean => state?.commit !== undefined && state.landed === undefined && state.held === undefined

function endingNow(work: WorkContext, job: TaskId): Ended {
  const ending = endingOf(work.jobs.get(job) ?? newJob)
  if (ending === undefined) throw new Bug(`nobody knows what became of ${job}`)
  return ending
}

function endingOf({ landed: at, held, commit, unchanged }: JobState): Ended | undefined {
  if (at !== undefined || (commit === undefined && unchanged !== undefined)) return { kind: 'passed', findings: [] }
  if (held !== undefined) return { kind: 'failed', findings: [], summary: `held: ${held.why}; the branch is kept` }
  return undefined
}
