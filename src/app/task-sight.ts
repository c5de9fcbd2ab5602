/** What a task can see, and the eye that is kept on it while the task runs: files, programs, variables, files outside of git's view, outputs of what it needs. */
import type { Visible } from '../engine/fingerprint.ts'
import { defaultKey, keyedValues } from '../host/child-environment.ts'
import { userFiles, userSettings } from '../host/script-settings.ts'
import { linkTargets } from '../host/link-targets.ts'
import { platformKey } from '../host/platform.ts'
import { saltedDigest } from '../host/state-salt.ts'
import { toolIdentities } from '../host/tool-identity.ts'
import type { Failure } from '../model/failure.ts'
import type { Plan } from '../model/plan.ts'
import type { Run } from '../model/run.ts'
import { secretName } from '../model/secret-name.ts'
import { concernsOf, isGuest, type Task, type TaskId } from '../model/task.ts'
import type { Tree, TreeBasis, Watch } from '../model/tree.ts'
import { adapterVersions } from './adapter-versions.ts'
import type { Planned } from './draft.ts'
import { roundLooks } from './round-looks.ts'
import { ownEnvironment, toolRoots, type Site } from './site.ts'
import { messageOf } from '../model/thrown.ts'

export type TaskSight = {
  /** Everything that the task can see; `fresh` looks at the working copy and at the programs again. */
  visible(task: Task, fresh: boolean, run: Pick<Run, 'settled'>): Promise<Visible>
  watch(task: Task, visible: Visible): Promise<Watch>
  /** Files that "{files}" stands for. */
  filesFor(task: Task): readonly string[] | undefined
  /** A deed begins: what was seen may be written by it. */
  stir(): void
  openRound(round: number): void
  /** What everything that was seen in this run stands on; `planned`: what the plan was decided by. Undefined when something moved, or when it cannot be told. */
  basis(): TreeBasis | undefined
}

/** Attempts share one look at the working copy until one of them has really done something; the first look is that of the plan. */
export function taskSight(site: Site, planned: Planned, dryRun: boolean): TaskSight {
  const looks = roundLooks(site.trees, planned.tree, () => [...planned.plan.tasks.values()].map((each) => each.task))
  const variables = taskVariables(site, planned, dryRun)
  /** Tasks with symbolic links among their inputs: what those lead to has no time of change of its own. */
  const links = new Set<TaskId>()
  let tools = toolIdentities(site.processes, toolRoots(site))
  const versions = adapterVersions(site, planned)
  return {
    stir: () => looks.stir(),
    filesFor: (task) => filesFor(task, planned, looks.last()),
    async visible(task, fresh, run) {
      const { env, forTools } = await variables.withSettings(task)
      if (fresh) {
        tools = toolIdentities(site.processes, toolRoots(site))
        versions.forget()
      }
      const asked = tools
      const adapter = versions.isAsked(task) ? await versions.of(task) : undefined
      const [tree, identities, extra] = await Promise.all([
        fresh ? looks.again() : looks.treeFor(task),
        Promise.all(programsFor(task).map(async (program) => [program, await asked.of(program, forTools, cwdOf(site, task))] as const)),
        Promise.all(task.inputs.extra.map(async (path) => [path, await digestOf(site, path)] as const)),
      ])
      const targets = await linkTargets(site.root, tree, task.inputs.files ?? [])
      if (targets.length > 0) links.add(task.id)
      return {
        tree,
        files: filesFor(task, planned, tree),
        env,
        tools: Object.fromEntries([...identities, ...(adapter === undefined ? [] : [adapter])]),
        ...(versions.isAsked(task) && adapter === undefined ? { unkeyed: true } : {}),
        extra: Object.fromEntries([...targets, ...extra]),
        upstream: upstreamOf(task, run, planned.plan),
        platform: platformKey(),
      }
    },
    async watch(task, { tree }) {
      const files = await looks.watch(task, tree)
      const asked = tools
      const { forTools } = variables.of(task)
      const outsideIsStill = (): boolean =>
        !links.has(task.id) &&
        // Only asking again can tell whether an adapter is still the same.
        !versions.isAsked(task) &&
        task.inputs.extra.every((path) => site.trees.isOlder(path, tree)) &&
        programsFor(task).every((program) => asked.isStill(program, forTools, cwdOf(site, task)))
      const since = (): ReturnType<Watch['since']> => {
        const inside = files.since()
        return inside === 'still' && !outsideIsStill() ? 'unsure' : inside
      }
      return { before: files.before, since }
    },
    openRound(round) {
      if (round === 1) return
      looks.forget()
      // A fix may have installed another version of a tool.
      tools = toolIdentities(site.processes, toolRoots(site))
      versions.forget()
      variables.forget()
    },
    basis() {
      if (!looks.isFirst()) return undefined
      const tasks = planned.plan.order.flatMap((id) => planned.plan.tasks.get(id)?.task ?? [])
      if (tasks.some((task) => links.has(task.id))) return undefined
      const programs = tools.sightings()
      const outside = [...tasks.flatMap((task) => task.inputs.extra), ...settingsOf(tasks, variables)]
      const tree = programs === undefined ? undefined : site.trees.basis(looks.last(), [...planned.asked.paths, ...outside])
      return programs === undefined || tree === undefined ? undefined : { ...tree, sightings: [...tree.sightings, ...programs] }
    },
  }
}

/** Settings of the user that scripts of a package.json see. */
function settingsOf(tasks: readonly Task[], variables: ReturnType<typeof taskVariables>): readonly string[] {
  const script = tasks.find((task) => task.action.kind === 'command' && task.action.script !== undefined)
  return script === undefined ? [] : userFiles(variables.of(script).forTools)
}

type Variables = Readonly<Record<string, string>>

/** Many tasks share folder and wishes: then they share these objects, by which other things are remembered. */
function taskVariables(site: Site, planned: Planned, dryRun: boolean) {
  const made = new Map<string, { readonly whole: Variables; readonly env: Variables }>()
  const { envKey, secrets } = planned.settings
  const salted = saltedDigest(site.stateFolder, !dryRun)
  let settings: Promise<string> | undefined
  const withUser = new WeakMap<Variables, Variables>()
  /** What is kept of a fingerprint must not let anybody find a secret out by trying. */
  const guarded: Guard = (name, value) => (secretName(name) === 'no' && !secrets.includes(name) ? value : salted(value))
  return {
    /** `env`: those that count. `forTools`: where programs are looked for. */
    of(task: Task): { readonly env: Variables; readonly forTools: Variables } {
      const cwd = cwdOf(site, task)
      const names = [...envKey, ...task.inputs.env]
      const key = `${cwd}\0${names.join('\0')}`
      const known = made.get(key) ?? newVariables(site, cwd, names, guarded)
      made.set(key, known)
      const own = task.action.kind === 'command' ? task.action.env : {}
      return { env: known.env, forTools: Object.keys(own).length > 0 ? { ...known.whole, ...own } : known.whole }
    },
    /** Scripts of a package.json see what the user told the package manager. */
    async withSettings(task: Task): Promise<{ readonly env: Variables; readonly forTools: Variables }> {
      const { env, forTools } = this.of(task)
      if (task.action.kind !== 'command' || task.action.script === undefined) return { env, forTools }
      settings ??= userSettings(forTools)
      const known = withUser.get(env) ?? { ...env, npm_config: await settings }
      withUser.set(env, known)
      return { env: known, forTools }
    },
    forget: () => {
      made.clear()
      settings = undefined
    },
  }
}

type Guard = (name: string, value: string) => string

function newVariables(site: Site, cwd: string, names: readonly string[], guarded: Guard) {
  const whole = ownEnvironment(site, cwd, { pass: [], key: names })
  const counted = keyedValues(whole, { pass: [], key: [...defaultKey, ...names] })
  return { whole, env: Object.fromEntries(counted.map(([name, value]) => [name, guarded(name, value)])) }
}

/** A file that is there and cannot be read is trouble of the task, not of pawl. */
const digestOf = (site: Site, path: string): Promise<string> =>
  site.trees.digestOf(path).catch((error: unknown) => {
    const failure: Failure = {
      type: 'task.unkeyed',
      what: `${path} cannot be read`,
      why: messageOf(error),
      place: { file: path },
    }
    throw new Error(failure.what, { cause: failure })
  })

export const cwdOf = (site: Site, task: Task): string =>
  task.action.kind === 'command' && task.action.cwd !== '.' ? `${site.root}/${task.action.cwd}` : site.root

const programsFor = (task: Task): readonly string[] => [...new Set([...programsOf(task), ...task.inputs.tools])]

export function programsOf(task: Task): readonly string[] {
  if (task.action.kind !== 'command') return []
  const [program = '', option, text] = task.action.argv
  const { before = '', after = '' } = task.action.script ?? {}
  return program === 'sh' && option === '-c' ? [program, ...[before, text ?? '', after].flatMap(programsIn)] : [program]
}

/** The words of a shell text that stand where a program can stand. One too many costs nothing: it is no program, and stays none. */
function programsIn(text: string): readonly string[] {
  return text
    .split(/[;&|\n(){}`!]+|\b(?:if|then|else|elif|do|while|until|exec|env|command|time)\b/)
    .flatMap((part) => /^\s*(?:\w+=\S*\s+)*([\w@.+/-]+)/.exec(part)?.[1] ?? [])
}

const takesFiles = ({ action }: Task): boolean => (action.kind === 'command' ? action.argv.includes('{files}') : action.kind === 'builtin' && isGuest(action))

/** Files count only for commands that take them, and for adapters; everything else judges the whole, selected files or not. */
function filesFor(task: Task, planned: Planned, tree: Tree | undefined): readonly string[] | undefined {
  if (planned.selected === undefined || tree === undefined || !takesFiles(task)) return undefined
  const selected = new Set(planned.selected)
  return tree
    .matching(concernsOf(task))
    .map((file) => file.path)
    .filter((path) => selected.has(path))
}

/** What came out of everything that the task needs, near and far: what a near task wrote stays on the disk beside what a far one did. */
function upstreamOf(task: Task, run: Pick<Run, 'settled'>, { tasks }: Plan): Record<string, string> {
  const seen = new Set(inputNeeds(task))
  const outputs: [TaskId, string][] = []
  for (const need of seen) {
    const settled = run.settled.get(need)
    if (settled !== undefined && 'outputs' in settled && settled.outputs !== undefined) outputs.push([need, settled.outputs])
    const needed = tasks.get(need)?.task
    if (needed !== undefined) for (const other of inputNeeds(needed)) seen.add(other)
  }
  return Object.fromEntries(outputs)
}

/** What a task waits for only because it is critical tells it nothing. */
const inputNeeds = ({ needs, guards }: Task): readonly TaskId[] => (guards === undefined ? needs : needs.filter((need) => !guards.includes(need)))
