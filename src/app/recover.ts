/** Ends what an earlier run left behind when it was cut off: its processes, and its open attempts in the history. */
import { endLeftovers } from '../host/leftovers.ts'
import type { Clock } from '../model/clock.ts'
import type { AttemptId, Event } from '../model/event.ts'
import type { Failure } from '../model/failure.ts'
import type { RunRecord, Store } from '../model/store.ts'
import type { TaskId } from '../model/task.ts'
import { noCounts } from '../model/tally.ts'
import type { Counts } from '../model/verdict.ts'

/** Call only while holding the run lock: then every run without an end is dead. */
export async function recover(store: Store, clock: Clock): Promise<readonly Failure[]> {
  const dead = store.unfinished()
  if (dead.length === 0) return []
  const numbers = new Set(dead.map((run) => String(run.number)))
  const { ended, remaining } = await endLeftovers((tag) => numbers.has(tag.split('/')[1] ?? '') && dead.some((run) => tag === tagOf(run, tag)))
  return dead.map((run) => close(run, store, clock, ended, remaining))
}

/** The tag of every process of an attempt: "<root>/<run>/<attempt>" with the root encoded, so that two repositories never meet. */
export const processTag = (root: string, run: number, attempt: AttemptId): string => `${encodeURIComponent(root)}/${run}/${encodeURIComponent(attempt)}`

const tagOf = (run: RunRecord, tag: string): string => `${encodeURIComponent(run.root)}/${run.number}/${tag.split('/')[2] ?? ''}`

function close(run: RunRecord, store: Store, clock: Clock, ended: number, remaining: readonly number[]): Failure {
  const events = store.events(run.number)
  const open = new Map<AttemptId, { task: TaskId; round: number }>()
  for (const event of events) {
    if (event.type === 'attempt.started') open.set(event.attempt, event)
    if (event.type === 'attempt.finished') open.delete(event.attempt)
  }
  const last = events.at(-1)
  let seq = last?.seq ?? 0
  const at = clock.now()
  const closing: Event[] = [...open].map(([attempt, { task, round }]) => ({
    type: 'attempt.finished',
    attempt,
    task,
    round,
    outcome: { kind: 'lost' },
    seq: ++seq,
    at,
  }))
  const durationMs = Math.max(0, (last?.at ?? run.startedAt) - run.startedAt)
  closing.push({ type: 'run.finished', verdict: 'lost', counts: countsUntil(events), durationMs, savedMs: 0, seq: ++seq, at })
  store.append(run.number, closing)
  const left = remaining.length === 0 ? '' : `; could not end process ${remaining.join(', ')}`
  return {
    type: 'task.lost',
    what: `run ${run.number} was cut off${open.size === 0 ? '' : ` while ${[...open.values()].map((attempt) => attempt.task).join(', ')} ran`}`,
    why: `pawl was ended from outside${ended === 0 ? '' : `; ${ended} of its processes were still alive and were ended`}${left}`,
    kept: 'every result that was finished before is kept and reused',
  }
}

/** What is known of a run that never counted itself: endings so far, the rest is lost. */
function countsUntil(events: readonly Event[]): Counts {
  const started = events.find((event) => event.type === 'run.started')
  const counts = { ...noCounts, skipped: started?.plan.skips.length ?? 0 }
  const last = new Map<TaskId, string>()
  for (const event of events) {
    if (event.type === 'round.opened') last.clear()
    if (event.type === 'attempt.finished') last.set(event.task, event.outcome.kind)
    if (event.type === 'task.blocked') last.set(event.task, 'blocked')
  }
  for (const { id } of started?.plan.tasks ?? []) {
    const ending = last.get(id) ?? 'lost'
    if (ending in counts) counts[ending as 'passed'] += 1
  }
  counts.total = (started?.plan.tasks.length ?? 0) + counts.skipped
  return counts
}
