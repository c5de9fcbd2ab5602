/** What is told about a roadmap in Markdown, with the place of each word of it, and what makes a task another one. */
import { expect, test } from 'bun:test'
import { tasksOf } from '../../model/roadmap.ts'
import { readRoadmap } from './read-roadmap.ts'

const read = (text: string) => readRoadmap(text, 'R.md', { digestOf: (content) => content })

/** Every Failure or note as one line. */
function told(text: string): readonly string[] {
  const result = read(text)
  const failures = result.ok ? result.value.notes : result.failures
  return failures.map(
    ({ type, place, what, why, hint }) =>
      `${type.replace('roadmap.', '')} ${place?.line}:${place?.column} ${what}${why === undefined ? '' : `; ${why}`}${hint === undefined ? '' : ` | ${hint}`}`,
  )
}

const group = '## Phase 1: One\n\n### Group A\n\n'
const tableHead = `${group}| Feature | Status | Priority | Files |\n|---|---|---|---|\n`

test('a roadmap without a task is a Failure that says what there is instead', () => {
  const hint =
    'A task is a row "**A1: title**" of a table below "### Group A" of "## Phase 1: title", or an item "- [ ] A1: title". docs/roadmap-format.md shows all forms.'
  expect(told('')).toEqual([`empty 1:1 R.md has no task; there is no heading of level 2 or 3 | ${hint}`])
  expect(told('# Plan\n\nText.\n\n## Part 1: Doors\n\n### Lot A (Parallel)\n\n| Feature |\n|---|\n| **A: Doors** |\n')).toEqual([
    `empty 1:1 R.md has no task; headings: line 5: 'Part 1: Doors', line 7: 'Lot A (Parallel)'; line 11: this row is no task: 'A: Doors' is not called like "A1: title" | ${hint}`,
  ])
  expect(told(`${group}- A1: No box\n`)).toEqual([`empty 1:1 R.md has no task; headings: line 1: 'Phase 1: One', line 3: 'Group A' | ${hint}`])
})

const cases: readonly (readonly [name: string, text: string, expected: readonly string[]])[] = [
  [
    'the same id twice, without regard to case',
    `${group}- [ ] A1: One\n- [ ] B1: Two\n- [ ] a1: Three\n`,
    ["invalid 7:1 two tasks have the id 'a1'; the other one stands in line 5 | Give one of them another id."],
  ],
  [
    'the same group and the same phase twice',
    `${group}- [ ] A1: One\n\n### Group a\n\n- [ ] A2: Two\n\n## Phase 1: Again\n\n- [ ] C1: Three\n`,
    [
      "invalid 7:1 two groups of phase 1 have the id 'a'; the other one stands in line 3 | Give one of them another id.",
      "invalid 11:1 two phases have the id '1'; the other one stands in line 1 | Give one of them another id.",
    ],
  ],
  [
    'a task that comes after none',
    `${group}- [ ] A1: One\n- [ ] A12: Two\n  - after: A1, A13\n`,
    ["invalid 6:1 task 'A12' comes after 'A13', which is no task | Did you mean 'A1'?"],
  ],
  [
    'a group that comes after none',
    `${group}- [ ] A1: One\n\n### Group B (after Q)\n\n- [ ] B1: Two\n`,
    ["invalid 7:1 group 'B' comes after 'Q', which is no group of phase 1 | Known here: A, B"],
  ],
  ['tasks that wait for each other', `${group}- [ ] A1: One\n  - after: A2\n- [ ] A2: Two\n  - after: A1\n`, ['cycle 5:1 task A1, task A2 and nothing']],
  ['a task that waits for a later group', `${group}- [ ] A1: One\n  - after: B1\n\n### Group B (after A)\n\n- [ ] B1: Two\n`, ['cycle 3:1 group']],
  [
    'a status that nobody knows',
    `${tableHead}| **A1: One** | 🦀 Maybe | | |\n| **A2: Two** | \`done\` | | |\n`,
    ["unsure 7:17 nobody knows the status '🦀 Maybe' of A1; it counts as open"],
  ],
  [
    'a priority that is none, a time that is none and files outside',
    `${tableHead}| **A1: One** | ❌ | hihg | ../x |\n| **A2: Two** | ❌ | 5 | /etc/** |\n\n### Group B\n\n- [ ] B1: Three\n  - timeout: soon\n`,
    [
      "invalid 7:21 priority cannot be 'hihg' | Write critical, high, medium, low or a number; did you mean high?.",
      'invalid 7:28 files cannot be \'../x\' | Write globs relative to the root of the repository, without "..".',
      'invalid 8:25 files cannot be \'/etc/**\' | Write globs relative to the root of the repository, without "..".',
      "invalid 13:3 timeout cannot be 'soon' | Write it like 30m or 2h.",
    ],
  ],
  [
    'a key that is nearly one',
    `${group}- [ ] A1: One\n  - fils: src/**\n  - afte: A2\n  - note: this is text\n`,
    ["unsure 6:3 'fils:' is read as text | Did you mean 'files:'?", "unsure 7:3 'afte:' is read as text | Did you mean 'after:'?"],
  ],
  ['a key that is nearly one below a heading', `${group}#### A1: One\n\nfils: src/**\n`, ["unsure 7:1 'fils:' is read as text | Did you mean 'files:'?"]],
  [
    'rows that are no tasks',
    `${tableHead}| **A1: One** | ❌ | | |\n| **A** | ❌ | | |\n| A1-A3: All | ❌ | | |\n| | | | |\n`,
    ['unsure 8:1 this row is no task: \'A\' is not called like "A1: title"', 'unsure 9:1 this row is no task: \'A1-A3: All\' is not called like "A1: title"'],
  ],
  [
    'an item without a box among others',
    `${group}- [ ] A1: One\n- A2: no box\n- **A3**: none\n- Other words\n\nText.\n\n- B1: a list about tasks\n`,
    [
      `unsure 6:1 this item is no task: 'A2: no box' has no box | Write "- [ ]" before it, if it is one.`,
      `unsure 7:1 this item is no task: 'A3: none' has no box | Write "- [ ]" before it, if it is one.`,
    ],
  ],
  [
    'a row that ends before its status',
    `${group}| Feature | Files | Status |\n|---|---|---|\n| A1: One | a/** |\n| A2: Two | b/** | |\n`,
    ['unsure 7:1 the row of A1 ends before its status; it counts as open, and pawl cannot mark it | Write the cell, if only a blank one.'],
  ],
  ['a level that is none', `${group}- [ ] A1: One\n  - complexity: huge\n`, ["unsure 6:3 complexity 'huge' is none of low, medium, high; it is left out"]],
  [
    'an inferred order, once a phase',
    `## Phase 1: One\n\n### Group A\n\n- [ ] A1: x\n\n### Group B\n\n- [ ] B1: x\n\n### Group C\n\n- [ ] C1: x\n\n## Phase 2: Two\n\n### Group D\n\n- [ ] D1: x\n\n### Group E (after D)\n\n- [ ] E1: x\n`,
    [
      'unsure 1:1 in phase 1 the order of groups B, C is inferred: each comes after the one before | Say it in the heading: "### Group B: Title (after A)", or "(parallel)".',
    ],
  ],
]

for (const [name, text, expected] of cases)
  test(`told with its place: ${name}`, () => {
    const lines = told(text)
    expect(lines).toHaveLength(expected.length)
    expected.forEach((line, i) => (line.startsWith('cycle') ? expect(lines[i]).toStartWith(line.split(' ', 2).join(' ')) : expect(lines[i]).toBe(line)))
    expect(read(text).ok).toBe(expected.every((line) => line.startsWith('unsure')))
  })

test('wrapped and starred values are read as they are meant', () => {
  const text = `${group}- [ ] A1: Result<T> of *all*\n  - **Files:** src/**, test/**,\n    \`docs/__a__/*.md\`\n  - **Depends on**: none\n  - checks: unit_a, unit_b\n- [ ] A2: x\n  files: a/\\*\\*/\\_b\\_\n`
  const [one, two] = tasksOf((read(text) as { value: Parameters<typeof tasksOf>[0] }).value).map(({ task }) => task)
  expect(one).toMatchObject({ title: 'Result<T> of all', files: ['src/**', 'test/**', 'docs/__a__/*.md'], after: [], checks: ['unit_a', 'unit_b'], text: '' })
  expect(two?.files).toEqual(['a/**/_b_'])
})

const task = (text: string) => {
  const result = read(text)
  if (!result.ok) throw new Error(JSON.stringify(result.failures))
  return tasksOf(result.value).find((one) => one.task.id === 'A1')?.task.digest
}
const row = (status: string, title = 'One & two', text = 'Do → it', priority = '5') =>
  `${group}| Feature | Status | Description | Priority |\n|---|---|---|---|\n| **A1: ${title}** | ${status} | ${text} | ${priority} |\n`
const item = (box: string, below = '  - Do **it** well.\n  - [ ] It works\n', title = 'One') => `${group}- [${box}] A1: ${title}\n${below}`

test('another title, text, specification or criterion makes it another task', () => {
  const asked = [
    row(''),
    row('', 'One and two'),
    row('', 'One & two', 'Do it'),
    item(' '),
    item(' ', ''),
    item(' ', '  - Do **it** well.\n  - [ ] It works fast\n'),
    item(' ', undefined, 'Other'),
    item(' ', '  - Do **it** well.\n  - [ ] It works\n  - spec: a.md\n'),
  ]
  expect(new Set(asked.map(task)).size).toBe(asked.length)
})

test('another status, place, blank, order of columns, priority, agent or limit leaves it the same', () => {
  const same = (texts: readonly string[]) => expect(texts.map(task)).toEqual(texts.map(() => task(texts[0] ?? '')))
  same([
    row('❌ Needed'),
    row('✅ Done'),
    row('', 'One  &   two', 'Do →  it'),
    row('', 'One & two', 'Do → it', 'high'),
    row('x').replaceAll('\n', '\r\n'),
    `\ufeff${row('x')}`,
    `Before.\n\n${row('x')}`,
    row('x').replace('Group A', 'Group Z: Elsewhere').replace('Phase 1: One', 'Phase 7: Other'),
    row('x').replaceAll('|---', '| :-----: ').replaceAll(' | ', '     |    '),
    `${group}Description | Feature\n--|--\nDo → it | A1: One & two\n`,
    `${group}### B1: Other\n\n#### A1: One & two\n\nDo → it\n`,
  ])
  same([
    item(' '),
    item('x'),
    item(' ', '  - Do **it** well.\n  - [x] It works\n'),
    item(
      ' ',
      '  - Do **it**\n    well.\n  - [ ] It\n    works\n  - agent: codex\n  - priority: low\n  - timeout: 5m\n  - files: a/**\n  - after: A2\n- [ ] A2: y\n',
    ),
    item(' ').replaceAll('\n', '\r\n'),
    item(' ').replaceAll('  - ', '    * '),
    `${group}- [ ] A0: Before\n${item(' ').slice(group.length)}`,
  ])
})
