import { expect, test } from 'bun:test'
import { plainTask } from '../../test/plain-task.ts'
import { newCancellation } from '../model/cancellation.ts'
import type { Event } from '../model/event.ts'
import type { Outcome } from '../model/outcome.ts'
import { taskId, type Task } from '../model/task.ts'
import { compile } from './compile.ts'
import { execute } from './run.ts'

const id = taskId('work:one')
const task: Task = { ...plainTask('work:one'), role: 'work', retry: { times: 1, delayMs: 10, on: ['errored'] } }
const failure = { type: 'agent.quota', what: 'no quota' } as const
const errored = (more: Partial<Extract<Outcome, { kind: 'errored' }>> = {}): Outcome => ({ kind: 'errored', failure, durationMs: 1, ...more })
const passed: Outcome = { kind: 'passed', findings: [], durationMs: 1 }

/** Runs one task whose tries end like this; the pauses that were asked for. `isRoused`: each pause ends early. */
async function ran(outcomes: readonly Outcome[], isRoused = false) {
  const plan = compile({ tasks: [task], skips: [], slots: new Map([['cpu', 1]]), expectedMs: () => undefined })
  if (!plan.ok) throw new Error(JSON.stringify(plan.failures))
  const events: Event[] = []
  const stopped: string[] = []
  let tries = 0
  const run = await execute(
    plan.value,
    { rounds: 1, failFast: false, fixLevel: -1 },
    { run: 1, command: '', root: '/', version: '', dryRun: false, plan: { tasks: [], skips: [] } },
    [],
    {
      clock: {
        now: () => 1000,
        elapsed: () => 0,
        sleep: (_ms, cancellation) => (isRoused ? new Promise((resolve) => void cancellation?.onRequest(() => resolve())) : Promise.resolve()),
      },
      cancellation: newCancellation(),
      record: (happened) => void events.push(...happened),
      attempt: async () => outcomes[tries++] ?? passed,
      roundOpened: () => undefined,
      ...(isRoused
        ? {
            rouse: (roused, wake) => {
              queueMicrotask(wake)
              return () => void stopped.push(roused)
            },
          }
        : {}),
    },
  )
  return { run, tries, stopped, pauses: events.flatMap((event) => (event.type === 'retry.scheduled' ? [event.delayMs] : [])) }
}

test('a try in which nobody could be asked uses up none, and makes no later pause longer', async () => {
  const barred = errored({ unasked: true, notBefore: 1500 })
  const { run, tries, pauses } = await ran([barred, barred, barred, errored(), errored()])
  expect(run.settled.get(id)?.kind).toBe('errored')
  expect([tries, pauses]).toEqual([5, [500, 500, 500, 10]])
  expect((await ran([barred, barred, barred, errored()])).run.verdict).toBe('passed')
})

test('a pause ends early when somebody wakes the task, and nobody is listened to any more then', async () => {
  const { run, tries, stopped } = await ran([errored({ notBefore: 9e12 })], true)
  expect([run.verdict, tries, stopped]).toEqual(['passed', 2, [id]])
})
