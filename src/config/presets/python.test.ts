import { expect, test } from 'bun:test'
import { nothingDetected } from '../preset.ts'
import { memoryFiles } from './memory-files.ts'
import { python } from './python.ts'

const detected = (files: Record<string, string>) => python.detect(memoryFiles(files), nothingDetected)
const commandOf = async (files: Record<string, string>, id: string) => (await detected(files)).checks[id]?.command

const project = (rest: string): string => `[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.10"\n${rest}`

test('a uv project gets interpreter, lockfile, environment and installed packages, each needing the one before', async () => {
  const { checks } = await detected({ 'pyproject.toml': project(''), 'uv.lock': '' })
  expect(Object.keys(checks)).toEqual(['python:version', 'uv:available', 'uv:lockfile', 'python:venv', 'uv:installed'])
  expect(checks['uv:lockfile']).toMatchObject({ command: ['uv', 'lock', '--check'], exits: { findings: [1] }, fix: { command: ['uv', 'lock'], level: 'lock' } })
  expect(checks['uv:installed']).toMatchObject({
    command: ['uv', 'sync', '--check', '--locked', '--inexact'],
    needs: ['uv:lockfile', 'python:venv'],
    fix: { level: 'safe', writes: ['.venv'] },
  })
})

test('a missing uv.lock counts as a stale one', async () => {
  expect((await detected({ 'pyproject.toml': project('[tool.uv]\n') })).checks['uv:lockfile']?.exits).toEqual({ pass: [0], findings: [1, 2] })
})

test('ruff never writes while it checks, even where fix = true is configured', async () => {
  const files = { 'uv.lock': '', 'pyproject.toml': project('[dependency-groups]\ndev = ["ruff"]\n[tool.ruff]\nfix = true\n') }
  expect(await commandOf(files, 'ruff')).toEqual([
    'uv',
    'run',
    '--no-sync',
    'ruff',
    'check',
    '--no-fix',
    '--force-exclude',
    '--output-format',
    'json',
    '{files}',
  ])
})

test('pyright, bandit and pip-audit are run for their machine formats; what they end with when they could not look is no finding', async () => {
  const { checks } = await detected({ 'pyproject.toml': project('[tool.pyright]\n[tool.bandit]\n[tool.pip-audit]\n') })
  const exits = { pass: [0], findings: [1] }
  expect(checks['pyright']).toMatchObject({ command: ['pyright', '--outputjson'], parser: 'pyright-json', exits })
  expect(checks['bandit']).toMatchObject({ command: ['bandit', '-q', '-f', 'json', '-r', '-c', 'pyproject.toml', '.'], parser: 'bandit-json', exits })
  expect(checks['pip-audit']).toMatchObject({ command: ['pip-audit', '--format', 'json', '--progress-spinner', 'off'], parser: 'pip-audit-json', exits })
})

test('a group that holds a tool and is not installed by default is asked for', async () => {
  const files = { 'uv.lock': '', 'pyproject.toml': project('[dependency-groups]\nlint = ["ruff"]\ndev = []\n[tool.ruff]\n') }
  expect(await commandOf(files, 'uv:installed')).toEqual(['uv', 'sync', '--check', '--locked', '--inexact', '--group', 'lint'])
})

test('a group that a default group includes needs no asking', async () => {
  const files = { 'uv.lock': '', 'pyproject.toml': project('[dependency-groups]\nlint = ["ruff"]\ndev = [{ include-group = "lint" }]\n[tool.ruff]\n') }
  expect(await commandOf(files, 'uv:installed')).not.toContain('--group')
})

test('groups that include each other end', async () => {
  const files = {
    'uv.lock': '',
    'pyproject.toml': project('[dependency-groups]\na = [{ include-group = "dev" }, "mypy"]\ndev = [{ include-group = "a" }]\n[tool.mypy]\n'),
  }
  expect(await commandOf(files, 'mypy')).toEqual(['uv', 'run', '--no-sync', 'mypy', '--no-pretty', '--show-column-numbers', '--no-color-output', '.'])
})

test('a tool that only pre-commit brings is left to pre-commit', async () => {
  const hooks = 'repos:\n- repo: https://github.com/astral-sh/ruff-pre-commit\n  hooks:\n  - id: ruff-check\n  - id: ruff-format\n'
  const { checks } = await detected({ 'pyproject.toml': project('[tool.ruff]\n'), 'requirements.txt': 'x==1\n', '.pre-commit-config.yaml': hooks })
  expect(Object.keys(checks)).toEqual(['python:version', 'python:venv', 'pip:installed'])
})

test('ruff format is planned only where something says that it is used', async () => {
  const pyproject = project('[dependency-groups]\ndev = ["ruff"]\n[tool.ruff]\n')
  expect(await commandOf({ 'uv.lock': '', 'pyproject.toml': pyproject }, 'ruff-format')).toBeUndefined()
  expect(
    await commandOf({ 'uv.lock': '', 'pyproject.toml': pyproject, '.github/workflows/ci.yml': 'run: uv run ruff format --check\n' }, 'ruff-format'),
  ).toBeDefined()
})

test('requirement files bring an environment of their own and the tools in it', async () => {
  const { checks } = await detected({
    'requirements.txt': 'flask==3.0.0\n',
    'requirements-dev.txt': 'pytest>=8\n',
    'tests/test_a.py': '',
    '.gitignore': '.venv/\n',
  })
  expect(checks['pip:installed']).toMatchObject({
    builtin: 'pip-installed',
    with: { requirements: ['requirements-dev.txt', 'requirements.txt'] },
    fix: { level: 'safe' },
  })
  expect(checks['pytest']).toMatchObject({ command: ['.venv/bin/pytest', '-q', '--tb=short', '--color=no'], needs: ['pip:installed'] })
})

test('an environment that git does not ignore is made so that it ignores itself', async () => {
  const made = (await detected({ 'requirements.txt': 'a==1' })).checks['python:venv']?.fix
  expect(made).toMatchObject({ level: 'safe' })
  expect(JSON.stringify(made)).toContain('.venv/.gitignore')
  const there = await detected({ 'requirements.txt': 'a==1', '.venv/pyvenv.cfg': '' })
  expect(there.checks['pip:installed']?.fix).toMatchObject({ level: 'tracked' })
})

test('of the usual names the one that git ignores is taken for a new environment', async () => {
  const folder = async (ignoring: string) => (await detected({ 'requirements.txt': 'a==1', '.gitignore': ignoring })).checks['python:venv']?.with
  expect(await folder('venv*/\n')).toEqual({ folder: 'venv' })
  expect(await folder('.venv\nvenv\n')).toEqual({ folder: '.venv' })
  expect(await folder('/env\n')).toEqual({ folder: '.venv' })
})

test('a package whose requirement files do not bring it is installed, too', async () => {
  const files = { 'setup.cfg': '[metadata]\nname = a_b\n', 'setup.py': '', 'requirements-dev.txt': 'pytest\n' }
  expect((await detected(files)).checks['pip:installed']).toMatchObject({
    with: { own: 'a_b' },
    fix: { command: ['.venv/bin/python', '-m', 'pip', 'install', '-r', 'requirements-dev.txt', '-e', '.'] },
  })
  const brought = await detected({ ...files, 'requirements-dev.txt': '-e .[socks]\npytest\n' })
  expect(JSON.stringify(brought.checks['pip:installed'])).not.toContain('"own"')
})

test('poetry is judged by the text of its dry run', async () => {
  const { checks } = await detected({
    'poetry.lock': '',
    'pyproject.toml': '[tool.poetry]\nname = "a"\n[tool.poetry.group.dev.dependencies]\nmypy = "*"\n[tool.mypy]\nfiles = "src"\n',
  })
  expect(checks['poetry:installed']).toMatchObject({ builtin: 'dry-run', with: { argv: ['poetry', 'install', '--no-interaction', '--dry-run'] } })
  expect(checks['mypy']).toMatchObject({
    command: ['poetry', 'run', 'mypy', '--no-pretty', '--show-column-numbers', '--no-color-output'],
    needs: ['poetry:installed'],
  })
})

test('tox runs only where no test runner was found', async () => {
  expect(Object.keys((await detected({ 'setup.py': '', 'tox.ini': '[tox]\n' })).checks)).toContain('tox')
  expect(Object.keys((await detected({ 'setup.py': '', 'tox.ini': '[tox]\n[pytest]\n' })).checks)).not.toContain('tox')
})

test('a pyproject.toml that cannot be parsed stops the run and says where', async () => {
  const { failures } = await detected({ 'pyproject.toml': '[project]\nname = \n' })
  expect(failures).toMatchObject([{ type: 'detect.unreadable', place: { file: 'pyproject.toml', line: 2 } }])
})

test('a JavaScript repository with a pyproject.toml for one tool is no Python project', async () => {
  expect(await detected({ 'pyproject.toml': '[tool.black]\n' })).toEqual(nothingDetected)
})

test('nothing of Python plans nothing', async () => {
  expect(await detected({ 'package.json': '{}' })).toEqual(nothingDetected)
})
