import { expect, test } from 'bun:test'
import picomatch from 'picomatch'
import { firstMark } from '../../model/ratchet.ts'
import { assessCoverage } from './assess.ts'
import { findMark, markText, readForeignMark, readMark } from './mark-file.ts'
import { ratchetFindings } from './ratchet-findings.ts'
import type { CoverageWish, CoverageWorld } from './wish.ts'

type Disk = Readonly<Record<string, string>>

/** Everything was written at the same moment, but what `times` says. What stands in `ignored` git does not know. */
function worldOf(disk: Disk, times: Readonly<Record<string, number>> = {}, ignored: readonly string[] = ['coverage/lcov.info']): CoverageWorld {
  const paths = Object.keys(disk).sort()
  return {
    files: {
      root: '/repo',
      read: async (path) => disk[path],
      exists: async (path) => Object.hasOwn(disk, path),
      list: async (folder) => {
        const start = folder === '.' ? '' : folder
        const names = paths.filter((path) => path.startsWith(start)).map((path) => path.slice(start.length).replace(/\/.*/, '/'))
        return [...new Set(names)].sort()
      },
      glob: async (globs) => paths.filter((path) => !ignored.includes(path) && picomatch([...globs])(path)),
    },
    writtenAt: async (path) => (Object.hasOwn(disk, path) ? (times[path] ?? 1000) : undefined),
  }
}

const wish: CoverageWish = { reports: [], tolerance: 0, allowMissing: false, packages: {} }
const lcov = (files: Readonly<Record<string, readonly number[]>>): string =>
  Object.entries(files)
    .map(([file, hits]) => `SF:${file}\n${hits.map((count, i) => `DA:${i + 1},${count}\n`).join('')}end_of_record\n`)
    .join('')
const code = 'one\ntwo\nthree\nfour\n'
const markOf = (covered: number, total: number, files: readonly string[] = []): string =>
  markText(firstMark({ total: { lines: { covered, total } }, packages: {}, files }))

async function found(
  disk: Disk,
  more: { wish?: Partial<CoverageWish>; times?: Readonly<Record<string, number>>; ignored?: readonly string[] } = {},
): Promise<readonly string[]> {
  const assessment = await assessCoverage({ ...wish, ...more.wish }, worldOf(disk, more.times, more.ignored))
  const findings = await ratchetFindings(assessment, async () => new Map([['src/a.ts', [{ from: 2, to: 3 }]]]))
  return findings.map(({ file, line, message }) => `${[file, line].filter((part) => part !== undefined).join(':')} ${message}`.trim())
}

const half = { 'src/a.ts': code, 'coverage/lcov.info': lcov({ 'src/a.ts': [1, 0, 0, 1] }) }

test('equal and above pass, below is told with the new lines that nothing covers', async () => {
  expect(await found({ ...half, 'coverage-ratchet.json': markOf(1, 2) })).toEqual([])
  expect(await found({ ...half, 'coverage-ratchet.json': markOf(1, 3) })).toEqual([])
  expect(await found({ ...half, 'coverage-ratchet.json': markOf(3, 4) })).toEqual([
    'coverage-ratchet.json 50.00 % of the lines are covered (2 of 4), and the mark is 75.00 %',
    'src/a.ts:2 lines 2 to 3 are new or changed, and not covered',
  ])
  expect(await found({ ...half, 'coverage-ratchet.json': markOf(51, 100) }, { wish: { tolerance: 1 } })).toEqual([])
})

test('no report, one that is broken, empty or about another place proves nothing', async () => {
  const mark = { 'src/a.ts': code, 'coverage-ratchet.json': markOf(0, 4) }
  expect(await found(mark)).toEqual(['there is no report of coverage where tools usually write it'])
  expect(await found(mark, { wish: { reports: ['out/*.info'] } })).toEqual(['there is no report of coverage at out/*.info'])
  expect(await found(mark, { wish: { allowMissing: true } })).toEqual([])
  expect(await found({ ...mark, 'coverage/lcov.info': 'SF:src/a.ts\nDA:1,1\n' }, { wish: { allowMissing: true } })).toEqual([
    'coverage/lcov.info the report cannot be read: the record of src/a.ts has no end: the report was cut off',
  ])
  expect(await found({ ...mark, 'coverage/lcov.info': lcov({ '/app/src/a.ts': [1] }) })).toEqual([
    'coverage/lcov.info no file of the report lies in this repository: /app/src/a.ts',
  ])
})

test('a report that is older than the code, about lines that are not there, or about a file that is gone is stale', async () => {
  const disk = { ...half, 'coverage-ratchet.json': markOf(1, 4, ['src/a.ts', 'src/old.ts']) }
  expect(await found(disk, { times: { 'src/a.ts': 1001 } })).toEqual(['coverage/lcov.info stale report: it is older than src/a.ts'])
  expect(await found({ ...disk, 'src/a.ts': 'one\n' })).toEqual(['coverage/lcov.info stale report: it is about lines that src/a.ts does not have'])
  const withOld = { ...disk, 'coverage/lcov.info': lcov({ 'src/a.ts': [1, 1, 1, 1], 'src/old.ts': [1] }) }
  expect(await found(withOld)).toEqual(['coverage/lcov.info stale report: it is about src/old.ts, which is gone'])
  // What the mark never knew may be code that a tool makes up.
  expect(await found({ ...withOld, 'coverage-ratchet.json': markOf(1, 4, ['src/a.ts']) })).toEqual([])
})

test('a report without a file that the mark knows and that is still there shows only a part', async () => {
  const known = { ...half, 'src/b.ts': code, 'coverage-ratchet.json': markOf(1, 4, ['src/a.ts', 'src/b.ts', 'src/gone.ts']) }
  expect((await found(known))[0]).toContain('only a part was measured: src/b.ts was measured when the mark was set')
  const assessment = await assessCoverage(wish, worldOf(known))
  expect([assessment.troubles.length, assessment.slips]).toEqual([1, []])
})

test('packages have marks of their own; a mark of a package that is gone binds nobody', async () => {
  const disk = {
    'web/a.ts': code,
    'api/a.ts': code,
    'api/old/b.ts': code,
    'coverage/lcov.info': lcov({ 'web/a.ts': [1, 1], 'api/a.ts': [1, 0], 'api/old/b.ts': [0] }),
  }
  const packages = { web: 'web', api: 'api', old: 'api/old' }
  const { measured } = await assessCoverage({ ...wish, packages }, worldOf(disk))
  expect(measured?.packages).toEqual({
    api: { lines: { covered: 1, total: 2 } },
    old: { lines: { covered: 0, total: 1 } },
    web: { lines: { covered: 2, total: 2 } },
  })
  const mark = markText({
    ...firstMark({
      total: { lines: { covered: 1, total: 5 } },
      packages: { api: { lines: { covered: 2, total: 2 } }, gone: { lines: { covered: 1, total: 1 } } },
      files: [],
    }),
  })
  expect(await found({ ...disk, 'coverage-ratchet.json': mark }, { wish: { packages } })).toEqual([
    'coverage-ratchet.json 50.00 % of the lines of api are covered (1 of 2), and the mark is 100.00 %',
  ])
})

test('reports are found by globs, also where git ignores them, and the first of a row of usual places counts', async () => {
  const disk = {
    'a/src/x.ts': code,
    'b/src/x.ts': code,
    'a/coverage/lcov.info': lcov({ 'src/x.ts': [1] }),
    'b/coverage/lcov.info': lcov({ 'src/x.ts': [0] }),
    'node_modules/c/coverage/lcov.info': lcov({ 'src/x.ts': [0] }),
    'coverage/lcov.info': lcov({ 'a/src/x.ts': [1] }),
    'coverage/coverage-summary.json': '{}',
  }
  const paths = async (reports: readonly string[]) =>
    (
      await assessCoverage(
        { ...wish, reports },
        worldOf(
          disk,
          {},
          Object.keys(disk).filter((path) => path.endsWith('.info')),
        ),
      )
    ).reports.map((report) => report.path)
  expect(await paths(['*/coverage/lcov.info'])).toEqual(['a/coverage/lcov.info', 'b/coverage/lcov.info'])
  expect(await paths(['**/lcov.info', '!b/**', '!coverage/**'])).toEqual(['a/coverage/lcov.info'])
  expect(await paths([])).toEqual(['coverage/lcov.info'])
})

test('a mark survives being written and read; what is half understood is refused', () => {
  const mark = {
    ...firstMark({
      total: { lines: { covered: 1, total: 2 }, branches: { covered: 0, total: 3 } },
      packages: { b: { lines: { covered: 1, total: 1 } }, a: { lines: { covered: 0, total: 1 } } },
      files: ['b', 'a'],
    }),
    lowered: [{ from: 60, to: 50, reason: 'r', at: 't', by: 'k' }],
  }
  const read = readMark(markText(mark))
  expect(read).toEqual({ ...mark, files: ['a', 'b'] })
  expect(typeof read === 'string' ? '' : markText(read)).toBe(markText(mark))
  expect([
    readMark('{'),
    readMark('{"version":2}'),
    readMark('{"version":1,"total":{"lines":{"covered":3,"total":2}}}'),
    readMark('{"version":1,"total":{"lines":{"covered":1,"total":2}},"packages":{"a":{"lines":5}}}'),
  ]).toEqual([
    'it is not JSON',
    'its version is 2; this pawl knows version 1',
    "'total' does not tell how many lines of how many are covered",
    "'packages.a' does not tell how many lines of how many are covered",
  ])
})

test('the mark of Crackerjack is the first one where there is none of ours', async () => {
  const theirs = JSON.stringify({
    baseline: 30,
    current_minimum: 42.371234,
    target: 100,
    last_updated: '2026-01-01T00:00:00',
    history: [{ date: '2026-01-01', coverage: 42.3 }],
    milestones_achieved: [15, 20, 25, 30, 40],
    next_milestone: 50,
  })
  expect(readForeignMark(theirs)).toMatchObject({ total: { lines: { covered: 423_712, total: 1_000_000 } }, milestones: [15, 20, 25, 30, 40] })
  expect([readForeignMark('{"baseline":12.5}'), readForeignMark('{"current_minimum":101}')]).toEqual([
    { total: { lines: { covered: 125_000, total: 1_000_000 } }, packages: {}, files: [], milestones: [], lowered: [] },
    "it has no percentage as 'current_minimum' or 'baseline'",
  ])
  expect(await findMark(worldOf({ '.coverage-ratchet.json': theirs }).files)).toMatchObject({ kind: 'foreign' })
  expect(await findMark(worldOf({ '.coverage-ratchet.json': theirs, 'coverage-ratchet.json': markOf(1, 2) }).files)).toMatchObject({ kind: 'own' })
  expect(await found({ ...half, '.coverage-ratchet.json': '{"current_minimum":60}' })).toEqual([
    '.coverage-ratchet.json 50.00 % of the lines are covered (2 of 4), and the mark is 60.00 %',
    'src/a.ts:2 lines 2 to 3 are new or changed, and not covered',
  ])
})
