/** Statuses are written where they stand, and not a byte besides. */
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { headingChecklists, headingKeys, versions } from '../../../test/roadmaps/source-versions.ts'
import { tasksOf, type Roadmap, type SaidStatus } from '../../model/roadmap.ts'
import { markedMarkdown } from './marked-markdown.ts'
import { readRoadmap } from './read-roadmap.ts'

function accepted(text: string): Roadmap {
  const read = readRoadmap(text, 'R.md', { digestOf: (content) => content })
  if (!read.ok) throw new Error(JSON.stringify(read.failures))
  return read.value
}
const marked = (text: string, marks: Readonly<Record<string, SaidStatus>>): string => markedMarkdown(text, new Map(Object.entries(marks)))

const group = '## Phase 1: One\n\n### Group A\n\n'
const head = `${group}| Feature | Status | Description |\n|---|---|---|\n`

for (const [name, text, marks, expected] of [
  ['a cell', `${head}| **A1: x** | ❌ Needed | y |\n`, { A1: 'done' }, `${head}| **A1: x** | ✅ Done | y |\n`],
  [
    'a cell, in the spelling of the others',
    `${head}| A1: x | ✅ Shipped | |\n| A2: x |  todo  | |\n`,
    { a2: 'done' },
    `${head}| A1: x | ✅ Shipped | |\n| A2: x |  ✅ Shipped  | |\n`,
  ],
  ['a blank cell', `${head}| A1: x | | y |\n`, { A1: 'partial' }, `${head}| A1: x | 🔶 Partial | y |\n`],
  ['a blank cell without a blank', `${head}| A1: x || y |\n`, { A1: 'partial' }, `${head}| A1: x | 🔶 Partial | y |\n`],
  ['a cell behind a bar that is text', `${head}| A1: ✅ Done \\| x | ❌ | \\| |\n`, { A1: 'done' }, `${head}| A1: ✅ Done \\| x | ✅ Done | \\| |\n`],
  ['a cell with marks', `${head}| A1: x | **❌ Needed** | |\n`, { A1: 'done' }, `${head}| A1: x | ✅ Done | |\n`],
  [
    'a table without outer bars',
    `${group}Feature | Status\n--- | ---\nA1: x | ❌\nA2: y | \n`,
    { A1: 'done', A2: 'done' },
    `${group}Feature | Status\n--- | ---\nA1: x | ✅ Done\nA2: y | \n`,
  ],
  ['a row that ends before its status', `${head}| A1: x |\n| A2: x | ❌ | |\n`, { A1: 'done', A2: 'partial' }, `${head}| A1: x |\n| A2: x | 🔶 Partial | |\n`],
  [
    'boxes, and not those below',
    `${group}- [ ] A1: [ ] x\n  - [ ] y\n* [X] A2: z\n`,
    { A1: 'partial', A2: 'open' },
    `${group}- [~] A1: [ ] x\n  - [ ] y\n* [ ] A2: z\n`,
  ],
  [
    'a box within emphasis, and one behind HTML',
    `${group}- **[ ] A1: x**\n- <br>[ ] A2: y\n`,
    { A1: 'done', A2: 'done' },
    `${group}- **[x] A1: x**\n- <br>[x] A2: y\n`,
  ],
  ['what is so already', `${head}| A1: x | complete | |\n`, { A1: 'done' }, `${head}| A1: x | complete | |\n`],
  ['nobody', `${head}| A1: x | ❌ | |\n`, { A9: 'done' }, `${head}| A1: x | ❌ | |\n`],
  ['headings with a box below', `${group}#### A1: x\n\n- [ ] y\n`, { A1: 'done' }, `${group}#### A1: x\n\n- [ ] y\n`],
  ['an empty text', '', { A1: 'done' }, ''],
] as const)
  test(`marked: ${name}`, () => {
    for (const made of [
      (one: string) => one,
      (one: string) => one.replaceAll('\n', '\r\n'),
      (one: string) => `\ufeff${one}`,
      (one: string) => `\ufeff\ufeff${one}`,
    ])
      expect(marked(made(text), marks)).toBe(made(expected))
  })

const own = `${group}- [ ] A1: One ✅ Done\n  - files: a/**\n  - [x] two\n- [x] A2: [x] two\n\n  text\n\n### Group B\n\nFeature | Status | Spec\n:--|:-:|--\nB1: a \\| ✅ Done | 🔶 half | -\nB2: ❌ b | | s\nB3: c | done |\n`
const texts = [...versions.map(({ text }) => text), headingChecklists, headingKeys, own]
const statuses: readonly SaidStatus[] = ['done', 'partial', 'open']

test('whatever is marked: only cells and boxes of the named tasks change, and twice is as once', () => {
  const where = fc.record({
    text: fc.constantFrom(...texts.slice(0, 2).map((text) => text.slice(0, text.indexOf('### Group C'))), ...texts.slice(-3)),
    isWindows: fc.boolean(),
    hasByteMark: fc.boolean(),
    picks: fc.array(fc.tuple(fc.nat(200), fc.constantFrom(...statuses)), { maxLength: 12 }),
  })
  fc.assert(
    fc.property(where, ({ text: plain, isWindows, hasByteMark, picks }) => {
      const text = `${hasByteMark ? '\ufeff' : ''}${isWindows ? plain.replaceAll('\n', '\r\n') : plain}`
      const before = accepted(text)
      const ids = tasksOf(before).map(({ task }) => task.id)
      const marks = new Map(picks.map(([i, status]) => [ids[i % ids.length] ?? '', status]))
      const made = markedMarkdown(text, marks)
      expect(markedMarkdown(made, marks)).toBe(made)
      const after = tasksOf(accepted(made)).map(({ task }) => task)
      const asked = after.map((task) => ({ ...task, said: undefined }))
      expect(asked).toEqual(tasksOf(before).map(({ task }) => ({ ...task, said: undefined })))
      for (const { task } of tasksOf(before)) {
        const now = after.find(({ id }) => id === task.id)?.said
        const wanted = marks.get(task.id)
        expect(now === task.said || (now === wanted && task.said !== undefined)).toBe(true)
        if (wanted !== undefined && plain !== headingKeys && task.said !== undefined) expect(now).toBe(wanted)
      }
      const [old, lines] = [text.split('\n'), made.split('\n')]
      expect(lines).toHaveLength(old.length)
      lines.forEach((line, i) => {
        const isMarked = tasksOf(before).some(({ task }) => task.place.line === i + 1 && marks.has(task.id))
        if (!isMarked) expect(line).toBe(old[i] ?? '')
      })
    }),
    { numRuns: 25 },
  )
}, 60_000)

test('all of a roadmap can be marked and marked back, and is the same again', () => {
  for (const text of texts.slice(1, 3)) {
    const all = tasksOf(accepted(text)).map(({ task }) => task)
    const done = markedMarkdown(text, new Map(all.map(({ id }) => [id, 'done'])))
    expect(tasksOf(accepted(done)).every(({ task }) => task.said === 'done')).toBe(true)
    expect(markedMarkdown(done, new Map(all.map(({ id, said }) => [id, said ?? 'open'])))).toBe(text)
  }
}, 60_000)
