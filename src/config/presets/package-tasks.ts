/** Plans the scripts that the packages of a workspace have: one task for each package and script, in the order of their dependencies. */
import type { Files } from '../../model/files.ts'
import type { CheckConfig } from '../shape.ts'
import type { Gathering } from './gathering.ts'
import { newPackageIds } from './package-ids.ts'
import { packageOutputs } from './package-outputs.ts'
import { packageScripts } from './package-scripts.ts'
import { rootInputs } from './root-inputs.ts'
import type { Setting } from './node-invocation.ts'
import { readiness, type NodeProject } from './node-project.ts'
import { plainCall } from './plain-call.ts'
import { isJudging } from './script-expansion.ts'
import { mayWrite, mendingScript } from './script-choice.ts'
import { workspaceOf, type Workspace, type WorkspacePackage } from './workspace.ts'
import { workspaceWays } from './workspace-ways.ts'

export type PackageTasks = {
  /** Ids of the tasks of a script, over all packages. */
  ids(script: string): readonly string[]
}

const nothing: PackageTasks = { ids: () => [] }

export async function planPackages(setting: Setting, files: Files, gathering: Gathering): Promise<PackageTasks> {
  const { project } = setting
  if (project.members.length === 0) return nothing
  const workspace = workspaceOf(project.members)
  const [outputs, shared] = await Promise.all([packageOutputs(files, workspace), rootInputs(files, project)])
  const scripts = packageScripts(workspace, outputs, gathering)
  const ids = newPackageIds(gathering)
  const idOf = new Map(workspace.packages.map((one) => [one, new Map((scripts.get(one) ?? []).map((script) => [script, ids.of(one, script)]))]))
  const known = (one: WorkspacePackage, script: string): string | undefined => idOf.get(one)?.get(script)
  const ways = workspaceWays(workspace, {
    id: known,
    isBuilt: (one) => known(one, 'build') !== undefined && (outputs.of(one) ?? []).length > 0,
  })
  const ready = readiness(project, gathering.names())
  for (const one of workspace.packages) {
    const inputs = inputsOf(one, ways.sources(one), shared, outputs.of(one))
    for (const [script, id] of idOf.get(one) ?? []) {
      const needs = looksInside(script) ? ready : [...ready, ...ways.before(one, 'build')]
      const own = known(one, 'build')
      gathering.check(id, {
        ...taskOf(one, script, setting, { workspace, inputs, outputs: outputs.of(one) }),
        needs,
        // They may look at what the build writes, and must not see half of it.
        ...(/^(tests?|unit)([:_.-]|$)/.test(script) && own !== undefined && { after: [own] }),
      })
    }
  }
  tellCircles(workspace, gathering)
  return byScript(idOf)
}

/** A check of the format of files knows nothing of other packages. */
const looksInside = (script: string): boolean =>
  /^(format|fmt|prettier|style|oxfmt|dprint|check[:_-](format|fmt|formatting|style|prettier))([:_.-]|$)/.test(script)

function byScript(idOf: ReadonlyMap<WorkspacePackage, ReadonlyMap<string, string>>): PackageTasks {
  const all = new Map<string, string[]>()
  for (const tasks of idOf.values()) {
    for (const [script, id] of tasks) {
      const list = all.get(script)
      if (list === undefined) all.set(script, [id])
      else list.push(id)
    }
  }
  return { ids: (script) => all.get(script) ?? [] }
}

/** All files of the package and of the packages that nothing built stands for; what it writes itself does not count. */
function inputsOf(one: WorkspacePackage, sources: readonly WorkspacePackage[], shared: readonly string[], outputs: readonly string[] | undefined): string[] {
  return [...shared, ...[one, ...sources].map(({ folder }) => `${folder}/**`), ...(outputs ?? []).map((glob) => `!${glob}`)]
}

type About = { readonly workspace: Workspace; readonly inputs: readonly string[]; readonly outputs: readonly string[] | undefined }

function taskOf(one: WorkspacePackage, script: string, setting: Setting, { workspace, inputs, outputs }: About): CheckConfig {
  const text = one.scripts[script] ?? ''
  const call = plainCall(text, setting)
  const builds = script === 'build'
  // What others build upon must really be there: without known outputs a reuse could not bring it back.
  const unknown = builds && (outputs ?? []).length === 0 && (workspace.dependants.get(one) ?? 0) > 0
  const mending = builds ? undefined : mendingScript(script, one.scripts)
  return {
    script,
    package: one.name,
    cwd: one.folder,
    stage: 'quality',
    // A script that names what lies outside of its package may read anything.
    inputs: unknown ? 'unknown' : /(^|[\s"'=/])\.\.\//.test(text) ? ['**/*', ...(outputs ?? []).map((glob) => `!${glob}`)] : [...inputs],
    ...(builds && outputs !== undefined && outputs.length > 0 && { outputs: [...outputs] }),
    tools: ['node'],
    timeout: '20m',
    parser: 'gnu',
    ...call?.judge,
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

/** Whether a project has packages whose scripts are planned one by one. */
export const isWorkspace = (project: NodeProject): boolean => project.members.length > 0
