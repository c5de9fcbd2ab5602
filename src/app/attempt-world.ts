/** Gives an attempt its world: what the task can see, who does it, where its output goes. */
import type { AttemptWorld } from '../engine/attempt.ts'
import type { Visible } from '../engine/fingerprint.ts'
import { sha256 } from '../host/digest.ts'
import { adapterCheck } from '../executors/adapter-check.ts'
import { builtinExecutor } from '../executors/builtin-executor.ts'
import { builtins } from '../executors/builtins.ts'
import { commandExecutor, type CommandWorld } from '../executors/command.ts'
import { formatters } from '../executors/formatters/by-name.ts'
import { changedFromMain } from '../host/line-changes.ts'
import { mendings } from '../host/mendings.ts'
import { writtenAt } from '../host/written-at.ts'
import type { AttemptId } from '../model/event.ts'
import type { Executor, Executors } from '../model/executor.ts'
import type { Run } from '../model/run.ts'
import { Bug } from '../model/failure.ts'
import { concernsOf, type Action, type JobAction, type LandAction, type StageGateAction, type Task } from '../model/task.ts'
import type { Tree } from '../model/tree.ts'
import { processTag } from './recover.ts'
import { redactionOf, type Redaction } from './redacted.ts'
import { scriptEnvironments } from './script-environments.ts'
import { environmentOf } from './site.ts'
import { agentExecutor } from './agent-executor.ts'
import type { WorldParts } from './world-parts.ts'
import type { Planned } from './draft.ts'
import { filesToMend } from './files-to-mend.ts'
import { cwdOf, taskSight, type TaskSight } from './task-sight.ts'
import { toolFile } from './tool-file.ts'

export function attemptWorld(parts: WorldParts): {
  worldOf(run: Pick<Run, 'settled' | 'jobs'>): AttemptWorld
  openRound(round: number): void
  basis: TaskSight['basis']
} {
  const { site, planned, cache } = parts
  const sight = taskSight(site, planned, parts.dryRun)
  const shared = {
    // A check may write files, too: what comes after it must not be judged by the look from before.
    executors: executorsFor(parts, () => sight.stir()),
    cache,
    clock: site.clock,
    consent: parts.consent,
    cancellation: parts.cancellation,
    digest: sha256,
    run: parts.run,
    tagOf: (attempt: AttemptId) => processTag(site.checkout, parts.run, attempt),
    mendings: mendings(site.root, site.repository, site.trees, cache, site.root !== site.checkout),
    force: planned.settings.force,
    dryRun: parts.dryRun,
    openLog: parts.openLog,
    fixesOf: (task: Task) => fixesIn(planned, task),
    changedSince: (proof: { mark: Tree['mark'] }, tree: Tree) => site.trees.changedSince(proof.mark, tree),
    watch: (task: Task, visible: Visible) => sight.watch(task, visible),
  }
  return {
    worldOf: (run) => ({
      ...shared,
      settled: run.settled,
      jobs: run.jobs,
      filesFor: (task) => filesToMend(task, planned.plan, run) ?? sight.filesFor(task),
      visible: (task, fresh) => sight.visible(task, fresh, run),
    }),
    openRound: (round) => sight.openRound(round),
    basis: () => sight.basis(),
  }
}

/** `stir` is called with each deed: the working copy may not be what it was. */
function executorsFor(parts: WorldParts, stir: () => void): Executors {
  const { site, planned } = parts
  const redaction = redactionOf(site, planned)
  const processes = redaction.processes(site.processes)
  const commands = planned.settings.isolation === 'namespace' ? redaction.processes(site.processes.isolated) : processes
  const environmentFor = (task: Task, cwd: string): Record<string, string> =>
    environmentOf(site, cwd, { pass: planned.settings.envPass, key: [...planned.settings.envKey, ...task.inputs.env], logins: installs(task) })
  return {
    agent: redaction.executor(stirring(agentExecutor(parts), stir)),
    job: redaction.executor(parts.work?.job ?? noWork),
    land: redaction.executor(parts.work?.land ?? noWork),
    'stage-gate': redaction.executor(parts.work?.stageGate ?? noWork),
    command: redaction.executor(
      stirring(
        commandExecutor({
          processes: commands,
          root: site.root,
          environmentFor,
          parserOf: planned.plugins.parserOf,
          formatter: (name) => toolFile(site.stateFolder, 'formatters', name, formatters[name]),
          ...warmFor(parts, redaction),
          scriptVariables: scriptEnvironments(site, processTag(site.root, parts.run, 'scripts'), !parts.dryRun),
        }),
        stir,
      ),
    ),
    builtin: redaction.executor(
      builtinExecutor(
        builtins,
        (context, task) => ({
          files: site.files(),
          writtenAt: (path) => writtenAt(site.root, path),
          changedLines: () => changedFromMain(site.repository),
          processes,
          env: environmentFor(task, cwdOf(site, task)),
          platform: site.platform,
          cancellation: context.cancellation,
          tag: context.tag,
          output: context.output,
        }),
        site.clock,
        (task, context) => {
          const adapter = planned.plugins.adapterOf(task.action.name)
          if (adapter === undefined) return undefined
          // It may write files, as a command may.
          stir()
          return adapterCheck(task.action.name, adapter, async () => context.files ?? site.files().glob(concernsOf(task)))
        },
      ),
    ),
  }
}

/** In a single run only what may be mended is likely to be asked again; for anything else a worker would be a start and an end more. */
function warmFor({ planned, run, dryRun, warm }: WorldParts, redaction: Redaction): Pick<CommandWorld, 'warm'> {
  if (warm === undefined || dryRun || !planned.settings.warm) return {}
  const { keeper, series } = warm
  const workers = redaction.warm(keeper.workersFor(planned, run))
  const mayMend = (task: Task): boolean => planned.limits.rounds > 1 && fixesIn(planned, task).length > 0
  return { warm: (task) => (series || mayMend(task) ? workers : undefined) }
}

const fixesIn = ({ plan, limits }: Planned, task: Task): readonly Task[] =>
  task.fixes.flatMap((id) => plan.tasks.get(id)?.task ?? []).filter((fix) => fix.level <= limits.fixLevel)

/** What fetches packages may need a login; what judges the repository does not. */
const installs = (task: Task): boolean => task.stage === 'dependencies' || (task.stage === 'environment' && task.role === 'fix')

/** In a run of checks. */
const noWork: Executor<JobAction | LandAction | StageGateAction> = {
  perform: ({ id }) => Promise.reject(new Bug(`${id} is work, and this is a run of checks`)),
  describe: ({ id }) => id,
}

const stirring = <A extends Action>(executor: Executor<A>, stir: () => void): Executor<A> => ({
  ...executor,
  perform: (task, context) => {
    stir()
    return executor.perform(task, context)
  },
})
