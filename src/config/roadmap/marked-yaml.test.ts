/** Statuses are written into YAML where they stand, or below the title, and not a byte besides. PAWL_FUZZ_RUNS: how many texts. */
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { tasksOf, type RoadmapTask, type SaidStatus } from '../../model/roadmap.ts'
import { markedRoadmap } from './marked-roadmap.ts'
import { readYamlRoadmap } from './yaml-roadmap.ts'

const runs = Number(process.env['PAWL_FUZZ_RUNS'] ?? 300)
const read = (text: string) => readYamlRoadmap(text, 'roadmap.yaml', { digestOf: (content) => content })
const marked = (text: string, marks: Readonly<Record<string, SaidStatus>>): string => markedRoadmap(text, 'docs/roadmap.YML', new Map(Object.entries(marks)))

const head = 'version: 1 # x\nphases:\n  - id: 1\n    title: One\n    groups:\n      - id: A\n        tasks:\n'
const item = (...lines: readonly string[]) => lines.map((line, i) => `${' '.repeat(10)}${i === 0 ? '- ' : '  '}${line}\n`).join('')

for (const [name, text, marks, expected] of [
  ['a value', item('id: A1', 'title: x', 'status: open # so far'), { a1: 'done' }, item('id: A1', 'title: x', 'status: done # so far')],
  ['a value in quotes', item('id: A1', 'status: "open"', "title: 'x'"), { A1: 'partial' }, item('id: A1', 'status: "partial"', "title: 'x'")],
  [
    'a key that is not there',
    item('id: A1', 'title: x # why', '# text', 'text: y'),
    { A1: 'done' },
    item('id: A1', 'title: x # why', 'status: done', '# text', 'text: y'),
  ],
  ['a title over two lines', item('title: x', '  y', 'id: A1'), { A1: 'done' }, item('title: x', '  y', 'id: A1', 'status: done')],
  ['a title in a block', item('id: A1', 'title: >-', '  x'), { A1: 'done' }, item('id: A1', 'status: done', 'title: >-', '  x')],
  [
    'between braces',
    item('{ id: A1, title: "x" } # y', '').replace(/ +\n$/, ''),
    { A1: 'done' },
    item('{ id: A1, title: "x", status: done } # y', '').replace(/ +\n$/, ''),
  ],
  [
    'one of several',
    item('id: A1', 'title: x') + item('id: A2', 'title: x', 'status: done'),
    { A2: 'open' },
    item('id: A1', 'title: x') + item('id: A2', 'title: x', 'status: open'),
  ],
  ['what is so already', item('id: A1', 'title: x', 'status:   done'), { A1: 'done' }, item('id: A1', 'title: x', 'status:   done')],
  ['nobody', item('id: A1', 'title: x'), { A9: 'done' }, item('id: A1', 'title: x')],
  [
    'a value that is repeated elsewhere, without the other',
    item('id: A1', 'title: x', 'status: &s open') + item('id: A2', 'title: x', 'status: *s'),
    { A2: 'done' },
    item('id: A1', 'title: x', 'status: &s open') + item('id: A2', 'title: x', 'status: done'),
  ],
  [
    'a value that others repeat stays',
    item('id: A1', 'title: x', 'status: &s open') + item('id: A2', 'title: x', 'status: *s'),
    { A1: 'done' },
    item('id: A1', 'title: x', 'status: &s open') + item('id: A2', 'title: x', 'status: *s'),
  ],
  [
    'a value that comes from elsewhere',
    item('&a', 'id: A1', 'title: x', 'status: open') + item('<<: *a', 'id: A2'),
    { A2: 'done' },
    item('&a', 'id: A1', 'title: x', 'status: open') + item('<<: *a', 'id: A2', 'status: done'),
  ],
] as const)
  test(`marked: ${name}`, () => {
    for (const made of [(one: string) => one, (one: string) => one.replaceAll('\n', '\r\n'), (one: string) => `\ufeff${one}`, (one: string) => one.trimEnd()])
      expect(marked(made(head + text), marks)).toBe(made(head + expected))
  })

test('what cannot be read stays, and so does phases.yaml of the source system', () => {
  for (const text of [
    '',
    'phases: [',
    `${head}${item('id: A1', 'title: x', 'status: never')}`,
    'phase_1:\n  name: x\n  groups:\n    group_a:\n      tasks:\n        - { id: "1.1", name: y, status: open }\n',
  ])
    expect(marked(text, { A1: 'done', '1.1': 'done' })).toBe(text)
})

const values = [
  'x',
  '"x: y"',
  "'it''s'",
  '>-\n              a\n              b',
  '|\n              a\n\n              b',
  'x # y',
  '&t x',
  'a\n              b',
] as const
const asked = (one: RoadmapTask | undefined): string => JSON.stringify({ ...one, said: undefined, place: undefined })
/** Nor blanks before a brace. */
const withoutStatus = (text: string): string =>
  text
    .replace(/^ *status: (?:["']\w+["']|!!str \w+|&s \w+|[*\w]+)(?: # so)?\r?\n/gm, '')
    .replace(/status: (?:["']\w+["']|!!str \w+|&s \w+|[*\w]+)/g, 'status: ?')
    .replace(/, status: \?/g, '')
    .replace(/ *\}/g, '}')
const statuses = ['done', 'partial', 'open'] as const
const task = fc.record({
  title: fc.constantFrom(...values),
  text: fc.option(fc.constantFrom(...values, '*t'), { nil: undefined }),
  status: fc.option(fc.constantFrom('done', '"open"', "'partial'", 'open # so', '!!str done', '>-\n              done', '&s done', '*s'), { nil: undefined }),
  order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
  comment: fc.constantFrom('', '\n', '            # c\n', '# c\n'),
  isFlow: fc.boolean(),
})
const texts = fc
  .record({ tasks: fc.array(task, { minLength: 1, maxLength: 6 }), end: fc.constantFrom('\n', '\r\n'), start: fc.constantFrom('', '\ufeff', '# x\n', '---\n') })
  .map(({ tasks, end, start }) => {
    const lines = tasks.map(({ title, text, status, order, comment, isFlow }, i) => {
      const flat = (value: string) => (/[\n#]/.test(value) ? 'x' : value)
      const pairs = [`id: A${i}`, `title: ${title}`, ...(text === undefined ? [] : [`text: ${text}`]), ...(status === undefined ? [] : [`status: ${status}`])]
      const mixed = order.flatMap((n) => pairs[n] ?? [])
      if (isFlow) return `          - { ${mixed.map((pair) => pair.replace(/: ([^]*)$/, (_, value: string) => `: ${flat(value)}`)).join(', ')} }\n${comment}`
      return mixed.map((pair, n) => `          ${n === 0 ? '- ' : '  '}${pair}\n${n === 0 ? comment : ''}`).join('')
    })
    return (start + head + lines.join('')).replaceAll('\n', end)
  })

test(
  'whatever is marked: only the named tasks change, no digest, no other line, and twice is as once',
  () => {
    let [read0, all, said] = [0, 0, 0]
    fc.assert(
      fc.property(texts, fc.array(fc.tuple(fc.nat(6), fc.constantFrom(...statuses)), { maxLength: 4 }), (text, picks) => {
        const marks = new Map(picks.map(([i, status]) => [`a${i}`, status]))
        const made = markedRoadmap(text, 'roadmap.yaml', marks)
        if (markedRoadmap(made, 'roadmap.yaml', marks) !== made) throw new Error('twice is not as once')
        const [before, after] = [read(text), read(made)]
        all += 1
        if (!before.ok) {
          if (made !== text) throw new Error('what cannot be read was changed')
          return
        }
        if (!after.ok) throw new Error('cannot be read when it is marked')
        read0 += 1
        const [old, now] = [before, after].map(({ value }) => tasksOf(value).map(({ task: one }) => one))
        old?.forEach((one, i) => {
          const next = now?.[i]
          if (asked(one) !== asked(next)) throw new Error('another task')
          const wanted = marks.get(one.id.toLowerCase())
          if (next?.said !== one.said && next?.said !== wanted) throw new Error('another status')
          if (wanted !== undefined && next?.said === wanted) said += 1
        })
        if (withoutStatus(made) !== withoutStatus(text)) throw new Error('something else changed')
      }),
      { numRuns: runs },
    )
    expect(read0 / all).toBeGreaterThan(0.3)
    expect(said).toBeGreaterThan(runs / 10)
  },
  Math.max(120_000, runs * 60),
)
