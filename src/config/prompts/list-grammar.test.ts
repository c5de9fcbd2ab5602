/** Lists of prompts as people really write them, and what cannot be understood. */
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { promptNames } from './list-grammar.ts'

function read(text: string): unknown {
  const list = promptNames(text, 'stdin')
  return list.ok ? list.value.names.map(({ name }) => name) : list.failures.map(({ what, why }) => `${what}: ${why ?? ''}`)
}

const good: readonly (readonly [text: string, ...names: string[]])[] = [
  [
    'Execute these specific prompts in parallel:\n- test-solid-file-sorter.md\n- test-definition-node.md\n',
    'test-solid-file-sorter.md',
    'test-definition-node.md',
  ],
  ['/agent:orchestrator-agent\n\nExecute these specific prompts in parallel:\n- a.md\n* b.md\n+ c.md', 'a.md', 'b.md', 'c.md'],
  ['Execute these prompts: test.md', 'test.md'],
  ['Execute these prompts: a.md, b.md', 'a.md', 'b.md'],
  ['Execute these prompts: a.md, b.md and c.md in parallel.', 'a.md', 'b.md', 'c.md'],
  ['please run `a.md` and "b.md"', 'a.md', 'b.md'],
  ['Execute the following tasks\n1. a.md\n2) b.md\n3 c.md', 'a.md', 'b.md', 'c.md'],
  ['- a.md\n- b.md', 'a.md', 'b.md'],
  ['a.md\nb.md', 'a.md', 'b.md'],
  ['fix-login\nprompts/add-2', 'fix-login', 'prompts/add-2'],
  ['\ufeffExecute these:\r\n- a.md\r\n\r\n# a comment.md\r\n- b.md\r\n', 'a.md', 'b.md'],
  [
    '- `a.md`\n- "b.md"\n- \'c.md\'\n- **d.md**\n- [the e](e.md)\n- [f](<my f.md> "title")\n- [g](my%20g.md#part)',
    'a.md',
    'b.md',
    'c.md',
    'd.md',
    'e.md',
    'my f.md',
    'my g.md',
  ],
  ['- prompts/a.md\n- ./b.md\n- prompts\\c.md\n- `prompts/my d.md`', 'prompts/a.md', 'b.md', 'prompts/c.md', 'prompts/my d.md'],
  [
    '- a.md (142 errors)\n- b.md — the second, after a.md\n- c.md # see README.md\n- d.md (see README.md)\n- e.md: like f.md\n- g.md first',
    'a.md',
    'b.md',
    'c.md',
    'd.md',
    'e.md',
    'g.md',
  ],
  ['- [ ] a.md\n- [ ] b\n1. [ ] c.md', 'a.md', 'b', 'c.md'],
  ['**Phase 2: Resume (PARALLEL)**\n- a.md\n**Phase 3**\n- b', 'a.md', 'b'],
  ['- alpha\n- beta-2 (soon)\n- gamma, delta', 'alpha', 'beta-2', 'gamma', 'delta'],
  ['-a.md\n*b.md\n1.c.md', 'a.md', 'b.md', 'c.md'],
  ['2.0-plan.md', '2.0-plan.md'],
  ['- Phase 1 (parallel): a.md, b.md', 'a.md', 'b.md'],
  ['_a_.md\n- __init__.md', '_a_.md', '__init__.md'],
  ['> - a.md', 'a.md'],
  ['```\n- a.md\n```', 'a.md'],
  ['Notes about it.\n\n- a.md', 'a.md'],
]

test('every way to list names is understood', () => {
  for (const [text, ...names] of good) expect({ text, names: read(text) }).toEqual({ text, names })
})

test('names in text', () => {
  const list = promptNames('Run:\n  - a.md\n- [x] b.md', 'list.txt')
  expect(list.ok && list.value.names).toEqual([
    { name: 'a.md', place: { file: 'list.txt', line: 2, column: 3 } },
    { name: 'b.md', place: { file: 'list.txt', line: 3, column: 1 }, done: true },
  ])
})

/** In the grammar of a request that the source system was really given, and lost. */
const request = `/agent:orchestrator-agent

Execute the following tasks to clean up the repository and resume incomplete workflows:

**Phase 1: Clean up uncommitted changes (PRIORITY 1)**
- commit-changes.md

**Phase 2: Resume incomplete PR workflows (PARALLEL EXECUTION)**
- complete-pr-270.md
- complete-pr-278.md

**Configuration:**
- Execute commit-changes.md FIRST and wait for completion
- After Phase 1 completes, execute all workflows in parallel

**Success Criteria:**
- Clean git status with no uncommitted files
`

test('what a request asks for besides prompts is told, not followed and not lost', () => {
  const list = promptNames(request, 'stdin')
  expect(list.ok && list.value.names.map(({ name }) => name)).toEqual(['commit-changes.md', 'complete-pr-270.md', 'complete-pr-278.md'])
  expect(list.ok && list.value.notes).toEqual([
    'stdin:13 was not followed, it names no prompt: "- Execute commit-changes.md FIRST and wait for completion"',
    'stdin:14 was not followed, it names no prompt: "- After Phase 1 completes, execute all workflows in parallel"',
    'stdin:17 was not followed, it names no prompt: "- Clean git status with no uncommitted files"',
  ])
})

const bad: readonly (readonly [text: string, ...told: string[]])[] = [
  ['', 'stdin names no prompt: it is empty'],
  ['Execute these specific prompts in parallel:', 'stdin names no prompt: nothing in it is a name: line 1: "Execute these specific prompts in parallel:"'],
  ['Do it.\nNow!', 'stdin names no prompt: nothing in it is a name: line 1: "Do it."; line 2: "Now!"'],
  ['- a.md\n- make the login faster', '"- make the login faster" cannot be read: it stands where a name should, and is none'],
  ['- a.md\n- main.py', '"- main.py" cannot be read: it stands where a name should, and is none'],
  ['- a.md\n- https://x.org/b.md', '"- https://x.org/b.md" cannot be read: it stands where a name should, and is none'],
  ['Execute a.md but not b.md', '"Execute a.md but not b.md" cannot be read: between its names stands more than "," or "and"'],
  ['Run a.md after b.md', '"Run a.md after b.md" cannot be read: between its names stands more than "," or "and"'],
  ["Don't run a.md", '"Don\'t run a.md" cannot be read: it seems to say what should not run'],
  ['- my prompt.md', '"- my prompt.md" cannot be read: a file name stands in a sentence'],
  ['- a.md\n\nConfiguration:\n- b.md', '"- b.md" can be read in two ways: it names b.md, but stands below "Configuration"'],
]

test('what cannot be understood is quoted, never dropped', () => {
  for (const [text, ...told] of bad) expect({ text, told: read(text) }).toEqual({ text, told })
})

test('no text makes it throw, and each name stands in its line', () => {
  const pieces = fc.constantFrom(
    '- ',
    '* ',
    '1. ',
    '`',
    '"',
    "'",
    '[',
    ']',
    '(',
    ')',
    '**',
    'a.md',
    'b',
    ', ',
    ' and ',
    ':',
    '\n',
    '\r\n',
    '#',
    ' ',
    'x y',
    '[ ] ',
    '\ufeff',
    '\\',
    '../',
    '<',
    '>',
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(text, (said) => {
      const list = promptNames(said, 'stdin')
      if (!list.ok) return list.failures.length > 0
      const lines = said.split(/\r\n|\n|\r/)
      return list.value.names.every(
        ({ name, place }) => name !== '' && (lines[(place.line ?? 0) - 1] ?? '').replaceAll('\\', '/').replaceAll('%20', ' ').includes(name),
      )
    }),
    { numRuns: 600 },
  )
}, 60_000)

test('a text of any size takes time in proportion to it', () => {
  const units = ['- a.md\n', '[', '(', '`', '"', "'", '- [', '**', '_', '1. ', 'a.md, ', ' ', '[a](', '*_~', "('", 'a/', '\\', '- a - ']
  const begun = performance.now()
  for (const unit of units) promptNames(unit.repeat(Math.ceil(200_000 / unit.length)), 'stdin')
  promptNames('- a.md\n'.repeat(150_000), 'stdin')
  promptNames('"'.repeat(1_000_000), 'stdin')
  // Where time grew with the square of it, one of these alone would take longer.
  expect(performance.now() - begun).toBeLessThan(60_000)
}, 120_000)
