/** Keeps what a green run stands on, and answers for all checks at once while nothing of it has changed. */
import { lstatSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { moveAsideFolder } from '../host/file-hold.ts'
import { childEnvironment, defaultKey, defaultPass, keyedValues } from '../host/child-environment.ts'
import { askStatus, saysTheSame, type AskedStatus } from '../host/git-facts.ts'
import { nearRepository } from '../host/near-repository.ts'
import { areSame } from '../host/sightings.ts'
import { stateFolderOf } from '../host/state-folder.ts'
import { saltedDigest } from '../host/state-salt.ts'
import { attempted, removeState, StateUnusable } from '../host/state-trouble.ts'
import { mayBeVouched, readVouched, writeVouched } from '../host/vouched-file.ts'
import type { Baseline, GreenAnswer, KeptProof } from '../model/baseline.ts'
import { endingsIn, type Event } from '../model/event.ts'
import type { Failure } from '../model/failure.ts'
import type { Run } from '../model/run.ts'
import type { Task } from '../model/task.ts'
import { isLasting, type Request } from '../model/request.ts'
import type { Planned } from './draft.ts'
import type { TreeBasis } from '../model/tree.ts'
import type { Site } from './site.ts'
import { program } from './program.ts'
import { wishFile } from './wish-file.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** `asked`: what git was asked for it, in the repository of the last green run, so that a run which follows need not ask again. */
export type Comparison = { readonly answer?: GreenAnswer; readonly asked?: AskedStatus }

/** What the last green run of this wish says, if everything that it stands on is as it was. Starts one git process, writes nothing, waits for nobody. */
export async function compareWithGreen(cwd: string, env: Environment, request: Request): Promise<Comparison> {
  if (!isAnswerable(request)) return {}
  const near = nearRepository(cwd)
  if (near === undefined) return {}
  const { root, gitDir, commonDir } = near
  const dir = stateFolderOf(root, commonDir)
  const path = baselinePath(dir, root, request)
  if (!mayBeVouched(path)) return {}
  // git works while the rest is read and compared.
  const asked = askStatus({ root, gitDir, commonDir, linked: gitDir !== commonDir })
  const baseline = readVouched(path)?.value as Baseline | undefined
  if (baseline?.root !== root || baseline.gitDir !== gitDir || baseline.commonDir !== commonDir) return {}
  if (baseline.program !== program() || isRunning(dir)) return { asked }
  const git = saysTheSame(asked, baseline)
  const now = Date.now()
  const inTime = now >= baseline.from && (baseline.until === undefined || now < baseline.until)
  const same =
    inTime &&
    variablesDigest(env, root, baseline.variables, saltedDigest(dir, false)) === baseline.variables.digest &&
    areSame(root, baseline.touched) &&
    areSame(root, baseline.sightings)
  // A run that began meanwhile may be changing what was just compared.
  return (await git) && same && !isRunning(dir) ? { answer: baseline.answer } : { asked }
}

const isScript = ({ action }: Task): boolean => action.kind === 'command' && action.script !== undefined
/** Variables by which package managers are set; all of them count here, also those that say where something lies. */
const managerNames: readonly string[] = ['npm_config_*', 'NPM_CONFIG_*']

/** Selections depend on more than the working copy; dry, forced and interactive runs want to be done. */
export const isAnswerable = (request: Request): boolean =>
  isLasting(request) && ![request.dryRun, request.force, request.interactive, request.persist].includes(true)

const baselinesFolder = 'baselines'

/** One for each checkout and wish. `dir` is the folder for state. */
export const baselinePath = (dir: string, root: string, request: Request): string => wishFile(dir, baselinesFolder, root, request)

/** A run is going on or was cut off: until it has ended properly nobody answers without looking. */
const markerPath = (dir: string): string => join(dir, 'run.active')

/** After a green run; answers with why it could not be kept. Does nothing when the run stands on something that cannot be compared later. */
export function keepBaseline(
  site: Site,
  request: Request,
  ended: { readonly planned: Planned; readonly result: Run; readonly events: readonly Event[]; readonly basis: TreeBasis | undefined },
  plan: string,
): ReturnType<typeof writeVouched> | undefined {
  const { planned, result, events, basis } = ended
  const end = events.findLast((event) => event.type === 'run.finished')
  const proofs = result.verdict === 'passed' ? keptProofs(planned, result, events) : undefined
  if (basis === undefined || proofs === undefined || end?.type !== 'run.finished' || site.repository === undefined || !isAnswerable(request)) return undefined
  const { root, gitDir, commonDir } = site.repository
  const tasks = planned.plan.order.flatMap((id) => planned.plan.tasks.get(id)?.task ?? [])
  const key = [
    ...new Set([...defaultKey, ...planned.settings.envKey, ...tasks.flatMap((task) => task.inputs.env), ...(tasks.some(isScript) ? managerNames : [])]),
  ]
  const read = [...planned.asked.variables]
  const { passed, fixed, cached } = end.counts
  const until = Math.min(...proofs.map((proof) => proof.until ?? Number.POSITIVE_INFINITY))
  const baseline: Baseline = {
    program: program(),
    root,
    gitDir,
    commonDir,
    variables: { read, key, digest: variablesDigest(site.env, root, { read, key }, saltedDigest(site.stateFolder, true)) },
    ...basis,
    plan,
    proofs,
    from: Math.max(...proofs.map((proof) => proof.at)),
    ...(until === Number.POSITIVE_INFINITY ? {} : { until }),
    answer: {
      run: result.number,
      counts: { ...end.counts, passed: 0, fixed: 0, cached: passed + fixed + cached },
      savedMs: proofs.reduce((sum, proof) => sum + proof.savedMs, 0),
    },
  }
  return writeVouched(baselinePath(site.stateFolder, root, request), baseline)
}

/** Undefined unless the result of every check is kept and can be reused. */
function keptProofs(planned: Planned, run: Run, events: readonly Event[]): readonly KeptProof[] | undefined {
  const times = new Map(events.flatMap(endingsIn).map((ended) => [ended.task, ended.at]))
  const proofs = planned.plan.order.flatMap((id): readonly KeptProof[] => {
    const settled = run.settled.get(id)
    const task = planned.plan.tasks.get(id)?.task
    const kept = settled?.kind === 'cached' || (settled?.kind === 'passed' && settled.notKept === undefined)
    if (!kept || settled === undefined || task === undefined || task.inputs.files === undefined) return []
    const from = settled.kind === 'cached' ? settled.from : { run: run.number, at: times.get(id) ?? 0 }
    return [
      {
        task: id,
        ...from,
        savedMs: settled.kind === 'cached' ? settled.savedMs : settled.durationMs,
        ...(settled.findings.length === 0 ? {} : { findings: settled.findings }),
        ...(settled.outputs === undefined ? {} : { outputs: settled.outputs }),
        // The time of an ending is a little later than that of its proof.
        ...(task.ttlMs === undefined ? {} : { until: from.at + task.ttlMs - 1000 }),
      },
    ]
  })
  return proofs.length === planned.plan.order.length && proofs.length > 0 ? proofs : undefined
}

/** From now until the mark is taken away a run may change things. A mark that stays behind costs the next run its look at one baseline, and nothing else. */
export function markRunning(dir: string, run: number): () => Failure | undefined {
  const path = markerPath(dir)
  const marked = attempted(path, () => {
    moveAsideFolder(path)
    writeFileSync(path, String(run), { mode: 0o600 })
  })
  if (!marked.ok) throw new StateUnusable(marked.failure)
  return () => {
    const removed = attempted(path, () => removeState(path))
    return removed.ok ? undefined : removed.failure
  }
}

/** Who removed results by hand, or found them damaged, wants them made anew: no green run answers for them any more. */
export function forgetBaselines(dir: string): Failure | undefined {
  const path = join(dir, baselinesFolder)
  const removed = attempted(path, () => rmSync(path, { recursive: true, force: true }))
  return removed.ok ? undefined : removed.failure
}

const isRunning = (dir: string): boolean => lstatSync(markerPath(dir), { throwIfNoEntry: false }) !== undefined

/** What children of pawl would see of the variables that count, where their programs are found, and what deciding the plan asked for. */
export function variablesDigest(
  env: Environment,
  root: string,
  names: Pick<Baseline['variables'], 'read' | 'key'>,
  digestOf: (text: string) => string,
): string {
  const child = childEnvironment(env, { pass: [...defaultPass], key: names.key }, { root, cwd: root })
  const counted = keyedValues(child, { pass: [], key: names.key })
  const asked = names.read.map((name) => [name, Object.hasOwn(env, name) ? env[name] : undefined])
  return digestOf(JSON.stringify([counted, asked, child['PATH'], child['PATHEXT'], env['HOME']]))
}
