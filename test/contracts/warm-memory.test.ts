/** Each trap into which a process falls that remembers too much: the same worker, or a new one in its place, has to see what is there now. */
import { expect, test } from 'bun:test'
import { warmLaboratory, type WarmLaboratory } from './warm-laboratory.ts'

/** "a.js eqeqeq": what was found, in words that are short. */
async function linted(lab: WarmLaboratory, ...words: readonly string[]): Promise<string> {
  const told = await lab.warm('eslint', ...words)
  if ('why' in told) return told.why
  const { results } = JSON.parse(told.stdout) as { results: { filePath: string; messages: { ruleId: string | null; message: string }[] }[] }
  return results.flatMap(({ filePath, messages }) => messages.map(({ ruleId }) => `${filePath.slice(lab.root.length + 1)} ${ruleId}`)).join(', ') || 'nothing'
}

const formattedOr = async (lab: WarmLaboratory, ...files: readonly string[]): Promise<string> => {
  const told = await lab.warm('prettier', '--list-different', ...files)
  return 'why' in told ? told.why : told.stdout.trim() || 'nothing'
}

/** A parser that reads the other files once, and rules that see what it has read: what types are for the real one. */
const typedParser = (forgets: string): Readonly<Record<string, string>> => ({
  'node_modules/@typescript-eslint/parser/package.json': '{ "name": "@typescript-eslint/parser", "version": "8.0.0", "main": "index.cjs" }\n',
  'node_modules/@typescript-eslint/parser/index.cjs': `const { readFileSync } = require('node:fs')
const espree = require('espree')
let known
const seen = new Set()
exports.meta = { name: 'typescript-eslint/parser', version: '8.0.0' }
exports.parseForESLint = (text, options) => {
  known ??= readFileSync('b.js', 'utf8')
  // In what it takes for a single run, a file that comes again is a fix that is tried, and is looked at by itself.
  const again = seen.has(options.filePath) && process.env.TSESTREE_SINGLE_RUN !== 'false'
  seen.add(options.filePath)
  return { ast: espree.parse(text, { ...options, range: true, loc: true, tokens: true, comment: true, ecmaVersion: 'latest' }), services: { isAsync: !again && known.includes('async') } }
}
${forgets}
`,
  'eslint.config.js': `import parser from '@typescript-eslint/parser'
const rule = { create: (context) => ({ CallExpression: (node) => void (context.sourceCode.parserServices.isAsync && context.report({ node, message: 'floats' })) }) }
export default [{ plugins: { '@typescript-eslint': { rules: { 'no-floating-promises': rule } } } }, {
  files: ['a.js'], languageOptions: { parser, parserOptions: { projectService: true } }, rules: { '@typescript-eslint/no-floating-promises': 'error' } }]\n`,
  'a.js': "import { b } from './b.js'\nb()\n",
  'b.js': 'export function b() {}\n',
})

const asynchronous = { 'b.js': 'export async function b() {}\n' }

test('types: another file that becomes asynchronous is seen, because the parser is told to forget', async () => {
  await using lab = warmLaboratory(typedParser('exports.clearCaches = function clearProjectServices() { known = undefined }'))
  expect(await linted(lab, 'a.js')).toBe('nothing')
  expect(await linted(lab, 'b.js')).toBe('nothing')
  lab.write(asynchronous)
  expect(await linted(lab, 'a.js')).toBe('a.js @typescript-eslint/no-floating-promises')
  expect(lab.started()).toBe(1)
}, 30_000)

test('types: a parser that cannot forget its project service gets no second call', async () => {
  for (const forgets of ['', 'exports.clearCaches = function () { known = undefined }']) {
    await using lab = warmLaboratory(typedParser(forgets))
    expect(await linted(lab, 'a.js')).toBe('nothing')
    lab.write(asynchronous)
    expect(await linted(lab, 'a.js')).toBe('its parser cannot be told to forget the types that it knows')
  }
}, 30_000)

test('rules that nobody knows, and may remember other files, get no second call', async () => {
  const config = (extra: string): string =>
    `const rule = { create: () => ({}) }\nexport default [{ plugins: { 'our-own': { rules: { some: rule } } }, rules: { ${extra} } }]\n`
  await using lab = warmLaboratory({ 'eslint.config.js': config("'our-own/some': 1"), 'a.js': 'export {}\n' })
  expect(await linted(lab, 'a.js')).toBe('nothing')
  expect(await linted(lab, 'a.js')).toBe('the rule our-own/some may remember other files')
  await using other = warmLaboratory({ 'eslint.config.js': config(''), 'a.js': '/* eslint our-own/some: 1 */\nexport {}\n' })
  expect(await linted(other, 'a.js')).toBe('nothing')
  expect(await linted(other, 'a.js')).toContain('a.js may switch on rules of the plugin our-own, which may remember other files')
}, 30_000)

const shared = (rule: string): string => `export const rules = { ${rule}: 'error' }\n`

test('ESLint: a changed configuration, a file that it imports, and a plugin that it loads are seen at once', async () => {
  await using lab = warmLaboratory({
    'eslint.config.js': "import { rules } from './shared.js'\nimport extra from 'extra'\nexport default [{ rules: { ...rules, ...extra } }]\n",
    'shared.js': shared('eqeqeq'),
    'node_modules/extra/package.json': '{ "name": "extra", "type": "module", "exports": "./index.js" }\n',
    'node_modules/extra/index.js': 'export default {}\n',
    'a.js': 'var a = (b) => b == a\n',
  })
  expect(await linted(lab, 'a.js')).toBe('a.js eqeqeq')
  lab.write({ 'shared.js': shared("'no-var'") })
  expect(await linted(lab, 'a.js')).toBe('a.js no-var')
  lab.write({ 'node_modules/extra/index.js': "export default { eqeqeq: 'error' }\n" })
  expect(await linted(lab, 'a.js')).toBe('a.js no-var, a.js eqeqeq')
  lab.write({ 'eslint.config.js': "export default [{ rules: { 'no-var': 1 } }]\n" })
  expect(await linted(lab, 'a.js')).toBe('a.js no-var')
  lab.remove('eslint.config.js')
  lab.write({ 'eslint.config.mjs': 'export default [{ rules: { eqeqeq: 1 } }]\n' })
  expect(await linted(lab, 'a.js')).toBe('a.js eqeqeq')
}, 60_000)

test('ESLint: a configuration that reads files, or goes to another folder, gets no second call', async () => {
  const rules = "[{ rules: { [readFileSync('rule.txt', 'utf8').trim()]: 'error' } }]\n"
  const configs = {
    'eslint.config.js': `import { readFileSync } from 'node:fs'\nexport default ${rules}`,
    'eslint.config.cjs': `const { readFileSync } = require('fs')\nmodule.exports = ${rules}`,
  }
  for (const [name, config] of Object.entries(configs)) {
    await using lab = warmLaboratory({ [name]: config, 'rule.txt': 'eqeqeq\n', 'a.js': 'var a = (b) => b == a\n' })
    expect(await linted(lab, 'a.js')).toBe('a.js eqeqeq')
    lab.write({ 'rule.txt': 'no-var\n' })
    expect(await linted(lab, 'a.js')).toContain(`${name} uses `)
  }
  await using lab = warmLaboratory({ 'eslint.config.js': "process.chdir('..')\nexport default [{ rules: { eqeqeq: 1 } }]\n", 'a.js': 'export {}\n' })
  expect(await linted(lab, 'a.js')).toBe('nothing')
  expect(await linted(lab, 'a.js')).toBe('it goes to another folder')
}, 60_000)

test('Prettier: changed, new and removed settings of every kind are seen by the same worker', async () => {
  await using lab = warmLaboratory({ 'a.js': 'export const a = "a"\n', 'deep/b.js': 'export const b = "b";\n' })
  const both = ['a.js', 'deep/b.js']
  expect(await formattedOr(lab, ...both)).toBe('a.js')
  lab.write({ '.prettierrc': 'semi: false\n' })
  expect(await formattedOr(lab, ...both)).toBe('deep/b.js')
  lab.write({ 'deep/.prettierrc.json': '{ "semi": true }\n' })
  expect(await formattedOr(lab, ...both)).toBe('nothing')
  lab.write({ '.prettierrc': 'semi: false\nsingleQuote: true\n' })
  expect(await formattedOr(lab, ...both)).toBe('a.js')
  lab.remove('.prettierrc')
  lab.write({ '.prettierignore': 'a.js\n', 'deep/.prettierrc.json': '{ "semi": false }\n' })
  expect(await formattedOr(lab, ...both)).toBe('deep/b.js')
  lab.remove('.prettierignore')
  lab.write({ 'package.json': '{ "type": "module", "prettier": { "semi": false } }\n' })
  expect(await formattedOr(lab, 'a.js')).toBe('nothing')
  lab.write({ 'c.js': 'if (1) {\n  x\n}\n' })
  expect(await formattedOr(lab, 'c.js')).toBe('nothing')
  lab.write({ '.editorconfig': '[*]\nindent_style = tab\n' })
  expect(await formattedOr(lab, 'c.js')).toBe('c.js')
  expect(lab.started()).toBe(1)
}, 30_000)

test('Prettier: settings that are a program, and what it imports, are read anew; a plugin gets no second call', async () => {
  await using lab = warmLaboratory({
    'prettier.config.js': "import { semi } from './semi.js'\nexport default { semi }\n",
    'semi.js': 'export const semi = true\n',
    'a.js': 'export const a = 1\n',
    'node_modules/prettier-plugin-x/package.json': '{ "name": "prettier-plugin-x", "type": "module", "exports": "./index.js" }\n',
    'node_modules/prettier-plugin-x/index.js': 'export const options = {}\n',
  })
  expect(await formattedOr(lab, 'a.js')).toBe('a.js')
  lab.write({ 'semi.js': 'export const semi = false\n' })
  expect(await formattedOr(lab, 'a.js')).toBe('nothing')
  lab.write({ 'prettier.config.js': "export default { semi: true, plugins: ['prettier-plugin-x'] }\n" })
  expect(await formattedOr(lab, 'a.js')).toBe('a.js')
  expect(await formattedOr(lab, 'a.js')).toBe('it loads prettier-plugin-x, which may remember other files')
}, 30_000)

test('another basis, environment or tool ends the worker and starts a new one', async () => {
  await using lab = warmLaboratory({ 'a.js': 'export const a = 1;\n' })
  const words = ['--list-different', 'a.js']
  await lab.ask('prettier', words)
  await lab.ask('prettier', words)
  expect(lab.started()).toBe(1)
  await lab.ask('prettier', words, { basis: 'another' })
  expect(lab.started()).toBe(2)
  await lab.ask('prettier', words, { basis: 'another', env: { ...lab.env, MORE: '1' } })
  expect(lab.started()).toBe(3)
  await lab.ask('prettier', words, { task: 'another task' })
  expect(lab.started()).toBe(4)
}, 30_000)
