import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import type { Event, Happening } from './event.ts'
import type { JobFact } from './job.ts'
import { applyToJobs, cancelJobs, isOver, jobCounts, jobTableOf, loseJobs, newJobTable, type JobStatus } from './job-table.ts'
import type { Outcome } from './outcome.ts'
import { taskId } from './task.ts'

const [work, land] = [taskId('work:a'), taskId('land:a')]

const begun: Happening = {
  type: 'run.started',
  run: 3,
  command: 'pawl agents',
  root: '/repo',
  version: '0',
  dryRun: false,
  plan: { tasks: ['work:a', 'land:a', 'work:b', 'land:b'].map((id) => ({ id: taskId(id), stage: 'agents', needs: [], reason: '' })), skips: [] },
}
const started = (task = work, attempt = `${task}@1.1`): Happening => ({ type: 'attempt.started', attempt, task, round: 1 })
const ended = (outcome: Outcome, task = work): Happening => ({ type: 'attempt.finished', attempt: `${task}@1.1`, task, round: 1, outcome })
const fact = (one: JobFact, attempt = 'work:a@1.1'): Happening => ({ type: 'job.advanced', attempt, task: work, fact: one })
const passed: Outcome = { kind: 'passed', findings: [], durationMs: 1 }
const turnBegun: JobFact = { kind: 'turn-begun', turn: 1, agent: 'mine', why: 'work' }
const turnEnded: JobFact = { kind: 'turn-ended', turn: 1, agent: 'mine', outcome: 'ok', spent: { timeMs: 5 } }
const committed: JobFact = { kind: 'committed', commit: 'c', tree: 't', files: 1 }
const landed: JobFact = { kind: 'landed', commit: 'm', onto: 'main' }
const held: JobFact = { kind: 'held', held: { reason: 'conflict', why: 'it cannot be merged', beside: [], files: [] } }
const finished = (verdict: 'passed' | 'cancelled' | 'lost'): Happening => ({ type: 'run.finished', verdict, counts: {} as never, durationMs: 1, savedMs: 0 })

const timed = (happenings: readonly Happening[]): readonly Event[] => happenings.map((one, i) => ({ ...one, seq: i + 1, at: 1000 + i }))
const statusAfter = (...more: readonly Happening[]): JobStatus | undefined => jobTableOf(timed([begun, ...more])).rows.get('a')?.status

test('each step of a job is a state of its own', () => {
  const cases: readonly (readonly [JobStatus, readonly Happening[]])[] = [
    ['queued', []],
    ['running', [started()]],
    ['running', [started(), fact(turnBegun)]],
    ['judging', [started(), fact(turnBegun), fact(turnEnded)]],
    ['running', [started(), fact(turnBegun), fact({ ...turnEnded, outcome: 'crashed' })]],
    ['ready', [started(), fact(committed), ended(passed)]],
    ['unchanged', [started(), fact({ kind: 'unchanged', why: 'nothing' }), ended(passed)]],
    ['landing', [started(), fact(committed), ended(passed), started(land)]],
    ['landed', [started(), fact(committed), ended(passed), fact(landed, 'land:b@1.1')]],
    ['landed', [started(), fact(committed), ended(passed), fact(landed, 'land:b@1.1'), started(land), ended(passed, land)]],
    ['held', [started(), fact(committed), fact(held), ended({ kind: 'failed', findings: [], durationMs: 1, summary: 'held' })]],
    ['failed', [started(), ended({ kind: 'failed', findings: [], durationMs: 1, summary: 'red' })]],
    [
      'failed',
      [
        started(),
        fact(committed),
        ended(passed),
        started(land),
        ended({ kind: 'errored', failure: { type: 'land.unproven', what: 'red' }, durationMs: 1 }, land),
      ],
    ],
    ['timeout', [started(), ended({ kind: 'timed-out', limitMs: 1, durationMs: 1 })]],
    ['cancelled', [started(), ended({ kind: 'cancelled', durationMs: 1 })]],
    ['lost', [started(), ended({ kind: 'lost' })]],
    ['lost', [started(), finished('lost')]],
    ['cancelled', [finished('cancelled')]],
    ['blocked', [{ type: 'task.blocked', task: work, round: 1, by: taskId('land:b') }]],
    // What an earlier run knew is no state of this one.
    ['queued', [fact(committed, 'work:a@0.0'), fact(held, 'work:a@0.0')]],
  ]
  expect(cases.map(([, events]) => statusAfter(...events))).toEqual(cases.map(([status]) => status))
})

test('a job that waits tells until when, and why; the next attempt forgets that', () => {
  const failure = { type: 'agent.quota', what: 'the quota is used up' } as const
  const waits = [begun, started(), ended({ kind: 'errored', failure, durationMs: 1 }), { type: 'retry.scheduled', task: work, round: 1, delayMs: 500 }] as const
  const row = jobTableOf(timed(waits)).rows.get('a')
  expect([row?.status, row?.until, row?.why, row?.endedAt]).toEqual(['waiting', 1503, 'the quota is used up', undefined])
  const again = jobTableOf(timed([...waits, { type: 'retry.waited', task: work, round: 1 }, started(work, 'work:a@1.2')])).rows.get('a')
  expect([again?.status, again?.until, again?.why, again?.attempt]).toEqual(['running', undefined, undefined, 'work:a@1.2'])
})

test('when the process is gone all that had no end is lost; what somebody cancelled stays cancelled', () => {
  const table = jobTableOf(timed([begun, started(), fact(committed), ended(passed), fact(landed)]))
  loseJobs(table)
  expect([...table.rows.values()].map(({ status }) => status)).toEqual(['landed', 'lost'])
  cancelJobs(table, () => true)
  expect([...table.rows.values()].map(({ status }) => status)).toEqual(['landed', 'cancelled'])
})

test('the counts add up after every event of any run, and after its end nothing is open', () => {
  const outcomes: readonly Outcome[] = [passed, { kind: 'cancelled', durationMs: 1 }, { kind: 'lost' }, { kind: 'timed-out', limitMs: 1, durationMs: 1 }]
  const tasks = ['work:a', 'land:a', 'work:b', 'land:b'].map(taskId)
  const one = fc.oneof(
    fc.constantFrom(...tasks).map((task) => started(task)),
    fc.tuple(fc.constantFrom(...outcomes), fc.constantFrom(...tasks)).map(([outcome, task]) => ended(outcome, task)),
    fc.constantFrom(turnBegun, turnEnded, committed, landed, held).map((its) => fact(its)),
    fc.constantFrom(...tasks).map((task): Happening => ({ type: 'retry.scheduled', task, round: 1, delayMs: 1 })),
  )
  fc.assert(
    fc.property(fc.array(one, { maxLength: 30 }), fc.constantFrom('passed', 'cancelled', 'lost' as const), (happenings, verdict) => {
      const table = newJobTable()
      for (const event of timed([begun, ...happenings, finished(verdict)])) {
        applyToJobs(table, event)
        const { total, ...parts } = jobCounts(table.rows.values())
        expect([total, Object.values(parts).reduce((a, b) => a + b, 0)]).toEqual([2, 2])
      }
      expect([...table.rows.values()].every(({ status }) => isOver(status))).toBe(true)
    }),
  )
})
