/** Lays what `packages` of the configuration says about a script over the tasks of every package that has it. */
import type { Failure } from '../model/failure.ts'
import type { Files } from '../model/files.ts'
import { nearest } from '../model/suggestion.ts'
import { firstPlace } from './keys.ts'
import type { LoadedConfig } from './load.ts'
import type { Detected } from './preset.ts'
import { nothingDetected } from './preset.ts'
import { newGathering } from './presets/gathering.ts'
import { nodeProject } from './presets/node-project.ts'
import { packageScripts } from './presets/package-scripts.ts'
import { packageTasks, translated, type PackageTask, type PackageTasks } from './presets/package-tasks.ts'
import { packageWorld, type PackageWorld } from './presets/package-world.ts'
import { toolSetting } from './presets/tool-setting.ts'
import type { WorkspacePackage } from './presets/workspace.ts'
import type { CheckConfig, FixConfig } from './check-shape.ts'
import type { Checks } from './task-names.ts'

type Rule = CheckConfig | false
type Rules = Readonly<Record<string, Rule>>

export type PackageChecks = {
  /** The detected checks with all tasks of packages as the rules want them. */
  readonly checks: Checks
  /** Which rule a task comes from, for the places of mistakes. */
  readonly ruleOf: ReadonlyMap<string, string>
  readonly failures: readonly Failure[]
}

export async function packageChecks(files: Files, detected: Detected, loaded: LoadedConfig, isDetecting: boolean): Promise<PackageChecks> {
  const rules = loaded.config.packages
  if (rules === undefined) return { checks: detected.checks, ruleOf: new Map(), failures: [] }
  const project = await nodeProject(files, newGathering(nothingDetected))
  const others = Object.fromEntries(Object.entries(detected.checks).filter(([, check]) => check.package === undefined))
  if (project === undefined || project.members.length === 0) return { checks: others, ruleOf: new Map(), failures: [noPackages(loaded)] }
  const plain = await packageWorld(await toolSetting(files, project), files)
  const world: PackageWorld = { ...plain, outputs: { ...plain.outputs, of: (one) => saidOutputs(rules, one) ?? plain.outputs.of(one) } }
  const own = Object.keys(loaded.config.checks ?? {}).filter((name) => loaded.config.checks?.[name] !== false)
  const names = [...new Set([...Object.keys(others), ...own])]
  const known = new Set(Object.keys(others))
  const tasks = packageTasks(world, scriptsFor(rules, world, isDetecting), { has: (id) => known.has(id), names: () => names })
  const failures = [...unknownScripts(rules, world, loaded), ...unknownNeeds(rules, tasks, new Set(names), loaded)]
  const laid = tasks.all.map((task) => [task.id, laidOver(task, rules[task.script], tasks, new Set(names))] as const)
  const ruled = tasks.all.filter(({ script }) => Object.hasOwn(rules, script))
  return { checks: { ...others, ...Object.fromEntries(laid) }, ruleOf: new Map(ruled.map(({ id, script }) => [id, script])), failures }
}

/** A command makes a task of every package, with the script or without. */
function scriptsFor(rules: Rules, world: PackageWorld, isDetecting: boolean): ReadonlyMap<WorkspacePackage, readonly string[]> {
  const wanted = Object.keys(rules).filter((name) => rules[name] !== false)
  const made = wanted.filter((name) => hasDeed(rules[name]))
  const chosen = packageScripts(world, wanted, () => undefined)
  const isWanted = (script: string): boolean => (Object.hasOwn(rules, script) ? rules[script] !== false : isDetecting)
  return new Map([...chosen].map(([one, scripts]) => [one, [...new Set([...scripts, ...made])].filter(isWanted)]))
}

const hasDeed = (rule: Rule | undefined): boolean =>
  rule !== undefined && rule !== false && (rule.command !== undefined || rule.builtin !== undefined || rule.script !== undefined || rule.adapter !== undefined)

function saidOutputs(rules: Rules, one: WorkspacePackage): readonly string[] | undefined {
  const rule = Object.hasOwn(rules, 'build') ? rules['build'] : undefined
  return rule === undefined || rule === false ? undefined : rule.outputs?.map((glob) => below(one.folder, glob))
}

function laidOver({ one, check }: PackageTask, rule: Rule | undefined, tasks: PackageTasks, others: ReadonlySet<string>): CheckConfig {
  if (rule === undefined || rule === false) return check
  const { folder } = one
  const globs = (list: readonly string[]): string[] => list.map((glob) => below(folder, glob))
  const order = (list: readonly string[]): string[] =>
    list.flatMap((name) => (others.has(name) ? [name] : isTask(name, tasks) ? [name] : [...translated(name, one, tasks)]))
  const { script: _script, ...rest } = check
  const ready = (check.needs ?? []).filter((name) => others.has(name))
  return {
    ...(hasDeed(rule) ? rest : check),
    ...rule,
    package: one.name,
    cwd: rule.cwd === undefined || rule.cwd === '.' ? folder : `${folder}/${rule.cwd}`,
    ...(rule.files !== undefined && { files: globs([rule.files].flat()) }),
    ...(rule.inputs !== undefined && { inputs: rule.inputs === 'unknown' ? rule.inputs : globs(rule.inputs) }),
    ...(rule.outputs !== undefined && { outputs: globs(rule.outputs) }),
    ...(rule.extra !== undefined && { extra: globs(rule.extra) }),
    ...(rule.needs !== undefined && { needs: [...new Set([...ready, ...order(rule.needs)])] }),
    ...(rule.after !== undefined && { after: order(rule.after) }),
    ...(rule.fix !== undefined && { fix: fixIn(rule.fix, folder) }),
    reason: rule.reason ?? check.reason ?? '',
  }
}

const isTask = (name: string, tasks: PackageTasks): boolean => known(tasks).has(name)

const idSets = new WeakMap<PackageTasks, ReadonlySet<string>>()
function known(tasks: PackageTasks): ReadonlySet<string> {
  const set = idSets.get(tasks) ?? new Set(tasks.all.map(({ id }) => id))
  idSets.set(tasks, set)
  return set
}

function fixIn(fix: NonNullable<CheckConfig['fix']>, folder: string): NonNullable<CheckConfig['fix']> {
  const inside = (one: FixConfig): FixConfig => ({
    ...one,
    ...(one.cwd !== undefined && { cwd: below(folder, one.cwd) }),
    ...(one.writes !== undefined && { writes: one.writes.map((glob) => below(folder, glob)) }),
  })
  if (Array.isArray(fix)) return fix.map((one) => (typeof one === 'string' ? one : inside(one)))
  return typeof fix === 'string' ? fix : inside(fix)
}

/** "!dist/**" of packages/ui is "!packages/ui/dist/**"; "../../x" leads out of the package. */
function below(folder: string, glob: string): string {
  const refused = glob.startsWith('!') ? '!' : ''
  const parts = folder.split('/')
  let rest = glob.slice(refused.length).replace(/^(\.\/)+/, '')
  while (rest.startsWith('../') && parts.length > 0) {
    parts.pop()
    rest = rest.slice(3)
  }
  return refused + [...parts, rest].filter((part) => part !== '' && part !== '.').join('/')
}

function noPackages({ placeOf }: LoadedConfig): Failure {
  return {
    type: 'config.invalid',
    what: "there are no packages for 'packages'",
    why: 'neither package.json (workspaces) nor pnpm-workspace.yaml names any that exist',
    hint: "Name them there, or use 'checks'.",
    ...firstPlace(placeOf, ['packages']),
  }
}

function unknownScripts(rules: Rules, { workspace }: PackageWorld, { placeOf }: LoadedConfig): readonly Failure[] {
  const scripts = new Set(workspace.packages.flatMap(({ scripts: own }) => Object.keys(own)))
  return Object.entries(rules).flatMap(([name, rule]): Failure[] => {
    if (scripts.has(name) || hasDeed(rule)) return []
    const meant = nearest(name, scripts)
    const hint = meant === undefined ? "Give it a 'command', or remove it." : `Did you mean '${meant}'?`
    return [{ type: 'config.unknown-task', what: `no package has a script '${name}'`, hint, ...firstPlace(placeOf, ['packages', name]) }]
  })
}

function unknownNeeds(rules: Rules, tasks: PackageTasks, others: ReadonlySet<string>, { placeOf }: LoadedConfig): readonly Failure[] {
  const scripts = new Set(tasks.all.map(({ script }) => script))
  return Object.entries(rules).flatMap(([name, rule]) =>
    (['needs', 'after'] as const).flatMap((key) =>
      (rule === false ? [] : (rule[key] ?? [])).flatMap((other, i): Failure[] => {
        if (scripts.has(other.replace(/^\^/, '')) || others.has(other) || known(tasks).has(other)) return []
        const meant = nearest(other, [...scripts, ...[...scripts].map((script) => `^${script}`), ...others])
        const hint = meant === undefined ? `Scripts of packages: ${[...scripts].slice(0, 20).join(', ')}` : `Did you mean '${meant}'?`
        const what = `'${name}' of packages ${key === 'needs' ? 'needs' : 'follows'} '${other}', which is not a task`
        return [{ type: 'config.unknown-task', what, hint, ...firstPlace(placeOf, ['packages', name, key, i], ['packages', name, key]) }]
      }),
    ),
  )
}
