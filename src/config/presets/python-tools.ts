/** The table of Python quality tools: how each is recognised, run and mended. */
import type { CheckConfig } from '../check-shape.ts'

/** What the rows may ask about the repository. */
export type PythonEvidence = {
  readonly hasFile: (...paths: readonly string[]) => boolean
  /** [tool.<name>…] in pyproject.toml. */
  readonly hasTool: (...keys: readonly string[]) => boolean
  /** A section of setup.cfg or tox.ini, without brackets. */
  readonly hasSection: (...names: readonly string[]) => boolean
  readonly isDeclared: (name: string) => boolean
  /** Continuous integration, task files or hooks name this command. */
  readonly mentions: (text: RegExp) => boolean
  readonly hasTests: boolean
}

export type PythonTool = {
  readonly id: string
  /** Program, and the package that brings it when its name differs. */
  readonly program: string
  readonly package?: string
  /** Ids of the hooks that run it, when they are not called like the check. */
  readonly hooks?: readonly string[]
  /** Why it is used here; undefined: it is not. */
  readonly why: (evidence: PythonEvidence) => string | undefined
  /** Arguments of the check; the program and the way to start it are put before. */
  readonly args: (evidence: PythonEvidence) => readonly string[]
  readonly fix?: readonly string[]
  readonly config: CheckConfig
}

const pythonFiles = ['**/*.py', '**/*.pyi']
const sources = [...pythonFiles, '**/*.ipynb', '**/.gitignore', '**/pyproject.toml', '**/setup.cfg', '**/tox.ini', '**/.editorconfig']
const dependencies = ['uv.lock', 'poetry.lock', 'pdm.lock', 'Pipfile.lock', '**/requirements*.txt', 'requirements/*.txt']
const linter: CheckConfig = { files: pythonFiles, fast: true, exits: { pass: [0], findings: [1] } }
const typeChecker: CheckConfig = {
  files: pythonFiles,
  inputs: [...sources, ...dependencies, '**/py.typed', '**/mypy.ini', '**/.mypy.ini', '**/pyrightconfig.json', '**/ty.toml'],
  exits: { pass: [0], findings: [1] },
  timeout: '15m',
}

const ruffConfigured = (e: PythonEvidence): string | undefined =>
  e.hasTool('ruff') ? 'pyproject.toml [tool.ruff]' : e.hasFile('ruff.toml', '.ruff.toml') ? 'ruff.toml' : undefined

const usesRuffFormat = (e: PythonEvidence): string | undefined => {
  if (e.hasTool('ruff', 'format')) return 'pyproject.toml [tool.ruff.format]'
  if (e.mentions(/\bruff[ -]format\b/)) return 'ruff format in hooks, tasks or workflows'
  return undefined
}

export const pythonTools: readonly PythonTool[] = [
  {
    // `fix = true` in the configuration makes a plain `ruff check` write.
    id: 'ruff',
    program: 'ruff',
    hooks: ['ruff', 'ruff-check'],
    why: (e) => ruffConfigured(e) ?? (e.isDeclared('ruff') ? 'declared dependency' : undefined),
    args: () => ['check', '--no-fix', '--force-exclude', '--output-format', 'json', '{files}'],
    fix: ['check', '--fix', '--force-exclude', '{files}'],
    config: { ...linter, inputs: [...sources, '**/ruff.toml', '**/.ruff.toml'], parser: 'ruff-json' },
  },
  {
    id: 'ruff-format',
    program: 'ruff',
    why: usesRuffFormat,
    args: () => ['format', '--check', '--force-exclude', '{files}'],
    fix: ['format', '--force-exclude', '{files}'],
    config: { ...linter, inputs: [...sources, '**/ruff.toml', '**/.ruff.toml'], parser: 'lines' },
  },
  {
    id: 'black',
    program: 'black',
    why: (e) =>
      usesRuffFormat(e) !== undefined
        ? undefined
        : e.hasTool('black')
          ? 'pyproject.toml [tool.black]'
          : e.isDeclared('black') && e.mentions(/\bblack\b/)
            ? 'declared dependency, used in tasks or workflows'
            : undefined,
    args: () => ['--check', '{files}'],
    fix: ['{files}'],
    // 123: a file that black cannot parse.
    config: { ...linter, inputs: sources, parser: 'lines', exits: { pass: [0], findings: [1, 123] } },
  },
  {
    id: 'isort',
    program: 'isort',
    why: (e) =>
      e.hasTool('isort')
        ? 'pyproject.toml [tool.isort]'
        : e.hasFile('.isort.cfg')
          ? '.isort.cfg'
          : e.hasSection('isort', 'tool:isort')
            ? 'setup.cfg or tox.ini [isort]'
            : undefined,
    args: () => ['--check-only', '--filter-files', '{files}'],
    fix: ['--filter-files', '{files}'],
    config: { ...linter, inputs: [...sources, '.isort.cfg'], parser: 'lines' },
  },
  {
    id: 'flake8',
    program: 'flake8',
    why: (e) =>
      e.hasFile('.flake8')
        ? '.flake8'
        : e.hasSection('flake8')
          ? 'setup.cfg or tox.ini [flake8]'
          : e.hasTool('flake8')
            ? 'pyproject.toml [tool.flake8]'
            : undefined,
    args: () => ['{files}'],
    config: { ...linter, inputs: [...sources, '.flake8'], parser: 'gnu' },
  },
  {
    id: 'mypy',
    program: 'mypy',
    why: (e) =>
      e.hasTool('mypy')
        ? 'pyproject.toml [tool.mypy]'
        : e.hasFile('mypy.ini', '.mypy.ini')
          ? 'mypy.ini'
          : e.hasSection('mypy')
            ? 'setup.cfg [mypy]'
            : undefined,
    args: (e) => [
      '--no-pretty',
      '--show-column-numbers',
      '--no-color-output',
      ...(['files', 'packages', 'modules'].some((key) => e.hasTool('mypy', key)) || e.hasFile('mypy.ini', '.mypy.ini') || e.hasSection('mypy') ? [] : ['.']),
    ],
    config: { ...typeChecker, parser: 'mypy' },
  },
  {
    id: 'pyright',
    program: 'pyright',
    why: (e) =>
      e.hasTool('pyright')
        ? 'pyproject.toml [tool.pyright]'
        : e.hasFile('pyrightconfig.json') && !e.isDeclared('basedpyright')
          ? 'pyrightconfig.json'
          : undefined,
    // 2: a fatal error, 3: a configuration that cannot be read, 4: a call that is wrong.
    args: () => ['--outputjson'],
    config: { ...typeChecker, parser: 'pyright-json' },
  },
  {
    id: 'basedpyright',
    program: 'basedpyright',
    why: (e) => (e.hasTool('basedpyright') || (e.isDeclared('basedpyright') && e.hasFile('pyrightconfig.json')) ? 'basedpyright configuration' : undefined),
    // 2: a fatal error, 3: a configuration that cannot be read, 4: a call that is wrong.
    args: () => ['--outputjson'],
    config: { ...typeChecker, parser: 'pyright-json' },
  },
  {
    id: 'ty',
    program: 'ty',
    why: (e) => (e.hasTool('ty') ? 'pyproject.toml [tool.ty]' : e.hasFile('ty.toml') ? 'ty.toml' : e.isDeclared('ty') ? 'declared dependency' : undefined),
    args: () => ['check', '--output-format', 'concise'],
    config: { ...typeChecker, parser: 'gnu' },
  },
  {
    id: 'pytest',
    program: 'pytest',
    why: (e) =>
      e.hasTool('pytest')
        ? 'pyproject.toml [tool.pytest]'
        : e.hasFile('pytest.ini', '.pytest.ini', 'pytest.toml', '.pytest.toml')
          ? 'pytest.ini'
          : e.hasSection('pytest', 'tool:pytest')
            ? 'setup.cfg or tox.ini [pytest]'
            : e.isDeclared('pytest') && e.hasTests
              ? 'declared dependency and tests'
              : undefined,
    // 2 is what pytest ends with when a test module cannot be imported; 5, no tests at all, stays an error.
    args: () => ['-q', '--tb=short', '--color=no'],
    config: { exits: { pass: [0], findings: [1, 2] }, parser: 'gnu', timeout: '30m' },
  },
  {
    id: 'bandit',
    program: 'bandit',
    why: (e) => (e.hasTool('bandit') ? 'pyproject.toml [tool.bandit]' : e.hasFile('.bandit') ? '.bandit' : undefined),
    args: (e) => ['-q', '-f', 'json', '-r', ...(e.hasTool('bandit') ? ['-c', 'pyproject.toml'] : []), '.'],
    config: { ...linter, fast: false, inputs: [...sources, '.bandit'], parser: 'bandit-json' },
  },
  {
    // Its answer depends on a database that changes by itself. It ends with 1 too when it cannot ask: then there is no report.
    id: 'pip-audit',
    program: 'pip-audit',
    why: (e) => (e.isDeclared('pip-audit') || e.hasTool('pip-audit') ? 'declared dependency' : undefined),
    args: () => ['--format', 'json', '--progress-spinner', 'off'],
    config: { inputs: [...dependencies, 'pyproject.toml'], ttl: '1h', severity: 'advisory', parser: 'pip-audit-json', exits: { pass: [0], findings: [1] } },
  },
]
