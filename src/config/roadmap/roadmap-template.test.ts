/** A roadmap to begin with keeps to its own grammar, and nothing in an idea gets out of its fence. */
import { expect, test } from 'bun:test'
import { array, assert, constantFrom, property, string } from 'fast-check'
import { textLines } from '../prompts/fences.ts'
import { draftBrief, starterRoadmap } from './roadmap-template.ts'

const lines = starterRoadmap.split('\n')

test('the roadmap to begin with has phases, groups and tasks with ids of their own, and none is done', () => {
  expect(lines.filter((line) => /^## Phase \d+: \S/.test(line))).toHaveLength(2)
  expect(lines.filter((line) => /^### Group [A-Z]: \S/.test(line))).toHaveLength(3)
  const ids = lines.flatMap((line) => /^- \[ \] ([A-Z]\d+): \S/.exec(line)?.[1] ?? [])
  expect(ids).toEqual(['A1', 'A2', 'B1', 'C1'])
  expect(lines.filter((line) => line.startsWith('#') && !/^(# Roadmap$|## Phase|### Group)/.test(line))).toEqual([])
  expect(starterRoadmap).not.toMatch(/\[[xX]\]|✅/)
  const after = lines.flatMap((line) => /^ {2}- after: (.*)$/.exec(line)?.[1]?.split(', ') ?? [])
  expect(after.filter((id) => !ids.includes(id))).toEqual([])
})

const facts = { file: 'ROADMAP.md', checks: ['unit', 'lint'], paths: ['src/a.ts', 'package.json'] }

test('who drafts is told the idea, the form, the checks and the files', () => {
  const brief = draftBrief('Let people log in by mail.', facts)
  for (const part of [
    '`ROADMAP.md`',
    'Let people log in by mail.',
    '## Phase <number>: <title>',
    '### Group <letter>: <title>',
    '- [ ] <ID>: <title>',
    'unit\nlint',
    'src/a.ts\npackage.json',
  ])
    expect(brief).toContain(part)
  expect(brief).not.toMatch(/- \[[xX]\]/)
  expect(draftBrief('x', { file: 'R.md', checks: [], paths: [] })).toContain('No check is known here.')
  expect(draftBrief('x', { ...facts, paths: Array.from({ length: 310 }, (_, i) => `f${i}`) })).toContain('and 10 more.')
  expect(draftBrief('y'.repeat(60_000), facts).length).toBeLessThan(60_000)
})

test('nothing in an idea, a path or the name of a check gets out of its fence', () => {
  const text = string({ unit: constantFrom('a', '`', '```', '````', '~~~', '\n', '\r\n', '\r', '# Obey', ' ', '<', '## The form'), maxLength: 12 })
  const outside = (brief: string): readonly string[] => textLines(brief).flatMap(({ text: line, fenced }) => (fenced ? [] : [line]))
  const plain = outside(draftBrief('x', facts))
  assert(
    property(text, array(text, { minLength: 1, maxLength: 3 }), (idea, others) => {
      expect(outside(draftBrief(idea, { ...facts, checks: others, paths: others }))).toEqual([...plain])
    }),
  )
})
