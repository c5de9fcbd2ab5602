/** Every reporter survives every stream that it can really see: cut off anywhere, replayed after the fact, with fields of a later version. */
import { expect, test } from 'bun:test'
import type { Event } from '../../model/event.ts'
import type { Plan } from '../../model/plan.ts'
import type { Reporter } from '../../model/reporter.ts'
import { apply, newRun, type Run } from '../../model/run.ts'
import { newFacts, remember } from './facts.ts'
import { findingsJson } from './findings-json.ts'
import { githubText } from './github-commands.ts'
import { githubReporter } from './github.ts'
import { githubSummary } from './github-summary.ts'
import { jsonLinesReporter } from './json-lines.ts'
import { junit } from './junit.ts'
import { liveReporter } from './live.ts'
import { plainReporter } from './plain.ts'
import { runLog } from './run-log.ts'
import { fakeScreen, wholeStory } from './sample.test.ts'
import { sarif } from './sarif.ts'
import { summaryLines } from './summary.ts'

function reporters(): Reporter[] {
  const screen = fakeScreen({ live: true })
  const ticker = (_everyMs: number, tick: () => void) => {
    tick()
    return () => undefined
  }
  return [
    plainReporter(screen, 'quiet'),
    plainReporter(screen, 'normal'),
    plainReporter(screen, 'verbose'),
    liveReporter(screen, { now: () => 0, ticker, atExit: () => () => undefined }),
    githubReporter(screen, { token: 't', detail: 'verbose' }),
    jsonLinesReporter((text) => screen.write(text)),
    runLog((line) => screen.write(line), { host: 'h', mode: 'm' }),
  ]
}

/** Every document of a run as it stands. */
function documents(plan: Plan, run: Run, events: readonly Event[]): string {
  const facts = newFacts()
  for (const event of events) remember(facts, event)
  return [findingsJson, sarif, junit, githubText, githubSummary, summaryLines].map((format) => String(format(plan, run, facts))).join('')
}

test('a stream may end after any event', async () => {
  const { plan, events } = wholeStory()
  for (let end = 1; end <= events.length; end++) {
    const run = newRun()
    const shown = reporters()
    for (const event of events.slice(0, end)) {
      apply(plan, run, event)
      for (const reporter of shown) reporter.on(event, run, plan)
    }
    expect(documents(plan, run, events.slice(0, end))).not.toBe('')
    for (const reporter of shown) await reporter.close?.()
  }
})

test('a replay may come when the run is already over, and may begin in the middle', () => {
  const { plan, events, run } = wholeStory()
  for (let from = 0; from < events.length; from++) {
    for (const reporter of reporters()) for (const event of events.slice(from)) reporter.on(event, run, plan)
  }
})

test('fields and events of a later version do no harm', () => {
  const { plan, events, run } = wholeStory()
  const later = events.flatMap((event): Event[] => [
    Object.assign({ later: { more: [1] } }, event),
    { type: 'moon.rose', seq: event.seq, at: event.at } as unknown as Event,
  ])
  for (const reporter of reporters()) for (const event of later) reporter.on(event, run, plan)
  expect(documents(plan, run, later)).toBe(documents(plan, run, events))
})

test('output of an attempt that nobody announced is kept and does no harm', () => {
  for (const reporter of reporters()) reporter.output?.('ghost@1.1', new Uint8Array([0xff, 0xfe, 0x1b, 0x5b]))
})
