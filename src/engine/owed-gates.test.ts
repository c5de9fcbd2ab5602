import { expect, test } from 'bun:test'
import type { Event } from '../model/event.ts'
import type { JudgedCheck } from '../model/job.ts'
import type { Roadmap, RoadmapTask } from '../model/roadmap.ts'
import type { Standing, TaskStanding } from '../model/roadmap-standing.ts'
import { taskId } from '../model/task.ts'
import { owedGates } from './owed-gates.ts'

const place = { file: 'ROADMAP.md' }
const task = (id: string): RoadmapTask => ({ id, title: id, digest: id, after: [], priority: 0, isManual: false, criteria: [], text: '', place })
const group = (id: string, ...ids: readonly string[]) => ({
  id,
  after: [],
  isInferred: false,
  isSequential: false,
  text: '',
  tasks: ids.map(task),
  place,
})
const roadmap: Roadmap = {
  file: 'ROADMAP.md',
  dialect: 'table',
  notes: [],
  phases: [{ id: '1', title: 'One', after: [], isInferred: false, text: '', groups: [group('A', 'A1', 'A2'), group('B', 'B1')], place }],
}
const landed = (at: number): Standing => ({ kind: 'landed', run: 1, at, commit: 'c', onto: 'main' })
const judged = (stage: string, at: number, ending: JudgedCheck['ending'] = 'passed'): Event => ({
  type: 'job.advanced',
  attempt: `gate:${stage}@1.1`,
  task: taskId(`gate:${stage}`),
  fact: { kind: 'stage-judged', commit: 'c', checks: [{ check: taskId('lint'), ending, findings: 0 }] },
  seq: at,
  at,
})

const ended = (stage: string, at: number): Event => ({
  type: 'attempt.finished',
  attempt: `gate:${stage}@1.1`,
  task: taskId(`gate:${stage}`),
  round: 1,
  outcome: { kind: 'passed', findings: [], durationMs: 1 },
  seq: at,
  at,
})

const owed = (standings: Readonly<Record<string, Standing>>, ...events: readonly Event[]): readonly string[] => {
  const all = Object.entries(standings).map(([id, standing]): readonly [string, TaskStanding] => [id, { task: task(id), standing }])
  return [...owedGates(roadmap, new Map(all), { runs: [{ run: 1, isLive: false, events }], told: [] })]
}

const open: Standing = { kind: 'open' }

test.each<[string, Readonly<Record<string, Standing>>, readonly Event[], readonly string[]]>([
  ['nothing has landed', { A1: open, A2: open, B1: open }, [], []],
  ['a group is not over', { A1: landed(1), A2: open, B1: open }, [], []],
  ['a group is over and was never judged', { A1: landed(1), A2: landed(2), B1: open }, [], ['1.A']],
  ['it was judged before the last landing', { A1: landed(1), A2: landed(5), B1: open }, [judged('1.A', 3)], ['1.A']],
  ['it was judged after it', { A1: landed(1), A2: landed(2), B1: open }, [judged('1.A', 3)], []],
  ['the last judgement was red', { A1: landed(1), A2: landed(2), B1: open }, [judged('1.A', 3), judged('1.A', 4, 'failed')], ['1.A']],
  ['a person did what was left since', { A1: landed(1), A2: { kind: 'confirmed', at: 6 }, B1: open }, [judged('1.A', 3)], ['1.A']],
  ['only advice did not pass', { A1: landed(1), A2: landed(2), B1: open }, [judged('1.A', 3, 'failed'), ended('1.A', 4)], []],
  ['only the phase is left', { A1: landed(1), A2: landed(2), B1: landed(4) }, [judged('1.A', 3), judged('1.B', 5)], ['phase-1']],
  ['all is over by the word of a person', { A1: { kind: 'confirmed', at: 1 }, A2: { kind: 'skipped', at: 1 }, B1: { kind: 'said' } }, [], []],
])('%s', (_, standings, events, expected) => {
  expect(owed(standings, ...events)).toEqual(expected)
})
