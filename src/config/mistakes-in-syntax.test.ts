/** Mistakes in the YAML of a configuration: where, what, and the way out. */
import { expect, test } from 'bun:test'
import { mistakesIn } from './mistakes-told.ts'

const table: readonly (readonly [yaml: string, ...told: string[]])[] = [
  ['a:\n\tb: 1\n', '2:1 a tab is used as indentation | Use spaces.'],
  ['jobs: 2\n\tfix: safe\n', '2:1 a tab is used as indentation | Use spaces.'],
  ['fix: @x\n', '1:6 a text without quotes cannot begin with @ | Put the text in quotes.'],
  [
    'checks:\n  lint:\n    command: a: b\n',
    '3:14 a key and its value stand where only a text can | Put a text that contains ": " in quotes, or check the indentation.',
  ],
  [
    'checks:\n  lint:\n    command: "eslint\n',
    '4:1 not valid YAML: missing closing " quote | Check quotes, brackets and indentation here and in the line before.',
  ],
  [
    'checks:\n  lint:\n    command: [eslint, .\n',
    '4:1 not valid YAML: flow sequence in block collection must be sufficiently indented and end with a ] | Check quotes, brackets and indentation here and in the line before.',
  ],
  ['checks:\n  lint:\n    command: {files} x\n', '3:22 not valid YAML: unexpected scalar at node end | Put a text that begins with { or [ in quotes.'],
  [
    'checks:\n  lint:\n   command: a\n    fix: b\n',
    '3:13 a key and its value stand where only a text can | Put a text that contains ": " in quotes, or check the indentation.',
  ],
  [
    'checks:\n  lint:\n    command: a\n  fix: b\n jobs: 1\n',
    '5:1 not valid YAML: all mapping items must start at the same column | Check quotes, brackets and indentation here and in the line before.',
  ],
  ['jobs: *n\n', '1:7 the alias *n has no anchor before it | Write &n where its value stands, or put the text in quotes.'],
  ['checks: &c\n  a: *c\n', '2:6 the alias *c stands inside of what it repeats | Remove it.'],
  ['<<: 5\njobs: 1\n', '1:5 << takes a mapping or a list of mappings | Write <<: *name with the anchor of a mapping.'],
  ['a: !foo 1\n', '1:4 the tag !foo has no meaning here | Remove it, or put the text in quotes.'],
  ['[a]: 1\n', '1:1 a key is not a text | Write the key as a plain text.'],
  ['---\njobs: 1\n---\njobs: 2\n', '3:1 a second document begins here | Remove the line "---" or "...".'],
  [
    'x: &a [1,1]\ny: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nz: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nw: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n',
    '2:8 aliases repeat each other too often | Write the values out, or use fewer aliases.',
  ],
  [
    'jobs: 2\n}\n',
    '2:1 not valid YAML: unexpected flow-map-end token in YAML stream: "}" | Check quotes, brackets and indentation here and in the line before.',
  ],
]

test('text that is not good YAML is told with its place and a way out', async () => {
  for (const [yaml, ...told] of table) expect({ yaml, ...(await mistakesIn(yaml)) }).toEqual({ yaml, told, types: ['config.unreadable'] })
})

test('lists that are nested without end are refused, not followed', async () => {
  const { told } = await mistakesIn(`checks: ${'['.repeat(20_000)}`)
  expect(told).toHaveLength(1)
  expect(told[0]).toEndWith('lists or mappings are nested too deeply | Write fewer levels.')
})
