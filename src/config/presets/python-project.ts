/** A PythonProject is what the manifests in the root say about a Python project: its manager, its declared tools, its environment. */
import type { Files } from '../../model/files.ts'
import type { Gathering } from './gathering.ts'
import { at, isTable, readToml, tables, texts } from './manifests.ts'
import type { Table } from './manifests.ts'

export type PythonManager = 'uv' | 'poetry' | 'pdm' | 'pipenv' | 'hatch' | 'pip'

/** Where a dependency is declared; `group` and `extra` are not installed unless they are asked for. */
export type Declared = { readonly from: string; readonly group?: string; readonly extra?: string }

export type PythonProject = {
  readonly manager: PythonManager
  /** What told the manager: "uv.lock". */
  readonly why: string
  readonly pyproject: Table
  /** By normalised name: the most easily installed declaration. */
  readonly declared: ReadonlyMap<string, Declared>
  readonly requirements: readonly string[]
  readonly lockfile: string | undefined
  /** Folder of the virtual environment, and of the programs in it. */
  readonly venv: string
  readonly programs: string
  /** git ignores the folder of the virtual environment. */
  readonly venvIgnored: boolean
}

const manifests = ['pyproject.toml', 'setup.py', 'setup.cfg', 'uv.lock', 'poetry.lock', 'pdm.lock', 'Pipfile', 'Pipfile.lock', 'requirements.txt']

export async function readPythonProject(files: Files, gathering: Gathering): Promise<PythonProject | undefined> {
  const present = new Set<string>()
  for (const file of manifests) if (await files.exists(file)) present.add(file)
  const requirements = await files.glob(['requirements*.txt', '*requirements.txt', 'requirements/*.txt'])
  if (present.size === 0 && requirements.length === 0) return undefined
  const pyproject = (await readToml(files, 'pyproject.toml', gathering)) ?? {}
  if (present.size === 1 && present.has('pyproject.toml') && requirements.length === 0 && !isPackage(pyproject)) return undefined
  const { manager, why } = managerOf(pyproject, present, requirements)
  const declared = new Map<string, Declared>()
  // First those that are installed without further asking: the first declaration of a name counts.
  const used = manager === 'pip' ? requirements : []
  for (const file of used) declareRequirements((await files.read(file)) ?? '', file, declared)
  declareGroups(pyproject, manager, declared)
  declareTools(pyproject, declared)
  if (present.has('Pipfile')) declarePipfile((await readToml(files, 'Pipfile', gathering)) ?? {}, declared)
  const ignoring = (await files.read('.gitignore')) ?? ''
  const venv = manager === 'pip' ? await venvOf(files, ignoring) : '.venv'
  const programs = (await files.exists(`${venv}/Scripts/python.exe`)) ? `${venv}/Scripts` : `${venv}/bin`
  const ignored = isIgnored(venv, ignoring) || (await files.exists(`${venv}/.gitignore`))
  const lockfile = { uv: 'uv.lock', poetry: 'poetry.lock', pdm: 'pdm.lock', pipenv: 'Pipfile.lock', hatch: undefined, pip: undefined }[manager]
  return { manager, why, pyproject, declared, requirements: used, lockfile, venv, programs, venvIgnored: ignored }
}

/** The one that is there; else the one that git is told to ignore. */
async function venvOf(files: Files, ignoring: string): Promise<string> {
  const names = ['.venv', 'venv']
  for (const name of names) if (await files.exists(`${name}/pyvenv.cfg`)) return name
  return names.find((name) => isIgnored(name, ignoring)) ?? '.venv'
}

const isIgnored = (folder: string, ignoring: string): boolean => new RegExp(`^(\\*\\*/|/|\\*)?${folder.replace('.', '\\.')}\\*?/?\\**\\s*$`, 'm').test(ignoring)

/** A pyproject.toml that only configures tools makes no Python project of, say, a JavaScript one. */
const isPackage = (pyproject: Table): boolean =>
  at(pyproject, 'project') !== undefined ||
  at(pyproject, 'build-system') !== undefined ||
  at(pyproject, 'dependency-groups') !== undefined ||
  ['uv', 'poetry', 'pdm', 'hatch', 'pytest', 'mypy'].some((tool) => at(pyproject, 'tool', tool) !== undefined)

function managerOf(pyproject: Table, present: ReadonlySet<string>, requirements: readonly string[]): { manager: PythonManager; why: string } {
  const backend = at(pyproject, 'build-system', 'build-backend')
  const rows: readonly (readonly [PythonManager, boolean, string])[] = [
    ['uv', present.has('uv.lock'), 'uv.lock'],
    ['poetry', present.has('poetry.lock'), 'poetry.lock'],
    ['pdm', present.has('pdm.lock'), 'pdm.lock'],
    ['pipenv', present.has('Pipfile'), 'Pipfile'],
    ['uv', at(pyproject, 'tool', 'uv') !== undefined, 'pyproject.toml [tool.uv]'],
    ['poetry', at(pyproject, 'tool', 'poetry') !== undefined, 'pyproject.toml [tool.poetry]'],
    ['pdm', at(pyproject, 'tool', 'pdm', 'dev-dependencies') !== undefined, 'pyproject.toml [tool.pdm]'],
    ['pip', requirements.length > 0, requirements[0] ?? ''],
    ['hatch', at(pyproject, 'tool', 'hatch', 'envs') !== undefined, 'pyproject.toml [tool.hatch.envs]'],
    ['pip', true, typeof backend === 'string' ? `pyproject.toml, ${backend}` : ([...present][0] ?? 'requirements')],
  ]
  const row = rows.find(([, holds]) => holds)
  return { manager: row?.[0] ?? 'pip', why: row?.[2] ?? 'pyproject.toml' }
}

/** "Foo_Bar[extra]>=1 ; marker" → "foo-bar". */
export const normalName = (requirement: string): string =>
  (/^[A-Za-z0-9][A-Za-z0-9._-]*/.exec(requirement.trim())?.[0] ?? '').toLowerCase().replaceAll(/[-_.]+/g, '-')

function declareGroups(pyproject: Table, manager: PythonManager, declared: Map<string, Declared>): void {
  const add = (names: readonly string[], where: Declared): void => {
    for (const name of names) if (!declared.has(normalName(name))) declared.set(normalName(name), where)
  }
  add(texts(at(pyproject, 'project', 'dependencies')), { from: 'project.dependencies' })
  const groups = at(pyproject, 'dependency-groups')
  const standard = manager === 'uv' ? (at(pyproject, 'tool', 'uv', 'default-groups') ?? ['dev']) : ['dev']
  const byDefault = (group: string): boolean => standard === 'all' || texts(standard).includes(group)
  const named = Object.keys(isTable(groups) ? groups : {}).toSorted((a, b) => Number(byDefault(b)) - Number(byDefault(a)))
  for (const group of named) add(groupMembers(groups, group, new Set()), { from: `dependency-groups.${group}`, ...(byDefault(group) ? {} : { group }) })
  add(texts(at(pyproject, 'tool', 'uv', 'dev-dependencies')), { from: 'tool.uv.dev-dependencies' })
  const extras = at(pyproject, 'project', 'optional-dependencies')
  for (const [extra, names] of Object.entries(isTable(extras) ? extras : {})) add(texts(names), { from: `optional-dependencies.${extra}`, extra })
}

/** All requirements of a group with the groups that it includes; `seen` ends circles. */
function groupMembers(groups: unknown, group: string, seen: Set<string>): readonly string[] {
  if (seen.has(group)) return []
  seen.add(group)
  const members = at(groups, group)
  const included = tables(members).flatMap((member) => texts(member['include-group']))
  return [...texts(members), ...included.flatMap((other) => groupMembers(groups, other, seen))]
}

/** Poetry, PDM and Hatch keep dependencies in tables of their own. */
function declareTools(pyproject: Table, declared: Map<string, Declared>): void {
  const add = (name: string, where: Declared): void => {
    if (name !== 'python' && !declared.has(normalName(name))) declared.set(normalName(name), where)
  }
  const poetry = at(pyproject, 'tool', 'poetry')
  for (const key of ['dependencies', 'dev-dependencies']) for (const name of keysOf(at(poetry, key))) add(name, { from: `tool.poetry.${key}` })
  for (const group of keysOf(at(poetry, 'group'))) {
    const optional = at(poetry, 'group', group, 'optional') === true
    for (const name of keysOf(at(poetry, 'group', group, 'dependencies'))) add(name, { from: `tool.poetry.group.${group}`, ...(optional ? { group } : {}) })
  }
  const pdm = at(pyproject, 'tool', 'pdm', 'dev-dependencies')
  for (const group of keysOf(pdm)) for (const name of texts(at(pdm, group))) add(name, { from: `tool.pdm.dev-dependencies.${group}` })
  const envs = at(pyproject, 'tool', 'hatch', 'envs')
  for (const env of keysOf(envs))
    for (const name of texts(at(envs, env, 'dependencies'))) add(name, { from: `tool.hatch.envs.${env}`, ...(env === 'default' ? {} : { group: env }) })
}

function declarePipfile(pipfile: Table, declared: Map<string, Declared>): void {
  for (const key of ['packages', 'dev-packages']) for (const name of keysOf(pipfile[key])) declared.set(normalName(name), { from: `Pipfile ${key}` })
}

function declareRequirements(text: string, file: string, declared: Map<string, Declared>): void {
  for (const line of text.split('\n')) {
    const name = normalName(line)
    if (name !== '' && !declared.has(name)) declared.set(name, { from: file })
  }
}

const keysOf = (value: unknown): readonly string[] => (isTable(value) ? Object.keys(value) : [])
