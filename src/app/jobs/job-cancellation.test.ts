import { expect, test } from 'bun:test'
import { blankTask } from '../../model/blank-task.ts'
import { newCancellation } from '../../model/cancellation.ts'
import type { AttemptContext, Executor } from '../../model/executor.ts'
import type { Outcome } from '../../model/outcome.ts'
import { taskId, type JobAction, type LandAction, type Task } from '../../model/task.ts'
import { cancellable, rousedWhenCancelled, unlessCancelled } from './job-cancellation.ts'

const task: Task & { readonly action: JobAction } = { ...blankTask, id: taskId('work:a'), action: { kind: 'job' } as JobAction, timeoutMs: 1, reason: '' }
const passed: Outcome = { kind: 'passed', findings: [], durationMs: 9 }
const contextWith = (cancellation: AttemptContext['cancellation']): AttemptContext => ({
  attempt: 'work:a@1.1',
  run: 1,
  tag: '',
  cancellation,
  output: () => undefined,
})

/** Works until it is told to end, and then says that all went well. */
const stubborn: Executor<JobAction> = {
  describe: () => '',
  perform: (_task, context) => new Promise((resolve) => void context.cancellation.onRequest(() => resolve(passed))),
}

test('a job that is to end hears of it while it works, and counts as cancelled whatever it says', async () => {
  let asked = false
  const job = cancellable(stubborn, () => asked, 1)
  const ended = job.perform(task, contextWith(newCancellation()))
  asked = true
  expect(await ended).toEqual({ kind: 'cancelled', durationMs: 9 })
  expect(await job.perform(task, contextWith(newCancellation()))).toEqual({ kind: 'cancelled', durationMs: 0 })
})

test('the end of the whole run reaches the job, too, and what the job then says holds', async () => {
  const whole = newCancellation()
  const ended = cancellable(stubborn, () => false, 60_000).perform(task, contextWith(whole))
  whole.request('SIGINT')
  expect(await ended).toEqual(passed)
})

test('a cancelled job is not landed', async () => {
  const land: Executor<LandAction> = { describe: () => '', perform: async () => passed }
  const landing: Task & { readonly action: LandAction } = { ...task, id: taskId('land:a'), action: { kind: 'land', job: task.id, onto: 'main' } }
  const perform = (isCancelled: boolean) => unlessCancelled(land, () => isCancelled).perform(landing, contextWith(newCancellation()))
  expect([(await perform(true)).kind, (await perform(false)).kind]).toEqual(['cancelled', 'passed'])
})

test('a pause is woken when its job is to end, and nobody looks any more when it is over', async () => {
  let looks = 0
  const rouse = rousedWhenCancelled(() => ++looks >= 3, 1)
  const stop = await new Promise<() => void>((resolve) => {
    const stopIt = rouse(task.id, () => resolve(stopIt))
  })
  stop()
  expect(looks).toBe(3)
})
