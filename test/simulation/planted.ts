/** Bugs planted into the policy, each with the promise that must catch it: a promise that was never seen failing proves nothing. */
import { decide, type Decision } from '../../src/engine/decide.ts'
import { attemptId } from '../../src/model/event.ts'
import type { Plan } from '../../src/model/plan.ts'
import { slotsNow, type Run } from '../../src/model/run.ts'
import type { Task, TaskId } from '../../src/model/task.ts'
import type { Promised } from './promises.ts'

function withoutLate(task: Task): Task {
  const { late: _late, ...rest } = task
  return rest
}

type Policy = typeof decide
export type Planted = { readonly bug: string; readonly caughtBy: Promised; readonly decide: Policy }

const startOf = (run: Run, task: TaskId): Decision => ({ do: 'start', task, attempt: attemptId(task, run.round, (run.tries.get(task) ?? 0) + 1) })
const unstarted = (plan: Plan, run: Run): TaskId[] => plan.order.filter((id) => !run.settled.has(id) && !run.live.has(id) && (run.tries.get(id) ?? 0) === 0)
const running = (run: Run): boolean => run.round > 0 && run.verdict === undefined && !run.cancelling

export const planted: readonly Planted[] = [
  {
    bug: 'does not wait for needs',
    caughtBy: 'a task starts only after all it needs passed',
    decide: (plan, run, limits) =>
      running(run) && run.doomed.size === 0
        ? [
            ...unstarted(plan, run)
              .slice(0, 1)
              .map((id) => startOf(run, id)),
            ...decide(plan, run, limits),
          ].slice(0, 1)
        : decide(plan, run, limits),
  },
  {
    bug: 'does not count slots',
    caughtBy: 'never more live than slots',
    decide: (plan, run, limits) =>
      decide(
        {
          ...plan,
          slots: new Map([
            ['cpu', 99],
            ['db', 99],
          ]),
        },
        run,
        limits,
      ),
  },
  {
    bug: 'does not hear that slots are fewer now',
    caughtBy: 'never more live than slots',
    decide: (plan, run, limits) => decide(plan, { ...run, slots: new Map() }, limits),
  },
  {
    bug: 'lets heavy tasks wait for better times',
    caughtBy: 'it ends',
    decide: (plan, run, limits) =>
      decide(plan, run, limits).filter((next) => next.do !== 'start' || (plan.tasks.get(next.task)?.task.weight ?? 1) <= slotsNow(plan, run, 'cpu')),
  },
  {
    bug: 'forgets mutexes',
    caughtBy: 'a mutex has one holder',
    decide: (plan, run, limits) =>
      decide({ ...plan, tasks: new Map([...plan.tasks].map(([id, planned]) => [id, { ...planned, task: { ...planned.task, mutexes: [] } }])) }, run, limits),
  },
  {
    bug: 'starts a live task again',
    caughtBy: 'one live attempt per task',
    decide: (plan, run, limits) => {
      const again = [...run.live.keys()].find((id) => run.tries.get(id) === 1)
      return running(run) && again !== undefined ? [startOf(run, again)] : decide(plan, run, limits)
    },
  },
  {
    bug: 'finishes while something runs',
    caughtBy: 'every start has exactly one end',
    decide: (plan, run, limits) => (run.verdict === undefined && run.live.size > 0 ? [{ do: 'finish', verdict: 'failed' }] : decide(plan, run, limits)),
  },
  {
    bug: 'goes on after a cancel',
    caughtBy: 'after cancel nothing starts',
    decide: (plan, run, limits) => decide(plan, { ...run, cancelling: false }, limits),
  },
  {
    bug: 'retries for ever',
    caughtBy: 'attempts stay within budget',
    decide: (plan, run, limits) => {
      const errored = [...run.settled].find(([id, how]) => how.kind === 'errored' && !run.live.has(id) && (run.tries.get(id) ?? 0) < 5)
      return running(run) && errored !== undefined ? [startOf(run, errored[0])] : decide(plan, run, limits)
    },
  },
  {
    bug: 'fixes what did not fail',
    caughtBy: 'a fix runs only after its check failed',
    decide: (plan, run, limits) => {
      const idle = plan.order
        .flatMap((id) => (run.settled.get(id)?.kind === 'passed' ? (plan.tasks.get(id)?.task.fixes ?? []) : []))
        .find((fix) => !run.settled.has(fix) && (run.fixTries.get(fix) ?? 0) === 0)
      return running(run) && run.live.size === 0 && idle !== undefined ? [startOf(run, idle)] : decide(plan, run, limits)
    },
  },
  {
    bug: 'fixes beside readers',
    caughtBy: 'a fix runs alone',
    decide: (plan, run, limits) => {
      const fix = plan.order
        .flatMap((id) => (run.settled.get(id)?.kind === 'failed' ? (plan.tasks.get(id)?.task.fixes ?? []) : []))
        .find((id) => !run.settled.has(id) && !run.live.has(id) && (run.fixTries.get(id) ?? 0) === 0)
      return running(run) && run.live.size > 0 && fix !== undefined ? [startOf(run, fix)] : decide(plan, run, limits)
    },
  },
  {
    bug: 'lets late fixes go first',
    caughtBy: 'a late fix waits until all is judged and nothing else is mended',
    decide: (plan, run, limits) => {
      const tasks = [...plan.tasks].map(([id, planned]) => [id, { ...planned, task: withoutLate(planned.task) }] as const)
      return decide({ ...plan, tasks: new Map(tasks) }, run, limits)
    },
  },
  { bug: 'ignores the level of fixes', caughtBy: 'a fix has an allowed level', decide: (plan, run, limits) => decide(plan, run, { ...limits, fixLevel: 4 }) },
  {
    bug: 'is green right after mending',
    caughtBy: 'a green run ends with a round in which nothing was mended',
    decide: (plan, run, limits) =>
      run.fixedThisRound.length > 0 && run.live.size === 0 && run.verdict === undefined ? [{ do: 'finish', verdict: 'passed' }] : decide(plan, run, limits),
  },
  {
    bug: 'finishes before all is settled',
    caughtBy: 'every task is settled',
    decide: (plan, run, limits) =>
      running(run) && run.live.size === 0 && run.settled.size > 0 ? [{ do: 'finish', verdict: 'failed' }] : decide(plan, run, limits),
  },
  { bug: 'waits for nothing', caughtBy: 'it ends', decide: (plan, run, limits) => decide(plan, run, limits).filter((decision) => decision.do !== 'finish') },
  { bug: 'never mends', caughtBy: 'the verdict is the one foretold', decide: (plan, run, limits) => decide(plan, run, { ...limits, fixLevel: -1 }) },
  {
    bug: 'calls everything passed',
    caughtBy: 'what did not run is never green',
    decide: (plan, run, limits) => decide(plan, run, limits).map((decision) => (decision.do === 'finish' ? { do: 'finish', verdict: 'passed' } : decision)),
  },
]
