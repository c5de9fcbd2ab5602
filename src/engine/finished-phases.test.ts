import { expect, test } from 'bun:test'
import type { Event } from '../model/event.ts'
import type { Roadmap, RoadmapTask } from '../model/roadmap.ts'
import type { Standing, TaskStanding } from '../model/roadmap-standing.ts'
import { taskId } from '../model/task.ts'
import { finishedPhases } from './finished-phases.ts'

const place = { file: 'ROADMAP.md' }
const task = (id: string): RoadmapTask => ({ id, title: id, digest: id, after: [], priority: 0, isManual: false, criteria: [], text: '', place })
const group = { id: 'A', after: [], isInferred: false, isSequential: false, text: '', tasks: [task('A1'), task('A2')], place }
const roadmap: Roadmap = {
  file: 'ROADMAP.md',
  dialect: 'table',
  notes: [],
  phases: [{ id: '1', title: 'One', after: [], isInferred: false, text: '', groups: [group], place }],
}
const landed = (at: number): Standing => ({ kind: 'landed', run: 1, at, commit: 'c', onto: 'main' })
const judged = (commit: string, at: number, ending: 'passed' | 'failed' = 'passed'): Event => ({
  type: 'job.advanced',
  attempt: 'gate:phase-1@1.1',
  task: taskId('gate:phase-1'),
  fact: { kind: 'stage-judged', commit, checks: [{ check: taskId('lint'), ending, findings: 0 }] },
  seq: at,
  at,
})
const confirmed: Standing = { kind: 'confirmed', at: 1 }

test.each<[string, readonly [Standing, Standing], readonly Event[], string]>([
  ['the newest commit that its gate passed', [landed(1), landed(2)], [judged('x', 3), judged('y', 4)], 'y'],
  ['one task is open', [landed(1), { kind: 'open' }], [judged('x', 3)], '1 of its 2 tasks is not over'],
  ['nothing is its own', [confirmed, confirmed], [], 'nothing of it has landed by pawl'],
  ['nobody has judged it', [landed(1), landed(2)], [], 'its gate has not passed'],
  ['it was judged before the last landing', [landed(1), landed(5)], [judged('x', 3)], 'its gate has not passed'],
  ['it was red the last time', [landed(1), landed(2)], [judged('x', 3), judged('y', 4, 'failed')], 'its gate has not passed'],
])('a phase is handed over at a commit, or lacks something: %s', (_, standings, events, expected) => {
  const all = new Map(standings.map((standing, i): readonly [string, TaskStanding] => [`A${i + 1}`, { task: task(`A${i + 1}`), standing }]))
  const [end] = finishedPhases(roadmap, all, { runs: [{ run: 1, isLive: false, events }], told: [] })
  expect(end?.passed?.commit ?? end?.lacks).toBe(expected)
})
