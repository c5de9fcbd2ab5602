/** A whole run on a machine that is short of memory: one task at a time until there is room, every task runs, and the history tells. */
import { expect, test } from 'bun:test'
import type { Event } from '../model/event.ts'
import { newCancellation } from '../model/cancellation.ts'
import type { Pressure } from '../model/pressure.ts'
import { newRepo } from '../../test/journeys/rig.ts'
import { check } from './check.ts'
import { findSite } from './site.ts'

const machine = (availableMib: number): Pressure => ({ availableBytes: availableMib * 2 ** 20, totalBytes: 8 * 2 ** 30, processors: 4 })

async function eventsOf(root: string, pressure: () => Pressure, onEvent: (event: Event) => void = () => undefined): Promise<readonly Event[]> {
  const site = await findSite(root, { PATH: process.env['PATH'] })
  if (!site.ok) throw new Error(JSON.stringify(site.failures))
  const done = await check(
    { ...site.value, pressure },
    {
      request: { jobs: 3, force: true },
      command: 'pawl',
      cancellation: newCancellation(),
      ask: async () => false,
      canAsk: false,
      reporters: async () => [{ name: 'test', on: onEvent }],
      onWait: () => undefined,
    },
  )
  if (!done.ok) throw new Error(JSON.stringify(done.failures))
  return done.value.events
}

/** The most attempts that were live at the same time. */
function mostLive(events: readonly Event[]): number {
  let [live, most] = [0, 0]
  for (const event of events) {
    if (event.type === 'attempt.started') most = Math.max(most, (live += 1))
    if (event.type === 'attempt.finished') live -= 1
  }
  return most
}

const verdict = (events: readonly Event[]): string | undefined => events.flatMap((event) => (event.type === 'run.finished' ? [event.verdict] : []))[0]
const checks = (...names: string[]): string => `detect: false\nchecks:\n${names.map((name) => `  ${name}: { command: "true" }\n`).join('')}`

test('with nearly no memory one task runs at a time, and all of them run', async () => {
  await using repo = await newRepo({ 'pawl.yaml': checks('a', 'b', 'c', 'd') })
  const tight = await eventsOf(repo.root, () => machine(100))
  expect([mostLive(tight), verdict(tight)]).toEqual([1, 'passed'])
  expect(tight.flatMap((event) => (event.type === 'slots.changed' ? [event.reason] : []))).toEqual(['memory is short: 100.0 MiB of 8.0 GiB are available'])
  const easy = await eventsOf(repo.root, () => machine(7000))
  expect([mostLive(easy), verdict(easy), easy.some((event) => event.type === 'slots.changed')]).toEqual([3, 'passed', false])
})

test('when room comes back while a task runs, others start beside it', async () => {
  await using repo = await newRepo({ 'pawl.yaml': 'detect: false\n' })
  const held = await repo.tool('held')
  repo.write({ 'pawl.yaml': `detect: false\nchecks:\n  a: { command: ["${held.path}"] }\n  b: { command: ["${held.path}"] }\n` })
  let available = 100
  const running = eventsOf(repo.root, () => machine(available))
  const first = await held.started()
  available = 7000
  // The first one still runs: the second can only start because the machine was looked at again.
  const second = await held.started()
  second.exit(0)
  first.exit(0)
  const events = await running
  expect([mostLive(events), verdict(events)]).toEqual([2, 'passed'])
})
