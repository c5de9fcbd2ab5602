/** Recognises Python projects: interpreter, lockfile, environment, and the tools that the project configures. */
import type { Files } from '../../model/files.ts'
import { nothingDetected, type Preset } from '../preset.ts'
import type { CheckConfig } from '../check-shape.ts'
import { hookIds } from './evidence.ts'
import { newGathering, type Gathering } from './gathering.ts'
import { at } from './manifests.ts'
import { planPythonEnvironment } from './python-environment.ts'
import { readPythonProject, type PythonProject } from './python-project.ts'
import { pythonTools, type PythonEvidence, type PythonTool } from './python-tools.ts'

export const python: Preset = {
  name: 'python',
  async detect(files, before) {
    const gathering = newGathering(before)
    const project = await readPythonProject(files, gathering)
    if (project === undefined) return before.failures.length === 0 && gathering.detected().failures.length === 0 ? nothingDetected : gathering.detected()
    gathering.found(project.manager, project.why)
    const evidence = await evidenceOf(project, files)
    // A tool that only its hooks bring is left to pre-commit: it knows where to get it, and which version.
    const hooked = await hookIds(files)
    const used = pythonTools.flatMap((tool) => {
      const why = tool.why(evidence)
      return why === undefined || (!project.declared.has(tool.package ?? tool.program) && hooked.some((id) => tool.hooks?.includes(id) ?? id === tool.id))
        ? []
        : [{ tool, why }]
    })
    const places = used.flatMap(({ tool }) => project.declared.get(tool.package ?? tool.program) ?? [])
    const wanted = { groups: unique(places.flatMap((place) => place.group ?? [])), extras: unique(places.flatMap((place) => place.extra ?? [])) }
    const needs = await planPythonEnvironment(project, wanted, files, gathering)
    for (const { tool, why } of used) planTool(tool, why, project, evidence, needs, gathering)
    planRunners(project, evidence, needs, gathering)
    if (project.manager === 'uv' && (await files.glob(workflowFiles)).length > 0) planWorkflows(gathering)
    return gathering.detected()
  },
}

const workflowFiles = ['.github/workflows/*.yml', '.github/workflows/*.yaml']
const mentioningFiles = [
  ...workflowFiles,
  '.pre-commit-config.yaml',
  'prek.toml',
  'Makefile',
  'justfile',
  'tox.ini',
  'noxfile.py',
  'Taskfile.yml',
  'mise.toml',
  'lefthook.yml',
]
const configFiles = [
  'ruff.toml',
  '.ruff.toml',
  '.flake8',
  '.isort.cfg',
  'mypy.ini',
  '.mypy.ini',
  'pyrightconfig.json',
  'ty.toml',
  'pytest.ini',
  '.pytest.ini',
  'pytest.toml',
  '.pytest.toml',
  '.bandit',
  'tox.ini',
  'noxfile.py',
  'tox.toml',
]
const unique = (names: readonly string[]): readonly string[] => [...new Set(names)]

async function evidenceOf(project: PythonProject, files: Files): Promise<PythonEvidence> {
  const present = new Set(await files.glob(configFiles))
  const sections = `${(await files.read('setup.cfg')) ?? ''}\n${(await files.read('tox.ini')) ?? ''}`
  const mentioning = await Promise.all((await files.glob(mentioningFiles)).map((file) => files.read(file)))
  const text = `${mentioning.join('\n')}\n${JSON.stringify([at(project.pyproject, 'tool', 'tox'), at(project.pyproject, 'tool', 'poe'), at(project.pyproject, 'tool', 'hatch', 'envs')] satisfies unknown[])}`
  const tests = await files.glob(['tests/**/*.py', 'test/**/*.py', 'test_*.py', 'src/**/test_*.py'])
  return {
    hasFile: (...paths) => paths.some((path) => present.has(path)),
    hasTool: (...keys) => at(project.pyproject, 'tool', ...keys) !== undefined,
    hasSection: (...names) => names.some((name) => sections.split('\n').some((line) => line.trim() === `[${name}]`)),
    isDeclared: (name) => project.declared.has(name),
    mentions: (pattern) => pattern.test(text),
    hasTests: tests.length > 0,
  }
}

function planTool(tool: PythonTool, why: string, project: PythonProject, evidence: PythonEvidence, needs: readonly string[], gathering: Gathering): void {
  const start = startOf(tool.program, tool.package ?? tool.program, project)
  gathering.found(tool.id, why)
  const { prefix, install } = start
  const fix = tool.fix === undefined ? {} : { fix: { command: [...prefix, ...tool.fix], level: 'tracked' as const, exits: { pass: [0, 1] } } }
  const config: CheckConfig = {
    ...tool.config,
    command: [...prefix, ...tool.args(evidence)],
    ...fix,
    needs: start.own ? [...needs] : [],
    install,
    ...(start.own ? { extra: [`${project.venv}/pyvenv.cfg`] } : {}),
    reason: `${tool.id}: ${why}`,
    // Declared, but in a group that this package manager does not install by itself.
    ...(!start.own && project.declared.has(tool.package ?? tool.program) ? { severity: 'advisory' as const } : {}),
  }
  // Type checkers and tests judge what is installed, wherever the program itself comes from.
  gathering.check(tool.id, tool.config.fast === true ? config : { ...config, needs: [...needs] })
}

type Start = { readonly prefix: readonly string[]; readonly install: string; /** From the environment of the project. */ readonly own: boolean }

/** How the project starts a program: from its own environment when it declares it, else whatever PATH has; nothing is fetched by itself. */
function startOf(program: string, name: string, project: PythonProject): Start {
  const declared = project.declared.get(name)
  if (declared === undefined)
    return {
      prefix: [program],
      install: `${project.manager === 'uv' ? `uv tool install ${name}` : `pipx install ${name}`}, or add ${name} to the development dependencies`,
      own: false,
    }
  switch (project.manager) {
    case 'uv':
      return { prefix: ['uv', 'run', '--no-sync', program], install: 'uv sync --locked', own: true }
    case 'poetry':
      return { prefix: ['poetry', 'run', program], install: 'poetry install', own: true }
    case 'pdm':
      return { prefix: ['pdm', 'run', program], install: 'pdm install', own: true }
    case 'pipenv':
      return { prefix: ['pipenv', 'run', program], install: 'pipenv sync --dev', own: true }
    case 'hatch':
      return declared.extra === undefined && !declared.from.startsWith('dependency-groups')
        ? { prefix: ['hatch', 'run', ...(declared.group === undefined ? [program] : [`${declared.group}:${program}`])], install: 'hatch env create', own: true }
        : { prefix: [program], install: `pipx install ${name}`, own: false }
    case 'pip':
      return declared.from.endsWith('.txt')
        ? { prefix: [`${project.programs}/${program}`], install: `${project.programs}/python -m pip install -r ${declared.from}`, own: true }
        : { prefix: [program], install: `pip install ${name} (${declared.from})`, own: false }
  }
}

/** tox and nox make environments of their own and run the same tools again: only when nothing better was found. */
function planRunners(project: PythonProject, evidence: PythonEvidence, needs: readonly string[], gathering: Gathering): void {
  const tox = evidence.hasFile('tox.ini', 'tox.toml') || evidence.hasTool('tox')
  const nox = evidence.hasFile('noxfile.py')
  if (!tox && !nox) return
  const name = tox ? 'tox' : 'nox'
  if (gathering.has('pytest')) return gathering.remark(`${name} is configured; pytest is run directly, in one environment`)
  const { prefix, install } = startOf(name, name, project)
  gathering.found(name, tox ? 'tox configuration' : 'noxfile.py')
  gathering.check(name, {
    command: [...prefix, ...(tox ? ['run'] : [])],
    needs: [...needs],
    inputs: ['**/*'],
    ttl: '10m',
    timeout: '1h',
    parser: 'gnu',
    install,
    reason: `${name} is the only test runner that was found`,
  })
}

function planWorkflows(gathering: Gathering): void {
  gathering.check('workflows:python', {
    builtin: 'workflows-python',
    stage: 'quality',
    needs: [],
    severity: 'advisory',
    fast: true,
    files: workflowFiles,
    inputs: [...workflowFiles, 'pyproject.toml', '.python-version', '.github/dependabot.yml', '.github/dependabot.yaml'],
    reason: 'uv in GitHub workflows: pinned versions, locked installs',
  })
}
