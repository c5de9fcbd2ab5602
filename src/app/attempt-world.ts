/** Gives an attempt its world: what the task can see, who does it, where its output goes. */
import { createHash } from 'node:crypto'
import type { AttemptWorld } from '../engine/attempt.ts'
import type { Visible } from '../engine/fingerprint.ts'
import { builtinExecutor } from '../executors/builtin-executor.ts'
import { builtins } from '../executors/builtins.ts'
import { commandExecutor } from '../executors/command.ts'
import { defaultKey, keyedValues } from '../host/child-environment.ts'
import { mendings } from '../host/mendings.ts'
import { platformKey } from '../host/platform.ts'
import { toolIdentities } from '../host/tool-identity.ts'
import type { Cache } from '../model/cache.ts'
import type { Cancellation } from '../model/cancellation.ts'
import type { Consent } from '../model/consent.ts'
import type { AttemptId } from '../model/event.ts'
import type { Executors } from '../model/executor.ts'
import type { Failure } from '../model/failure.ts'
import type { Run } from '../model/run.ts'
import type { Task } from '../model/task.ts'
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

/** All attempts of a round share one look at the working copy; the first round shares that of the plan. */
export function attemptWorld(parts: WorldParts): { worldOf(run: Run): AttemptWorld; openRound(round: number): void } {
  const { site, planned, cache } = parts
  let roundTree: Promise<Tree> | undefined = Promise.resolve(planned.tree)
  let lastTree: Tree = planned.tree
  const treeOfRound = (): Promise<Tree> => (roundTree ??= site.trees.look().then((tree) => (lastTree = tree)))
  let tools = toolIdentities(site.processes, site.root)
  const shared = {
    executors: executorsFor(parts),
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
    const programs = [...new Set([...programOf(task), ...task.inputs.tools])]
    const [tree, identities, extra] = await Promise.all([
      fresh ? site.trees.look() : treeOfRound(),
      Promise.all(programs.map(async (program) => [program, await tools.of(program, env, cwd)] as const)),
      Promise.all(task.inputs.extra.map(async (path) => [path, await digestOf(site, path)] as const)),
    ])
    return {
      tree,
      files: filesFor(task, planned, tree),
      env: Object.fromEntries(keyedValues(env, { pass: [], key: [...defaultKey, ...planned.settings.envKey, ...task.inputs.env] })),
      tools: Object.fromEntries(identities),
      extra: Object.fromEntries(extra),
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

function executorsFor(parts: WorldParts): Executors {
  const { site, planned } = parts
  const environmentFor = (task: Task, cwd: string): Record<string, string> =>
    environmentOf(site, cwd, { pass: planned.settings.envPass, key: [...planned.settings.envKey, ...task.inputs.env] })
  return {
    command: commandExecutor({ processes: site.processes, root: site.root, environmentFor }),
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

const cwdOf = (site: Site, task: Task): string => (task.action.kind === 'command' && task.action.cwd !== '.' ? `${site.root}/${task.action.cwd}` : site.root)

const programOf = (task: Task): readonly string[] => (task.action.kind === 'command' ? task.action.argv.slice(0, 1) : [])

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
