/** Ends what an earlier run left behind when it was cut off: its processes, its open attempts in the history, its half-done fixes. */
import { existsSync } from 'node:fs'
import { removeCopies } from '../host/isolated-copy.ts'
import { endLeftovers } from '../host/leftovers.ts'
import { mendings } from '../host/mendings.ts'
import type { Clock } from '../model/clock.ts'
import { endingsIn, type AttemptId, type Event } from '../model/event.ts'
import { ok, type Failure } from '../model/failure.ts'
import type { Mend } from '../model/mend.ts'
import type { MendingRecord } from '../model/mendings.ts'
import type { Outcome } from '../model/outcome.ts'
import type { RunRecord, Store } from '../model/store.ts'
import type { TaskId } from '../model/task.ts'
import { noCounts } from '../model/tally.ts'
import type { Counts } from '../model/verdict.ts'
import { findSite, type Site } from './site.ts'
import type { State } from './state.ts'

/** Call only while holding the lock: then every run without an end that held it is dead. */
export async function recover(site: Site, state: State, lock?: RunRecord['lock']): Promise<readonly Failure[]> {
  const { store } = state
  const dead = store.unfinished().filter((run) => run.lock === lock)
  if (dead.length === 0) return []
  const numbers = new Set(dead.map((run) => String(run.number)))
  const ended = await endLeftovers((tag) => numbers.has(tag.split('/')[1] ?? '') && dead.some((run) => tag === tagOf(run, tag)))
  // What an agent that mends had done there is worth nothing without its run.
  if (lock === undefined) await removeCopies(site.stateFolder)
  const told: Failure[] = []
  for (const run of dead) told.push(close(run, store, site.clock, await lostMends(run, site, state), ended))
  return told
}

type Lost = ReadonlyMap<AttemptId, Mend>

/** What fixes that were cut off have changed in their checkout, if it is still there. */
async function lostMends(run: RunRecord, site: Site, state: State): Promise<Lost> {
  const begun = openAttempts(state.store.events(run.number)).flatMap((attempt) =>
    // What was done to a copy is gone with it.
    attempt.record === undefined || attempt.record.copy === true ? [] : [{ id: attempt.id, record: attempt.record }],
  )
  if (begun.length === 0 || !existsSync(run.root)) return new Map()
  const there = run.root === site.root ? ok(site) : await findSite(run.root, site.env)
  if (!there.ok) return new Map()
  const { root, repository, trees } = there.value
  const watch = mendings(root, repository, trees, state.cache)
  const mends = new Map<AttemptId, Mend>()
  for (const { id, record } of begun) mends.set(id, await watch.changesSince(record))
  return mends
}

/** The tag of every process of an attempt: "<root>/<run>/<attempt>" with the root encoded, so that two repositories never meet. */
export const processTag = (root: string, run: number, attempt: AttemptId): string => `${encodeURIComponent(root)}/${run}/${encodeURIComponent(attempt)}`

const tagOf = (run: RunRecord, tag: string): string => `${encodeURIComponent(run.root)}/${run.number}/${tag.split('/')[2] ?? ''}`

function close(run: RunRecord, store: Store, clock: Clock, mends: Lost, leftovers: { readonly ended: number; readonly remaining: readonly number[] }): Failure {
  const events = store.events(run.number)
  const open = openAttempts(events)
  const last = events.at(-1)
  let seq = last?.seq ?? 0
  const at = clock.now()
  const closing: Event[] = open.map(({ id, task, round }) => ({
    type: 'attempt.finished',
    attempt: id,
    task,
    round,
    outcome: lostOutcome(mends.get(id)),
    seq: ++seq,
    at,
  }))
  const durationMs = Math.max(0, (last?.at ?? run.startedAt) - run.startedAt)
  closing.push({ type: 'run.finished', verdict: 'lost', counts: countsUntil(events), durationMs, savedMs: 0, seq: ++seq, at })
  store.append(run.number, closing)
  return lossOf(run, open, mends, leftovers)
}

/** A fix that was cut off after it changed files can be taken back like any other. */
function lostOutcome(mend: Mend | undefined): Outcome {
  if (mend === undefined || mend.files.length === 0) return { kind: 'lost' }
  return { kind: 'failed', findings: [], durationMs: 0, summary: 'pawl was ended while it changed files', mend }
}

function lossOf(
  run: RunRecord,
  open: readonly OpenAttempt[],
  mends: Lost,
  { ended, remaining }: { readonly ended: number; readonly remaining: readonly number[] },
): Failure {
  const files = [...new Set([...mends.values()].flatMap((mend) => mend.files.map((file) => file.path)))]
  const left = remaining.length === 0 ? '' : `; could not end process ${remaining.join(', ')}`
  return {
    type: 'task.lost',
    what: `run ${run.number} was cut off${open.length === 0 ? '' : ` while ${open.map((attempt) => attempt.task).join(', ')} ran`}`,
    why: `pawl was ended from outside${ended === 0 ? '' : `; ${ended} of its processes were still alive and were ended`}${left}`,
    kept: `every result that was finished before is kept and reused${files.length === 0 ? '' : `; a fix had changed ${files.join(', ')}, and what was there before is kept`}`,
    ...(files.length === 0 ? {} : { hint: `pawl undo ${run.number} puts these files back as they were before the fix` }),
  }
}

type OpenAttempt = { readonly id: AttemptId; readonly task: TaskId; readonly round: number; readonly record: MendingRecord | undefined }

function openAttempts(events: readonly Event[]): readonly OpenAttempt[] {
  const open = new Map<AttemptId, OpenAttempt>()
  for (const event of events) {
    if (event.type === 'attempt.started') open.set(event.attempt, { id: event.attempt, task: event.task, round: event.round, record: undefined })
    if (event.type === 'attempt.finished') open.delete(event.attempt)
    const begun = event.type === 'mending.begun' ? open.get(event.attempt) : undefined
    if (event.type === 'mending.begun' && begun !== undefined) open.set(event.attempt, { ...begun, record: event.record })
  }
  return [...open.values()]
}

/** What is known of a run that never counted itself: endings so far, the rest is lost. */
function countsUntil(events: readonly Event[]): Counts {
  const started = events.find((event) => event.type === 'run.started')
  const counts = { ...noCounts, skipped: started?.plan.skips.length ?? 0 }
  const last = new Map<TaskId, string>()
  for (const event of events) {
    if (event.type === 'round.opened') last.clear()
    for (const ended of endingsIn(event)) last.set(ended.task, ended.outcome.kind)
    if (event.type === 'task.blocked') last.set(event.task, 'blocked')
  }
  for (const { id } of started?.plan.tasks ?? []) {
    const ending = last.get(id) ?? 'lost'
    if (ending in counts) counts[ending as 'passed'] += 1
  }
  counts.total = (started?.plan.tasks.length ?? 0) + counts.skipped
  return counts
}
