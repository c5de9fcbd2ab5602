import { expect, test } from 'bun:test'
import { located, type Places } from './locate.ts'

const places = (root: string, paths: readonly string[], ignored: readonly string[] = []): Places => ({
  root,
  paths: new Set(paths),
  exists: async (path) => paths.includes(path) || ignored.includes(path),
})

async function shown(files: readonly string[], report: string, at: Places, more: { bases?: readonly string[]; ends?: true } = {}) {
  const coverage = { files: files.map((file) => ({ file, lines: new Map([[1, 1]]) })) }
  const found = await located({ coverage, ...more }, report, at)
  return { files: found.coverage.files.map((file) => file.file), outside: found.outside, gone: found.gone.map(({ path }) => path) }
}

const repo = places('/work/shop', ['src/a.ts', 'packages/web/src/a.ts', 'packages/web/src/b.ts'], ['dist/a.js', 'node_modules/x/a.js'])

test('paths are found as the tool saw them from where it ran', async () => {
  expect((await shown(['src/a.ts'], 'coverage/lcov.info', repo)).files).toEqual(['src/a.ts'])
  expect((await shown(['src/a.ts', './src/b.ts'], 'packages/web/coverage/lcov.info', repo)).files).toEqual(['packages/web/src/a.ts', 'packages/web/src/b.ts'])
  expect((await shown(['/work/shop/src/a.ts', 'file:///work/shop/packages/web/src/a.ts'], 'x', repo)).files).toEqual(['packages/web/src/a.ts', 'src/a.ts'])
  expect((await shown(['b.ts'], 'coverage.xml', repo, { bases: ['/work/shop/packages/web/src'] })).files).toEqual(['packages/web/src/b.ts'])
  expect((await shown(['dist/a.js'], 'coverage/lcov.info', repo)).files).toEqual(['dist/a.js'])
})

test('what lies outside is left out and counted, what is not there any more is told apart', async () => {
  expect(await shown(['/other/src/a.ts', '../src/a.ts', 'https://x/a.ts', 'node_modules/x/a.js', 'C:\\shop\\src\\a.ts'], 'coverage/lcov.info', repo)).toEqual({
    files: ['src/a.ts'],
    outside: ['/other/src/a.ts', 'https://x/a.ts', 'node_modules/x/a.js', 'C:\\shop\\src\\a.ts'],
    gone: [],
  })
  expect(await shown(['src/old.ts', '../../a.ts'], 'lcov.info', repo)).toEqual({ files: [], outside: ['../../a.ts'], gone: ['src/old.ts'] })
})

test('Windows writes backslashes and does not tell cases apart', async () => {
  const windows = places('C:\\shop', ['src/a.ts'])
  expect((await shown(['c:\\Shop\\src\\a.ts'], 'coverage/lcov.info', windows)).files).toEqual(['src/a.ts'])
  expect((await shown(['src\\a.ts'], 'coverage/lcov.info', windows)).files).toEqual(['src/a.ts'])
  expect((await shown(['src\\a.ts'], 'coverage/lcov.info', repo)).files).toEqual(['src/a.ts'])
  expect((await shown(['D:\\shop\\src\\a.ts'], 'coverage/lcov.info', windows)).outside).toEqual(['D:\\shop\\src\\a.ts'])
})

test('the end of a path is found where one file has it, or the one nearest to the report', async () => {
  const java = places('/work/shop', ['a/src/main/java/com/acme/A.java', 'b/src/main/java/com/acme/A.java', 'b/src/main/java/com/acme/B.java'])
  expect((await shown(['com/acme/B.java'], 'jacoco.xml', java, { ends: true })).files).toEqual(['b/src/main/java/com/acme/B.java'])
  expect((await shown(['com/acme/A.java'], 'a/target/site/jacoco/jacoco.xml', java, { ends: true })).files).toEqual(['a/src/main/java/com/acme/A.java'])
  expect(await shown(['com/acme/A.java', 'acme/C.java'], 'jacoco.xml', java, { ends: true })).toEqual({
    files: [],
    outside: ['com/acme/A.java', 'acme/C.java'],
    gone: [],
  })
})
