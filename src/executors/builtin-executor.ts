/** Does the checks that are built into pawl, and those that plugins bring: gives each its world, ends it in time, and turns its judgement into an outcome. */
import { newCancellation, type Cancellation } from '../model/cancellation.ts'
import type { Clock } from '../model/clock.ts'
import type { AttemptContext, Executor } from '../model/executor.ts'
import type { Failure } from '../model/failure.ts'
import type { Outcome } from '../model/outcome.ts'
import { isGuest, type BuiltinAction, type Task } from '../model/task.ts'
import type { Builtin, BuiltinWorld, Judgement } from './builtin.ts'
import { messageOf } from '../model/thrown.ts'

type BuiltinTask = Task & { readonly action: BuiltinAction }
type Worlds = (context: AttemptContext, task: Task) => BuiltinWorld
type Ended = { readonly judgement: Judgement } | { readonly thrown: unknown } | 'late'

/** Children of a check that is told to stop need this long to be ended; then it is left behind. */
const graceMs = 10_000

/** Of a plugin: what judges in this attempt; undefined: no plugin brings an adapter of that name. */
type Guests = (task: BuiltinTask, context: AttemptContext) => Builtin | undefined

export function builtinExecutor(builtins: Readonly<Record<string, Builtin>>, world: Worlds, clock: Clock, guests?: Guests): Executor<BuiltinAction> {
  return {
    perform: (task, context) => perform(task, context, builtinFor(task, context, builtins, guests), world, clock),
    describe: ({ action }) => (isGuest(action) ? `adapter ${action.name}` : `check '${action.name}' of pawl itself`),
  }
}

function builtinFor(task: BuiltinTask, context: AttemptContext, builtins: Readonly<Record<string, Builtin>>, guests: Guests | undefined): Builtin | undefined {
  const { name } = task.action
  if (isGuest(task.action)) return guests?.(task, context)
  return Object.hasOwn(builtins, name) ? builtins[name] : undefined
}

const called = (action: BuiltinAction): string => (isGuest(action) ? `the adapter ${action.name}` : `the built-in check '${action.name}'`)

async function perform(task: BuiltinTask, context: AttemptContext, builtin: Builtin | undefined, worldOf: Worlds, clock: Clock): Promise<Outcome> {
  const startedAt = clock.elapsed()
  if (builtin === undefined) return { kind: 'errored', failure: bug(`there is no ${called(task.action).replace(/^the /, '')}`), durationMs: 0 }
  const stop = newCancellation()
  const forget = context.cancellation.onRequest((reason) => stop.request(reason))
  let isOver = false
  const work = judged(
    async () => builtin(task.action.with, worldOf({ ...context, cancellation: stop }, task)),
    (error) => {
      if (isOver) context.output(`pawl: ${called(task.action)} threw after it was left behind: ${messageOf(error)}\n`)
    },
  )
  const ended = await inTime(work, task.timeoutMs, stop, context.cancellation, clock)
  isOver = true
  forget()
  return outcomeOf(ended, task, context, clock.elapsed() - startedAt)
}

/** Also for a check that throws before its first await. */
async function judged(work: () => Promise<Judgement>, threw: (error: unknown) => void): Promise<Ended> {
  try {
    return { judgement: await work() }
  } catch (thrown) {
    threw(thrown)
    return { thrown }
  }
}

type InTime = { readonly ended: Ended; readonly reason?: 'timed-out' | 'cancelled' }

/** Waits for the end of the work, and for a while longer after it was told to stop. */
async function inTime(work: Promise<Ended>, limitMs: number, stop: ReturnType<typeof newCancellation>, outer: Cancellation, clock: Clock): Promise<InTime> {
  const done = newCancellation()
  const cancelled = Promise.withResolvers<'cancelled'>()
  const forget = outer.onRequest(() => cancelled.resolve('cancelled'))
  const first = await Promise.race([work, cancelled.promise, clock.sleep(limitMs, done).then(() => 'timed-out' as const)])
  done.request('the check ended')
  forget()
  if (first !== 'timed-out' && first !== 'cancelled') return outer.requested ? { ended: first, reason: 'cancelled' } : { ended: first }
  stop.request(first === 'timed-out' ? 'time limit' : 'cancelled')
  const settled = newCancellation()
  const ended = await Promise.race([work, clock.sleep(graceMs, settled).then(() => 'late' as const)])
  settled.request('the check ended')
  return { ended, reason: first }
}

function outcomeOf({ ended, reason }: InTime, task: BuiltinTask, context: AttemptContext, durationMs: number): Outcome {
  if (ended !== 'late' && 'thrown' in ended) {
    const what = `${called(task.action)} threw: ${messageOf(ended.thrown)}`
    return { kind: 'errored', failure: isGuest(task.action) ? { ...bug(what, ended.thrown), ...ofPlugin } : bug(what, ended.thrown), durationMs }
  }
  if (reason === 'timed-out') return { kind: 'timed-out', limitMs: task.timeoutMs, durationMs }
  if (reason === 'cancelled' || ended === 'late') return { kind: 'cancelled', durationMs }
  const { judgement } = ended
  if ('failure' in judgement) return { kind: 'errored', failure: judgement.failure, durationMs }
  const { findings, summary, passed = findings.length === 0 } = judgement
  if (!passed) return { kind: 'failed', findings, durationMs, summary }
  if (summary !== '') context.output(`${summary}\n`)
  return { kind: 'passed', findings, durationMs }
}

const ofPlugin = { type: 'plugin.broken', hint: 'This is the code of a plugin: ask its author.' } as const

function bug(what: string, thrown?: unknown): Failure {
  const stack = thrown instanceof Error ? thrown.stack : undefined
  return {
    type: 'pawl.bug',
    what,
    ...(stack === undefined ? {} : { why: stack.split('\n').slice(0, 6).join('\n') }),
    hint: 'Please report this, with the output of `pawl doctor`.',
  }
}
