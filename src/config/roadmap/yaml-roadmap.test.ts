/** pawl's own form of a roadmap in YAML: what is read, and what is told about mistakes. */
import { expect, test } from 'bun:test'
import { array, assert, constantFrom, property } from 'fast-check'
import { tasksOf, type Roadmap } from '../../model/roadmap.ts'
import { readYamlRoadmap } from './yaml-roadmap.ts'

const read = (text: string) => readYamlRoadmap(text, 'roadmap.yaml', { digestOf: (content) => `<${content}>` })

function accepted(text: string): Roadmap {
  const result = read(text)
  if (!result.ok) throw new Error(JSON.stringify(result.failures))
  return result.value
}

function told(text: string): readonly string[] {
  const result = read(text)
  if (result.ok) return ['accepted']
  return result.failures.map(({ type, place, what, hint = '' }) => `${type} ${place?.line}:${place?.column} ${what} | ${hint}`)
}

const full = `version: 1
phases:
  - id: 1
    title: Foundation
    text: What everything else stands on.
    groups:
      - id: A
        title: Storage
        sequential: true
        tasks:
          - id: A1
            title: "Schema: users & roles"
            description: First the tables.
            text: |
              Then the
              migrations.
            files: [./db/**, src/schema.ts]
            agent: claude
            model: large
            priority: high
            checks: [unit, types]
            timeout: 30m
            budget: { money: 2, tokens: 100000 }
            criteria:
              - Every table has a key
              - "  two   blanks "
            status: partial
            complexity: high
            spec: docs/schema.md
          - id: A2
            title: Seeds
            after: A1
            manual: true
      - id: B
        parallel: 3
        tasks:
          - { id: 1.10, title: Ten, priority: 7 }
          - { id: "1.1", title: One, status: done }
  - id: 2
    title: Later
    after: []
    groups:
      - { id: C, after: [], tasks: [{ id: C1, title: Last, after: [A1, 1.10], spec: "-" }] }
`

test('every key of a roadmap is read', () => {
  const roadmap = accepted(full)
  expect(roadmap).toMatchObject({ file: 'roadmap.yaml', dialect: 'yaml', notes: [] })
  expect(roadmap.phases.map(({ id, title, after, isInferred, text, place }) => ({ id, title, after, isInferred, text, line: place.line }))).toEqual([
    { id: '1', title: 'Foundation', after: [], isInferred: true, text: 'What everything else stands on.', line: 3 },
    { id: '2', title: 'Later', after: [], isInferred: false, text: '', line: 39 },
  ])
  expect(roadmap.phases.flatMap(({ groups }) => groups.map(({ tasks: _tasks, place: _place, ...group }) => group))).toEqual([
    { id: 'A', title: 'Storage', after: [], isInferred: true, isSequential: true, text: '' },
    { id: 'B', after: ['A'], isInferred: true, isSequential: false, maxParallel: 3, text: '' },
    { id: 'C', after: [], isInferred: false, isSequential: false, text: '' },
  ])
  const [first, second] = tasksOf(roadmap).map(({ task }) => task)
  expect(first).toEqual({
    id: 'A1',
    title: 'Schema: users & roles',
    digest: '<["Schema: users & roles","First the tables.\\n\\nThen the\\nmigrations.","docs/schema.md",["Every table has a key","two blanks"]]>',
    said: 'partial',
    complexity: 'high',
    spec: 'docs/schema.md',
    after: [],
    files: ['db/**', 'src/schema.ts'],
    agent: 'claude',
    model: 'large',
    priority: 20,
    isManual: false,
    checks: ['unit', 'types'],
    timeoutMs: 1_800_000,
    budget: { usd: 2, tokens: 100_000 },
    criteria: ['Every table has a key', 'two blanks'],
    text: 'First the tables.\n\nThen the\nmigrations.',
    place: { file: 'roadmap.yaml', line: 11, column: 13 },
  })
  expect(second).toMatchObject({ id: 'A2', after: ['A1'], isManual: true, priority: 0, criteria: [], text: '' })
  expect(tasksOf(roadmap).map(({ task }) => [task.id, task.after, task.priority, task.said ?? 'nothing'])).toEqual<unknown>([
    ['A1', [], 20, 'partial'],
    ['A2', ['A1'], 0, 'nothing'],
    ['1.10', [], 7, 'nothing'],
    ['1.1', [], 0, 'done'],
    ['C1', ['A1', '1.10'], 0, 'nothing'],
  ])
})

const task = (more: string): string => `phases: [{ id: 1, title: P, groups: [{ id: A, tasks: [{ id: A1, title: T${more} }] }] }]\n`
const several = (...tasks: readonly string[]): string =>
  `phases:\n- id: 1\n  title: P\n  groups:\n  - id: A\n    tasks:\n${tasks.map((one) => `    - ${one}\n`).join('')}`

const mistakes: readonly (readonly [text: string, ...told: string[]])[] = [
  ['', 'roadmap.empty 1:1 roadmap.yaml is empty | Write a list of phases: "phases:".'],
  ['- a\n', 'roadmap.invalid 1:1 a roadmap must be a mapping | Write "phases:", and below it a list of phases with id, title and groups.'],
  ['tasks: []\n', 'roadmap.invalid 1:1 there is no key \'phases\' | Write "phases:", and below it a list of phases with id, title and groups.'],
  ['phases: []\n', 'roadmap.empty 1:1 roadmap.yaml has no task | Write tasks below "tasks:" of a group.'],
  [
    'phases: [\n',
    'roadmap.unreadable 2:1 not valid YAML: flow sequence in block collection must be sufficiently indented and end with a ] | Check quotes, brackets and indentation here and in the line before.',
  ],
  [task(', prioritty: high'), "roadmap.invalid 1:75 unknown key 'prioritty' | Did you mean 'priority'?"],
  [
    task(', priority: hihg'),
    "roadmap.invalid 1:85 'phases[0].groups[0].tasks[0].priority' must be a number, 'critical', 'high', 'medium' or 'low', not 'hihg' | Did you mean 'high'?",
  ],
  [task(', manual: yes'), "roadmap.invalid 1:83 'phases[0].groups[0].tasks[0].manual' must be true or false, not 'yes' | Write true."],
  [
    task(', status: finished'),
    "roadmap.invalid 1:83 'phases[0].groups[0].tasks[0].status' must be 'done', 'partial' or 'open', not 'finished' | For example: status: done",
  ],
  [
    task(', files: [/etc/passwd, ../x, src/**]'),
    "roadmap.invalid 1:83 'files' has '/etc/passwd', which is nothing in the repository | Write paths relative to its root, such as src/login/**.",
    "roadmap.invalid 1:96 'files' has '../x', which is nothing in the repository | Write paths relative to its root, such as src/login/**.",
  ],
  [several('{ id: A1, title: T }', '{ id: a1, title: U }'), "roadmap.invalid 8:7 two tasks have the id 'a1' | Give one of them another id."],
  [
    several('{ id: A1, title: T, after: A7 }', '{ id: A17, title: U }'),
    "roadmap.invalid 7:7 task 'A1' comes after 'A7', which is no task | Did you mean 'A17'?",
  ],
  [several('{ id: A1, title: T, after: A1 }'), 'roadmap.cycle 7:7 task A1 waits for itself | Remove one of the words "after" that make the circle.'],
  [
    several('{ id: A1, title: T, after: A2 }', '{ id: A2, title: T, after: A1 }'),
    'roadmap.cycle 7:7 task A1 and task A2 wait for each other | Remove one of the words "after" that make the circle.',
  ],
  [several('{ title: T }'), "roadmap.invalid 7:7 'phases[0].groups[0].tasks[0]' lacks 'id' | Add 'id'."],
  [
    several('{ id: "A 1", title: T }'),
    "roadmap.invalid 7:13 'phases[0].groups[0].tasks[0].id' must be one word such as \"A1\", of letters, digits, dots, _ and -, not 'A 1' | For example: id: A1",
  ],
]

test.each(mistakes.map(([text, ...lines]) => [text, lines] as const))('a mistake is told with its place: %j', (text, lines) => {
  expect(told(text)).toEqual([...lines])
})

test('a circle that leads through groups and phases is found', () => {
  const groups = 'phases:\n- { id: 1, title: P, groups: [{ id: A, tasks: [{ id: A1, title: T, after: B1 }] }, { id: B, tasks: [{ id: B1, title: T }] }] }\n'
  expect(told(groups)[0]).toStartWith('roadmap.cycle 2:')
  const sequential = several('{ id: A1, title: T, after: A2 }', '{ id: A2, title: T }').replace('  - id: A\n', '  - id: A\n    sequential: true\n')
  expect(told(sequential)[0]).toStartWith('roadmap.cycle')
  const phases =
    'phases:\n- { id: 1, title: P, after: 2, groups: [{ id: A, tasks: [{ id: A1, title: T }] }] }\n- { id: 2, title: Q, groups: [{ id: B, tasks: [{ id: B1, title: T }] }] }\n'
  expect(told(phases)[0]).toContain('wait for each other')
})

test('a long chain is read without a deep stack', () => {
  const tasks = Array.from({ length: 3000 }, (_, i) => `{ id: A${i}, title: T${i === 0 ? '' : `, after: A${i - 1}`} }`)
  expect(tasksOf(accepted(several(...tasks)))).toHaveLength(3000)
})

test('only what is asked for is in the digest of a task', () => {
  const digest = (more: string): string | undefined => tasksOf(accepted(task(more)))[0]?.task.digest
  for (const same of [', status: done', ', priority: high', ', agent: x', ', timeout: 1m', ', files: a', ', complexity: low'])
    expect(digest(same)).toBe(digest(''))
  for (const other of ['X', ', text: more', ', criteria: x', ', spec: s']) expect(digest(other)).not.toBe(digest(''))
})

test('whatever stands in a file, it is a roadmap or told with a place', () => {
  const word = constantFrom(
    'phases:',
    'tasks:',
    'groups:',
    '- ',
    'id: ',
    'title: ',
    'x',
    '1',
    '{',
    '}',
    '[',
    ']',
    '\n',
    '  ',
    '&a ',
    '*a ',
    '<<: ',
    '"',
    'orchestrator:',
    'phase_1:',
  )
  assert(
    property(array(word, { maxLength: 40 }), (words) => {
      const result = read(words.join(''))
      if (!result.ok) expect(result.failures.every(({ place, type }) => place !== undefined && type.startsWith('roadmap.'))).toBe(true)
    }),
    { numRuns: 500 },
  )
})
