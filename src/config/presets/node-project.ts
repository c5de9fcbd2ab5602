/** A NodeProject is what package.json, the workspaces and the lockfiles say: members, package manager, lock, scripts. */
import type { Failure } from '../../model/failure.ts'
import type { Files } from '../../model/files.ts'
import type { Gathering } from './gathering.ts'
import { at, isTable, readJson, readYaml, texts, type Table } from './manifests.ts'
import { newGathering } from './gathering.ts'
import { nothingDetected } from '../preset.ts'

export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'yarn-classic' | 'bun'

export type Member = { readonly folder: string; readonly manifest: Table }

/** What packageManager or devEngines says. */
export type Declared = { readonly name: string; readonly range?: string; readonly exact: boolean; readonly from: string; readonly strict: boolean }

export type NodeProject = {
  readonly root: Table
  /** Packages of the workspace besides the root. */
  readonly members: readonly Member[]
  /** Globs of all package.json files that an installation reads. */
  readonly manifests: readonly string[]
  readonly manager: PackageManager
  readonly managerWhy: string
  readonly declared?: Declared
  /** Lockfiles in the root, of whatever manager. */
  readonly locks: readonly string[]
  /** The lockfile of the manager; undefined: none, or nobody can say which. */
  readonly lock?: string
  /** Lockfiles of several managers, or of another one than is declared. */
  readonly disagreement: boolean
  readonly scripts: Readonly<Record<string, string>>
  /** Programs are only reachable through yarn. */
  readonly plugAndPlay: boolean
}

export const lockOwners: Readonly<Record<string, 'npm' | 'pnpm' | 'yarn' | 'bun'>> = {
  'npm-shrinkwrap.json': 'npm',
  'package-lock.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
}

type Read = { readonly project?: NodeProject; readonly failures: readonly Failure[] }
const known = new WeakMap<Files, Promise<Read>>()

/** Undefined: there is no package.json, or it cannot be parsed (which is then reported). Four presets ask; the files are read once. */
export async function nodeProject(files: Files, gathering: Gathering): Promise<NodeProject | undefined> {
  const reading = known.get(files) ?? readProject(files)
  known.set(files, reading)
  const { project, failures } = await reading
  failures.forEach((failure) => gathering.fail(failure))
  return project
}

async function readProject(files: Files): Promise<Read> {
  const gathering = newGathering(nothingDetected)
  const root = await readManifest(files, 'package.json', gathering)
  if (root === undefined) return { failures: gathering.detected().failures }
  const patterns = await workspacePatterns(files, root, gathering)
  const manifests = ['package.json', ...patterns]
  const paths = patterns.length === 0 ? [] : (await files.glob(patterns)).filter((path) => path !== 'package.json')
  const read = await Promise.all(
    paths.map(async (path) => ({ folder: path.replace(/\/package\.json$/, ''), manifest: await readManifest(files, path, gathering) })),
  )
  const members = read.flatMap(({ folder, manifest }) => (manifest === undefined ? [] : [{ folder, manifest }]))
  const scripts = Object.fromEntries(
    Object.entries(isTable(root['scripts']) ? root['scripts'] : {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
  const choice = await chooseManager(files, root)
  const plugAndPlay = choice.manager === 'yarn' && !/^\s*nodeLinker:\s*["']?(node-modules|pnpm)/m.test((await files.read('.yarnrc.yml')) ?? '')
  return { project: { root, members, manifests, ...choice, scripts, plugAndPlay }, failures: gathering.detected().failures }
}

/** JSON.parse is much faster to load and run than a parser that knows places; that one is for the bad case. */
async function readManifest(files: Files, path: string, gathering: Gathering): Promise<Table | undefined> {
  const text = await files.read(path)
  if (text === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    await readJson(files, path, gathering)
    gathering.fail({
      type: 'detect.unreadable',
      what: `${path} is not valid JSON`,
      why: error.message,
      hint: 'correct the file, then run again',
      place: { file: path },
    })
    return undefined
  }
  if (isTable(value)) return value
  gathering.fail({ type: 'detect.unreadable', what: `${path} does not hold an object`, hint: 'correct the file, then run again', place: { file: path } })
  return undefined
}

async function workspacePatterns(files: Files, root: Table, gathering: Gathering): Promise<readonly string[]> {
  const pnpm = await readYaml(files, 'pnpm-workspace.yaml', gathering)
  const named =
    pnpm === undefined
      ? texts(root['workspaces']).length > 0
        ? texts(root['workspaces'])
        : texts(at(root, 'workspaces', 'packages'))
      : texts(at(pnpm, 'packages'))
  const patterns = named.map(manifestGlob).filter((glob) => glob !== 'package.json')
  return patterns.every((glob) => glob.startsWith('!')) ? [] : patterns
}

// "./packages/*" becomes the glob of the manifests in there.
function manifestGlob(pattern: string): string {
  const refused = pattern.startsWith('!')
  const folder = pattern
    .replace(/^!/, '')
    .replace(/^\.?\/+/, '')
    .replace(/\/+$/, '')
  const glob = folder === '' || folder === '.' ? 'package.json' : `${folder}/package.json`
  return refused ? `!${glob}` : glob
}

type Choice = Pick<NodeProject, 'manager' | 'managerWhy' | 'locks' | 'disagreement'> & { readonly declared?: Declared; readonly lock?: string }

async function chooseManager(files: Files, root: Table): Promise<Choice> {
  const present = await files.glob(Object.keys(lockOwners))
  const locks = Object.keys(lockOwners).filter((name) => present.includes(name))
  const owners = [...new Set(locks.flatMap((name) => lockOwners[name] ?? []))]
  const declared = declaredManager(root)
  const hint = await hinted(files)
  const family = familyOf(declared?.name) ?? (owners.length === 1 ? owners[0] : undefined) ?? hint?.family ?? owners[0] ?? 'npm'
  const own = locks.find((name) => lockOwners[name] === family)
  const managerWhy = familyOf(declared?.name) !== undefined ? (declared?.from ?? '') : owners.length === 1 ? (own ?? '') : (hint?.why ?? own ?? 'package.json')
  const manager = family === 'yarn' && (await isClassic(files, declared)) ? 'yarn-classic' : family
  const disagreement = owners.length > 1 || (owners.length === 1 && owners[0] !== family)
  const undecided = owners.length > 1 && familyOf(declared?.name) === undefined
  return { manager, managerWhy, locks, disagreement, ...(declared && { declared }), ...(own !== undefined && !undecided && { lock: own }) }
}

function declaredManager(root: Table): Declared | undefined {
  const text = root['packageManager']
  const match = typeof text === 'string' ? /^([a-z]+)@([^+]+)/.exec(text) : null
  if (match?.[1] !== undefined && match[2] !== undefined)
    return { name: match[1], range: match[2], exact: /^\d+\.\d+\.\d+/.test(match[2]), from: 'package.json packageManager', strict: true }
  const engine = at(root, 'devEngines', 'packageManager')
  const first = Array.isArray(engine) ? engine.find(isTable) : engine
  const name = at(first, 'name')
  if (typeof name !== 'string') return undefined
  const range = at(first, 'version')
  const onFail = at(first, 'onFail')
  return {
    name,
    ...(typeof range === 'string' && { range }),
    exact: false,
    from: 'package.json devEngines.packageManager',
    strict: onFail !== 'warn' && onFail !== 'ignore',
  }
}

const familyOf = (name: string | undefined) => (name === 'npm' || name === 'pnpm' || name === 'yarn' || name === 'bun' ? name : undefined)

/** Files that only one package manager reads. */
async function hinted(files: Files): Promise<{ readonly family: 'pnpm' | 'yarn' | 'bun'; readonly why: string } | undefined> {
  for (const [why, family] of [
    ['pnpm-workspace.yaml', 'pnpm'],
    ['.yarnrc.yml', 'yarn'],
    ['.yarnrc', 'yarn'],
    ['bunfig.toml', 'bun'],
  ] as const) {
    if (await files.exists(why)) return { family, why }
  }
  return undefined
}

async function isClassic(files: Files, declared: Declared | undefined): Promise<boolean> {
  if (declared?.name === 'yarn' && declared.range !== undefined) return /^[\^~>=v]*[01](\.|$)/.test(declared.range)
  if (await files.exists('.yarnrc.yml')) return false
  const lock = await files.read('yarn.lock')
  return lock === undefined || !/^__metadata:/m.test(lock)
}

/** The range under which the root or a member asks for a package. */
export function wantedRange(project: NodeProject, name: string): string | undefined {
  for (const manifest of [project.root, ...project.members.map((member) => member.manifest)]) {
    for (const kind of ['devDependencies', 'dependencies', 'optionalDependencies'] as const) {
      const range = at(manifest, kind, name)
      if (typeof range === 'string') return range
    }
  }
  return undefined
}

export const hasDependencies = (project: NodeProject): boolean =>
  [project.root, ...project.members.map((member) => member.manifest)].some((manifest) =>
    ['dependencies', 'devDependencies', 'optionalDependencies'].some((kind) => Object.keys(isTable(manifest[kind]) ? manifest[kind] : {}).length > 0),
  )

/** The prefix of ids: both generations of yarn are called yarn. */
export const managerName = (project: NodeProject): string => (project.manager === 'yarn-classic' ? 'yarn' : project.manager)

/** How a program of a dependency is started. */
export const runProgram = (project: NodeProject, program: string): string[] => (project.plugAndPlay ? ['yarn', 'run', program] : [program])

/** What everything that runs code of dependencies has to wait for, given the names of planned checks. */
export function readiness(project: NodeProject, planned: readonly string[]): string[] {
  const name = managerName(project)
  const wanted = [`${name}:installed`, ...(project.disagreement ? ['lockfiles'] : [])].filter((id) => planned.includes(id))
  return wanted.length > 0 ? wanted : ['node:version', `${name}:available`].filter((id) => planned.includes(id))
}
