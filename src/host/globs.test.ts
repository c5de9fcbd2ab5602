import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { globLibrary, matcherFor, newTree } from './globs.ts'

const picomatch = await globLibrary()
const matched = (globs: readonly string[], paths: readonly string[]) => {
  const tree = newTree(
    paths.map((path) => ({ path, id: 'id' })),
    { delta: {} },
    picomatch,
    () => false,
  )
  return tree.matching(globs).map((file) => file.path)
}

test('globs match as people expect', () => {
  const paths = [
    '.eslintrc.json',
    '.github/ci.yml',
    'a.ts',
    'a.tsx',
    'docs/x.md',
    'line\nbreak/d.ts',
    'src',
    'src/.hidden/b.ts',
    'src/b.ts',
    'src/deep/c.test.ts',
  ]
  expect(matched(['**/*'], paths)).toEqual(paths)
  expect(matched(['**'], paths)).toEqual(paths)
  expect(matched([], paths)).toEqual([])
  expect(matched(['**/*.ts'], paths)).toEqual(['a.ts', 'line\nbreak/d.ts', 'src/.hidden/b.ts', 'src/b.ts', 'src/deep/c.test.ts'])
  expect(matched(['**/*.{ts,tsx}'], paths)).toHaveLength(6)
  expect(matched(['*.ts'], paths)).toEqual(['a.ts'])
  expect(matched(['src/**'], paths)).toEqual(['src', 'src/.hidden/b.ts', 'src/b.ts', 'src/deep/c.test.ts'])
  expect(matched(['src/**/*.test.ts'], paths)).toEqual(['src/deep/c.test.ts'])
  expect(matched(['**/b.ts'], paths)).toEqual(['src/.hidden/b.ts', 'src/b.ts'])
  expect(matched(['./a.ts'], paths)).toEqual(['a.ts'])
  expect(matched(['line*/**/d.?s'], paths)).toEqual(['line\nbreak/d.ts'])
})

test('"!" takes away what came before it, and a later glob gives it back', () => {
  const paths = ['a.ts', 'gen/a.ts', 'gen/keep.ts']
  expect(matched(['**/*.ts', '!gen/**'], paths)).toEqual(['a.ts'])
  expect(matched(['**/*.ts', '!gen/**', 'gen/keep.ts'], paths)).toEqual(['a.ts', 'gen/keep.ts'])
  expect(matched(['!gen/**', '**/*.ts'], paths)).toEqual(paths)
  expect(matched(['!gen/**'], paths)).toEqual([])
})

test('a tree is only searched where its globs can match, and finds the same', () => {
  const name = fc.stringMatching(/^[a-c.\-0_]{1,3}$/).filter((text) => text !== '.' && text !== '..')
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  const glob = fc
    .tuple(path, fc.constantFrom('', '/**', '/*', '/**/*.a', '*', '/?', '/{a,b}/**'), fc.constantFrom('', '', '', '!', './'))
    .map(([start, end, lead]) => lead + start + end)
  fc.assert(
    fc.property(fc.array(glob, { minLength: 1, maxLength: 4 }), fc.array(path, { maxLength: 30 }), (globs, paths) => {
      const sorted = [...new Set(paths)].sort()
      const matches = matcherFor(globs, picomatch)
      expect([globs, matched(globs, sorted)]).toEqual([globs, sorted.filter((each) => matches(each))])
    }),
    { numRuns: 3000, seed: 11 },
  )
})

test('files of several folders come in the order of their paths', () => {
  expect(matched(['a/**', 'a-b/**'], ['a', 'a-b', 'a-b/x', 'a/x'])).toEqual(['a', 'a-b', 'a-b/x', 'a/x'])
})

test('the shortcuts for common globs agree with the glob library', () => {
  const name = fc.stringMatching(/^[a-c.\-_]{1,3}$/).filter((text) => text !== '.' && text !== '..')
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  const glob = fc.oneof(
    fc.constantFrom('**', '**/*', '**/*.a', '**/*.a.b', '**/*.{a,b}', '**/.a', '*.a', '**/a/', 'a/'),
    path,
    path.map((p) => `${p}/**`),
    path.map((p) => `${p}/**/*`),
    path.map((p) => `**/${p}`),
    path.map((p) => `**/*.${p}`),
  )
  fc.assert(
    fc.property(glob, fc.array(path, { maxLength: 8 }), (pattern, paths) => {
      const [ours, theirs] = [matcherFor([pattern], picomatch), picomatch(pattern, { dot: true, flags: 's', windows: false })]
      for (const each of paths) expect([pattern, each, ours(each)]).toEqual([pattern, each, theirs(each)])
    }),
    { numRuns: 3000, seed: 7 },
  )
})
