import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { linesOf, uncoveredLines } from '../../model/coverage.ts'
import { readReport } from './by-content.ts'
import { modulePath } from './go-profile.ts'

const samples = join(import.meta.dirname, 'samples')
const hints = { modules: new Map([['example.com/shop', '']]) }

/** "format" and, of each file, "path covered/total branches: uncovered lines"; or why it cannot be read. */
function shown(text: string): readonly string[] {
  const read = readReport(text, hints)
  if ('unreadable' in read) return [read.unreadable]
  const files = read.coverage.files.map((file) => {
    const { covered, total } = linesOf(file)
    const branches = file.branches === undefined ? '' : ` ${file.branches.covered}/${file.branches.total}`
    return `${file.file} ${covered}/${total}${branches}: ${uncoveredLines(file).join(' ')}`.trimEnd()
  })
  return [read.format ?? '', ...files]
}

/**
 * Written by the tools themselves over the same small program in their language; only the folder was replaced by /repo, and the name of the machine
 * left out. c8 12.0, nyc 18.0, vitest 3.2 with both its providers, Node 24.21, Bun 1.4.5, coverage.py 6.5 with pytest-cov 4.0,
 * Go 1.19, clang and llvm-cov 14, JaCoCo 0.8.6.
 */
const recorded: Readonly<Record<string, readonly string[]>> = {
  'c8-lcov.info': ['lcov', 'src/price.js 7/11 2/4: 3 4 10 11'],
  'c8-final.json': ['istanbul', '/repo/src/price.js 7/11 2/4: 3 4 10 11'],
  'c8-summary.json': ['istanbul', '/repo/src/price.js 7/11 2/4:'],
  'c8-cobertura.xml': ['cobertura', 'src/price.js 7/11 2/4: 3 4 10 11'],
  'nyc-lcov.info': ['lcov', 'src/price.cjs 4/6 2/4: 3 10'],
  'nyc-final.json': ['istanbul', '/repo/src/price.cjs 4/6 2/4: 3 10'],
  'nyc-summary.json': ['istanbul', '/repo/src/price.cjs 4/6 2/4:'],
  'nyc-cobertura.xml': ['cobertura', 'src/price.cjs 4/6 2/4: 3 10'],
  'vitest-v8-lcov.info': ['lcov', 'src/price.js 6/10 1/3: 3 4 10 11'],
  'vitest-v8-final.json': ['istanbul', '/repo/src/price.js 6/10 1/3: 3 4 10 11'],
  'vitest-v8-summary.json': ['istanbul', '/repo/src/price.js 6/10 1/3:'],
  'vitest-v8-cobertura.xml': ['cobertura', 'src/price.js 6/10 1/3: 3 4 10 11'],
  'vitest-istanbul-lcov.info': ['lcov', 'src/price.js 3/5 2/4: 3 10'],
  'vitest-istanbul-final.json': ['istanbul', '/repo/src/price.js 3/5 2/4: 3 10'],
  'vitest-istanbul-summary.json': ['istanbul', '/repo/src/price.js 3/5 2/4:'],
  'vitest-istanbul-cobertura.xml': ['cobertura', 'src/price.js 3/5 2/4: 3 10'],
  'node-test-lcov.info': ['lcov', 'src/price.cjs 7/12 2/4: 3 4 9 10 11', 'src/price.js 7/11 2/4: 3 4 10 11'],
  'bun-test-lcov.info': ['lcov', 'price.js 4/7: 3 9 10'],
  'coverage-py.json': ['coverage.py', 'shop/__init__.py 0/0 0/0:', 'shop/price.py 5/7 1/2: 3 9'],
  'pytest-cov-lcov.info': ['lcov', 'shop/__init__.py 0/0 0/0:', 'shop/price.py 5/7 1/2: 3 9'],
  'pytest-cov-cobertura.xml': ['cobertura', '__init__.py 0/0:', 'price.py 5/7 1/2: 3 9'],
  'go-cover.out': ['go', 'price/price.go 5/12: 7 8 11 12 16 17 18'],
  'llvm-cov.json': ['llvm', '/repo/src/price.c 9/14 2/4: 5 6 11 12 13'],
  'llvm-cov-lcov.info': ['lcov', '/repo/src/price.c 9/14 2/4: 5 6 11 12 13'],
  'jacoco.xml': ['jacoco', 'com/acme/Price.java 5/8 2/4: 3 6 13'],
}

test('what real tools wrote is read, and several formats of one tool tell the same', () => {
  expect(readdirSync(samples).sort()).toEqual(Object.keys(recorded).sort())
  for (const [name, expected] of Object.entries(recorded)) expect([name, ...shown(readFileSync(join(samples, name), 'utf8'))]).toEqual([name, ...expected])
})

test('the folders that a Cobertura report names are handed on, and the end of a path is said to be one', () => {
  const bases = readReport(readFileSync(join(samples, 'pytest-cov-cobertura.xml'), 'utf8'), hints)
  expect(bases).toMatchObject({ bases: ['/repo/shop'] })
  expect(readReport(readFileSync(join(samples, 'jacoco.xml'), 'utf8'), hints)).toMatchObject({ ends: true })
})

const record = (...lines: string[]): string => ['SF:a.ts', ...lines, 'end_of_record', ''].join('\n')
const cobertura = (line: string): string =>
  `<coverage line-rate="1"><packages><package><classes><class filename="a.py"><lines>${line}</lines></class></classes></package></packages></coverage>`
const summary = (lines: unknown): string => JSON.stringify({ total: { lines: { pct: 1 } }, 'a.ts': { lines } })
const final = (statementMap: unknown, s: unknown): string => JSON.stringify({ 'a.ts': { path: 'a.ts', statementMap, s, b: { 0: [1, 0] } } })

test.each([
  ['line 0, a negative line, a line that is no number', record('DA:0,1', 'DA:-3,1', 'DA:x,1', 'DA:99999999999,1', 'DA:2,0'), ['lcov', 'a.ts 0/1: 2']],
  ['negative, huge and absent hits', record('DA:1,-4', 'DA:2,99999999999999999999', 'DA:3,NaN', 'DA:4,=', 'DA:5,1e400'), ['lcov', 'a.ts 2/3: 1']],
  ['a line that is told twice in one record', record('DA:1,0', 'DA:1,3'), ['lcov', 'a.ts 1/1:']],
  ['a file with two records: hits add up', record('DA:1,0', 'DA:2,0') + record('DA:1,2'), ['lcov', 'a.ts 1/2: 2']],
  ['sums alone', record('LF:10', 'LH:4', 'BRF:2', 'BRH:1'), ['lcov', 'a.ts 4/10 1/2:']],
  ['sums that cannot be', record('LF:4', 'LH:10'), ['lcov', 'a.ts 0/0:']],
  ['line ends of Windows', record('DA:1,1', 'DA:2,0').replaceAll('\n', '\r\n'), ['lcov', 'a.ts 1/2: 2']],
  ['lcov that was cut off', 'SF:a.ts\nDA:1,1\n', ['the record of a.ts has no end: the report was cut off']],
  ['lcov without a file', 'TN:\nend_of_record\n', ['no file is named in it (SF:)']],
  ['a sum with more covered than there is', summary({ covered: 5, total: 3 }), ['it names no file']],
  ['a negative sum', summary({ covered: -1, total: 3 }), ['it names no file']],
  ['statements on line 0 and without hits', final({ 0: { start: { line: 0 } }, 1: { start: { line: 2 } }, 2: null }, { 0: 1 }), ['istanbul', 'a.ts 0/0 1/2:']],
  ['two statements on a line', final({ 0: { start: { line: 2 } }, 1: { start: { line: 2 } } }, { 0: 0, 1: 4 }), ['istanbul', 'a.ts 1/1 1/2:']],
  ['a class that is told twice', cobertura('<line number="1" hits="0"/><line number="1" hits="2"/>'), ['cobertura', 'a.py 1/1:']],
  ['numbers that are none', cobertura('<line number="-1" hits="1"/><line number="2" hits="x"/><line hits="1"/>'), ['cobertura', 'a.py 0/0:']],
  ['names with entities of XML', cobertura('').replace('a.py', 'a&amp;b&#46;py'), ['cobertura', 'a&b.py 0/0:']],
  ['an entity of its own', cobertura('').replace('a.py', '&x;'), ['line 1: the attribute filename cannot be read']],
  [
    'a document type that declares something',
    `<!DOCTYPE coverage [<!ENTITY a "b">]>${cobertura('')}`,
    ['line 1: a document type or an entity of its own is not read'],
  ],
  ['XML that was cut off', cobertura('').split('</lines>')[0] ?? '', ['it ends inside of <lines>: it was cut off']],
  ['Clover', '<coverage generated="1"><project/></coverage>', ['its root is <coverage>: neither Cobertura nor JaCoCo']],
  ['a page of HTML', '<!doctype html><html></html>', ['its root is <html>: neither Cobertura nor JaCoCo']],
  ['the same block of Go twice', 'mode: set\nexample.com/shop/a.go:1.1,2.2 1 0\nexample.com/shop/a.go:1.1,2.2 1 1\n', ['go', 'a.go 2/2:']],
  ['a block of Go that ends before it begins', 'mode: set\na.go:3.1,2.2 1 0\n', ['it is no block of a profile: a.go:3.1,2.2 1 0']],
  ['a profile of another module', 'mode: set\nexample.com/other/a.go:1.1,1.2 1 0\n', ['go', '//module/example.com/other/a.go 0/1: 1']],
  ['a profile without blocks', 'mode: atomic\n', ['it has no block']],
  [
    'raw coverage of V8',
    '{"result":[{"url":"file:///a.js","functions":[]}]}',
    ['it is raw coverage of V8, in characters instead of lines: let c8 or another tool write lcov from it'],
  ],
  ['another JSON', '{"name":"a"}', ['it is no report of coverage that pawl knows']],
  ['a list', '[]', ['it holds no object']],
  ['nothing', ' \n', ['it is empty']],
  [
    'segments out of order',
    JSON.stringify({
      type: 'llvm.coverage.json.export',
      data: [
        {
          files: [
            {
              filename: 'a',
              segments: [
                [9, 1, 1, true, true],
                [1, 1, 1, true, true],
              ],
            },
          ],
        },
      ],
    }),
    ['the segments of a are not in order'],
  ],
] as const)('%s', (_, text, expected) => {
  expect(shown(text)).toEqual([...expected])
})

test('the module of a go.mod', () => {
  expect(['module example.com/a\n', '// b\nmodule "example.com/b" // c\n', 'go 1.22\n'].map(modulePath)).toEqual(['example.com/a', 'example.com/b', undefined])
})
