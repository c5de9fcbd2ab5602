import { expect, test } from 'bun:test'
import { branchAmong } from './default-branch.ts'

test('the HEAD of the remote counts first, that of origin before others', () => {
  expect(branchAmong(['refs/heads/main ', 'refs/remotes/origin/HEAD refs/remotes/origin/release/2', 'refs/remotes/origin/release/2 '], undefined)).toBe(
    'release/2',
  )
  expect(branchAmong(['refs/remotes/a/HEAD refs/remotes/a/x', 'refs/remotes/origin/HEAD refs/remotes/origin/y'], 'refs/heads/z')).toBe('y')
  expect(branchAmong(['refs/remotes/upstream/HEAD refs/remotes/upstream/dev'], 'refs/heads/z')).toBe('dev')
})

test('without one, a branch with a usual name, here or at origin; then the one that is checked out', () => {
  expect(branchAmong(['refs/heads/feature ', 'refs/heads/master '], 'refs/heads/feature')).toBe('master')
  expect(branchAmong(['refs/heads/feature ', 'refs/remotes/origin/main '], 'refs/heads/feature')).toBe('main')
  expect(branchAmong([''], 'refs/heads/dev/one')).toBe('dev/one')
  expect(branchAmong([''], undefined)).toBeUndefined()
})
