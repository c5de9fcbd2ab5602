import { afterAll, expect, test } from 'bun:test'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { eslintJson } from '../parsers/eslint-json.ts'

const modules = join(import.meta.dirname, '../../../node_modules')
const formatter = join(import.meta.dirname, 'eslint-formatter.mjs')
const base = mkdtempSync(join(tmpdir(), 'pawl-formatter-'))
afterAll(() => rmSync(base, { recursive: true }))

type Case = { readonly files: Readonly<Record<string, string>>; readonly args?: readonly string[] }

/** The real ESLint on Node, with the formatter of pawl. */
async function linted(name: string, { files, args = [] }: Case) {
  const root = join(base, name)
  for (const [path, text] of Object.entries({ 'package.json': '{"type":"module"}', 'a.js': 'export const a = 1\n', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  symlinkSync(join(modules, 'eslint'), join(root, 'node_modules/eslint'))
  if ('workspace/shared.js' in files) symlinkSync('../workspace', join(root, 'node_modules/shared'))
  const words = [join(root, 'node_modules/eslint/bin/eslint.js'), '--format', formatter, ...args, '.']
  const stdout = await new Promise<string>((resolve) => {
    execFile(join(modules, '.bin/node'), words, { cwd: root }, (_, text) => resolve(text))
  })
  return eslintJson({ stdout, stderr: '' })
}

const plainConfig = 'export default []\n'
const plain = "export default [{ rules: { 'no-unused-vars': 'warn', eqeqeq: 'error' } }]\n"
const plugin = (name: string): string =>
  `const rule = { create: () => ({}) }\nexport default [{ plugins: { '${name}': { rules: { some: rule } } }, rules: { '${name}/some': 'error' } }]\n`

const cases: Readonly<Record<string, readonly [alone: boolean, Case]>> = {
  'a configuration with what its name only looks like a search for files': [
    true,
    {
      files: {
        'eslint.config.js': `import { globalIgnores } from 'eslint/config'\nexport default [globalIgnores(['no/**']), { languageOptions: { globals: {} } }]\n`,
      },
    },
  ],
  'a configuration that searches for files': [false, { files: { 'eslint.config.js': `import { globSync } from 'node:fs'\nglobSync('*')\n${plainConfig}` } }],
  'rules of ESLint itself': [true, { files: { 'eslint.config.js': plain } }],
  'a plugin that looks at one file at a time': [true, { files: { 'eslint.config.js': plugin('unicorn') } }],
  'a plugin that looks at others': [false, { files: { 'eslint.config.js': plugin('import-x') } }],
  'a plugin that nobody knows': [false, { files: { 'eslint.config.js': plugin('our-own') } }],
  'a plugin that is switched off': [true, { files: { 'eslint.config.js': plugin('our-own').replace("'error'", "'off'") } }],
  'types of the whole project': [
    false,
    { files: { 'eslint.config.js': 'export default [{ languageOptions: { parserOptions: { projectService: true } } }]\n' } },
  ],
  'a configuration that imports a file of the repository': [
    false,
    { files: { 'rules/mine.js': 'export default {}\n', 'eslint.config.js': `import rules from './rules/mine.js'\nexport default [{ rules }]\n` } },
  ],
  'a configuration that imports a package of the workspace': [
    false,
    {
      files: {
        'workspace/package.json': '{"type":"module","name":"shared","exports":"./shared.js"}',
        'workspace/shared.js': 'export default {}\n',
        'eslint.config.js': `import rules from 'shared'\nexport default [{ rules }]\n`,
      },
    },
  ],
  'a configuration that reads files': [false, { files: { 'eslint.config.js': `import { readFileSync } from 'node:fs'\nreadFileSync('a.js')\n${plain}` } }],
  'another configuration': [false, { files: { 'eslint.config.js': plain, 'other.config.js': plain }, args: ['--config', 'other.config.js'] }],
  'a rule of the command line': [false, { files: { 'eslint.config.js': plain }, args: ['--rule', 'semi: 1'] }],
  'a comment that switches a rule on': [false, { files: { 'eslint.config.js': plain, 'b.js': '/* eslint semi: "error" */\nexport const b = 1;\n' } }],
  'a comment that switches one off': [true, { files: { 'eslint.config.js': plain, 'b.js': '/* eslint-disable eqeqeq */\nexport const b = 1\n' } }],
}

test('ESLint tells whether each of its answers stands for itself, and anything unknown is a no', async () => {
  const told = await Promise.all(
    Object.entries(cases).map(async ([name, [, one]], index) => [name, (await linted(String(index), one)).alone === true] as const),
  )
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(Object.entries(cases).map(([name, [alone]]) => [name, alone])))
}, 120_000)

test('its findings are those of the formatter that it stands for', async () => {
  const read = await linted('findings', { files: { 'eslint.config.js': plain, 'bad.js': 'const x = 1\nif (a == 1) a()\n', 'broken.js': 'const = 1\n' } })
  expect(read.unreadable).toBeUndefined()
  expect(read.findings.map(({ rule, line, column, severity }) => `${rule} ${line}:${column} ${severity}`)).toEqual([
    'no-unused-vars 1:7 warning',
    'eqeqeq 2:7 error',
    'parse 1:7 error',
  ])
}, 60_000)
