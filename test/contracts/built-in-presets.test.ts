/** The contract that authors of plugins are given, held by the presets of pawl itself. */
import { expect, test } from 'bun:test'
import { builtInPlugin } from '../../src/app/built-in-plugin.ts'
import { presetContract, type PresetTree } from '../../src/faces/library/testing.ts'

const tree = (name: string, files: PresetTree['files']): PresetTree => ({ name, files })
const node = (more: Readonly<Record<string, unknown>>, files: PresetTree['files'] = {}): PresetTree['files'] => ({
  'package.json': JSON.stringify({ engines: { node: '>=22' }, devDependencies: { eslint: '^9.0.0', prettier: '^3.0.0', typescript: '^5.0.0' }, ...more }),
  'package-lock.json': '{}',
  ...files,
})

/** By preset: trees that it recognises. */
const trees: Readonly<Record<string, readonly PresetTree[]>> = {
  'node-runtime': [tree('a pin', node({}))],
  'node-packages': [
    tree('npm', node({ dependencies: { a: '1.0.0' } })),
    tree('pnpm', { 'package.json': '{"dependencies":{"a":"1"}}', 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" }),
  ],
  'node-scripts': [tree('scripts', node({ scripts: { lint: 'eslint .', test: 'vitest run', types: 'tsc --noEmit' } }, { 'tsconfig.json': '{}' }))],
  'node-tools': [tree('files', node({}, { 'eslint.config.js': '', '.prettierrc': '{}', 'tsconfig.json': '{}' }))],
  python: [
    tree('uv', {
      'pyproject.toml': '[project]\nname = "a"\nversion = "1"\n[tool.ruff]\n[tool.mypy]\n',
      'uv.lock': 'version = 1\n',
      '.python-version': '3.13\n',
    }),
  ],
  rust: [tree('a crate', { 'Cargo.toml': '[package]\nname = "a"\nversion = "1.0.0"\n', 'Cargo.lock': 'version = 4\n' })],
  go: [tree('a module', { 'go.mod': 'module a\n\ngo 1.24\n', 'go.sum': '', 'a.go': 'package a\n' })],
  others: [tree('ruby', { Gemfile: '', '.rubocop.yml': '' }), tree('terraform', { 'a.tf': '' })],
  workflows: [tree('a workflow', { '.github/workflows/ci.yml': 'on: push\njobs: {}\n', '.yamllint': '' })],
  'task-files': [tree('make', { Makefile: 'lint:\n\tcheck-all src\n' }), tree('just', { justfile: 'test:\n  run-tests\n' })],
  'pre-commit': [
    tree('hooks', { '.pre-commit-config.yaml': 'repos:\n  - repo: https://example.org/a\n    rev: v1\n    hooks: [{ id: trailing-whitespace }]\n' }),
  ],
  lefthook: [tree('commands', { 'lefthook.yml': 'pre-commit:\n  commands:\n    words:\n      run: vale src\n' })],
  husky: [tree('a hook', { '.husky/pre-commit': 'check-words\n', 'package.json': '{}' })],
  'simple-git-hooks': [tree('a hook', { 'package.json': '{"simple-git-hooks":{"pre-commit":"check-words"}}' })],
  'lint-staged': [tree('a task', { 'package.json': '{"lint-staged":{"*.md":"check-words"}}' })],
}

test('every preset is judged, but the one that plans only where another has recognised something', () => {
  expect(
    builtInPlugin.presets
      .map(({ name }) => name)
      .filter((name) => name !== 'platform')
      .sort(),
  ).toEqual(Object.keys(trees).sort())
})

const cases = builtInPlugin.presets.flatMap((preset) =>
  preset.name === 'platform' ? [] : presetContract(preset, trees[preset.name] ?? []).map((one) => [preset.name, one.name, one.run] as const),
)

test.each(cases)('%s: %s', async (_preset, _name, run) => run())
