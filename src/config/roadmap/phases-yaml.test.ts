/** phases.yaml of the source system: what is read of its real shape, and what is told. */
import { expect, test } from 'bun:test'
import { tasksOf, type Roadmap } from '../../model/roadmap.ts'
import { readYamlRoadmap } from './yaml-roadmap.ts'

const read = (text: string) => readYamlRoadmap(text, 'config/phases.yaml', { digestOf: (content) => content })

function accepted(text: string): Roadmap {
  const result = read(text)
  if (!result.ok) throw new Error(JSON.stringify(result.failures))
  return result.value
}

const sample = `orchestrator:
  name: Coverage
  settings:
    max_parallel_tasks: 4
    retry_attempts: 3
    timeout_minutes: 30
    fail_fast: false
phase_1:
  name: "Foundation & Quick Wins"
  description: Unblock CI
  estimated_duration: 1 week
  groups:
    group_a:
      name: Blockers
      execution: sequential
      tasks:
        - id: "1.1"
          name: Widen coverage
          type: config_edit
          target: jest.config.js
          action: widen
          description: All folders
          thresholds: { services: 70 }
    group_b:
      name: Fixtures
      execution: parallel
      depends_on: [group_a]
      tasks:
        - { id: 1.10, name: Fixtures, type: file_generation, target: src/test/fixtures/, templates: [users.ts] }
phase_2:
  name: Services
  depends_on: [phase_1]
  groups:
    group_c:
      execution: parallel
      max_parallel: 3
      tasks:
        - { id: "2.1", name: Test scoring, type: test_generation, target: src/scoring.ts, test_file: src/scoring.test.ts, priority: critical }
    group_d:
      tasks:
        - { id: "2.2", name: Two, depends_on: "2.1", priority: medium }
phase_3:
  name: Pipeline
  parallel_with: [phase_2]
  groups:
    group_e:
      tasks:
        - { id: "3.1", name: Secrets, type: manual, requires_manual: true }
checkpoints:
  after_phase_1:
    name: Done
    validations:
      - { type: coverage_threshold, target: 30, description: Baseline }
      - { type: ci_passing }
`

test('phases, groups and tasks are read from their keys', () => {
  const roadmap = accepted(sample)
  expect(roadmap.dialect).toBe('phases')
  expect(roadmap.phases.map(({ id, title, after, isInferred, text }) => ({ id, title, after, isInferred, text }))).toEqual([
    {
      id: '1',
      title: 'Foundation & Quick Wins',
      after: [],
      isInferred: true,
      text: 'Unblock CI\n\n- estimated_duration: 1 week\n\nWhat must hold after it:\n\n- Baseline (type coverage_threshold, target 30)\n- (type ci_passing)',
    },
    { id: '2', title: 'Services', after: ['1'], isInferred: false, text: '' },
    { id: '3', title: 'Pipeline', after: ['1'], isInferred: true, text: '' },
  ])
  expect(
    roadmap.phases
      .flatMap(({ groups }) => groups)
      .map(({ id, title, after, isInferred, isSequential, maxParallel }) => [id, title, after, isInferred, isSequential, maxParallel]),
  ).toEqual<unknown>([
    ['A', 'Blockers', [], true, true, 4],
    ['B', 'Fixtures', ['A'], false, false, 4],
    ['C', undefined, [], true, false, 3],
    ['D', undefined, ['C'], true, true, 4],
    ['E', undefined, [], true, true, 4],
  ])
  expect(tasksOf(roadmap).map(({ task }) => [task.id, task.title, task.files, task.priority, task.isManual, task.after, task.timeoutMs])).toEqual<unknown>([
    ['1.1', 'Widen coverage', ['jest.config.js'], 0, false, [], 1_800_000],
    ['1.10', 'Fixtures', ['src/test/fixtures/**'], 0, false, [], 1_800_000],
    ['2.1', 'Test scoring', ['src/scoring.test.ts'], 30, false, [], 1_800_000],
    ['2.2', 'Two', undefined, 10, false, ['2.1'], 1_800_000],
    ['3.1', 'Secrets', undefined, 0, true, [], 1_800_000],
  ])
  expect(tasksOf(roadmap)[0]?.task.text).toBe('All folders\n\n- type: config_edit\n- target: jest.config.js\n- action: widen\n- thresholds: {services: 70}')
  expect(roadmap.notes.map(({ what, place }) => `${place?.line} ${what}`)).toEqual([
    '3 retry_attempts, fail_fast of this file mean nothing to pawl',
    '39 group 2.D is taken to come after group C',
    '42 phase 3 is taken to come after phase 1',
  ])
})

test('phases may be a list, or a mapping below one key', () => {
  const list =
    'phases:\n- { id: phase_1, name: P, groups: [{ id: group_a, name: G, tasks: [{ id: "1.1", name: T }] }] }\n- { id: 2, name: Q, depends_on: 1, groups: [] }\n'
  const mapping =
    'phases:\n  phase_1: { name: P, groups: { group_a: { name: G, tasks: [{ id: "1.1", name: T }] } } }\n  phase_2: { name: Q, depends_on: phase_1, groups: {} }\n'
  for (const text of [list, mapping])
    expect(
      accepted(text).phases.map(({ id, title, after, groups }) => [id, title, after, groups.map((group) => [group.id, group.tasks.length])]),
    ).toEqual<unknown>([
      ['1', 'P', [], [['A', 1]]],
      ['2', 'Q', ['1'], []],
    ])
})

const one = (more: string): string => `phase_1:\n  name: P\n  groups:\n    group_a:\n      tasks:\n        - { id: "1.1", name: T${more} }\n`
const mistakes: readonly (readonly [text: string, told: string])[] = [
  [one(', priority: urgent'), "roadmap.invalid 6:43 'phase_1.groups.group_a.tasks[0].priority' must be 'critical', 'high', 'medium' or 'low', not 'urgent'"],
  [one(', requires_manual: 1'), "roadmap.invalid 6:50 'phase_1.groups.group_a.tasks[0].requires_manual' must be true or false, not 1"],
  [one(', depends_on: "9"'), "roadmap.invalid 6:11 task '1.1' comes after '9', which is no task"],
  [one('').replace('tasks:', 'depends_on: group_z\n      tasks:'), "roadmap.invalid 5:19 'group_z' is not there"],
  [one('').replace('groups:', 'parallel_with: [phase_7]\n  groups:'), "roadmap.invalid 3:19 'phase_7' is not there"],
  [one('').replace('name: P', 'description: none'), "roadmap.invalid 1:1 'phase_1' lacks 'name'"],
  ['phase_1: { name: P, groups: { group_a: { tasks: later } } }\n', "roadmap.invalid 1:42 'tasks' must be a list"],
  ['phase_1: { name: P, groups: [] }\nphase_2: { name: Q, groups: later }\n', "roadmap.invalid 2:21 'groups' must be a mapping or a list"],
  ['phase_1: { name: P, groups: { "group_a b": {} } }\n', "roadmap.invalid 1:31 'group_a b' is no id"],
  ['phase_1: { name: P, groups: {} }\n', 'roadmap.empty 1:1 config/phases.yaml has no task'],
  [
    'phase_1: { name: P, depends_on: phase_2, groups: { group_a: { tasks: [{ id: a, name: T }] } } }\nphase_2: { name: Q, depends_on: phase_1, groups: { group_a: { tasks: [{ id: b, name: T }] } } }\n',
    'roadmap.cycle 1:1 phase 1 and phase 2 wait for each other',
  ],
]

test.each(mistakes)('a mistake is told with its place: %j', (text, line) => {
  const result = read(text)
  expect(result.ok ? ['accepted'] : result.failures.map(({ type, place, what }) => `${type} ${place?.line}:${place?.column} ${what}`)).toEqual([line])
})

test('a target outside of the repository is told, and not taken over', () => {
  const roadmap = accepted(one(', target: "../other/x.ts"'))
  expect(tasksOf(roadmap)[0]?.task.files).toBeUndefined()
  expect(roadmap.notes.map(({ what }) => what)).toEqual(["1.1 names '../other/x.ts', which is nothing in the repository"])
})

test('a list of phases without a title is not taken for a foreign one', () => {
  const result = read('phases:\n- { id: 1, name: P, groups: [] }\n')
  expect(result.ok ? [] : result.failures.map(({ what }) => what)).toEqual(["'phases[0]' lacks 'title'", "unknown key 'name'"])
})
