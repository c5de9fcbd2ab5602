import { expect, test } from 'bun:test'
import type { Tree } from '../model/tree.ts'
import { treeChanges } from './tree-changes.ts'

const tree = (files: Readonly<Record<string, string>>): Tree => ({
  files: Object.entries(files).map(([path, id]) => ({ path, id })),
  mark: { delta: {} },
  ignores: () => false,
  matching: () => [],
})

test('changed, new and deleted files are named, in order', () => {
  const changes = (before: Record<string, string>, after: Record<string, string>) => treeChanges(tree(before), tree(after))
  expect(changes({}, {})).toEqual([])
  expect(changes({ a: '1', b: '1' }, { a: '1', b: '1' })).toEqual([])
  expect(changes({ a: '1', b: '1', d: '1' }, { a: '2', c: '1', d: '1' })).toEqual(['a', 'b', 'c'])
  expect(changes({ b: '1' }, { a: '1', b: '1', c: '1' })).toEqual(['a', 'c'])
  expect(changes({ a: '1', b: '1', c: '1' }, {})).toEqual(['a', 'b', 'c'])
})
