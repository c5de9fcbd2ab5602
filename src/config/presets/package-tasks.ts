/** Plans the scripts that the packages of a workspace have: one task for each package and script, in the order of their dependencies. */
import type { Files } from '../../model/files.ts'
import type { CheckConfig } from '../check-shape.ts'
import type { Gathering } from './gathering.ts'
import type { Setting } from './node-invocation.ts'
import { readiness } from './node-project.ts'
import { newPackageIds } from './package-ids.ts'
import { packageScripts } from './package-scripts.ts'
import { packageWorld, type PackageWorld } from './package-world.ts'
import { plainCall } from './plain-call.ts'
import { mayWrite, mendingScript } from './script-choice.ts'
import { isJudging } from './script-expansion.ts'
import type { Workspace, WorkspacePackage } from './workspace.ts'
import { workspaceWays, type WorkspaceWays } from './workspace-ways.ts'

export type PackageTask = { readonly id: string; readonly one: WorkspacePackage; readonly script: string; readonly check: CheckConfig }

export type PackageTasks = {
  readonly all: readonly PackageTask[]
  /** Ids of the tasks of a script, over all packages. */
  ids(script: string): readonly string[]
  /** The id of a task of one package. */
  idIn(one: WorkspacePackage, script: string): string | undefined
  readonly ways: WorkspaceWays
}

/** As detected: the scripts that judge or build. */
export async function planPackages(setting: Setting, files: Files, gathering: Gathering): Promise<PackageTasks> {
  const world = await packageWorld(setting, files)
  const scripts = packageScripts(world, [], (text, file) => gathering.remark(text, file))
  const tasks = packageTasks(world, scripts, gathering)
  for (const { id, check } of tasks.all) gathering.check(id, check)
  tellCircles(world.workspace, gathering)
  return tasks
}

export function packageTasks(
  world: PackageWorld,
  scripts: ReadonlyMap<WorkspacePackage, readonly string[]>,
  gathering: Pick<Gathering, 'has' | 'names'>,
): PackageTasks {
  const { workspace, outputs, shared, setting } = world
  const ids = newPackageIds(gathering)
  const idOf = new Map(workspace.packages.map((one) => [one, new Map((scripts.get(one) ?? []).map((script) => [script, ids.of(one, script)]))]))
  const idIn = (one: WorkspacePackage, script: string): string | undefined => idOf.get(one)?.get(script)
  const ways = workspaceWays(workspace, { id: idIn, isBuilt: (one) => idIn(one, 'build') !== undefined && (outputs.of(one) ?? []).length > 0 })
  const ready = readiness(setting.project, gathering.names())
  const all = workspace.packages.flatMap((one): PackageTask[] => {
    const inputs = inputsOf(one, ways.sources(one), shared, outputs.of(one))
    return [...(idOf.get(one) ?? [])].map(([script, id]) => {
      const { needs, after } = usualOrder(script)
      const order = {
        needs: [...ready, ...needs.flatMap((name) => translated(name, one, { idIn, ways }))],
        after: after.flatMap((name) => translated(name, one, { idIn, ways })),
      }
      return { id, one, script, check: { ...taskOf(one, script, world, inputs), needs: order.needs, ...(order.after.length > 0 && { after: order.after }) } }
    })
  })
  const byScript = Map.groupBy(all, (task) => task.script)
  return { all, ids: (script) => (byScript.get(script) ?? []).map(({ id }) => id), idIn, ways }
}

/** "^build": that task of the packages it depends on; "build": its own. Empty where there is none. */
export function translated(name: string, one: WorkspacePackage, { idIn, ways }: Pick<PackageTasks, 'idIn' | 'ways'>): readonly string[] {
  if (name.startsWith('^')) return ways.before(one, name.slice(1))
  const own = idIn(one, name)
  return own === undefined ? [] : [own]
}

/** A check of the format of files knows nothing of other packages; tests may look at what the build writes, and must not see half of it. */
export function usualOrder(script: string): { readonly needs: readonly string[]; readonly after: readonly string[] } {
  return {
    needs: /^(format|fmt|prettier|style|oxfmt|dprint|check[:_-](format|fmt|formatting|style|prettier))([:_.-]|$)/.test(script) ? [] : ['^build'],
    after: /^(tests?|unit)([:_.-]|$)/.test(script) ? ['build'] : [],
  }
}

/** All files of the package and of the packages that nothing built stands for; what it writes itself does not count. */
function inputsOf(one: WorkspacePackage, sources: readonly WorkspacePackage[], shared: readonly string[], outputs: readonly string[] | undefined): string[] {
  return [...shared, ...[one, ...sources].map(({ folder }) => `${folder}/**`), ...(outputs ?? []).map((glob) => `!${glob}`)]
}

function taskOf(one: WorkspacePackage, script: string, { workspace, outputs, setting }: PackageWorld, inputs: readonly string[]): CheckConfig {
  const text = one.scripts[script] ?? ''
  const builds = script === 'build'
  const written = outputs.of(one) ?? []
  // What others build upon must really be there: without known outputs a reuse could not bring it back.
  const unknown = builds && written.length === 0 && (workspace.dependants.get(one) ?? 0) > 0
  // A script that names what lies outside of its package may read anything.
  const known = /(^|[\s"'=/])\.\.\//.test(text) ? ['**/*', ...written.map((glob) => `!${glob}`)] : [...inputs]
  const mending = builds ? undefined : mendingScript(script, one.scripts)
  return {
    script,
    package: one.name,
    cwd: one.folder,
    stage: 'quality',
    inputs: unknown ? 'unknown' : known,
    ...(builds && written.length > 0 && { outputs: [...written] }),
    tools: ['node'],
    timeout: '20m',
    parser: 'gnu',
    ...plainCall(text, setting)?.judge,
    ...(isJudging(script) && !/^(type-?check|types|tsc)/.test(script) && { fast: true }),
    ...(mending !== undefined && !mayWrite(script) && { fix: { script: mending, level: 'tracked' as const } }),
    // Create React App watches unless it believes to be in CI.
    ...(/react-scripts\s+test/.test(text) && { env: { CI: 'true' } }),
    reason: `${one.folder}/package.json scripts.${script}: ${text.length > 80 ? `${text.slice(0, 79)}…` : text}`,
  }
}

function tellCircles({ groups }: Workspace, gathering: Gathering): void {
  for (const { members } of groups) {
    if (members.length < 2) continue
    const names = members.slice(0, 5).map(({ name }) => name)
    const more = members.length > 5 ? ` and ${members.length - 5} more` : ''
    gathering.remark(
      `the packages ${names.join(', ')}${more} depend on each other in a circle: none of them waits for another, and the files of each count for all`,
      `${members[0]?.folder ?? '.'}/package.json`,
    )
  }
}
