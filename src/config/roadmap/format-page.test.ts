/** Every example on the page about the form of roadmaps is read, without a word besides inferred order. */
import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tasksOf } from '../../model/roadmap.ts'
import { readRoadmap } from './read-roadmap.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/roadmap-format.md'), 'utf8')
const examples = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({ language, text }))

const expected: readonly (readonly [dialect: string, tasks: string])[] = [
  ['list', '1.A.A1 1.A.A2 1.B.B1 1.B.B2 2.C.C1 2.C.C2'],
  ['table', '1.A.A1 1.A.A2 1.B.B1'],
  ['headings', '3.I.I1'],
  ['list', '1.A.sell-tickets 1.A.take-them-back 1.B.print-tickets'],
  ['yaml', '1.A.A1 1.A.A2'],
  ['phases', '1.A.1.1 1.A.1.2'],
]

test('each example is read as the page says', () => {
  const read = examples.map(({ language, text }) =>
    readRoadmap(text, language === 'markdown' ? 'ROADMAP.md' : 'roadmap.yaml', { digestOf: (content) => content }),
  )
  const wrong = read.flatMap((one) => (one.ok ? one.value.notes.filter(({ what }) => !what.includes('inferred')) : one.failures))
  expect(wrong).toEqual([])
  const found = read.flatMap((one) =>
    one.ok
      ? [
          [
            one.value.dialect,
            tasksOf(one.value)
              .map(({ phase, group, task }) => `${phase.id}.${group.id}.${task.id}`)
              .join(' '),
          ],
        ]
      : [],
  )
  expect(found).toEqual(expected.map((one) => [...one]))
})

test('the keys of the page are known, and the values of the first example arrive', () => {
  const result = readRoadmap(examples[0]?.text ?? '', 'R.md', { digestOf: (content) => content })
  const tasks = result.ok ? tasksOf(result.value).map(({ task }) => task) : []
  expect(tasks).toMatchObject([
    {
      id: 'A1',
      said: 'done',
      files: ['db/**', 'src/schema.ts'],
      spec: 'docs/tables.md',
      criteria: ['Each table has a key'],
      text: 'Say here what is asked for, as Markdown.',
    },
    { id: 'A2', after: ['A1'], priority: 20, timeoutMs: 2_700_000, text: '' },
    { id: 'B1', agent: 'codex', model: 'some-model', checks: ['unit', 'types'], complexity: 'high', text: '' },
    { id: 'B2', isManual: true, text: '' },
    { id: 'C1', said: 'partial' },
    { id: 'C2', said: 'open' },
  ])
})
