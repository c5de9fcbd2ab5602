/** A lockfile that lacks what its own packages need is not in sync, although it fits package.json. */
import { expect, test } from 'bun:test'
import { gapsIn } from './npm-lock-gaps.ts'
import type { NpmLock } from './npm-lock.ts'

function lockOf(packages: Record<string, Record<string, unknown>>): NpmLock {
  const entries = Object.entries(packages).map(
    ([place, content]) => [place, { link: false, optional: false, content: JSON.parse(JSON.stringify(content)) }] as const,
  )
  return { packages: new Map(entries), knowsManifests: true }
}

test('what a package needs may lie beside it or in any folder above', () => {
  expect(gapsIn(lockOf({ '': {}, 'node_modules/a': { dependencies: { b: '1', c: '1' } }, 'node_modules/b': {}, 'node_modules/a/node_modules/c': {} }))).toEqual(
    [],
  )
})

test('a missing dependency and a missing platform package are gaps', () => {
  expect(gapsIn(lockOf({ '': {}, 'node_modules/a': { dependencies: { b: '1' }, optionalDependencies: { '@a/mac': '1' } } }))).toEqual([
    { name: 'b', neededBy: 'a', optional: false },
    { name: '@a/mac', neededBy: 'a', optional: true },
  ])
})

test('what a package brings in its own archive is no gap', () => {
  expect(gapsIn(lockOf({ '': {}, 'node_modules/a': { dependencies: { b: '1', c: '1' }, bundleDependencies: ['b', 'c'] } }))).toEqual([])
})
