import { expect, test } from 'bun:test'
import { folderIn, pathFromFolder, pathInRoot } from './paths-in-root.ts'

test('a path that a tool prints is named from the root', () => {
  const rows: readonly (readonly [path: string, root: string, cwd: string, expected: string])[] = [
    ['src/a.ts', '/repo', '.', 'src/a.ts'],
    ['./src/a.ts', '/repo', '.', 'src/a.ts'],
    ['/repo/src/a.ts', '/repo', 'web', 'src/a.ts'],
    ['/repo/./src/../a.ts', '/repo', '.', 'a.ts'],
    ['a.ts', '/repo', 'web/app', 'web/app/a.ts'],
    ['../a.ts', '/repo', 'web', 'a.ts'],
    ['../../a.ts', '/repo', 'web', '../../a.ts'],
    ['/repository/a.ts', '/repo', '.', '/repository/a.ts'],
    ['/etc/x', '/repo', '.', '/etc/x'],
    ['file:///repo/a.ts', '/repo', '.', 'a.ts'],
    ['/private/tmp/r/a.ts', '/tmp/r', '.', 'a.ts'],
    ['odd\\name.ts', '/repo', '.', 'odd\\name.ts'],
    ['a.ts', '/repo', '/repo/web', 'web/a.ts'],
    ['/a.ts', '/', '.', 'a.ts'],
    ['C:\\repo\\src\\a.ts', 'C:\\repo', '.', 'src/a.ts'],
    ['c:/Repo/src/a.ts', 'C:\\repo', '.', 'src/a.ts'],
    ['src\\a.ts', 'C:\\repo', 'web', 'web/src/a.ts'],
    ['D:\\x\\a.ts', 'C:\\repo', '.', 'D:\\x\\a.ts'],
  ]
  for (const [path, root, cwd, expected] of rows) expect([path, pathInRoot(path, { root, cwd })]).toEqual([path, expected])
})

test('a file of the repository is named from the folder where the tool runs', () => {
  expect(pathFromFolder('a/b/c.ts', '.')).toBe('a/b/c.ts')
  expect(pathFromFolder('a/b/c.ts', 'a')).toBe('b/c.ts')
  expect(pathFromFolder('a/b/c.ts', './a/x/')).toBe('../b/c.ts')
  expect(pathFromFolder('c.ts', 'c.ts')).toBe('../c.ts')
  expect(pathFromFolder('c.ts', 'a/b')).toBe('../../c.ts')
})

test('the folder of a tool lies below the root', () => {
  expect(folderIn({ root: '/repo', cwd: '.' })).toBe('/repo')
  expect(folderIn({ root: '/repo', cwd: 'web' })).toBe('/repo/web')
})
