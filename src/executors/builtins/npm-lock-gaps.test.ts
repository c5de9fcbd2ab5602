/** A lockfile that lacks what its own packages need is not in sync, although it fits package.json. */
import { expect, test } from 'bun:test'
import { gapsIn } from './npm-lock-gaps.ts'
import type { NpmLock } from './npm-lock.ts'

function lockOf(packages: Record<string, Record<string, unknown>>): NpmLock {
  const entries = Object.entries(packages).map(
    ([place, content]) => [place, { link: content['link'] === true, optional: false, content: JSON.parse(JSON.stringify(content)) }] as const,
  )
  return { packages: new Map(entries), knowsManifests: true }
}

test('what a package needs may lie beside it or in any folder above', () => {
  expect(
    gapsIn(
      lockOf({
        '': { dependencies: { a: '1' } },
        'node_modules/a': { dependencies: { b: '1', c: '1' } },
        'node_modules/b': {},
        'node_modules/a/node_modules/c': {},
      }),
    ),
  ).toEqual([])
})

test('a missing dependency and a missing platform package are gaps', () => {
  expect(gapsIn(lockOf({ '': { dependencies: { a: '1' } }, 'node_modules/a': { dependencies: { b: '1' }, optionalDependencies: { '@a/mac': '1' } } }))).toEqual(
    [
      { name: 'b', neededBy: 'a', optional: false },
      { name: '@a/mac', neededBy: 'a', optional: true },
    ],
  )
})

test('what a package brings in its own archive is no gap', () => {
  expect(gapsIn(lockOf({ '': { dependencies: { a: '1' } }, 'node_modules/a': { dependencies: { b: '1', c: '1' }, bundleDependencies: ['b', 'c'] } }))).toEqual(
    [],
  )
})

test('npm does not look behind the link to a package of the workspace, and so its gaps are none', () => {
  const workspace = { 'node_modules/p': { link: true, resolved: 'p' }, p: { dependencies: { a: '1' } }, 'node_modules/a': { dependencies: { b: '1' } } }
  expect(gapsIn(lockOf({ '': { workspaces: ['p'] }, ...workspace }))).toEqual([])
  expect(gapsIn(lockOf({ '': { workspaces: ['p'], devDependencies: { a: '1' } }, ...workspace }))).toHaveLength(1)
})
