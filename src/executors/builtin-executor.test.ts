import { expect, test } from 'bun:test'
import { newCancellation, type CancellationSource } from '../model/cancellation.ts'
import type { Clock } from '../model/clock.ts'
import type { AttemptContext } from '../model/executor.ts'
import type { Outcome } from '../model/outcome.ts'
import { plainTask } from '../../test/plain-task.ts'
import type { BuiltinAction } from '../model/task.ts'
import { builtinExecutor } from './builtin-executor.ts'
import type { Builtin, BuiltinWorld } from './builtin.ts'

const action: BuiltinAction = { kind: 'builtin', name: 'check', with: { wanted: 22 } }
const task = { ...plainTask('check', { stage: 'environment' }), action }

/** A clock whose sleepers wake when the test says so. */
function handClock(): Clock & { pass(ms: number): void } {
  let now = 0
  const sleepers: { readonly until: number; readonly wake: () => void }[] = []
  return {
    now: () => now,
    elapsed: () => now,
    sleep: (ms, cancellation) =>
      new Promise((resolve) => {
        sleepers.push({ until: now + ms, wake: resolve })
        cancellation?.onRequest(() => resolve())
      }),
    pass(ms) {
      now += ms
      for (const sleeper of sleepers) if (sleeper.until <= now) sleeper.wake()
    },
  }
}

function start(
  builtin: Builtin,
  clock = handClock(),
): { readonly outcome: Promise<Outcome>; readonly clock: ReturnType<typeof handClock>; readonly cancellation: CancellationSource; readonly log: string[] } {
  const log: string[] = []
  const cancellation = newCancellation()
  const context: AttemptContext = { attempt: 'check@1.1', run: 1, tag: 'tag', cancellation, output: (chunk) => void log.push(String(chunk)) }
  const world = (given: AttemptContext): BuiltinWorld => ({
    files: { root: '/repo', read: async () => undefined, exists: async () => false, list: async () => [], glob: async () => [] },
    writtenAt: async () => undefined,
    changedLines: async () => undefined,
    processes: { run: async () => ({ ok: false, failure: { type: 'process.spawn', what: 'none here' } }), find: () => undefined },
    env: {},
    platform: 'linux',
    cancellation: given.cancellation,
    output: given.output,
  })
  return { outcome: builtinExecutor({ check: builtin }, world, clock).perform(task, context), clock, cancellation, log }
}

test('a check without findings passes, and what it saw is in the log', async () => {
  const { outcome, log } = start(async (args) => ({ findings: [], summary: `wanted ${JSON.stringify(args['wanted'])}` }))
  expect(await outcome).toEqual({ kind: 'passed', findings: [], durationMs: 0 })
  expect(log).toEqual(['wanted 22\n'])
})

test('findings fail the check, a failure errors it', async () => {
  expect(await start(async () => ({ findings: [{ severity: 'error', message: 'old' }], summary: 'node is old' })).outcome).toEqual({
    kind: 'failed',
    findings: [{ severity: 'error', message: 'old' }],
    summary: 'node is old',
    durationMs: 0,
  })
  expect(await start(async () => ({ failure: { type: 'tool.missing', what: 'git is not installed' } })).outcome).toEqual({
    kind: 'errored',
    failure: { type: 'tool.missing', what: 'git is not installed' },
    durationMs: 0,
  })
})

test('a check that throws is a bug of pawl that is seen, also when it throws at once', async () => {
  const late = await start(async () => Promise.reject(new Error('index out of range'))).outcome
  expect(late).toMatchObject({ kind: 'errored', failure: { type: 'pawl.bug', what: "the built-in check 'check' threw: index out of range" } })
  const atOnce = await start(() => {
    throw new TypeError('no such thing')
  }).outcome
  expect(atOnce).toMatchObject({ kind: 'errored', failure: { type: 'pawl.bug' } })
})

test('a name that no check has is a bug of pawl, also a name that every object has', async () => {
  for (const name of ['absent', 'toString', '__proto__']) {
    const executor = builtinExecutor(
      {},
      () => {
        throw new Error('not asked for')
      },
      handClock(),
    )
    const context: AttemptContext = { attempt: 'a', run: 1, tag: '', cancellation: newCancellation(), output: () => undefined }
    expect(await executor.perform({ ...task, action: { ...task.action, name } }, context)).toMatchObject({
      kind: 'errored',
      failure: { type: 'pawl.bug', what: `there is no built-in check '${name}'` },
    })
  }
})

test('at its time limit a check is told to stop', async () => {
  const run = start((_args, world) => new Promise((resolve) => void world.cancellation.onRequest(() => resolve({ findings: [], summary: 'stopped' }))))
  run.clock.pass(1000)
  expect(await run.outcome).toEqual({ kind: 'timed-out', limitMs: 1000, durationMs: 1000 })
})

test('a check that does not stop is left behind', async () => {
  const stopped = Promise.withResolvers<void>()
  const run = start((_args, world) => {
    world.cancellation.onRequest(() => stopped.resolve())
    return new Promise(() => undefined)
  })
  run.clock.pass(1000)
  await stopped.promise
  await Promise.resolve()
  run.clock.pass(10_000)
  expect(await run.outcome).toMatchObject({ kind: 'timed-out', limitMs: 1000 })
})

test('cancelling ends a check, and what it says then does not count', async () => {
  const run = start((_args, world) => new Promise((resolve) => void world.cancellation.onRequest(() => resolve({ findings: [], summary: 'all fine' }))))
  run.cancellation.request('Ctrl-C')
  expect(await run.outcome).toMatchObject({ kind: 'cancelled' })
  expect(run.log).toEqual([])
})
