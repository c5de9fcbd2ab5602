import { expect, test } from 'bun:test'
import type { Event, Happening } from '../model/event.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Roadmap } from '../model/roadmap.ts'
import { taskId } from '../model/task.ts'
import { redGates } from './red-gates.ts'

const place = { file: 'ROADMAP.md' }
const task = { id: 'A1', title: 'One', digest: 'd', after: [], priority: 0, isManual: false, criteria: [], text: '', place }
const group = { id: 'A', after: [], isInferred: false, isSequential: false, text: '', tasks: [task], place }
const phase = { id: '1', title: 'One', after: [], isInferred: false, text: '', groups: [group], place }
const roadmap: Roadmap = { file: 'ROADMAP.md', dialect: 'table', notes: [], phases: [phase] }

let clock = 0
const told = (happening: Happening): Event => ({ ...happening, seq: ++clock, at: clock })
const gate = { attempt: 'gate:phase-1@1.1', task: taskId('gate:phase-1') } as const
const judged = (commit: string, findings: number): Event =>
  told({
    type: 'job.advanced',
    ...gate,
    fact: { kind: 'stage-judged', commit, checks: [{ check: taskId('lint'), ending: findings === 0 ? 'passed' : 'failed', findings }] },
  })
const turn = (outcome: 'ok' | 'crashed'): Event =>
  told({
    type: 'job.advanced',
    attempt: gate.attempt,
    task: taskId('work:mend-phase-1'),
    fact: { kind: 'turn-ended', turn: 1, agent: 'x', outcome, spent: { timeMs: 1 } },
  })
const end = (kind: 'passed' | 'failed' | 'cancelled'): Event => {
  const outcome: Outcome =
    kind === 'failed'
      ? { kind, findings: [], durationMs: 1, summary: 's' }
      : kind === 'passed'
        ? { kind, findings: [], durationMs: 1 }
        : { kind, durationMs: 1 }
  return told({ type: 'attempt.finished', ...gate, round: 1, outcome })
}
const reset = (id: string): Event => told({ type: 'roadmap.marked', mark: { kind: 'reset', id, title: id, digest: 'd' } })

/** Since which run it is red, and whether its agent has tried. */
const known = (runs: readonly (readonly Event[])[], marks: readonly Event[] = []): readonly [number, boolean] | undefined => {
  const red = redGates(roadmap, { runs: runs.map((events, i) => ({ run: i + 1, isLive: false, events })), told: marks }).get('phase-1')
  return red === undefined ? undefined : [red.since, red.hasTried]
}

test('a gate is red since the first run that found the same, and tried when a turn of its agent came to its end', () => {
  expect(known([[judged('c', 1), end('failed')]])).toEqual([1, false])
  expect(
    known([
      [judged('c', 1), turn('ok'), end('failed')],
      [judged('c', 1), end('failed')],
    ]),
  ).toEqual([1, true])
  expect(known([[judged('c', 1), turn('crashed'), end('failed')]])).toEqual([1, false])
  expect(
    known([
      [judged('c', 1), turn('ok'), end('failed')],
      [judged('c', 2), end('failed')],
    ]),
  ).toEqual([2, false])
  expect(
    known([
      [judged('c', 1), turn('ok'), end('failed')],
      [judged('d', 1), end('failed')],
    ]),
  ).toEqual([2, false])
  // What the agent made has landed: another commit, at which nobody has tried.
  expect(known([[judged('c', 1), turn('ok'), judged('d', 1), end('failed')]])).toEqual([1, false])
})

test('what passed, was cut off or was asked for once more is not held against anything', () => {
  expect(
    known([
      [judged('c', 1), turn('ok'), end('failed')],
      [judged('c', 0), end('passed')],
    ]),
  ).toBeUndefined()
  expect(known([[judged('c', 1), turn('ok')]])).toBeUndefined()
  expect(known([[judged('c', 1), turn('ok'), end('cancelled')]])).toBeUndefined()
  const early = reset('a1')
  const runs = [[judged('c', 1), turn('ok'), end('failed')]]
  expect(known(runs, [early])).toEqual([1, true])
  expect(known(runs, [reset('B7')])).toEqual([1, true])
  expect(known(runs, [reset('a1')])).toEqual([1, false])
})
