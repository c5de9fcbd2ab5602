/** Parsed piece by piece, a text has the tree that it has as a whole: every node, place and link. */
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table'
import { gfmTable } from 'micromark-extension-gfm-table'
import { documents } from '../../../test/roadmaps/markdown-pieces.ts'
import { headingChecklists, headingKeys, versions } from '../../../test/roadmaps/source-versions.ts'
import { costlyLine } from './costly-lines.ts'
import { withoutByteMark } from './markdown-source.ts'
import { markdownTree } from './markdown-tree.ts'
import { starterRoadmap } from './roadmap-template.ts'

const runs = Number(process.env['PAWL_FUZZ_RUNS'] ?? 500)
const whole = (text: string): string => JSON.stringify(fromMarkdown(text, { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] }).children)
const inPieces = (text: string, few: number): string => JSON.stringify(markdownTree(text, { few, most: 1_000_000 }).nodes)

for (const [name, text] of [
  ['nothing', ''],
  ['blanks', '\n \n\n'],
  ['a list', '- a\n- b\n\n- c\n  - d\n- e\n'],
  ['a list that is loose at its cuts only', '- a\n\n- b\n'],
  ['lists that follow each other', '- a\n* b\n+ c\n1. d\n2. e\n3) f\n'],
  ['items with paragraphs', '- a\n\n  b\n\n- c\n\n      d\n- e\n'],
  ['an item that is empty', '-\n\n  a\n-\n- b\n'],
  ['a rule in a list', '- a\n- - -\n- b\n* * *\n'],
  ['a heading under a list', '- a\n# b\n- c\n'],
  ['a fence with all of it', '```\n\n# a\n\n- b\n- c\n\nd\n```\n\n- e\n- f\n'],
  ['a fence in an item', '- ```\n\n  a\n- b\n\n  ~~~\n# c\n- d\n'],
  ['a comment with all of it', 'a\n\n<!--\n\n# b\n\n- c\n-->\n\n- d\n'],
  ['HTML up to a blank line', '<div>\n# a\n- b\n\n- c\n'],
  ['quotes', '> a\n\n> b\nc\n\n> - d\n- e\n- f\n'],
  ['a link that is defined later', '- [a]\n- [b][a]\n- ![c][A]\n\n# [d][]\n\n[a]: x\n[D]: y\n'],
  ['a link that is defined inside', '[ẞ]\n\n- x\n  > [SS]: y\n\n- [ss]\n'],
  ['a title over lines', '[a]: x\n"b\n\nc"\n\n[d]: x\n- e\n'],
  ['a table', '| a |\n|---|\n| b |\n\n| c |\n\n- d\n| e |\n|---|\n- f\n'],
  ['under lines', 'a\n\n===\n\nb\n- c\n---\n\nd\n===\n'],
  ['other ends of lines', '- a\r\n- b\r\r# c\r\n\r\nd\r\r\n- e\r'],
  ['what follows indented code', '    a\n2. b\n\n    c\n\n<b>\nd\n\n    e\n\n3. f\n- g\n'],
  ['tabs', '-\ta\n-\tb\n\n\tc\n- d\n'],
] as const)
  test(`the same tree: ${name}`, () => {
    for (const few of [1, 2, 3, 8, 20]) expect(inPieces(text, few)).toBe(whole(text))
  })

test('the same tree: roadmaps', () => {
  for (const text of [starterRoadmap, headingChecklists, headingKeys, ...versions.map((version) => version.text)])
    for (const few of [150, 1500]) expect(inPieces(text, few)).toBe(whole(text))
}, 60_000)

test(
  'the same tree: whatever the text is',
  () => {
    fc.assert(
      fc.property(
        documents.map(withoutByteMark).filter((text) => costlyLine(text) === undefined),
        fc.integer({ min: 1, max: 60 }),
        (text, few) => {
          if (inPieces(text, few) !== whole(text)) throw new Error('another tree')
        },
      ),
      { numRuns: runs },
    )
  },
  Math.max(120_000, runs * 60),
)

test('a part that is longer than the longest piece is told with its line', () => {
  const text = `# a\n\n- b\n${'  - c\n'.repeat(40)}`
  expect(markdownTree(`${text}\n# d\n`, { few: 2, most: 100 })).toEqual({ tooLong: 3 })
  expect(markdownTree(`${text}\n# d\n`, { few: 2, most: 1000 }).nodes).toHaveLength(3)
})
