/** Gives an attempt its world: what the task can see, who does it, where its output goes. */
import { createHash } from 'node:crypto'
import type { AttemptWorld } from '../engine/attempt.ts'
import type { Visible } from '../engine/fingerprint.ts'
import { builtinExecutor } from '../executors/builtin-executor.ts'
import { builtins } from '../executors/builtins.ts'
import { commandExecutor } from '../executors/command.ts'
import { defaultKey, keyedValues } from '../host/child-environment.ts'
import { linkTargets } from '../host/link-targets.ts'
import { mendings } from '../host/mendings.ts'
import { platformKey } from '../host/platform.ts'
import { stillness } from '../host/stillness.ts'
import { toolIdentities } from '../host/tool-identity.ts'
import type { Cache } from '../model/cache.ts'
import type { Cancellation } from '../model/cancellation.ts'
import type { Consent } from '../model/consent.ts'
import type { AttemptId } from '../model/event.ts'
import type { Executor, Executors } from '../model/executor.ts'
import type { Failure } from '../model/failure.ts'
import type { Run } from '../model/run.ts'
import type { Action, Task } from '../model/task.ts'
import type { Tree } from '../model/tree.ts'
import { concernsOf, type Planned } from './planned.ts'
import { processTag } from './recover.ts'
import { environmentOf, type Site } from './site.ts'

export type WorldParts = {
  readonly site: Site
  readonly planned: Planned
  readonly cache: Cache
  readonly consent: Consent
  readonly cancellation: Cancellation
  readonly openLog: AttemptWorld['openLog']
  readonly run: number
  readonly dryRun: boolean
}

/** Attempts share one look at the working copy until one of them has really done something; the first look is that of the plan. */
export function attemptWorld(parts: WorldParts): { worldOf(run: Run): AttemptWorld; openRound(round: number): void } {
  const { site, planned, cache } = parts
  let roundTree: Promise<Tree> | undefined = Promise.resolve(planned.tree)
  let lastTree: Tree = planned.tree
  const lookAgain = (): Promise<Tree> => site.trees.look().then((tree) => (lastTree = tree))
  let tools = toolIdentities(site.processes, site.root)
  const shared = {
    // A check may write files, too: what comes after it must not be judged by the look from before.
    executors: executorsFor(parts, () => (roundTree = undefined)),
    cache,
    clock: site.clock,
    consent: parts.consent,
    cancellation: parts.cancellation,
    digest: sha256,
    run: parts.run,
    tagOf: (attempt: AttemptId) => processTag(site.root, parts.run, attempt),
    mendings: mendings(site.root, site.repository, site.trees, cache),
    force: planned.settings.force,
    dryRun: parts.dryRun,
    openLog: parts.openLog,
    filesFor: (task: Task) => filesFor(task, planned, lastTree),
    fixesOf: (task: Task) => task.fixes.flatMap((id) => planned.plan.tasks.get(id)?.task ?? []).filter((fix) => fix.level <= planned.limits.fixLevel),
    stillness: (task: Task, tree: Tree) => stillness(site.root, inputPaths(task, tree)),
    changedSince: (proof: { mark: Tree['mark'] }, tree: Tree) => site.trees.changedSince(proof.mark, tree),
  }
  const environments = new Map<string, Record<string, string>>()
  const keyedEnvironment = (cwd: string, task: Task): Record<string, string> => {
    const key = `${cwd}\0${task.inputs.env.join('\0')}`
    const made = environments.get(key) ?? environmentOf(site, cwd, { pass: [], key: [...planned.settings.envKey, ...task.inputs.env] })
    environments.set(key, made)
    return made
  }
  const visible = async (task: Task, fresh: boolean, run: Run): Promise<Visible> => {
    const cwd = cwdOf(site, task)
    const env = keyedEnvironment(cwd, task)
    const toolEnv = task.action.kind === 'command' ? { ...env, ...task.action.env } : env
    const programs = [...new Set([...programsOf(task), ...task.inputs.tools])]
    const asked = fresh ? toolIdentities(site.processes, site.root) : tools
    const [tree, identities, extra] = await Promise.all([
      fresh ? (roundTree = lookAgain()) : (roundTree ??= lookAgain()),
      Promise.all(programs.map(async (program) => [program, await asked.of(program, toolEnv, cwd)] as const)),
      Promise.all(task.inputs.extra.map(async (path) => [path, await digestOf(site, path)] as const)),
    ])
    const links = await linkTargets(site.root, tree, task.inputs.files ?? [])
    return {
      tree,
      files: filesFor(task, planned, tree),
      env: Object.fromEntries(keyedValues(env, { pass: [], key: [...defaultKey, ...planned.settings.envKey, ...task.inputs.env] })),
      tools: Object.fromEntries(identities),
      extra: Object.fromEntries([...links, ...extra]),
      upstream: upstreamOf(task, run),
      platform: platformKey(),
    }
  }
  return {
    worldOf: (run) => ({ ...shared, visible: (task, fresh) => visible(task, fresh, run) }),
    openRound: (round) => {
      if (round === 1) return
      roundTree = undefined
      // A fix may have installed another version of a tool.
      tools = toolIdentities(site.processes, site.root)
      environments.clear()
    },
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** `stirred` is called after each deed: the working copy may not be what it was. */
function executorsFor(parts: WorldParts, stirred: () => void): Executors {
  const { site, planned } = parts
  const environmentFor = (task: Task, cwd: string): Record<string, string> =>
    environmentOf(site, cwd, { pass: planned.settings.envPass, key: [...planned.settings.envKey, ...task.inputs.env] })
  return {
    command: stirring(commandExecutor({ processes: site.processes, root: site.root, environmentFor }), stirred),
    builtin: builtinExecutor(
      builtins,
      (context, task) => ({
        files: site.files(),
        processes: site.processes,
        env: environmentFor(task, cwdOf(site, task)),
        platform: site.platform,
        cancellation: context.cancellation,
        output: context.output,
      }),
      site.clock,
    ),
  }
}

const stirring = <A extends Action>(executor: Executor<A>, stirred: () => void): Executor<A> => ({
  ...executor,
  perform: (task, context) => executor.perform(task, context).finally(stirred),
})

/** A file that is there and cannot be read is trouble of the task, not of pawl. */
const digestOf = (site: Site, path: string): Promise<string> =>
  site.trees.digestOf(path).catch((error: unknown) => {
    const failure: Failure = {
      type: 'task.unkeyed',
      what: `${path} cannot be read`,
      why: error instanceof Error ? error.message : String(error),
      place: { file: path },
    }
    throw new Error(failure.what, { cause: failure })
  })

/** What the task itself writes may come out the same again. */
function inputPaths(task: Task, tree: Tree): readonly string[] {
  const written = new Set(tree.matching(task.outputs).map((file) => file.path))
  return tree.matching(task.inputs.files ?? []).flatMap(({ path }) => (written.has(path) ? [] : [path]))
}

const cwdOf = (site: Site, task: Task): string => (task.action.kind === 'command' && task.action.cwd !== '.' ? `${site.root}/${task.action.cwd}` : site.root)

function programsOf(task: Task): readonly string[] {
  if (task.action.kind !== 'command') return []
  const [program = '', option, text] = task.action.argv
  return program === 'sh' && option === '-c' ? [program, ...programsIn(text ?? '')] : [program]
}

/** The words of a shell text that stand where a program can stand. One too many costs nothing: it is no program, and stays none. */
function programsIn(text: string): readonly string[] {
  return text
    .split(/[;&|\n(){}`!]+|\b(?:if|then|else|elif|do|while|until|exec|env|command|time)\b/)
    .flatMap((part) => /^\s*(?:\w+=\S*\s+)*([\w@.+/-]+)/.exec(part)?.[1] ?? [])
}

/** Files count only for commands that take them; everything else judges the whole, selected files or not. */
function filesFor(task: Task, planned: Planned, tree: Tree | undefined): readonly string[] | undefined {
  if (planned.selected === undefined || tree === undefined || task.action.kind !== 'command' || !task.action.argv.includes('{files}')) return undefined
  const selected = new Set(planned.selected)
  return tree
    .matching(concernsOf(task))
    .map((file) => file.path)
    .filter((path) => selected.has(path))
}

function upstreamOf(task: Task, run: Run): Record<string, string> {
  const outputs = task.needs.flatMap((need) => {
    const settled = run.settled.get(need)
    const digest = settled !== undefined && 'outputs' in settled ? settled.outputs : undefined
    return digest === undefined ? [] : [[need, digest] as const]
  })
  return Object.fromEntries(outputs)
}
