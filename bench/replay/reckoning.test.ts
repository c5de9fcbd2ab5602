/** The reckoning of a replay, over a history that is made up. */
import { expect, test } from 'bun:test'
import { judgementsIn, type Judgement } from './judgement.ts'
import { tallies, total, type Step } from './reckoning.ts'

const hour = 3_600_000
const run = (verdict: string, content: string, findings = ''): Judgement => ({
  how: 'run',
  verdict,
  findings,
  fingerprint: content,
  durationMs: 100,
  cpuMs: 80,
})
const reused: Judgement = { how: 'reused', verdict: 'passed', findings: '', durationMs: 100 }
/** At minutes after the start: what a run with reuse did, and what was measured. */
const step = (minutes: number, real: Judgement, reusing: Judgement = real): Step => ({ at: minutes * 60_000, reusing: { lint: reusing }, real: { lint: real } })
const lint = (steps: readonly Step[], limitMs = hour) => {
  const tally = tallies(steps, limitMs).get('lint')
  if (tally === undefined) throw new Error('lint was not counted')
  return tally
}

test('content: what really ran, what was reused, what was red, and what each took', () => {
  const tally = lint([
    step(0, run('passed', 'a')),
    step(1, run('failed', 'b', 'x')),
    step(2, run('passed', 'a'), reused),
    step(3, run('passed', 'c'), { ...run('passed', 'c'), durationMs: 10, cpuMs: 8, share: { judged: 1, of: 9 } }),
  ])
  expect(tally).toMatchObject({ asked: 4, run: 3, inPart: 1, reused: 1, wrong: 0, red: 1, realMs: 400, ranMs: 210, realCpuMs: 320, ranCpuMs: 168 })
})

test('content: a reused pass of a check that does not pass, and a part that misses a finding, are wrong', () => {
  expect(lint([step(0, run('failed', 'a', 'x'), reused)]).wrong).toBe(1)
  expect(lint([step(0, run('failed', 'a', 'x y'), { ...run('failed', 'a', 'x'), share: { judged: 1, of: 2 } })]).wrong).toBe(1)
})

test('limit: a hit is right only where the measured verdict and findings are the stored ones', () => {
  const { limited } = lint([
    step(0, run('passed', 'a')),
    step(10, run('passed', 'a')),
    step(20, run('passed', 'b')),
    step(30, run('failed', 'c', 'x')),
    step(59, run('passed', 'd', 'a warning')),
  ])
  expect(limited).toEqual({ hits: 4, foreign: 3, wrong: 2, wrongVerdict: 1, falsePass: 1 })
})

test('limit: a stored failure answers for what was mended since, unless only passes are stored', () => {
  const tally = lint([step(0, run('failed', 'a', 'x')), step(10, run('passed', 'b')), step(20, run('failed', 'c', 'y')), step(30, run('passed', 'd'))])
  expect(tally.limited).toEqual({ hits: 3, foreign: 3, wrong: 3, wrongVerdict: 2, falsePass: 0 })
  expect(tally.limitedPasses).toEqual({ hits: 2, foreign: 2, wrong: 1, wrongVerdict: 1, falsePass: 1 })
})

test('limit: a hit makes nothing younger; at the limit, and before it was stored, nothing is a hit', () => {
  const same = run('passed', 'a')
  expect(lint([step(0, same), step(40, same), step(60, same), step(61, same)]).limited.hits).toBe(2)
  expect(lint([step(10, same), step(0, same)]).limited.hits).toBe(0)
  expect(lint([step(0, same), step(1, same)], 60_000).limited.hits).toBe(0)
})

test('where a check was blocked it was neither asked nor a hit', () => {
  const none: Judgement = { how: 'none', verdict: 'blocked', findings: '', durationMs: 0 }
  expect(lint([step(0, run('passed', 'a')), step(1, none), step(2, run('passed', 'a'), reused)])).toMatchObject({ asked: 2, reused: 1, limited: { hits: 1 } })
})

test('the total is the sum of its checks', () => {
  const steps: readonly Step[] = [
    { at: 0, reusing: { lint: run('passed', 'a'), test: run('failed', 'b', 'x') }, real: { lint: run('passed', 'a'), test: run('failed', 'b', 'x') } },
    { at: 1, reusing: { lint: reused, test: run('passed', 'c') }, real: { lint: run('passed', 'a'), test: run('passed', 'c') } },
  ]
  expect(total(tallies(steps, hour).values())).toMatchObject({ asked: 4, run: 3, reused: 1, red: 1, limited: { hits: 2, foreign: 1, wrong: 1 } })
})

test('events become judgements: findings count whatever their order and the times in them, reuse counts as a pass', () => {
  const finished = (task: string, findings: readonly object[]): object => ({
    type: 'attempt.finished',
    attempt: `${task}@1.1`,
    task,
    round: 1,
    outcome: { kind: 'failed', findings, durationMs: 5, summary: '', usage: { cpuMs: 4 } },
  })
  const [one, two] = [
    { severity: 'error', message: 'took 12 ms' },
    { severity: 'error', message: 'b' },
  ]
  const slower = { severity: 'error', message: 'took 98 ms' }
  const text = (events: readonly object[]): string => events.map((event) => JSON.stringify({ v: 1, ...event })).join('\n')
  const judgements = judgementsIn(
    text([
      { type: 'tasks.reused', round: 1, reused: [{ task: 'known', run: 1, at: 0, savedMs: 7 }] },
      { type: 'attempt.missed', attempt: 'a@1.1', task: 'a', cause: { kind: 'first' }, fingerprint: 'f' },
      finished('a', [one, two]),
      finished('b', [two, slower]),
      { type: 'task.blocked', task: 'c', round: 1, by: 'a' },
      { type: 'run.finished', verdict: 'failed' },
    ]),
  )
  expect(judgements).toMatchObject({
    known: { how: 'reused', verdict: 'passed', durationMs: 7 },
    a: { how: 'run', verdict: 'failed', fingerprint: 'f', durationMs: 5, cpuMs: 4 },
    c: { how: 'none', verdict: 'blocked' },
  })
  expect(judgements['a']?.findings).toBe(judgements['b']?.findings ?? '')
  expect(() => judgementsIn(text([finished('a', [])]))).toThrow('the run has no end')
})
