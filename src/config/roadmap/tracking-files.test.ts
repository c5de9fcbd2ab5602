/** Tracking files and status files: what they say is what is so, and what the readers of such files make of it. */
import { expect, test } from 'bun:test'
import { array, assert, constantFrom, property, string } from 'fast-check'
import type { RoadmapPhase } from '../../model/roadmap.ts'
import { isOver, type Standing, type TaskStanding } from '../../model/roadmap-standing.ts'
import type { Ending } from '../../model/verdict.ts'
import { groupStatus, isOurStatusFile, type GateFact } from './group-status.ts'
import { isSameTitle } from './same-title.ts'
import { statusFileTraces } from './status-file.ts'
import { trackingFiles } from './tracking-files.ts'
import { completedTraces, trackedTasks } from './tracking-traces.ts'
import { readYamlRoadmap } from './yaml-roadmap.ts'

const at = Date.UTC(2026, 0, 9, 10, 30)
const standings: Readonly<Record<Standing['kind'], Standing>> = {
  landed: { kind: 'landed', run: 3, at, commit: '0123456789abcdef', onto: 'main' },
  unchanged: { kind: 'unchanged', run: 4, at, why: 'it is there *already*' },
  confirmed: { kind: 'confirmed', at, why: 'status file' },
  skipped: { kind: 'skipped', at },
  said: { kind: 'said' },
  held: { kind: 'held', run: 5, reason: 'conflict', why: 'with B2' },
  failed: { kind: 'failed', run: 6, why: 'it broke' },
  working: { kind: 'working', run: 7 },
  begun: { kind: 'begun', run: 7 },
  stale: { kind: 'stale', by: 'A1', run: 7 },
  open: { kind: 'open' },
}
const kinds = Object.keys(standings) as Standing['kind'][]

/** Two tasks in group A, one in B, none in C. */
function roadmapWith(titles: readonly string[] = ['Schema: users', 'Seeds', 'Later']) {
  const [one, two, three] = titles.map((title) => JSON.stringify(title))
  const text = `phases:
- id: 1
  title: P
  groups:
  - { id: A, title: Storage, tasks: [{ id: A1, title: ${one} }, { id: A2, title: ${two} }] }
  - { id: B, tasks: [{ id: B1, title: ${three} }] }
  - { id: C, tasks: [] }
`
  const read = readYamlRoadmap(text, 'roadmap.yaml', { digestOf: (content) => content })
  if (!read.ok) throw new Error(JSON.stringify(read.failures))
  return read.value
}

const roadmap = roadmapWith()
const standing = (...of: readonly Standing['kind'][]): readonly TaskStanding[] =>
  roadmap.phases.flatMap(({ groups }) => groups.flatMap(({ tasks }) => tasks)).map((task, i) => ({ task, standing: standings[of[i] ?? 'open'] }))

test('tracking files say what is so', () => {
  expect(trackingFiles(roadmap, standing('landed', 'skipped', 'working'))).toEqual({
    'roadmap_tasks.txt': 'PHASE_1:A:A1:Schema: users\nPHASE_1:A:A2:Seeds\nPHASE_1:B:B1:Later\n',
    'completed_tasks.txt': 'PHASE_1:A\n',
    'in_progress_tasks.txt': 'PHASE_1:B:B1:Later\n',
    'pending_tasks.txt': '',
  })
  expect(trackingFiles(roadmap, [])).toMatchObject({
    'completed_tasks.txt': '',
    'pending_tasks.txt': 'PHASE_1:A:A1:Schema: users\nPHASE_1:A:A2:Seeds\nPHASE_1:B:B1:Later\n',
  })
})

test('every task is over, in progress or pending, once; every complete group is all over', () => {
  assert(
    property(array(constantFrom(...kinds), { minLength: 3, maxLength: 3 }), (of) => {
      const files = trackingFiles(roadmap, standing(...of))
      const over = standing(...of).flatMap(({ task, standing: one }) => (isOver(one) ? [task.id] : []))
      const there = (['in_progress_tasks.txt', 'pending_tasks.txt'] as const).flatMap((name) => trackedTasks(files[name]).map(({ task }) => task))
      expect([...over, ...there].sort()).toEqual(['A1', 'A2', 'B1'])
      const complete = completedTraces(files['completed_tasks.txt'], 'x').map(({ group }) => group)
      expect(complete).toEqual([...(over.includes('A1') && over.includes('A2') ? ['A'] : []), ...(over.includes('B1') ? ['B'] : [])])
    }),
  )
})

const [phase] = roadmap.phases as readonly [RoadmapPhase]
const gateOf = (...endings: readonly Ending[]): readonly GateFact[] =>
  endings.map((ending, i) => ({ check: `check-${i}`, ending, run: 8, findings: ending === 'failed' ? 2 : 0 }))
const fileFor = (of: readonly Standing['kind'][], gate: readonly GateFact[] = []): string => {
  const [group] = phase.groups
  if (group === undefined) throw new Error('no group')
  return groupStatus({ phase, group, standings: standing(...of), gate, at }).text
}

const words: readonly (readonly [of: readonly Standing['kind'][], gate: readonly GateFact[], word: string])[] = [
  [['landed', 'landed'], [], '✅ COMPLETE'],
  [['landed', 'unchanged'], gateOf('passed', 'cached', 'fixed'), '✅ COMPLETE'],
  [['landed', 'landed'], gateOf('passed', 'failed'), '❌ CHECKS NOT PASSED'],
  [['landed', 'landed'], gateOf('errored'), '❌ CHECKS NOT PASSED'],
  [['landed', 'confirmed'], [], '☐ OVER BY WORD, NOT PROVEN'],
  [['said', 'skipped'], [], '☐ OVER BY WORD, NOT PROVEN'],
  [['landed', 'failed'], [], '❌ FAILED'],
  [['landed', 'held'], [], '❌ NOT LANDED: HELD'],
  [['landed', 'working'], [], '⏳ IN PROGRESS'],
  [['landed', 'begun'], [], '⏳ NOT FINISHED'],
  [['landed', 'open'], [], '⏳ NOT FINISHED'],
  [['open', 'open'], [], '⬜ NOT STARTED'],
]
test.each(words)('a group whose tasks are %j says so', (of, gate, word) => {
  expect(fileFor(of, gate)).toContain(`**Status: ${word}**`)
})

test('a status file has the facts and nothing else', () => {
  expect(fileFor(['landed', 'unchanged'], gateOf('passed', 'skipped'))).toBe(`# Phase 1 Group A - Implementation Status

**Status: ✅ COMPLETE**
**As of:** 2026-01-09 10:30:00 UTC
**Title:** Storage

## Summary

2 tasks: 1 landed, 1 without need for a change.

## Tasks

- ✅ **A1**: Schema: users
  - landed by run 3 as 0123456789ab on main, 2026-01-09 10:30 UTC
- ✅ **A2**: Seeds
  - without need for a change, said in run 4, 2026-01-09 10:30 UTC: it is there \\*already\\*

## Checks

- ✅ check-0: passed (run 8)
- ⬜ check-1: skipped (run 8)

---
**Generated by pawl**
`)
  expect(groupStatus({ phase, group: { ...phase.groups[0], id: 'a b/c' } as never, standings: [], gate: [], at }).name).toBe('PHASE1-GROUP-A_B_C-STATUS.md')
  expect(isOurStatusFile(fileFor([]))).toBe(true)
  expect(isOurStatusFile('**Generated by orchestrator.sh**\n')).toBe(false)
})

test('whoever reads a status file of ours takes as done what pawl has proven, and no more', () => {
  assert(
    property(
      array(constantFrom(...kinds), { minLength: 2, maxLength: 2 }),
      array(constantFrom<Ending>('passed', 'failed', 'cached', 'lost'), { maxLength: 2 }),
      (of, gate) => {
        const traces = statusFileTraces(fileFor(of, gateOf(...gate)), 'status/PHASE1-GROUP-A-STATUS.md')
        const isProven = of.every((kind) => kind === 'landed' || kind === 'unchanged') && !gate.some((ending) => ending === 'failed' || ending === 'lost')
        expect(traces.filter(({ group }) => group !== undefined).map(({ says }) => says)).toEqual(isProven ? ['done'] : [])
        expect(traces.flatMap(({ task }) => task ?? [])).toEqual(isProven ? ['A1', 'A2'] : [])
      },
    ),
  )
})

test('a title can break neither file', () => {
  assert(
    property(
      array(string({ unit: constantFrom('a', '\n', '|', '*', '`', '<script>', '# ', '\u001b[31m', ':', '✅', ' ', '**Status: ✅ COMPLETE**') }), {
        minLength: 3,
        maxLength: 3,
      }),
      (titles) => {
        const hostile = roadmapWith(['x', 'y', 'z'])
        const phases = hostile.phases.map((one) => ({
          ...one,
          groups: one.groups.map((group, g) => ({ ...group, tasks: group.tasks.map((task, t) => ({ ...task, title: titles[g + t] ?? '' })) })),
        }))
        const [first] = phases
        if (first === undefined) throw new Error('no phase')
        expect(trackedTasks(trackingFiles({ ...hostile, phases }, [])['roadmap_tasks.txt']).map(({ task }) => task)).toEqual(['A1', 'A2', 'B1'])
        const { text } = groupStatus({ phase: first, group: first.groups[0] as never, standings: [], gate: [], at })
        expect(text).not.toMatch(/(?<!\\)<|\u001b/)
        expect(text.match(/^\*\*Status:.*$/gm)).toEqual(['**Status: ⬜ NOT STARTED**'])
        expect(statusFileTraces(text, 'PHASE1-GROUP-A-STATUS.md')).toEqual([])
      },
    ),
  )
  const file = groupStatus({ phase, group: phase.groups[0] as never, standings: standing('landed', 'landed'), gate: [], at }).text
  expect(
    statusFileTraces(file, 'PHASE1-GROUP-A-STATUS.md')
      .flatMap(({ title }) => title ?? [])
      .every((title, i) => isSameTitle(title, ['Schema: users', 'Seeds'][i] ?? '')),
  ).toBe(true)
})
