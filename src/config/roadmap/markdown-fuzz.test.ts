/** No text makes the reader throw, lie about places, or take more time than its length is worth. PAWL_FUZZ_RUNS: how many texts. */
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { documents } from '../../../test/roadmaps/markdown-pieces.ts'
import { tasksOf } from '../../model/roadmap.ts'
import { markedMarkdown } from './marked-markdown.ts'
import { readRoadmap } from './read-roadmap.ts'

const runs = Number(process.env['PAWL_FUZZ_RUNS'] ?? 1000)
const read = (text: string) => readRoadmap(text, 'R.md', { digestOf: (content) => content })

/** Whatever it is: every Failure has a place in the text, ids are unique, and marking changes no task. */
function judged(text: string): void {
  const result = read(text)
  const lines = text.split(/\r\n|\n|\r/).length
  const told = result.ok ? result.value.notes : result.failures
  for (const { place, what } of told) {
    if (place?.line === undefined || place.line < 1 || place.line > lines || (place.column ?? 0) < 1) throw new Error(`${what} has no place in the text`)
  }
  if (!result.ok) return expect(result.failures.length).toBeGreaterThan(0)
  const tasks = tasksOf(result.value).map(({ task }) => task)
  const ids = tasks.map(({ id }) => id.toLowerCase())
  if (ids.length === 0 || new Set(ids).size !== ids.length || tasks.some(({ title }) => title === '' || /[\r\n]/.test(title)))
    throw new Error('tasks without a title or an id of their own')
  const again = read(markedMarkdown(text, new Map(ids.map((id) => [id, 'done']))))
  if (!again.ok) throw new Error(`cannot be read when it is marked: ${again.failures[0]?.what}`)
  const now = tasksOf(again.value).map(({ task }) => task)
  if (now.map(({ digest }) => digest).join('\n') !== tasks.map(({ digest }) => digest).join('\n')) throw new Error('marking made other tasks of it')
  if (now.some(({ said }, i) => said !== 'done' && said !== tasks[i]?.said)) throw new Error('marking made another status')
}

test(
  'no text makes the reader throw, and what it says is about the text',
  () => {
    fc.assert(fc.property(documents, judged), {
      numRuns: runs,
      // The same texts for everybody who tests a change; others are looked for where many are asked for.
      ...(runs > 1000 ? {} : { seed: 20261128 }),
    })
  },
  Math.max(120_000, runs * 60),
)

const head = '## Phase 1: One\n\n### Group A\n\n'
const up = (make: (i: number) => string) => (size: number) => {
  let text = head
  for (let i = 1; text.length < size; i += 1) text += make(i)
  return text
}
const over = (piece: string) => (size: number) => head + piece.repeat(Math.ceil(size / piece.length))

/** Those that are read. */
const shapes: Readonly<Record<string, (size: number) => string>> = {
  'many rows': up((i) => `${i === 1 ? '| Feature | Status |\n|---|---|\n' : ''}| **A${i}: title** | ❌ Needed |\n`),
  'many headings': up((i) => `#### A${i}: title\n\ntext\n\n`),
  'a list with lists in it': up((i) => `- [ ] A${i}: x\n  - files: a/**\n  - [ ] yes\n`),
  'a loose list': up((i) => `- [ ] A${i}: x\n\n  text\n\n`),
  'an ordered list': up((i) => `${i}. [ ] A${i}: x\n   - after: A1\n`),
  'many small tables': up((i) => `### G${i}\n\n| Feature | Status |\n|---|---|\n| **A${i}: title** | ❌ |\n\n`),
  'a bit of all': up((i) => `### Group A${i}\n\n- [ ] A${i}: x\n  - files: a/**\n\n> quote\n\n\`\`\`\ncode\n\`\`\`\n\n[a${i}]: x\n\nSee [this][a${i}].\n\n`),
  'many unknown ids': up((i) => `- [ ] A${i}: x\n  - after: B${i}\n`),
  'many paragraphs of stars': over('a* *b **c\n\n'),
  'growing backticks': up((i) => `${'`'.repeat(i % 500)}a\n\n`),
}
/** Those for which the parser needs more than linear time. */
const refused: Readonly<Record<string, (size: number) => string>> = {
  'one long line': over('a'),
  'one long row': over('| a '),
  bars: over('|'),
  stars: over('a* '),
  'stars over lines': over('a**b _c_ *d***\n'),
  brackets: over('['),
  'links over lines': over('[a](\n'),
  'backticks over lines': over('`a ``b\n'),
  comments: over('x <!-- \n'),
  HTML: over('<a b="\n'),
  'nested quotes': up(() => `${'>'.repeat(40)} a\n`),
  'nested lists': up((i) => `${' '.repeat(2 * (i % 300))}- a\n`),
  'a paragraph of many lines': over('b\n'),
  'lists in lists on one line': over('* * a\n'),
}

const cpuOf = (work: () => void): number => {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

for (const [name, make] of Object.entries(refused))
  test(`refused with its line, and at once: ${name}`, () => {
    const text = make(400_000)
    const result = read(text)
    expect(result).toMatchObject({ ok: false, failures: [{ type: 'roadmap.unreadable' }] })
    expect(result.ok ? 0 : (result.failures[0]?.place?.line ?? 0)).toBeGreaterThan(4)
    expect(cpuOf(() => read(text))).toBeLessThan(2000)
  })

for (const [name, make] of Object.entries(shapes))
  test(`time grows with the length: ${name}`, () => {
    // Processor time, the best of several, over two doublings: others are at work on the machine, and short texts are mostly noise. The square would be 16.
    const [small, large] = runs > 1000 ? [100_000, 400_000] : [20_000, 80_000]
    read(make(small))
    const limit = runs > 1000 ? 2.6 ** 2 : 10
    const one = Math.min(...[0, 1, 2, 3, 4].map(() => cpuOf(() => read(make(small)))))
    // What was read quickly enough once need not be read again.
    let four = Infinity
    for (let tries = 0; tries < 5 && four / one >= limit; tries++)
      four = Math.min(
        four,
        cpuOf(() => read(make(large))),
      )
    expect(four / one).toBeLessThan(limit)
  }, 300_000)
