/** Recognises the JavaScript package manager and plans: it is there, the lockfile fits the manifests, what is installed fits the lockfile. */
import type { Files } from '../../model/files.ts'
import type { Preset } from '../preset.ts'
import type { CheckConfig, FixConfig } from '../check-shape.ts'
import { ages } from './ages.ts'
import { newGathering, type Gathering } from './gathering.ts'
import { isTable } from './manifests.ts'
import { hasDependencies, lockOwners, managerName, nodeProject, type NodeProject } from './node-project.ts'

export const nodePackages: Preset = {
  name: 'node-packages',
  async detect(files, before) {
    const gathering = newGathering(before)
    const project = await nodeProject(files, gathering)
    if (project === undefined) return gathering.detected()
    const undecided = project.disagreement && project.declared === undefined
    if (project.disagreement) planLockfiles(project, gathering)
    if (undecided) return gathering.detected()
    gathering.found(managerName(project), project.managerWhy)
    planAvailable(project, gathering)
    if (project.lock !== undefined) {
      planLockfile(project, project.lock, gathering)
      planInstalled(project, project.lock, gathering)
    } else if (hasDependencies(project)) await planWithoutLock(files, project, gathering)
    return gathering.detected()
  },
}

const lockNames = Object.keys(lockOwners)

/** Two lockfiles cannot both be true, and nobody but a person can say which one is. */
function planLockfiles(project: NodeProject, gathering: Gathering): void {
  const declared = project.declared === undefined ? {} : { declared: project.declared.name, from: project.declared.from }
  gathering.check('lockfiles', {
    builtin: 'lockfiles',
    with: declared,
    stage: 'dependencies',
    needs: [],
    ttl: ages.lockfile,
    inputs: [...lockNames, 'package.json'],
    reason: project.locks.join(' and '),
  })
}

function planAvailable(project: NodeProject, gathering: Gathering): void {
  const { declared } = project
  const program = managerName(project)
  const pin = declared?.range === undefined ? {} : { range: declared.range, exact: declared.exact, from: declared.from, strict: declared.strict }
  gathering.check(`${program}:available`, {
    builtin: 'node-program',
    with: { program, ...pin },
    stage: 'environment',
    needs: [program === 'bun' ? 'bun:version' : 'node:version'].filter((id) => gathering.has(id)),
    ttl: ages.packageManager,
    inputs: ['package.json', '.npmrc', '.yarnrc', '.yarnrc.yml', '.yarn/releases/**'],
    tools: [program],
    install: installHint(program, declared?.range),
    reason: project.managerWhy,
  })
}

function installHint(program: string, range: string | undefined): string {
  const version = range !== undefined && /^\d/.test(range) ? `@${range}` : ''
  if (program === 'npm') return version === '' ? 'npm comes with Node.js' : `npm install --global npm${version}`
  if (program === 'bun') return `npm install --global bun${version}, or see https://bun.sh/docs/installation`
  return `corepack enable ${program}, or npm install --global ${program}${version}`
}

type Commands = {
  readonly relock: readonly string[]
  readonly install: readonly string[]
  /** Installs where there is no lockfile, and leaves none behind; only yarn 2 and later cannot do that. */
  readonly unlocked: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

const commands: Readonly<Record<NodeProject['manager'], Commands>> = {
  npm: {
    relock: ['npm', 'install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'],
    install: ['npm', 'ci', '--no-audit', '--no-fund'],
    unlocked: ['npm', 'install', '--no-package-lock', '--no-audit', '--no-fund'],
  },
  // Without CI pnpm asks before it replaces a node_modules that another manager wrote, and gives up when nobody can answer.
  pnpm: {
    relock: ['pnpm', 'install', '--lockfile-only', '--no-frozen-lockfile'],
    install: ['pnpm', 'install', '--frozen-lockfile'],
    unlocked: ['pnpm', 'install', '--no-lockfile'],
    env: { CI: 'true' },
  },
  yarn: { relock: ['yarn', 'install', '--mode=update-lockfile'], install: ['yarn', 'install', '--immutable'], unlocked: ['yarn', 'install', '--no-immutable'] },
  // Classic yarn has no way to write only the lockfile.
  'yarn-classic': {
    relock: ['yarn', 'install', '--ignore-scripts', '--non-interactive'],
    install: ['yarn', 'install', '--frozen-lockfile', '--check-files', '--non-interactive'],
    unlocked: ['yarn', 'install', '--no-lockfile', '--non-interactive'],
  },
  bun: { relock: ['bun', 'install', '--lockfile-only'], install: ['bun', 'install', '--frozen-lockfile'], unlocked: ['bun', 'install', '--no-save'] },
}

/** How all packages are installed exactly as the lockfile says, where there is one. */
export const installCommand = ({ manager, lock }: NodeProject): readonly string[] => commands[manager][lock === undefined ? 'unlocked' : 'install']

const settings: Readonly<Record<NodeProject['manager'], readonly string[]>> = {
  npm: ['.npmrc'],
  pnpm: ['.npmrc', 'pnpm-workspace.yaml', '.pnpmfile.cjs', '.pnpmfile.mjs', 'patches/**'],
  yarn: ['.yarnrc.yml', '.yarn/patches/**'],
  'yarn-classic': ['.yarnrc', '.npmrc'],
  bun: ['bunfig.toml', '.npmrc', 'patches/**'],
}

const inputsOf = (project: NodeProject): string[] => [
  ...project.manifests,
  ...lockNames.filter((name) => lockOwners[name] === managerName(project)),
  ...settings[project.manager],
]

function planLockfile(project: NodeProject, lock: string, gathering: Gathering): void {
  const name = managerName(project)
  const { relock, env } = commands[project.manager]
  const fix: FixConfig = { command: [...relock], level: 'lock', timeout: '10m', ...(env && { env: { ...env } }) }
  gathering.check(`${name}:lockfile`, {
    ...lockJudge(project, lock),
    stage: 'dependencies',
    needs: [`${name}:available`],
    ttl: ages.lockfile,
    inputs: inputsOf(project),
    fix,
    reason: `${lock} fits ${project.members.length > 0 ? 'all package.json of the workspace' : 'package.json'}`,
  })
}

/** npm and yarn cannot ask the question without installing, and pnpm rewrites the lockfile as it does; pawl reads the files instead. */
function lockJudge(project: NodeProject, lock: string): Partial<CheckConfig> {
  const asked = { exits: { pass: [0], findings: [1] }, parser: 'none', timeout: '5m' } as const
  switch (project.manager) {
    case 'npm':
      return { builtin: 'npm-lockfile', with: { lock, manifests: [...project.manifests] } }
    case 'pnpm':
      return { builtin: 'pnpm-lockfile', with: { manifests: [...project.manifests] }, tools: ['pnpm', 'node'] }
    case 'yarn':
    case 'yarn-classic':
      return { builtin: 'yarn-lockfile', with: { manifests: [...project.manifests] } }
    case 'bun':
      return { command: ['bun', 'install', '--frozen-lockfile', '--dry-run'], ...asked }
  }
}

function planInstalled(project: NodeProject, lock: string, gathering: Gathering): void {
  const name = managerName(project)
  const { install } = commands[project.manager]
  gathering.check(`${name}:installed`, {
    ...installedJudge(project, lock),
    stage: 'dependencies',
    needs: [`${name}:lockfile`, `${name}:available`],
    ttl: ages.dependencySync,
    inputs: inputsOf(project),
    extra: traces(project),
    tools: ['node'],
    fix: installing(project, install, 'safe'),
    reason: `what is installed is what ${lock} says`,
  })
}

function installedJudge(project: NodeProject, lock: string): Partial<CheckConfig> {
  const manifests = [...project.manifests]
  switch (project.manager) {
    case 'npm':
      return { builtin: 'npm-installed', with: { lock } }
    case 'pnpm':
      return { builtin: 'pnpm-installed', with: { manifests } }
    case 'yarn':
      return { builtin: 'yarn-installed', with: { manifests, linker: project.plugAndPlay ? 'pnp' : 'node-modules' } }
    case 'yarn-classic':
      return { builtin: 'yarn-installed', with: { manifests, linker: 'classic' } }
    case 'bun':
      return { builtin: 'bun-installed', with: { manifests } }
  }
}

const installing = (project: NodeProject, command: readonly string[], level: 'safe' | 'lock'): FixConfig => ({
  command: [...command],
  level,
  writes: project.plugAndPlay
    ? ['.pnp.cjs', '.pnp.data.json', '.pnp.loader.mjs', '.yarn/**']
    : ['node_modules', ...(project.members.length > 0 ? ['**/node_modules'] : [])],
  timeout: '15m',
  ...(commands[project.manager].env && { env: { ...commands[project.manager].env } }),
})

const marks: Readonly<Record<NodeProject['manager'], readonly string[]>> = {
  npm: ['node_modules/.package-lock.json'],
  pnpm: ['node_modules/.modules.yaml', 'node_modules/.pnpm', 'node_modules/.pnpm/lock.yaml'],
  yarn: ['node_modules/.yarn-state.yml'],
  'yarn-classic': ['node_modules/.yarn-integrity'],
  bun: ['node_modules/.bun'],
}

/** What git does not see and an installation leaves behind. A folder counts with the names in it, so that a deleted package is noticed. */
function traces(project: NodeProject): string[] {
  if (project.plugAndPlay) return ['.pnp.cjs', '.pnp.data.json', '.yarn/install-state.gz']
  const folders = ['', ...project.members.map((member) => `${member.folder}/`)].map((folder) => `${folder}node_modules`)
  return [...folders, ...scopes(project), ...marks[project.manager]]
}

function scopes(project: NodeProject): string[] {
  const names = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.keys(isTable(project.root[kind]) ? project.root[kind] : {}),
  )
  return [...new Set(names.filter((name) => name.startsWith('@')).map((name) => `node_modules/${name.split('/')[0]}`))]
}

async function planWithoutLock(files: Files, project: NodeProject, gathering: Gathering): Promise<void> {
  const name = managerName(project)
  const unwanted =
    /^\s*(package-lock|lockfile)\s*=\s*false/m.test((await files.read('.npmrc')) ?? '') ||
    /^lockfile:\s*false/m.test((await files.read('pnpm-workspace.yaml')) ?? '')
  if (!unwanted) gathering.remark(`there is no lockfile of ${name}: two installations need not be the same`, 'package.json')
  gathering.check(`${name}:installed`, {
    builtin: 'packages-installed',
    with: { manifests: [...project.manifests] },
    stage: 'dependencies',
    needs: [...(project.disagreement ? ['lockfiles'] : []), `${name}:available`],
    ttl: ages.dependencySync,
    inputs: inputsOf(project),
    extra: traces(project),
    tools: ['node'],
    fix: installing(project, commands[project.manager].unlocked, unwanted || project.manager !== 'yarn' ? 'safe' : 'lock'),
    reason: 'package.json has dependencies; there is no lockfile',
  })
}
