/** A run as a trace: spans that fit into each other, one lane for each task at a time, and valid also when the run was cut off. */
import { expect, test } from 'bun:test'
import { passed, samplePlan, story, wholeStory } from './sample.test.ts'
import { traceEvents, traceText } from './trace-json.ts'

test('tasks that ran at the same time have lanes of their own, and a lane is used again', () => {
  const told = story(samplePlan({ a: {}, b: {}, c: {} })).begins()
  told.starts('a').starts('b')
  told.at += 500
  const end = (name: string) =>
    told.happens({
      type: 'attempt.finished',
      attempt: `${name}@1.1`,
      task: name as never,
      round: 1,
      outcome: { kind: 'passed', findings: [], durationMs: 500, usage: { cpuMs: 40, peakBytes: 4096 } },
    })
  end('a')
  told.starts('c')
  told.at += 250
  end('c')
  end('b').ends()
  const spans = traceEvents(told.events).filter((one) => one.ph === 'X' && one.tid > 0)
  expect(spans.map(({ name, tid, ts, dur }) => [name, tid, ts, dur])).toEqual([
    ['a', 1, 0, 500_000],
    ['c', 1, 500_000, 250_000],
    ['b', 2, 0, 750_000],
  ])
  expect(spans[0]?.args).toEqual({ attempt: 'a@1.1', outcome: 'passed', findings: 0, cpuMs: 40, peakBytes: 4096 })
})

test('rounds, waits, slots and reuses are in it; times are whole microseconds from the start', () => {
  const told = story(samplePlan({ a: {} })).begins()
  told.at += 1000
  told.happens({ type: 'lock.acquired', waitedMs: 900 }).happens({ type: 'slots.changed', pool: 'cpu', slots: 1, reason: 'memory is short' })
  told.reuses('a').happens({ type: 'tasks.reused', round: 1, reused: [{ task: 'a' as never, run: 1, at: 0, savedMs: 1 }] })
  told.round(2).runs('a', passed(10)).ends()
  const all = traceEvents(told.events)
  expect(all.find((one) => one.cat === 'lock')).toMatchObject({ ts: 100_000, dur: 900_000 })
  expect(all.find((one) => one.ph === 'C')).toMatchObject({ name: 'slots of cpu', ts: 1_000_000, args: { slots: 1 } })
  expect(all.filter((one) => one.cat === 'round').map((one) => one.name)).toEqual(['round 1', 'round 2'])
  expect(all.map((one) => one.name)).toContain('a reused')
  expect(all.filter((one) => one.name === 'a reused').length).toBe(2)
  for (const { ts = 0, dur = 0 } of all) expect([Number.isInteger(ts), ts >= 0, Number.isInteger(dur), dur >= 0]).toEqual([true, true, true, true])
})

test('a whole run and one that was cut off are valid JSON', () => {
  for (const events of [wholeStory().events, wholeStory().events.slice(0, 8), []])
    expect(Array.isArray((JSON.parse(traceText(events)) as { traceEvents: unknown }).traceEvents)).toBe(true)
  const cut = story(samplePlan({ a: {} }))
    .begins()
    .starts('a').events
  expect(traceEvents(cut).find((one) => one.name === 'a')).toMatchObject({ cat: 'unfinished', args: { unfinished: true } })
})
