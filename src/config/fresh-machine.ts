/** What a machine that has only a checkout needs before pawl can run there: runtimes, a package manager, and the words that start pawl. */
import { failed, ok, type Result } from '../model/failure.ts'
import type { Files } from '../model/files.ts'
import { nothingDetected } from './preset.ts'
import { newGathering } from './presets/gathering.ts'
import { at } from './presets/manifests.ts'
import { installCommand } from './presets/node-packages.ts'
import { runtimePins, type Pin } from './presets/node-pins.ts'
import { hasDependencies, managerName, nodeProject, type NodeProject } from './presets/node-project.ts'

/** A step of a GitHub workflow that makes a program ready. */
export type SetUp = {
  readonly uses: string
  readonly with: Readonly<Record<string, string | boolean>>
  /** Said behind the first of its values. */
  readonly remark?: string
}

export type FreshMachine = {
  readonly setUps: readonly SetUp[]
  /** Commands that make the package manager ready. */
  readonly commands: readonly string[]
  /** The packages of the repository: the check of pawl that looks after them, and how to install them without pawl. */
  readonly packages?: { readonly check: string; readonly install: readonly string[] }
  /** pawl is one of these packages. */
  readonly local: boolean
  /** The words that start pawl. */
  readonly start: readonly string[]
}

/** `version`: of pawl, which is to be the same there. */
export async function freshMachine(files: Files, version: string): Promise<Result<FreshMachine>> {
  const gathering = newGathering(nothingDetected)
  const project = await nodeProject(files, gathering)
  const pins = project === undefined ? [] : await runtimePins(files, project.root, gathering)
  const { failures } = gathering.detected()
  if (failures.length > 0) return failed(...failures.map((failure) => ({ ...failure, kept: 'nothing was written' })))
  if (project === undefined) return ok({ setUps: [], commands: [], local: false, start: fetched(version).npm })
  const local = isOwnPackage(project)
  const wanted = local || hasDependencies(project)
  return ok({
    setUps: [...nodeSetUp(project, pins), ...managerSetUp(project, pins)],
    // Newer versions of Node come without it.
    commands: project.manager === 'yarn' ? ['npm install --global corepack', 'corepack enable'] : [],
    ...(wanted && { packages: { check: `${managerName(project)}:installed`, install: installCommand(project) } }),
    local,
    start: (local ? installed : fetched(version))[project.manager],
  })
}

const isOwnPackage = ({ root }: NodeProject): boolean => ['dependencies', 'devDependencies'].some((kind) => typeof at(root, kind, 'pawl') === 'string')

/** Only what is installed: never a newer one, or another one, from a registry. */
const installed: Readonly<Record<NodeProject['manager'], readonly string[]>> = {
  npm: ['npx', '--no', '--', 'pawl'],
  pnpm: ['pnpm', 'exec', 'pawl'],
  yarn: ['yarn', 'run', 'pawl'],
  'yarn-classic': ['yarn', 'run', '--silent', 'pawl'],
  bun: ['bun', 'run', 'pawl'],
}

/** Classic yarn has no way to run what is not installed. */
const fetched = (version: string): Readonly<Record<NodeProject['manager'], readonly string[]>> => ({
  npm: ['npx', '--yes', `pawl@${version}`],
  pnpm: ['pnpm', 'dlx', `pawl@${version}`],
  yarn: ['yarn', 'dlx', `pawl@${version}`],
  'yarn-classic': ['npx', '--yes', `pawl@${version}`],
  bun: ['bunx', `pawl@${version}`],
})

/** A project of Bun that says nothing about Node may live without it. */
function nodeSetUp(project: NodeProject, pins: readonly Pin[]): readonly SetUp[] {
  const pin = pins.find(({ runtime }) => runtime === 'node')
  if (pin === undefined && project.manager === 'bun') return []
  const source = pin === undefined ? undefined : nodeFiles[pin.from]
  const version = source === undefined ? { 'node-version': plainRange(pin?.range) ?? 'lts/*' } : { 'node-version-file': source }
  const remark = pin === undefined ? { remark: 'the repository names no version' } : source === undefined ? { remark: `as ${pin.from} says` } : {}
  return [{ uses: 'actions/setup-node@v5', with: { ...version, 'package-manager-cache': false }, ...remark }]
}

/** What the action reads by itself: so the version stays in one place. */
const nodeFiles: Readonly<Record<string, string>> = {
  '.nvmrc': '.nvmrc',
  '.node-version': '.node-version',
  '.tool-versions': '.tool-versions',
  'package.json volta.node': 'package.json',
  'package.json engines.node': 'package.json',
}

function managerSetUp(project: NodeProject, pins: readonly Pin[]): readonly SetUp[] {
  const { declared } = project
  if (project.manager === 'pnpm') {
    if (declared?.from === 'package.json packageManager') return [{ uses: 'pnpm/action-setup@v4', with: {} }]
    const range = plainRange(declared?.range)
    return [{ uses: 'pnpm/action-setup@v4', with: { version: range ?? 'latest' }, ...(range === undefined && { remark: 'package.json names no version' }) }]
  }
  const pin = pins.find(({ runtime }) => runtime === 'bun')
  if (project.manager !== 'bun' && pin === undefined) return []
  const file = pin?.from === '.bun-version' || pin?.from === '.tool-versions' ? pin.from : undefined
  const range = plainRange(project.manager === 'bun' ? (declared?.range ?? pin?.range) : pin?.range)
  const remark = file === undefined && range === undefined ? { remark: 'the repository names no version' } : {}
  return [{ uses: 'oven-sh/setup-bun@v2', with: file === undefined ? { 'bun-version': range ?? 'latest' } : { 'bun-version-file': file }, ...remark }]
}

/** A text of the repository that GitHub would take for an expression is no version. */
const plainRange = (range: string | undefined): string | undefined => (range?.includes('${{') === true ? undefined : range)
