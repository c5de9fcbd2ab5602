/** What `--fast` runs in each ecosystem (formatters, linters, quick looks at files) and what it leaves to the whole run; and how bad it is when a security tool does not pass. */
import { expect, test } from 'bun:test'
import { detect } from './detect.ts'
import { presets } from './presets.ts'
import { memoryFiles } from './presets/memory-files.ts'
import { securityOf, securityOfHooks } from './security-level.ts'
import type { CheckConfig } from './check-shape.ts'

type Row = {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  readonly fast: readonly string[]
  readonly comprehensive: readonly string[]
}

const tools = (...names: readonly string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, '^1.0.0']))
const workflow = (...lines: readonly string[]): string =>
  `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n${lines.map((line) => `      - run: ${line}\n`).join('')}`

const rows: readonly Row[] = [
  {
    name: 'Node',
    files: {
      'package.json': JSON.stringify({
        scripts: { lint: 'eslint .', types: 'tsc --noEmit', test: 'vitest run', dead: 'knip', 'lint:types': 'tsd', 'lint:css': 'stylelint "**/*.css"' },
        devDependencies: tools(
          'eslint',
          'prettier',
          'oxlint',
          'oxfmt',
          'stylelint',
          'markdownlint-cli2',
          'cspell',
          'dprint',
          'typescript',
          'vitest',
          'knip',
          'tsd',
          '@biomejs/biome',
        ),
      }),
      'package-lock.json': '{}',
      'eslint.config.js': '',
      '.prettierrc': '{}',
      '.oxlintrc.json': '{}',
      '.oxfmtrc.json': '{}',
      '.stylelintrc.json': '{}',
      '.markdownlint.json': '{}',
      'cspell.json': '{}',
      'dprint.json': '{}',
      'biome.json': '{}',
      'knip.json': '{}',
      'tsconfig.json': '{}',
      'vitest.config.ts': '',
    },
    fast: ['biome', 'cspell', 'dprint', 'eslint', 'markdownlint', 'oxfmt', 'oxlint', 'prettier', 'stylelint'],
    comprehensive: ['knip', 'tsc', 'tsd', 'vitest'],
  },
  {
    name: 'Python',
    files: {
      'pyproject.toml':
        '[project]\nname = "a"\nversion = "1"\ndependencies = []\n[dependency-groups]\ndev = ["ruff", "mypy", "pyright", "pytest", "bandit", "pip-audit", "ty", "basedpyright"]\n[tool.ruff.format]\n[tool.isort]\n[tool.flake8]\n[tool.mypy]\n[tool.pyright]\n[tool.basedpyright]\n[tool.ty]\n[tool.pytest]\n[tool.bandit]\n[tool.codespell]\n',
      'uv.lock': '',
      '.yamllint': '',
      '.github/workflows/ci.yml': workflow('uv run pytest'),
    },
    fast: ['actionlint', 'codespell', 'flake8', 'isort', 'ruff', 'ruff-format', 'workflows:python', 'yamllint'],
    comprehensive: ['bandit', 'basedpyright', 'mypy', 'pip-audit', 'pyright', 'pytest', 'ty'],
  },
  {
    name: 'Python with black',
    files: { 'pyproject.toml': '[project]\nname = "a"\nversion = "1"\n[tool.black]\n', 'requirements.txt': 'black==1' },
    fast: ['black'],
    comprehensive: [],
  },
  {
    name: 'Rust',
    files: {
      'Cargo.toml': '[package]\nname = "a"\nversion = "1.0.0"\n',
      'Cargo.lock': '',
      'clippy.toml': '',
      'rustfmt.toml': '',
      'deny.toml': '',
      'taplo.toml': '',
      'typos.toml': '',
      '.github/workflows/ci.yml': workflow('cargo clippy', 'cargo test', 'cargo deny check'),
    },
    fast: ['actionlint', 'cargo-fmt', 'clippy', 'taplo', 'typos'],
    comprehensive: ['cargo-deny', 'cargo-test'],
  },
  {
    name: 'Rust without clippy',
    files: { 'Cargo.toml': '[package]\nname = "a"\nversion = "1.0.0"\n' },
    fast: ['cargo-fmt'],
    comprehensive: ['cargo-check', 'cargo-test'],
  },
  {
    name: 'Go',
    files: {
      'go.mod': 'module a\n\ngo 1.24\n',
      'go.sum': '',
      'a.go': 'package a\n',
      '.golangci.yml': '',
      '.shellcheckrc': '',
      'a.sh': '',
      '.hadolint.yaml': '',
      Dockerfile: '',
    },
    fast: ['go-vet', 'gofmt', 'golangci-lint', 'hadolint', 'shellcheck'],
    comprehensive: ['go-build', 'go-test'],
  },
]

test.each(rows)('$name', async ({ files, fast, comprehensive }) => {
  const { checks } = await detect(memoryFiles(files), presets)
  const quality = Object.entries(checks).filter(([, { stage = 'quality' }]) => stage === 'quality')
  const named = (wanted: boolean): readonly string[] => quality.flatMap(([name, check]) => ((check.fast ?? false) === wanted ? [name] : [])).sort()
  expect({ fast: named(true), comprehensive: named(false) }).toEqual({ fast: [...fast], comprehensive: [...comprehensive] })
})

const levels: readonly (readonly [level: CheckConfig['security'], check: CheckConfig])[] = [
  ['critical', { command: ['gitleaks', 'git', '--redact'] }],
  ['critical', { command: 'betterleaks dir .' }],
  ['critical', { command: ['uv', 'run', '--no-sync', 'semgrep', 'scan', '--error'] }],
  ['critical', { command: ['.venv/bin/pip-audit', '--format', 'json'] }],
  ['critical', { command: 'npm audit --json' }],
  ['critical', { command: ['cargo', 'audit'] }],
  ['high', { command: ['cargo', 'deny', 'check'] }],
  ['high', { command: ['python', '-m', 'bandit', '-r', '.'] }],
  ['high', { builtin: 'over-files', with: { argv: ['bandit', '-q'] } }],
  [undefined, { command: ['npm', 'test'] }],
  [undefined, { command: ['echo', 'constructor'] }],
  [undefined, { script: 'audit' }],
]

test.each(levels)('%s: %j', (level, check) => {
  expect(securityOf(check)).toBe(level)
})

test('a known security tool has its level whichever preset it comes from; one that the repository gives stays', async () => {
  const hooks = 'pre-commit:\n  commands:\n    leaks:\n      run: gitleaks git --staged\n'
  const { checks } = await detect(memoryFiles({ 'lefthook.yml': hooks, 'pyproject.toml': '[project]\nname = "a"\nversion = "1"\n[tool.bandit]\n' }), presets)
  expect(checks['bandit']?.security).toBe('high')
  expect(Object.entries(checks).flatMap(([name, { security }]) => (security === 'critical' ? [name] : []))).toEqual(['lefthook:leaks'])
})

test('hooks that run at once are never critical together', async () => {
  expect([securityOfHooks(['trailing-whitespace', 'detect-private-key']), securityOfHooks(['trailing-whitespace'])]).toEqual(['high', undefined])
  const hooks = 'repos:\n  - repo: https://example.org/hooks\n    rev: v1\n    hooks:\n      - id: detect-private-key\n      - id: trailing-whitespace\n'
  const { checks } = await detect(memoryFiles({ '.pre-commit-config.yaml': hooks }), presets)
  expect(checks['pre-commit']?.security).toBe('high')
})
