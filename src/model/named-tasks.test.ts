import { expect, test } from 'bun:test'
import type { Roadmap, RoadmapTask } from './roadmap.ts'
import { namedTasks } from './named-tasks.ts'

const place = { file: 'ROADMAP.md' }
const task = (id: string): RoadmapTask => ({ id, title: id, digest: id, after: [], priority: 0, isManual: false, criteria: [], text: '', place })
const phase = (id: string, groups: Readonly<Record<string, readonly string[]>>) => ({
  id,
  title: id,
  after: [],
  isInferred: false,
  text: '',
  groups: Object.entries(groups).map(([name, ids]) => ({
    id: name,
    after: [],
    isInferred: false,
    isSequential: false,
    text: '',
    tasks: ids.map(task),
    place,
  })),
  place,
})
const roadmap: Roadmap = {
  file: 'ROADMAP.md',
  dialect: 'table',
  notes: [],
  phases: [phase('1', { A: ['A1', 'A2'], B: ['B1'] }), phase('2', { A: ['C1'], C: ['2', 'C2'] })],
}
const meant = (...names: readonly string[]): readonly string[] => {
  const found = namedTasks(roadmap, names)
  return found.ok ? found.value.map((one) => one.task.id) : found.failures.map(({ what, hint }) => `${what}; ${hint ?? ''}`)
}

test('a word is a task, else a group, else a phase, without regard to case; each task is there once', () => {
  expect(meant('a2')).toEqual(['A2'])
  expect(meant('1.a')).toEqual(['A1', 'A2'])
  expect(meant('A')).toEqual(['A1', 'A2', 'C1'])
  expect(meant('1')).toEqual(['A1', 'A2', 'B1'])
  expect(meant('2')).toEqual(['2'])
  expect(meant('Phase-2')).toEqual(['C1', '2', 'C2'])
  expect(meant('B', 'b1', '1')).toEqual(['B1', 'A1', 'A2'])
  expect(meant()).toEqual([])
})

test('every word that nobody knows is told', () => {
  expect(meant('A1', 'D1', 'phase-3')).toEqual([
    "the roadmap has no task, group or phase 'D1'; Did you mean 'A1'?",
    "the roadmap has no task, group or phase 'phase-3'; Did you mean 'phase-1'?",
  ])
})
