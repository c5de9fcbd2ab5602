import { afterEach, expect, test } from 'bun:test'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { copyPackages } from './copied-packages.ts'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })))

/** Two roots; the first with these files, or links where a text begins with "-> ". */
function roots(files: Readonly<Record<string, string>>): { readonly from: string; readonly to: string; readonly path: 'node_modules' } {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-copied-')))
  folders.push(base)
  const [from, to] = [join(base, 'from'), join(base, 'to')]
  mkdirSync(to)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(from, path)), { recursive: true })
    if (text.startsWith('-> ')) symlinkSync(text.slice(3).replace('{from}', from), join(from, path))
    else writeFileSync(join(from, path), text)
  }
  return { from, to, path: 'node_modules' }
}

const usual = {
  'node_modules/x/index.js': 'x\n',
  'node_modules/x/lib/deep/a.js': 'deep\n',
  'node_modules/.bin/x': '-> ../x/index.js',
  'node_modules/.cache/c': 'cache\n',
  'packages/own/index.js': 'own\n',
}

test('what is written into the copy is not in the user’s packages, and the other way round', async () => {
  const folder = roots(usual)
  await copyPackages(folder)
  writeFileSync(join(folder.to, 'node_modules/x/index.js'), 'by an agent\n')
  expect(readFileSync(join(folder.from, 'node_modules/x/index.js'), 'utf8')).toBe('x\n')
  writeFileSync(join(folder.from, 'node_modules/x/lib/deep/a.js'), 'by the user\n')
  expect(readFileSync(join(folder.to, 'node_modules/x/lib/deep/a.js'), 'utf8')).toBe('deep\n')
  expect(readlinkSync(join(folder.to, 'node_modules/.bin/x'))).toBe('../x/index.js')
  expect(existsSync(join(folder.to, 'node_modules/.cache'))).toBe(false)
})

test.each([
  ['a file of the same size whose times were set back', 'node_modules/x/index.js', (path: string) => rewritten(path, 'y\n')],
  ['a file that is gone', 'node_modules/x/index.js', (path: string) => rmSync(path)],
  ['a folder in the place of a file', 'node_modules/x/index.js', (path: string) => (rmSync(path), mkdirSync(path))],
  ['a link in the place of a folder', 'node_modules/x/lib', (path: string) => (rmSync(path, { recursive: true }), symlinkSync('/etc', path))],
  ['another program behind a name', 'node_modules/.bin/x', (path: string) => (rmSync(path), symlinkSync('/bin/true', path))],
  ['a package more', 'node_modules/evil/index.js', (path: string) => (mkdirSync(dirname(path)), writeFileSync(path, 'evil'))],
])('made equal again: %s', async (_, path, change) => {
  const folder = roots(usual)
  await copyPackages(folder)
  const untouched = statSync(join(folder.to, 'node_modules/x/lib/deep/a.js'), { bigint: true }).ino
  change(join(folder.to, path))
  await copyPackages(folder)
  const [there, wanted] = [folder.to, folder.from].map((root) => lstatSync(join(root, path), { throwIfNoEntry: false }))
  expect(there?.mode).toBe(wanted?.mode)
  if (wanted?.isFile() === true) expect(readFileSync(join(folder.to, path), 'utf8')).toBe(readFileSync(join(folder.from, path), 'utf8'))
  if (wanted?.isSymbolicLink() === true) expect(readlinkSync(join(folder.to, path))).toBe('../x/index.js')
  expect(readFileSync(join(folder.to, 'node_modules/x/lib/deep/a.js'), 'utf8')).toBe('deep\n')
  // What nobody touched is not copied once more.
  if (path !== 'node_modules/x/lib') expect(statSync(join(folder.to, 'node_modules/x/lib/deep/a.js'), { bigint: true }).ino).toBe(untouched)
})

test('what the user installs meanwhile comes into the copy', async () => {
  const folder = roots(usual)
  await copyPackages(folder)
  rewritten(join(folder.from, 'node_modules/x/index.js'), 'z\n')
  await copyPackages(folder)
  expect(readFileSync(join(folder.to, 'node_modules/x/index.js'), 'utf8')).toBe('z\n')
})

test('a package of the same workspace is the one of the copy; what lies outside stays where it is', async () => {
  const folder = roots({
    ...usual,
    'node_modules/@own/near': '-> ../../packages/own',
    'node_modules/@own/whole': '-> {from}/packages/own',
    'node_modules/far': '-> ../../elsewhere',
  })
  await copyPackages(folder)
  expect(readlinkSync(join(folder.to, 'node_modules/@own/near'))).toBe('../../packages/own')
  expect(readlinkSync(join(folder.to, 'node_modules/@own/whole'))).toBe(join(folder.to, 'packages/own'))
  expect(readlinkSync(join(folder.to, 'node_modules/far'))).toBe(join(folder.from, '../elsewhere'))
})

/** With the times that it had. */
function rewritten(path: string, text: string): void {
  const { atime, mtime } = statSync(path)
  writeFileSync(path, text)
  utimesSync(path, atime, mtime)
}
