import { expect, test } from 'bun:test'
import type { Event, Happening } from './event.ts'
import type { JobFact } from './job.ts'
import type { Roadmap, RoadmapTask } from './roadmap.ts'
import { standingsOf, type Journal, type RunJournal } from './roadmap-journal.ts'
import type { MarkKind } from './roadmap-standing.ts'
import { taskId, type TaskId } from './task.ts'
import { noCounts } from './tally.ts'

const place = { file: 'ROADMAP.md' }
const task = (id: string, digest: string, more: Partial<RoadmapTask> = {}): RoadmapTask => ({
  id,
  title: `do ${id}`,
  digest,
  after: [],
  priority: 0,
  isManual: false,
  criteria: [],
  text: '',
  place,
  ...more,
})
const roadmap = (...tasks: readonly RoadmapTask[]): Roadmap => {
  const group = { id: 'A', after: [], isInferred: false, isSequential: false, text: '', tasks, place }
  return {
    file: 'ROADMAP.md',
    dialect: 'table',
    notes: [],
    phases: [{ id: '1', title: 'One', after: [], isInferred: false, text: '', groups: [group], place }],
  }
}

let clock = 0
const timed = (happenings: readonly Happening[]): readonly Event[] => happenings.map((one, i) => ({ ...one, seq: i + 1, at: ++clock }))
const work = (id: string): TaskId => taskId(`work:${id.toLowerCase()}`)
const advanced = (id: string, fact: JobFact): Happening => ({ type: 'job.advanced', attempt: `${work(id)}@1.1`, task: work(id), fact })

/** A run of these tasks, of which each comes as far as its facts say. */
function run(number: number, tasks: Readonly<Record<string, { digest: string; facts: readonly JobFact[] }>>, isOver = true): RunJournal {
  const planned = Object.entries(tasks).map(([id, { digest }]) => ({ job: work(id), id, title: `do ${id}`, digest }))
  const events = timed([
    {
      type: 'run.started',
      run: number,
      command: 'pawl roadmap run',
      root: '/r',
      version: '1',
      dryRun: false,
      plan: { tasks: planned.map(({ job }) => ({ id: job, stage: 's', needs: [], reason: '' })), skips: [] },
    },
    { type: 'roadmap.planned', file: 'ROADMAP.md', tasks: planned },
    ...Object.entries(tasks).flatMap(([id, { facts }]) => facts.map((fact) => advanced(id, fact))),
    ...(isOver ? [{ type: 'run.finished', verdict: 'failed', counts: noCounts, durationMs: 1, savedMs: 0 } as const] : []),
  ])
  return { run: number, isLive: !isOver, events }
}
const mark = (kind: MarkKind, id: string, digest: string): readonly Event[] =>
  timed([{ type: 'roadmap.marked', mark: { kind, id, title: `do ${id}`, digest } }])

const turn: JobFact = { kind: 'turn-begun', turn: 1, agent: 'x', why: 'work' }
const committed: JobFact = { kind: 'committed', commit: 'c1', tree: 't', files: 1 }
const landed: JobFact = { kind: 'landed', commit: 'c2', onto: 'main' }
const held: JobFact = { kind: 'held', held: { reason: 'conflict', why: 'it clashes', beside: [], files: [] } }
const kindOf = (of: Roadmap, journal: Journal, id: string): string | undefined => standingsOf(of, journal).get(id)?.standing.kind

test('what has landed stands as landed, by the content that it had; whatever else was begun is no end', () => {
  const journal = {
    runs: [
      run(1, {
        A1: { digest: 'a', facts: [turn, committed, landed] },
        A2: { digest: 'b', facts: [turn] },
        A3: { digest: 'c', facts: [turn, committed, held] },
        A4: { digest: 'd', facts: [] },
      }),
    ],
    told: [],
  }
  const of = roadmap(task('A1', 'a'), task('A2', 'b'), task('A3', 'c'), task('A4', 'd'))
  expect(['A1', 'A2', 'A3', 'A4'].map((id) => kindOf(of, journal, id))).toEqual(['landed', 'begun', 'held', 'open'])
})

test('a task with another content than what is recorded is open, and the drift is told', () => {
  const journal = { runs: [run(1, { A1: { digest: 'a', facts: [turn, committed, landed] } })], told: [] }
  const standing = standingsOf(roadmap(task('A1', 'other')), journal).get('A1')
  expect([standing?.standing.kind, standing?.drift]).toEqual(['open', { id: 'a1', was: 'do A1', wasKind: 'landed', run: 1 }])
})

test('a person’s marks: the last one counts, and a reset forgets what was before, also what the roadmap says', () => {
  const of = roadmap(task('A1', 'a', { said: 'done' }), task('A2', 'b', { said: 'partial' }))
  expect(kindOf(of, { runs: [], told: [] }, 'A1')).toBe('said')
  expect(kindOf(of, { runs: [], told: [] }, 'A2')).toBe('open')
  expect(kindOf(of, { runs: [], told: mark('reset', 'a1', 'a') }, 'A1')).toBe('open')
  const skipped = mark('skipped', 'A2', 'b')
  expect(kindOf(of, { runs: [], told: skipped }, 'A2')).toBe('skipped')
  expect(kindOf(of, { runs: [], told: [...skipped, ...mark('done', 'A2', 'b')] }, 'A2')).toBe('confirmed')
  const first = run(1, { A2: { digest: 'b', facts: [turn, committed, landed] } })
  expect(kindOf(of, { runs: [first], told: mark('taken-back', 'A2', 'b') }, 'A2')).toBe('open')
})

test('a live run shows as working; one that was cut off as begun', () => {
  const of = roadmap(task('A1', 'a'))
  expect(kindOf(of, { runs: [run(1, { A1: { digest: 'a', facts: [turn] } }, false)], told: [] }, 'A1')).toBe('working')
  expect(kindOf(of, { runs: [{ ...run(1, { A1: { digest: 'a', facts: [turn] } }, false), isLive: false }], told: [] }, 'A1')).toBe('begun')
})

test('an edited task makes stale what explicitly comes after it, until that has landed anew', () => {
  const first = run(1, {
    A1: { digest: 'a', facts: [turn, committed, landed] },
    A2: { digest: 'b', facts: [turn, committed, landed] },
    A3: { digest: 'c', facts: [turn, committed, landed] },
  })
  const of = (digest: string): Roadmap => roadmap(task('A1', digest), task('A2', 'b', { after: ['A1'] }), task('A3', 'c'))
  expect(['A1', 'A2', 'A3'].map((id) => kindOf(of('a'), { runs: [first], told: [] }, id))).toEqual(['landed', 'landed', 'landed'])
  expect(['A1', 'A2', 'A3'].map((id) => kindOf(of('edited'), { runs: [first], told: [] }, id))).toEqual(['open', 'stale', 'landed'])
  const second = run(2, { A1: { digest: 'edited', facts: [turn, committed, landed] } })
  expect(kindOf(of('edited'), { runs: [first, second], told: [] }, 'A2')).toBe('stale')
  const third = run(3, { A2: { digest: 'b', facts: [turn, committed, landed] } })
  expect(kindOf(of('edited'), { runs: [first, second, third], told: [] }, 'A2')).toBe('landed')
})

test('what had landed, was asked for again and found to need no change stands as it landed; what was taken back does not', () => {
  const of = roadmap(task('A1', 'a'))
  const journal = (...runs: readonly RunJournal[]): Journal => ({ runs, told: [] })
  const first = run(1, { A1: { digest: 'a', facts: [turn, committed, landed] } })
  const reset = mark('reset', 'A1', 'a')
  const asked = standingsOf(of, { ...journal(first), told: reset }).get('A1')
  expect(asked).toMatchObject({ standing: { kind: 'open' }, landed: { run: 1, commit: 'c2', onto: 'main' } })
  const found = asked?.landed
  if (found === undefined) throw new Error('nothing landed')
  const second = run(2, { A1: { digest: 'a', facts: [turn, { kind: 'unchanged', why: 'w', landed: found }] } })
  const ended = timed([
    { type: 'attempt.finished', attempt: 'work:a1@1.1', task: work('A1'), round: 1, outcome: { kind: 'passed', findings: [], durationMs: 1 } },
  ])
  const stands = standingsOf(of, { ...journal(first, { ...second, events: [...second.events.slice(0, -1), ...ended] }), told: reset }).get('A1')
  expect(stands?.standing).toMatchObject({ ...found, kind: 'landed', again: { run: 2 } })
  const back = standingsOf(of, { ...journal(first), told: mark('taken-back', 'A1', 'a') }).get('A1')
  expect([back?.standing.kind, back?.landed]).toEqual(['open', undefined])
})

test('what a run takes back is open when that has landed, and not before', () => {
  const of = roadmap(task('A1', 'a'))
  const first = run(1, { A1: { digest: 'a', facts: [turn, committed, landed] } })
  const asked: Happening = { type: 'roadmap.reverted', file: 'ROADMAP.md', tasks: [{ id: 'A1', title: 'do A1', digest: 'a', commit: 'c2', by: 'c3' }] }
  const back = (facts: readonly JobFact[]): RunJournal => ({
    run: 2,
    isLive: false,
    events: timed([asked, ...facts.map((fact) => advanced('rollback', fact))]),
  })
  expect(kindOf(of, { runs: [first, back([committed])], told: [] }, 'A1')).toBe('landed')
  expect(kindOf(of, { runs: [first, back([committed, landed])], told: [] }, 'A1')).toBe('open')
})
