/** pawl's own form of a roadmap in Markdown, and roadmaps without phases. */
import { expect, test } from 'bun:test'
import { tasksOf, type Roadmap, type RoadmapTask } from '../../model/roadmap.ts'
import { readRoadmap } from './read-roadmap.ts'
import { starterRoadmap } from './roadmap-template.ts'

function accepted(text: string): Roadmap {
  const read = readRoadmap(text, 'R.md', { digestOf: (content) => content })
  if (!read.ok) throw new Error(JSON.stringify(read.failures))
  return read.value
}
const tasks = (text: string): readonly RoadmapTask[] => tasksOf(accepted(text)).map(({ task }) => task)
const shape = (text: string) =>
  accepted(text).phases.map(({ id, title, groups }) => [
    id,
    title,
    ...groups.map((group) => [group.id, group.title, group.tasks.map((task) => task.id).join()]),
  ])

const own = `# Roadmap

## Phase 1: Counting

All counts are kept.

### Group A: Storage (sequential, max 2)

Of every shop.

- [x] A1: Schema & keys
  - files: db/**, \`src/{a,b}.ts\`
  - agent: claude
  - model: large
  - priority: high
  - checks: unit, types
  - timeout: 30m
  - Write the **tables** first.
  - criteria:
    - Each table has a key
    - [ ] There is an index
  - [x] Migrations run twice
- [~] A2: Seeds
  - after: A1
  - manual
  - priority: 7

  Ask the shops (all → each).

  \`\`\`sh
  - [ ] A9: in a fence
  \`\`\`

### Group B: Views (after A; parallel)

- [ ] B1: Totals/Sums
  spec: docs/sums.md
  complexity: Low
* [X] B2: Charts

## Phase 2: Printing

- [ ] C1: Without a group
- [ ] D1: Of another letter
- [ ] C2: Beside the first
- no box: C9
- [ ] no id
`

test('items with a box and an id are tasks, and what is nested in them is said of them', () => {
  const roadmap = accepted(own)
  expect(roadmap.dialect).toBe('list')
  expect(shape(own)).toEqual([
    ['1', 'Counting', ['A', 'Storage', 'A1,A2'], ['B', 'Views', 'B1,B2']],
    ['2', 'Printing', ['C', undefined, 'C1,C2'], ['D', undefined, 'D1']],
  ])
  const [phase] = roadmap.phases
  expect(phase?.text).toBe('All counts are kept.')
  expect(phase?.groups[0]).toMatchObject({ text: 'Of every shop.', isSequential: true, maxParallel: 2, after: [], isInferred: false })
  expect(phase?.groups[1]).toMatchObject({ after: ['A'], isInferred: false, isSequential: false })
  const [a1, a2, b1, b2] = tasks(own)
  expect(a1).toEqual({
    id: 'A1',
    title: 'Schema & keys',
    digest: a1?.digest ?? '',
    said: 'done',
    files: ['db/**', 'src/{a,b}.ts'],
    agent: 'claude',
    model: 'large',
    priority: 20,
    checks: ['unit', 'types'],
    timeoutMs: 1_800_000,
    after: [],
    isManual: false,
    criteria: ['Each table has a key', 'There is an index', 'Migrations run twice'],
    text: 'Write the **tables** first.',
    place: { file: 'R.md', line: 11, column: 1 },
  })
  expect(a2).toMatchObject({ said: 'partial', after: ['A1'], isManual: true, priority: 7 })
  expect(a2?.text).toBe('Ask the shops (all → each).\n\n```sh\n  - [ ] A9: in a fence\n  ```')
  expect(b1).toMatchObject({ title: 'Totals/Sums', spec: 'docs/sums.md', complexity: 'low', said: 'open', text: '' })
  expect(b2).toMatchObject({ title: 'Charts', said: 'done' })
})

test('the roadmap to begin with is read as it is meant, and nothing is to be said about it', () => {
  const roadmap = accepted(starterRoadmap)
  expect(shape(starterRoadmap)).toEqual([
    ['1', 'First steps', ['A', 'Foundation', 'A1,A2'], ['B', 'What builds on it', 'B1']],
    ['2', 'What comes later', ['C', 'Finish', 'C1']],
  ])
  const [a1, a2, b1] = tasks(starterRoadmap)
  expect(a1).toMatchObject({ files: ['src/example/**', 'test/example/**'], criteria: ['A test shows that it works'], said: 'open' })
  expect(a2).toMatchObject({ files: ['docs/**'], text: '' })
  expect(b1).toMatchObject({ after: ['A1'], criteria: ['A test fails without this work and passes with it'] })
  expect(roadmap.notes).toEqual([])
})

test('without phases, sections are groups, and boxes without an id get one from their title', () => {
  const text = `# Plan\n\n## Shop\n\n- [ ] Sell tickets & seats\n- [x] A7: Take them back\n  - after: sell-tickets-seats\n\n## Papers\n\n### Print\n\n- [ ] Print them\n- plain\n\n### Nothing\n`
  expect(shape(text)).toEqual([['1', 'Roadmap', ['A', 'Shop', 'sell-tickets-seats,A7'], ['B', 'Print', 'print-them']]])
  expect(tasks(text)[1]).toMatchObject({ id: 'A7', said: 'done', after: ['sell-tickets-seats'] })
  expect(shape('- [ ] One thing\n- [ ] Another\n')).toEqual([['1', 'Roadmap', ['A', undefined, 'one-thing,another']]])
  expect(shape('# All\n\n## 1.1: Lay it out\n\nText.\n\n## 1.2: Build it\n')).toEqual([['1', 'Roadmap', ['1', undefined, '1.1,1.2']]])
})

test('a table with its ids in a column of their own is read, in any order of columns, with bars left out', () => {
  const text = `## Phase 1: One\n\n### Group A\n\nDepends on | Status | Title | ID | Files | Priority | Odd\n--- | --- | --- | --- | --- | --- | ---\nnone | ✅ | **First** | A1 | \`a/**\` | critical | ?\nA1 | | [Second](x.md) \\| more | A2 | | | \n`
  expect(tasks(text)).toMatchObject([
    { id: 'A1', title: 'First', said: 'done', files: ['a/**'], priority: 30, after: [] },
    { id: 'A2', title: 'Second | more', said: 'open', after: ['A1'] },
  ])
})

for (const [heading, group] of [
  ['Group A', { id: 'A', title: undefined, after: [], isInferred: false, isSequential: false }],
  ['Group B (Parallel)', { id: 'B', title: undefined, after: [], isInferred: false }],
  ['Group B (Parallel, after A)', { after: ['A'], isInferred: false, title: undefined }],
  ['Group B: Title & more', { title: 'Title & more', after: ['A'], isInferred: true }],
  ['Group B - Title (parallel)', { title: 'Title', after: [], isInferred: false }],
  ['Group B: Title (old)', { title: 'Title (old)', after: ['A'], isInferred: true }],
  ['Group B: Title (after A, sequential, max 3)', { title: 'Title', after: ['A'], isInferred: false, isSequential: true, maxParallel: 3 }],
  ['**Group B**: Title (after group A and C)', { title: 'Title', after: ['A', 'C'], isInferred: false }],
] as const)
  test(`the heading '${heading}' is understood`, () => {
    const before = heading === 'Group A' ? '' : `### Group A\n\n- [ ] A1: x\n\n### Group C (parallel)\n\n- [ ] C1: x\n\n`
    const roadmap = accepted(`## Phase 1: One\n\n${before}### ${heading}\n\n- [ ] B1: x\n`)
    const found = roadmap.phases[0]?.groups.at(-1)
    const inferred = 'isInferred' in group && group.isInferred ? { after: ['C'] } : {}
    for (const [key, value] of Object.entries({ ...group, ...inferred })) expect(found?.[key as keyof typeof found]).toEqual(value as never)
  })

for (const title of ['Phase 1', 'Phase 1:', 'Phases', 'Phase one of many', 'Phase 1 Complete When:', 'Phase 1 (4 parallel agents max)'])
  test(`the heading '${title}' ${title === 'Phase 1' ? 'is a phase' : 'is no phase'}`, () => {
    const read = readRoadmap(`## Phase 9: Real\n\n- [ ] Z1: z\n\n## ${title}\n\n- [ ] A1: x\n`, 'R.md', { digestOf: (content) => content })
    expect(read.ok ? read.value.phases.length : 0).toBe(title === 'Phase 1' ? 2 : 1)
  })
