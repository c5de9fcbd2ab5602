/** The checks of a Python project's interpreter, lockfile and virtual environment, for each package manager. */
import type { Files } from '../../model/files.ts'
import type { CheckConfig, FixConfig } from '../check-shape.ts'
import { ages } from './ages.ts'
import type { Gathering } from './gathering.ts'
import { at } from './manifests.ts'
import type { PythonProject } from './python-project.ts'

const versionFiles = ['pyproject.toml', '.python-version', '.tool-versions', 'mise.toml', '.mise.toml', 'Pipfile', 'setup.cfg', 'setup.py']
const installHints = {
  uv: 'https://docs.astral.sh/uv/getting-started/installation/',
  poetry: 'pipx install poetry',
  pdm: 'pipx install pdm',
  pipenv: 'pipx install pipenv',
  hatch: 'pipx install hatch',
  pip: 'install Python',
} as const

/** Plans them and returns the names that quality checks need. `groups` and `extras` are those that hold detected tools. */
export async function planPythonEnvironment(project: PythonProject, wanted: Wanted, files: Files, gathering: Gathering): Promise<readonly string[]> {
  gathering.check('python:version', {
    builtin: 'python-version',
    with: { manager: project.manager, venv: project.venv },
    stage: 'environment',
    ttl: ages.runtime,
    inputs: versionFiles,
    tools: ['python3'],
    reason: 'the interpreter that the project asks for',
    ...(project.manager === 'uv' ? { fix: { command: ['uv', 'python', 'install'], level: 'system' as const } } : {}),
  })
  if (project.manager === 'pip') return planPip(project, files, gathering)
  if (project.manager !== 'hatch' || project.declared.size > 0) planManager(project, gathering)
  if (project.manager === 'uv') return planUv(project, wanted, files, gathering)
  if (project.manager === 'poetry') return planPoetry(project, wanted, gathering)
  if (project.manager === 'pdm') return planPdm(gathering)
  if (project.manager === 'pipenv') return planPipenv(gathering)
  gathering.remark('hatch has no lockfile and makes its environments when they are used: only the interpreter is checked', 'pyproject.toml')
  return ['python:version', 'hatch:available']
}

export type Wanted = { readonly groups: readonly string[]; readonly extras: readonly string[] }

function planManager(project: PythonProject, gathering: Gathering): void {
  const { manager } = project
  gathering.check(`${manager}:available`, {
    command: [manager, '--version'],
    stage: 'environment',
    ttl: ages.packageManager,
    inputs: ['pyproject.toml'],
    parser: 'none',
    install: installHints[manager],
    reason: `${manager}: ${project.why}`,
  })
}

/** Never removes packages that somebody installed besides (--inexact): an extra that was synced by hand is no fault. */
async function planUv(project: PythonProject, wanted: Wanted, files: Files, gathering: Gathering): Promise<readonly string[]> {
  const chosen = [...wanted.groups.flatMap((group) => ['--group', group]), ...wanted.extras.flatMap((extra) => ['--extra', extra])]
  const members = at(project.pyproject, 'tool', 'uv', 'workspace', 'members') === undefined ? [] : ['--all-packages']
  const sync = ['uv', 'sync', '--locked', '--inexact', ...members, ...chosen]
  const install: FixConfig = { command: sync, level: 'safe', writes: ['.venv'], timeout: '15m' }
  const manifests = ['uv.lock', '**/pyproject.toml', 'uv.toml', '.python-version']
  // Without a lockfile `uv lock --check` ends with 2, the code that otherwise means that uv itself had trouble.
  const locked = await files.exists('uv.lock')
  gathering.check('uv:lockfile', {
    command: ['uv', 'lock', '--check'],
    stage: 'dependencies',
    needs: ['uv:available'],
    ttl: ages.lockfile,
    inputs: manifests,
    parser: 'none',
    exits: { pass: [0], findings: locked ? [1] : [1, 2] },
    fix: { command: ['uv', 'lock'], level: 'lock' },
    timeout: '5m',
    mutex: 'uv',
    reason: `uv: ${project.why}`,
  })
  gathering.check('python:venv', venvCheck(project, ['python:version', 'uv:lockfile'], install))
  gathering.check('uv:installed', {
    command: [...sync.slice(0, 2), '--check', ...sync.slice(2)],
    stage: 'dependencies',
    needs: ['uv:lockfile', 'python:venv'],
    ttl: ages.dependencySync,
    inputs: manifests,
    extra: await installedPaths(project, files),
    parser: 'none',
    exits: { pass: [0], findings: [1] },
    fix: install,
    timeout: '5m',
    mutex: 'uv',
    reason: `packages of uv.lock are in ${project.venv}${chosen.length === 0 ? '' : `, with ${chosen.join(' ')}`}`,
  })
  return ['uv:installed']
}

function venvCheck(project: PythonProject, needs: readonly string[], fix: NonNullable<CheckConfig['fix']>): CheckConfig {
  return {
    builtin: 'python-venv',
    with: { folder: project.venv },
    stage: 'dependencies',
    needs: [...needs],
    ttl: ages.environmentFolder,
    inputs: versionFiles,
    extra: [`${project.venv}/pyvenv.cfg`],
    fix,
    reason: 'the virtual environment exists and its interpreter still does',
  }
}

/** pyvenv.cfg and, once it is there, site-packages: a package that is added or removed by hand is noticed. */
async function installedPaths(project: PythonProject, files: Files): Promise<string[]> {
  const versions = (await files.list(`${project.venv}/lib`)).filter((name) => name.startsWith('python'))
  const unix = versions.map((name) => `${project.venv}/lib/${name.replace('/', '')}/site-packages`)
  const windows = (await files.exists(`${project.venv}/Lib/site-packages`)) ? [`${project.venv}/Lib/site-packages`] : []
  return [`${project.venv}/pyvenv.cfg`, ...(unix.length > 0 ? unix : windows)]
}

function planPoetry(project: PythonProject, wanted: Wanted, gathering: Gathering): readonly string[] {
  const chosen = wanted.groups.length === 0 ? [] : ['--with', wanted.groups.join(',')]
  const extras = wanted.extras.flatMap((extra) => ['--extras', extra])
  const sync = ['poetry', 'install', '--no-interaction', ...chosen, ...extras]
  const install: FixConfig = { command: sync, level: 'safe', writes: ['.venv'], timeout: '15m' }
  const manifests = ['poetry.lock', 'pyproject.toml', 'poetry.toml', '.python-version']
  gathering.check('poetry:lockfile', {
    command: ['poetry', 'check', '--lock'],
    stage: 'dependencies',
    needs: ['poetry:available'],
    ttl: ages.lockfile,
    inputs: manifests,
    parser: 'lines',
    exits: { pass: [0], findings: [1] },
    fix: { command: ['poetry', 'lock', '--no-interaction'], level: 'lock' },
    mutex: 'poetry',
    reason: `poetry: ${project.why}`,
  })
  gathering.check('python:venv', {
    command: ['poetry', 'env', 'info', '--path'],
    stage: 'dependencies',
    needs: ['python:version', 'poetry:lockfile'],
    ttl: ages.environmentFolder,
    inputs: manifests,
    extra: ['.venv/pyvenv.cfg'],
    parser: 'none',
    exits: { pass: [0], findings: [1] },
    fix: install,
    mutex: 'poetry',
    reason: 'poetry knows a virtual environment for this folder',
  })
  // `--dry-run` ends with 0 whatever it would install: the text is what tells.
  gathering.check('poetry:installed', {
    builtin: 'dry-run',
    stage: 'dependencies',
    needs: ['poetry:lockfile', 'python:venv'],
    ttl: ages.dependencySync,
    inputs: manifests,
    extra: ['.venv/pyvenv.cfg'],
    tools: ['poetry'],
    with: { argv: [...sync, '--dry-run'], done: 'No dependencies to install or update|: 0 installs, 0 updates', pending: 'Package operations:' },
    fix: install,
    timeout: '5m',
    mutex: 'poetry',
    reason: 'packages of poetry.lock are installed',
  })
  return ['poetry:installed']
}

function planPdm(gathering: Gathering): readonly string[] {
  const manifests = ['pdm.lock', 'pyproject.toml', 'pdm.toml']
  const install = { command: ['pdm', 'install', '--frozen-lockfile'], level: 'safe' as const, writes: ['.venv', '.pdm-python'], timeout: '15m' }
  gathering.check('pdm:lockfile', {
    command: ['pdm', 'lock', '--check'],
    stage: 'dependencies',
    needs: ['pdm:available'],
    ttl: ages.lockfile,
    inputs: manifests,
    parser: 'none',
    exits: { pass: [0], findings: [1] },
    fix: { command: ['pdm', 'lock', '--update-reuse'], level: 'lock' },
    mutex: 'pdm',
    reason: 'pdm.lock fits pyproject.toml',
  })
  gathering.check('pdm:installed', {
    builtin: 'dry-run',
    stage: 'dependencies',
    needs: ['pdm:lockfile', 'python:version'],
    ttl: ages.dependencySync,
    inputs: manifests,
    extra: ['.venv/pyvenv.cfg'],
    tools: ['pdm'],
    with: {
      argv: ['pdm', 'install', '--frozen-lockfile', '--dry-run'],
      done: 'nothing to do|All packages are synced',
      pending: 'to add|to update|to install|Packages to',
    },
    fix: install,
    timeout: '5m',
    mutex: 'pdm',
    reason: 'packages of pdm.lock are installed',
  })
  return ['pdm:installed']
}

function planPipenv(gathering: Gathering): readonly string[] {
  const manifests = ['Pipfile', 'Pipfile.lock']
  gathering.check('pipenv:lockfile', {
    command: ['pipenv', 'verify'],
    stage: 'dependencies',
    needs: ['pipenv:available'],
    ttl: ages.lockfile,
    inputs: manifests,
    parser: 'none',
    exits: { pass: [0], findings: [1] },
    fix: { command: ['pipenv', 'lock'], level: 'lock' },
    mutex: 'pipenv',
    reason: 'Pipfile.lock fits Pipfile',
  })
  gathering.check('python:venv', {
    command: ['pipenv', '--venv'],
    stage: 'dependencies',
    needs: ['python:version', 'pipenv:lockfile'],
    ttl: ages.environmentFolder,
    inputs: manifests,
    parser: 'none',
    exits: { pass: [0], findings: [1] },
    fix: { command: ['pipenv', 'sync', '--dev'], level: 'safe', writes: ['.venv'], timeout: '15m' },
    mutex: 'pipenv',
    reason: 'pipenv knows a virtual environment for this folder',
  })
  gathering.remark('pipenv has no command that compares what is installed with Pipfile.lock: only the lock and the environment are checked', 'Pipfile')
  return ['python:venv']
}

async function planPip(project: PythonProject, files: Files, gathering: Gathering): Promise<readonly string[]> {
  const installed = project.requirements.filter((file) => mainRequirements.test(file))
  if (installed.length === 0) {
    gathering.remark('no lockfile and no requirements.txt: what must be installed is not checked')
    return ['python:version']
  }
  // An environment that pawl makes ignores itself, as those of Python 3.13 do; one that somebody made is left as it is.
  const level = project.venvIgnored || !(await files.exists(`${project.venv}/pyvenv.cfg`)) ? 'safe' : 'tracked'
  const own = await ownPackage(project, files)
  gathering.check('python:venv', venvCheck(project, ['python:version'], { command: makingVenv(project), level, writes: [project.venv], timeout: '5m' }))
  gathering.check('pip:installed', {
    builtin: 'pip-installed',
    with: { requirements: installed, venv: project.venv, ...(own !== undefined && { own }) },
    stage: 'dependencies',
    needs: ['python:venv'],
    ttl: ages.dependencySync,
    inputs: [...project.requirements, 'pyproject.toml', 'setup.py', 'setup.cfg'],
    extra: await installedPaths(project, files),
    mutex: 'pip',
    reason: `pip: ${installed.join(', ')}${own === undefined ? '' : ` and ${own} itself`}`,
    fix: {
      command: [`${project.programs}/python`, '-m', 'pip', 'install', ...installed.flatMap((file) => ['-r', file]), ...(own === undefined ? [] : ['-e', '.'])],
      level,
      writes: [project.venv],
      timeout: '15m',
    },
  })
  return ['pip:installed']
}

const makingVenv = ({ venv, venvIgnored }: PythonProject): string[] =>
  venvIgnored
    ? ['python3', '-m', 'venv', venv]
    : ['python3', '-c', `import os, venv; venv.create('${venv}', symlinks=os.name != 'nt', with_pip=True); open('${venv}/.gitignore', 'w').write('*')`]

/** The name of the package in this folder, when its tests need it installed and no requirement file brings it. */
async function ownPackage(project: PythonProject, files: Files): Promise<string | undefined> {
  for (const file of project.requirements) if (/^\s*((-e|--editable)[\s=]*)?\.(\[|\/?\s|\/?$)/m.test((await files.read(file)) ?? '')) return undefined
  const named = at(project.pyproject, 'project', 'name')
  if (at(project.pyproject, 'build-system') !== undefined && typeof named === 'string') return named
  return (await files.exists('setup.py')) ? /^name\s*=\s*([\w.-]+)\s*$/m.exec((await files.read('setup.cfg')) ?? '')?.[1] : undefined
}

/** Those that development needs; files for documentation, deployment and constraints are not installed beside them. */
const mainRequirements =
  /^(requirements\/)?((requirements([-_.](dev|test|tests|develop|development|lint|ci|all|base))?)|(dev|test|tests|develop|development|base|local)([-_.]requirements)?)\.txt$/
