import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { joined, linesOf, uncoveredLines } from '../../model/coverage.ts'
import { readReport } from './by-content.ts'
import { readForeignMark, readMark } from './mark-file.ts'

const hints = { modules: new Map([['a.b/c', '']]) }

/** Pieces that the readers look for, so that chance gets past their first glance. */
const pieces = [
  'SF:a.ts\n',
  'DA:1,1\n',
  'DA:0,-1\n',
  'BRDA:1,0,0,-\n',
  'LF:3\n',
  'LH:9\n',
  'end_of_record\n',
  'TN:\n',
  'mode: set\n',
  'a.b/c/d.go:1.1,2.2 1 0\n',
  '<coverage line-rate="1">',
  '</coverage>',
  '<class filename="a.py">',
  '</class>',
  '<line number="1" hits="1"/>',
  '<sources><source>',
  '</source>',
  '<report name="x">',
  '<package name="a">',
  '<sourcefile name="B.java">',
  '<line nr="1" mi="1" ci="0"/>',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<!DOCTYPE a [',
  '<?',
  '?>',
  '&amp;',
  '&#99999999;',
  '&x;',
  '<',
  '>',
  '"',
  "'",
  '/',
  ' ',
  '\n',
  '\r',
  '\0',
  '\ud800',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '1',
  '-1',
  '1e999',
  'null',
  '__proto__',
  '{"type":"llvm.coverage.json.export","data":',
  '{"meta":{},"totals":{},"files":',
  '{"total":{"lines":{"pct":1}},"a":',
  '{"a":{"statementMap":',
] as const
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 80 }).map((parts) => parts.join('')),
  fc
    .array(fc.constantFrom(...pieces.filter((piece) => piece.startsWith('<') || piece.startsWith('DA'))), { maxLength: 40 })
    .map((parts) => `<coverage line-rate="1">${parts.join('')}`),
)

function judge(input: string): void {
  const read = readReport(input, hints)
  if ('unreadable' in read) return expect(read.unreadable).not.toBe('')
  for (const file of joined([read.coverage, read.coverage]).files) {
    const { covered, total } = linesOf(file)
    expect(Number.isSafeInteger(covered) && Number.isSafeInteger(total) && covered >= 0 && covered <= total).toBeTrue()
    for (const line of uncoveredLines(file)) expect(Number.isSafeInteger(line) && line >= 1).toBeTrue()
    if (file.branches !== undefined) expect(file.branches.covered).toBeLessThanOrEqual(file.branches.total)
  }
}

test('whatever a report holds, every reader answers with sound numbers or says why not', () => {
  fc.assert(fc.property(text, judge), { numRuns: 1500 })
})

test('JSON of any shape in the place of any part is survived, also as a mark', () => {
  const part = fc.jsonValue({ maxDepth: 3 })
  const shape = fc.oneof(
    fc.record({
      type: fc.constant('llvm.coverage.json.export'),
      data: fc.oneof(
        part,
        fc.array(
          fc.record({
            files: fc.array(
              fc.record({ filename: fc.string(), segments: fc.array(fc.oneof(part, fc.array(fc.oneof(fc.integer(), fc.boolean())))), summary: part }),
            ),
          }),
        ),
      ),
    }),
    fc.record({
      meta: part,
      totals: part,
      files: fc.oneof(part, fc.dictionary(fc.string(), fc.record({ executed_lines: fc.array(part), missing_lines: part, summary: part }))),
    }),
    fc.dictionary(fc.string(), fc.record({ path: part, statementMap: fc.oneof(part, fc.dictionary(fc.string(), part)), s: part, b: part })),
    fc.record({ total: fc.constant({ lines: { pct: 1 } }), a: part, b: fc.record({ lines: part, branches: part }) }),
    fc.record({
      version: fc.constant(1),
      total: fc.oneof(part, fc.record({ lines: fc.oneof(part, fc.record({ covered: fc.integer(), total: fc.integer() })) })),
      packages: part,
      files: part,
      lowered: part,
      milestones: part,
    }),
  )
  fc.assert(
    fc.property(shape, (value) => {
      const input = JSON.stringify(value)
      judge(input)
      for (const mark of [readMark(input), readForeignMark(input)])
        if (typeof mark !== 'string') expect(mark.total.lines.covered).toBeLessThanOrEqual(mark.total.lines.total)
    }),
    { numRuns: 500 },
  )
})

/** Beginning, and what is repeated after it: text that makes careless readers slow. */
const nasty: readonly (readonly [string, string])[] = [
  ['SF:a\n', 'DA:1,1\n'],
  ['', 'SF:a\nDA:1,1\nend_of_record\n'],
  ['', 'SF:a\n'],
  ['mode: set\n', 'a.go:1.1,2.2 1 0\n'],
  ['mode: set\n', 'a.go:1.1,9999999.2 1 0\n'],
  ['mode: set\n', ':1.1'],
  ['<coverage line-rate="1">', '<class filename="a">'],
  ['<coverage line-rate="1">', '<line a="1" '],
  ['<coverage line-rate="1"', ' '],
  ['<coverage line-rate="1">', '&amp;'],
  ['<coverage line-rate="1">', '<!-- '],
  ['<coverage line-rate="1">', '<!DOCTYPE a>'],
  ['<coverage line-rate="1"><a x="', 'a'],
  ['<report name="">', '<package name="a"><sourcefile name="b"><line nr="1" ci="1"/></sourcefile></package>'],
  ['<', 'a'],
  ['', '<'],
  ['{', '{'],
  ['{"a":', '[\n'],
]

function timeOf(input: string): number {
  const startedAt = performance.now()
  readReport(input, hints)
  return performance.now() - startedAt
}

test('no text takes more time than its length asks for', () => {
  for (const [start, again] of nasty) {
    const big = start + again.repeat(Math.ceil(1_000_000 / again.length))
    const fastest = Math.min(...[1, 2].map(() => timeOf(big)))
    // A megabyte in quadratic time would be minutes.
    expect([start + again, fastest < 3000]).toEqual([start + again, true])
  }
})
