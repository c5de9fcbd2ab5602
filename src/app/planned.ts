/** From a request to a Plan: configuration, environment and detection are laid over each other, then compiled. */
import { availableParallelism } from 'node:os'
import { afterCritical } from '../config/after-critical.ts'
import { withAiFix } from '../config/ai-fix.ts'
import { coverageChecks } from '../config/coverage-checks.ts'
import { detect } from '../config/detect.ts'
import { requestFromEnvironment } from '../config/environment-names.ts'
import type { Keys } from '../config/keys.ts'
import { loadConfig, type LoadedConfig } from '../config/load.ts'
import { mergeChecks } from '../config/merge.ts'
import { packageChecks } from '../config/package-rules.ts'
import { nothingDetected, type Detected } from '../config/preset.ts'
import type { Origins, Settings } from '../config/settings.ts'
import { scriptSource } from '../config/script-source.ts'
import { settingsFrom } from '../config/settings-from.ts'
import type { CheckConfig } from '../config/check-shape.ts'
import { tasksOf } from '../config/tasks.ts'
import { whenSkips } from '../config/when.ts'
import { compile } from '../engine/compile.ts'
import { ordered, select } from '../engine/select.ts'
import { askedPaths, recordedEnvironment, recordedFiles } from '../host/recorded-files.ts'
import { changedFiles } from '../host/changed-files.ts'
import { failed, ok, type Result } from '../model/failure.ts'
import type { Files } from '../model/files.ts'
import type { Limits, Skip } from '../model/plan.ts'
import type { Request } from '../model/request.ts'
import { stagePlace } from '../model/stage.ts'
import type { Store } from '../model/store.ts'
import { concernsOf, type Task, type TaskId } from '../model/task.ts'
import type { Tree } from '../model/tree.ts'
import type { Draft, Planned } from './draft.ts'
import { rememberedDraft } from './remembered-plan.ts'
import { importConfig } from './config-module.ts'
import { decidedByStrategy, stagesWanted } from './decided-by-strategy.ts'
import { ownProgram } from './own-program.ts'
import { closedDoor, type PluginDoor } from './plugin-door.ts'
import { reproducible } from './reproducible.ts'
import type { Site } from './site.ts'
import { nothingUsual, usualCosts } from './usual-costs.ts'

export type Wished = {
  readonly settings: Settings
  readonly origins: Origins
  readonly loaded: LoadedConfig
  readonly detected: Detected
  readonly checks: Readonly<Record<string, CheckConfig>>
  readonly plugins: PluginDoor
}

/** What the repository and the user wish for, before anything is selected. */
export async function wishes(site: Site, request: Request, files: Files): Promise<Result<Wished>> {
  const loading = loadConfig(files, { importModule: importConfig })
  const environment = requestFromEnvironment(site.env)
  const loaded = await loading
  const problems = [...(loaded.ok ? [] : loaded.failures), ...(environment.ok ? [] : environment.failures)]
  if (!loaded.ok || !environment.ok) return failed(...problems)
  const plugins = await pluginsIn(site, loaded.value)
  if (!plugins.ok) return plugins
  const set = settingsFrom({
    flags: request,
    environment: environment.value,
    loaded: loaded.value,
    ci: isCi(site),
    processors: availableParallelism(),
    strategies: [...plugins.value.strategies.keys()],
  })
  if (!set.ok) return set
  const { settings, origins } = set.value
  const detected = settings.detect ? await detect(files, plugins.value.presets) : nothingDetected
  if (detected.failures.length > 0) return failed(...detected.failures)
  const ruled = await packageChecks(files, detected, loaded.value, settings.detect)
  if (ruled.failures.length > 0) return failed(...ruled.failures)
  const { placeOf } = loaded.value
  // A mistake in a task of a package stands where the rule for all packages does.
  const placed = { ...loaded.value, placeOf: (keys: Keys) => placeOf(keys) ?? placeOf(inRule(keys, ruled.ruleOf)) }
  const checks = mergeChecks(ruled, loaded.value)
  const coverage = await coverageChecks(files, loaded.value, checks, ownProgram())
  const merged = coverage === undefined ? checks : mergeChecks(ruled, loaded.value, coverage)
  return ok({ settings, origins, loaded: placed, detected, checks: merged, plugins: plugins.value })
}

/** Nothing of it is loaded where there are none. */
async function pluginsIn(site: Site, loaded: LoadedConfig): Promise<Result<PluginDoor>> {
  if ((loaded.config.plugins ?? []).length === 0) return ok(closedDoor)
  return (await import('./plugins.ts')).pluginsOf(site.root, loaded)
}

function inRule(keys: Keys, ruleOf: ReadonlyMap<string, string>): Keys {
  const [top, name, ...more] = keys
  const rule = top === 'checks' && typeof name === 'string' ? ruleOf.get(name) : undefined
  return rule === undefined ? keys : ['packages', rule, ...more]
}

/** `store`: whose history orders the plan; without it, nothing is expected. */
export async function planFor(site: Site, request: Request, store?: Pick<Store, 'costs' | 'history'>): Promise<Result<Planned>> {
  // One look serves detection, selection and the first round.
  const looking = site.trees.look()
  // It is awaited further below; until then, or after an earlier end, a refusal of git is nobody's surprise.
  looking.catch(() => undefined)
  const files = recordedFiles(site.files(() => looking))
  const variables = recordedEnvironment(site.env)
  const known = await rememberedDraft(site, request, files, looking)
  const drafted =
    known === undefined ? await draftFor({ ...site, env: variables.env }, request, files, looking, store) : ok({ ...known.draft, plugins: closedDoor })
  if (!drafted.ok) return drafted
  const { tasks, skips, limits, settings, selected } = drafted.value
  const tree = await looking
  const plan = compile({
    tasks,
    skips,
    slots: new Map([['cpu', settings.jobs], ...Object.entries(settings.pools)]),
    ...(store === undefined ? nothingUsual : usualCosts(store, tasks)),
    // Where nothing will be mended, the longest chain alone decides what goes first.
    fixLevel: limits.rounds > 1 ? limits.fixLevel : -1,
  })
  if (!plan.ok) return plan
  const asked = { files: files.asked, paths: known?.paths ?? askedPaths(files.asked), variables: known?.variables ?? variables.asked }
  return ok({ ...drafted.value, plan: plan.value, tree, selected, asked, remembered: known?.name })
}

type Drafted = Draft & { readonly plugins: PluginDoor }

async function draftFor(
  site: Site,
  request: Request,
  files: Files,
  looking: Promise<Tree>,
  store?: Pick<Store, 'costs' | 'history'>,
): Promise<Result<Drafted>> {
  const wished = await wishes(site, request, files)
  if (!wished.ok) return wished
  const { settings, origins, loaded, checks, plugins } = wished.value
  const declared = tasksOf(checks, settings, loaded.placeOf, site.platform, await scriptSource(files, checks), plugins)
  if (!declared.ok) return declared
  const tree = await looking
  const chosen = await selectedPaths(site, settings, tree)
  if (!chosen.ok) return chosen
  const { paths, notes } = chosen.value
  const elsewhere = new Set(declared.value.skips.map((skip) => skip.task))
  const conditional = (await whenSkips(checks, { files, env: site.env, branch: tree.branch, ci: isCi(site) })).filter((skip) => !elsewhere.has(skip.task))
  const unmet = new Set(conditional.map((skip) => skip.task))
  const filtered = await filteredBy(site, settings, { files, tree, tasks: declared.value.tasks })
  if (!filtered.ok) return filtered
  const wanted = await withAgents(
    site,
    settings,
    declared.value.tasks.filter((task) => !unmet.has(task.id)),
  )
  if (!wanted.ok) return wanted
  const selected = select(wanted.value, {
    only: [...settings.only, ...settings.strategy.only],
    skip: [...settings.skip, ...settings.strategy.skip],
    ...stagesWanted(settings),
    ...(filtered.value !== undefined && { packages: filtered.value }),
    fast: settings.strategy.select === 'fast',
    skipTests: settings.skipTests,
    lenientSkip: origins.skip?.startsWith('environment') ?? false,
    concerned: paths === undefined ? undefined : concernedBy(tree, new Set(paths)),
  })
  if (!selected.ok) return selected
  const decided = await decidedByStrategy(site, wished.value, { tree, selected: paths, ci: isCi(site), tasks: selected.value.tasks }, store)
  if (!decided.ok) return decided
  const skips: Skip[] = [...declared.value.skips, ...conditional, ...selected.value.skips, ...decided.value.skips]
  const gone = new Set(skips.map((skip) => skip.task))
  const typeable = reproducible(site.root)
  const here = inStages(decided.value.tasks, settings.stageOrder).map((task) => withoutGone(task, gone))
  const guarded = afterCritical(ordered(here, settings.strategy.order, settings.stageOrder), settings.stageOrder)
  const tasks = guarded.tasks.map(typeable)
  // A person who is asked each time may allow more than a default does.
  const fixLevel = settings.interactive && settings.fixLevel >= 0 ? 3 : settings.fixLevel
  // Each turn of an agent that mends opens a round.
  const rounds = settings.rounds + (settings.aiFix?.iterations ?? 0)
  const limits: Limits = { rounds, failFast: settings.failFast, fixLevel }
  const { found, remarks } = wished.value.detected
  const where = loaded.path === undefined ? {} : { path: loaded.path }
  return ok({
    settings: decided.value.jobs === undefined ? settings : { ...settings, jobs: decided.value.jobs },
    plugins,
    loaded: where,
    detected: { found, remarks },
    tasks,
    skips,
    limits,
    notes: [...notes, ...guarded.notes],
    ...(paths === undefined ? {} : { selected: paths }),
  })
}

/** The tasks, and what an agent may do about them, if one was asked for. */
async function withAgents(site: Site, { aiFix }: Settings, tasks: readonly Task[]): Promise<Result<readonly Task[]>> {
  if (aiFix?.tests === undefined) return ok(withAiFix(tasks, aiFix))
  const [{ withCoverageGoal }, { filesByWorth }] = await Promise.all([import('../config/coverage-improve.ts'), import('./coverage-order.ts')])
  return withCoverageGoal(tasks, aiFix, await filesByWorth(site))
}

/** The packages that --filter picks; undefined when nobody asked. */
async function filteredBy(
  site: Site,
  settings: Settings,
  seen: { files: Files; tree: Tree; tasks: readonly Task[] },
): Promise<Result<ReadonlySet<string> | undefined>> {
  if (settings.filter.length === 0) return ok(undefined)
  const [{ filteredPackages }, { knownPackages }] = await Promise.all([import('../config/package-filter.ts'), import('../config/known-packages.ts')])
  return filteredPackages(settings.filter, await knownPackages(seen.files, seen.tasks), async (ref) => {
    const changed = await changedFiles(site.repository, { kind: 'since', ref }, seen.tree, site.cwd, site.root)
    return changed.ok ? ok(changed.value.paths) : changed
  })
}

export const isCi = (site: Pick<Site, 'env'>): boolean => !['', '0', 'false', 'no', undefined].includes(site.env['CI']?.toLowerCase())

async function selectedPaths(site: Site, settings: Settings, tree: Tree): Promise<Result<{ paths: readonly string[] | undefined; notes: readonly string[] }>> {
  if (settings.selection.kind === 'whole') return ok({ paths: undefined, notes: [] })
  return changedFiles(site.repository, settings.selection, tree, site.cwd, site.root)
}

/** The globs by which a selection of files picks a task. */
export function concernedBy(tree: Tree, selected: ReadonlySet<string>): (task: Task) => boolean {
  return (task) => tree.matching(concernsOf(task)).some((file) => selected.has(file.path))
}

/** Plans and reports follow the order of the stages; what runs when is decided by needs alone. */
function inStages(tasks: readonly Task[], stages: readonly string[]): readonly Task[] {
  return [...tasks].sort((a, b) => stagePlace(a.stage, stages) - stagePlace(b.stage, stages))
}

/** Needs of tasks that are left out bind nobody. */
function withoutGone(task: Task, gone: ReadonlySet<TaskId>): Task {
  const here = (id: TaskId): boolean => !gone.has(id)
  return { ...task, needs: task.needs.filter(here), after: task.after.filter(here) }
}
