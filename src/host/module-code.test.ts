/** What counts as the code of a module: everything that it loads, and nothing is believed about what cannot be followed. */
import { expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { importsOf, moduleCode } from './module-code.ts'

function folder(files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'pawl-code-'))
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  for (const [path, text] of Object.entries(files)) write(path, text)
  return { root, write, code: () => moduleCode(join(root, 'plugin.ts')), [Symbol.dispose]: () => rmSync(root, { recursive: true }) }
}

const rows: readonly (readonly [title: string, files: Readonly<Record<string, string>>, change: readonly [string, string]])[] = [
  ['its own text', { 'plugin.ts': 'export const a = 1' }, ['plugin.ts', 'export const a = 2']],
  ['a file beside it', { 'plugin.ts': "import { b } from './b.ts'", 'b.ts': '1' }, ['b.ts', '2']],
  ['a file far away', { 'plugin.ts': "export * from './b'", 'b.ts': "import './c.js'", 'c.ts': '1' }, ['c.ts', '2']],
  ['one that is loaded late', { 'plugin.ts': "await import('./b.js')", 'b.js': '1' }, ['b.js', '2']],
  ['a file of data', { 'plugin.ts': "import x from './x.json' with { type: 'json' }", 'x.json': '1' }, ['x.json', '2']],
  [
    'the version of a package',
    { 'plugin.ts': "import x from '@a/b'", 'node_modules/@a/b/package.json': '{"version":"1.0.0","main":"x.js"}', 'node_modules/@a/b/x.js': '' },
    ['node_modules/@a/b/package.json', '{"version":"1.0.1","main":"x.js"}'],
  ],
]

test.each(rows)('%s counts', (_title, files, [path, text]) => {
  using place = folder(files)
  const before = place.code()
  expect(before.digest).toBeString()
  expect(place.code()).toEqual(before)
  place.write(path, text)
  expect(place.code().digest).not.toBe(before.digest)
  const changed = [...place.code().files].flatMap(([file, digest]) => (before.files.get(file) === digest ? [] : [relative(place.root, file)]))
  expect(changed).toEqual([path])
})

test('a package of the workspace counts with its files', () => {
  using place = folder({
    'plugin.ts': "import x from 'own'",
    'packages/own/package.json': '{"exports":{".":{"types":"./x.d.ts","import":"./x.ts"}}}',
    'packages/own/x.ts': '1',
  })
  mkdirSync(join(place.root, 'node_modules'))
  symlinkSync('../packages/own', join(place.root, 'node_modules/own'))
  const before = place.code()
  expect([...before.files.keys()].map((path) => relative(place.root, path))).toEqual(['packages/own/package.json', 'packages/own/x.ts', 'plugin.ts'])
  place.write('packages/own/x.ts', '2')
  expect(place.code().digest).not.toBe(before.digest)
})

const unknown = [
  "import x from './gone.ts'",
  "import x from 'not-installed'",
  'await import(name)',
  'require(`./${name}`)',
  "createRequire(import.meta.url)('x')",
]

test.each(unknown)('%s: nobody can say what the code is', (text) => {
  using place = folder({ 'plugin.ts': text })
  expect(place.code().digest).toBeUndefined()
})

const known = [
  "import { join } from 'node:path'",
  "import fs from 'fs'",
  "import type { X } from 'not-installed'",
  "import type {\n  X,\n} from './gone.ts'",
  "import './plugin.ts'",
]

test.each(known)('%s is known', (text) => {
  using place = folder({ 'plugin.ts': text })
  expect(place.code().digest).toBeString()
})

test('every way to write an import is seen', () => {
  const text = "import a, { b } from 'a'\nimport 'b'\nexport { c } from \"c\"\nimport(`d`)\nrequire('e')\nimport {\n  f,\n} from 'f'\n"
  expect(importsOf(text)).toEqual({ specifiers: ['a', 'c', 'f', 'b', 'd', 'e'], computed: false })
})
