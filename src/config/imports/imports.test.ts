import { expect, test } from 'bun:test'
import { nothingDetected, type Preset } from '../preset.ts'
import { memoryFiles } from '../presets/memory-files.ts'
import type { CheckConfig } from '../check-shape.ts'
import { husky, simpleGitHooks } from './husky.ts'
import { lefthook } from './lefthook.ts'
import { lintStaged } from './lint-staged.ts'
import { preCommit } from './pre-commit.ts'

const imported = (preset: Preset, files: Record<string, string>, planned: readonly string[] = []) =>
  preset.detect(memoryFiles(files), { ...nothingDetected, checks: Object.fromEntries(planned.map((id): [string, CheckConfig] => [id, {}])) })

test('hooks of pre-commit that are checked directly are skipped, the rest runs as one check', async () => {
  const config =
    'repos:\n- repo: https://github.com/astral-sh/ruff-pre-commit\n  hooks: [{id: ruff-check}, {id: ruff-format}]\n- repo: https://github.com/pre-commit/pre-commit-hooks\n  hooks: [{id: check-yaml}, {id: no-commit-to-branch}]\n'
  const { checks } = await imported(preCommit, { '.pre-commit-config.yaml': config }, ['ruff', 'ruff-format'])
  expect(checks['pre-commit']).toMatchObject({
    builtin: 'pre-commit',
    with: { argv: ['pre-commit'], skip: ['ruff-check', 'ruff-format', 'no-commit-to-branch'] },
    reason: '.pre-commit-config.yaml: check-yaml',
  })
})

test('when every hook is checked directly pre-commit itself is not needed', async () => {
  expect((await imported(preCommit, { '.pre-commit-config.yaml': 'repos:\n- repo: x\n  hooks:\n  - id: ruff\n' }, ['ruff'])).checks).toEqual({})
})

test('a local hook of pre-commit becomes a check with its files', async () => {
  const config =
    'exclude: ^docs/\nrepos:\n- repo: local\n  hooks:\n  - id: names\n    name: x\n    language: system\n    entry: python tools/names.py\n    args: [--strict]\n    types: [python]\n    files: ^src/\n  - id: whole\n    language: script\n    entry: tools/all.sh\n    pass_filenames: false\n'
  const { checks, found } = await imported(preCommit, { '.pre-commit-config.yaml': config })
  expect(checks['pre-commit:names']).toMatchObject({
    builtin: 'over-files',
    with: { argv: ['python', 'tools/names.py', '--strict'], files: ['**/*.py', '**/*.pyi'], match: '^src/', except: '(?:^docs/)' },
    reason: '.pre-commit-config.yaml:5',
  })
  expect(checks['pre-commit:whole']).toMatchObject({ command: ['./tools/all.sh'] })
  expect(checks['pre-commit']).toBeUndefined()
  expect(found.map(({ name }) => name)).toEqual(['pre-commit', 'pre-commit:names', 'pre-commit:whole'])
})

test('a pattern that only Python understands stays with pre-commit', async () => {
  const config = 'repos:\n- repo: local\n  hooks:\n  - {id: a, language: system, entry: x, files: "(?x)^(a|b)$"}\n'
  expect(Object.keys((await imported(preCommit, { '.pre-commit-config.yaml': config })).checks)).toEqual(['pre-commit'])
})

test('a hook for commit messages is no check of the files', async () => {
  const { checks, remarks } = await imported(preCommit, {
    '.pre-commit-config.yaml': 'repos:\n- repo: x\n  hooks:\n  - {id: commitlint, stages: [commit-msg]}\n',
  })
  expect(checks).toEqual({})
  expect(remarks[0]?.text).toContain('commitlint')
})

test('prek.toml is read like the other', async () => {
  expect((await imported(preCommit, { 'prek.toml': '[[repos]]\nrepo = "x"\nhooks = [{ id = "check-toml" }]\n' })).checks['prek']).toMatchObject({
    with: { argv: ['prek'] },
  })
})

test('commands of lefthook become checks over their files', async () => {
  const config =
    'pre-commit:\n  commands:\n    words:\n      glob: "*.md"\n      run: vale {staged_files}\n    all:\n      run: ./tools/check && ./tools/other\npre-push:\n  jobs:\n    - name: tests\n      run: make verify\n    - group:\n        jobs:\n          - run: eslint {staged_files}\n'
  const { checks } = await imported(lefthook, { 'lefthook.yml': config }, ['eslint'])
  expect(checks['lefthook:words']).toMatchObject({ builtin: 'over-files', with: { argv: ['vale'], files: ['**/*.md'] }, reason: 'lefthook.yml:5' })
  expect(checks['lefthook:all']).toMatchObject({ command: './tools/check && ./tools/other' })
  expect(checks['lefthook:tests']).toMatchObject({ command: ['make', 'verify'] })
  expect(Object.keys(checks)).toHaveLength(3)
})

test('file names are never put into a shell', async () => {
  const { checks, remarks } = await imported(lefthook, {
    'lefthook.yml': 'pre-commit:\n  commands:\n    a:\n      run: foo {staged_files} | bar\n    b:\n      run: cat x | foo {staged_files}\n',
  })
  expect(checks).toEqual({})
  expect(remarks).toHaveLength(2)
})

test('what only writes is no check', async () => {
  const { checks, remarks } = await imported(lefthook, {
    'lefthook.yml': 'pre-commit:\n  commands:\n    a: {run: "foo --fix {staged_files}"}\n    b: {run: "bar {staged_files}", stage_fixed: true}\n',
  })
  expect(checks).toEqual({})
  expect(remarks.every(({ text }) => text.includes('writes files'))).toBe(true)
  expect(remarks).toHaveLength(2)
})

test('lines of husky that run planned scripts are not run twice', async () => {
  const files = {
    '.husky/pre-commit': '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\nnpx lint-staged\nnpm run check:all\nnpm test\n./scripts/secrets.sh\n',
    'package.json': JSON.stringify({ scripts: { 'check:all': 'eslint . && tsc --noEmit', test: 'vitest run' } }),
  }
  const { checks } = await imported(husky, files, ['eslint', 'tsc', 'vitest'])
  expect(checks).toEqual({ 'husky:scripts-secrets.sh': expect.objectContaining({ command: ['./scripts/secrets.sh'], reason: '.husky/pre-commit:7' }) })
})

test('a husky script with control flow is left alone', async () => {
  const { checks, remarks } = await imported(husky, { '.husky/pre-push': 'if [ -z "$CI" ]; then\n  npm test\nfi\n' })
  expect(checks).toEqual({})
  expect(remarks[0]?.text).toContain('is a program')
})

test('simple-git-hooks is read from package.json', async () => {
  expect(
    Object.keys((await imported(simpleGitHooks, { 'package.json': '{"simple-git-hooks":{"pre-commit":"npx lint-staged","pre-push":"./ci.sh"}}' })).checks),
  ).toEqual(['simple-git-hooks:ci.sh'])
})

test('lint-staged commands that a planned check does are only noted', async () => {
  const { checks, found, remarks } = await imported(
    lintStaged,
    { 'package.json': '{"lint-staged":{"*.ts":["eslint --fix","./check-ts.sh"],"*.md":"remark --write"}}' },
    ['eslint'],
  )
  expect(checks).toEqual({
    'lint-staged:check-ts.sh': expect.objectContaining({ builtin: 'over-files', with: { argv: ['./check-ts.sh'], files: ['**/*.ts'] } }),
  })
  expect(found.some(({ why }) => why.endsWith('already checked by eslint'))).toBe(true)
  expect(remarks).toHaveLength(1)
})

test('a hook configuration that cannot be parsed is a failure', async () => {
  expect((await imported(lefthook, { 'lefthook.yml': 'a: [' })).failures).toMatchObject([{ type: 'detect.unreadable', place: { file: 'lefthook.yml' } }])
  expect((await imported(lintStaged, { '.lintstagedrc.json': '{"a": ' })).failures).toMatchObject([
    { type: 'detect.unreadable', place: { file: '.lintstagedrc.json' } },
  ])
})

test('a hook that changes its folder is left alone, because its lines mean nothing outside it', async () => {
  expect((await imported(husky, { '.husky/pre-commit': 'cd web && npm test\n' })).checks).toEqual({})
})

test('a hook that runs a make target is known by what the target runs', async () => {
  const files = { '.husky/pre-commit': 'make lint\nmake fix\n', Makefile: 'lint: more\n\truff check .\nmore:\n\tmypy\nfix:\n\truff check --fix\n' }
  const { checks, found, remarks } = await imported(husky, files, ['ruff', 'mypy'])
  expect(checks).toEqual({})
  expect(found.at(-1)?.why).toContain('already checked by')
  expect(remarks).toEqual([])
})

test('a hook that runs pawl is no check: pawl would wait for itself', async () => {
  const line = 'pawl hook pre-commit --staged --fast'
  const preCommitHook = `repos:\n- repo: local\n  hooks: [{id: pawl, name: pawl, language: system, entry: ${line}, pass_filenames: false, always_run: true, stages: [pre-commit]}]\n`
  const all = await Promise.all([
    imported(husky, { '.husky/pre-commit': `npx ${line}\n` }),
    imported(simpleGitHooks, { 'package.json': `{"simple-git-hooks":{"pre-commit":"${line}"}}` }),
    imported(lefthook, { 'lefthook.yml': `pre-commit: { jobs: [{ name: pawl, run: ${line} }] }\n` }),
    imported(preCommit, { '.pre-commit-config.yaml': preCommitHook }),
  ])
  expect(all.map(({ checks }) => checks)).toEqual([{}, {}, {}, {}])
})
