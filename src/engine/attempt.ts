/** One try at one task: proven before? then reuse it; else do it, and remember what is proven. */
import type { Cache } from '../model/cache.ts'
import type { Cancellation } from '../model/cancellation.ts'
import { causeText, type Cause, type ChangedPart } from '../model/cause.ts'
import type { Clock } from '../model/clock.ts'
import type { Consent } from '../model/consent.ts'
import { isFurtherTry, type AttemptId, type Happening } from '../model/event.ts'
import { failureIn } from '../model/failure.ts'
import type { AttemptContext, Executor, Executors, FixContext, WorkContext } from '../model/executor.ts'
import type { Digest, Fingerprint } from '../model/fingerprint.ts'
import type { Mendings } from '../model/mendings.ts'
import { reusedOutcome, type Origin, type Outcome, type Reused } from '../model/outcome.ts'
import type { Plan } from '../model/plan.ts'
import type { OutputManifest, Proof } from '../model/proof.ts'
import { runName } from '../model/run-name.ts'
import type { Run } from '../model/run.ts'
import type { Task, TaskId } from '../model/task.ts'
import type { Tree, Watch } from '../model/tree.ts'
import type { TreeMark } from '../model/tree-mark.ts'
import { differences, fingerprintOf, type Visible } from './fingerprint.ts'
import { allKnownFrom, openFilesOf, quietFiles, shareOf, type OpenFiles } from './open-files.ts'

export type AttemptWorld = {
  readonly executors: Executors
  readonly cache: Cache
  readonly clock: Clock
  readonly consent: Consent
  readonly mendings: Mendings
  readonly cancellation: Cancellation
  /** Everything that the task can see; `fresh` looks at the working copy again. */
  visible(task: Task, fresh: boolean): Promise<Visible>
  /** Paths that differ between the tree of a proof and this one. Undefined: cannot be told any more. */
  changedSince(proof: Proof, tree: Tree): Promise<readonly string[] | undefined>
  readonly digest: (text: string) => Digest
  /** Files that "{files}" stands for. */
  filesFor(task: Task): readonly string[] | undefined
  /** What became of the checks of this round. */
  readonly settled: Run['settled']
  /** How far the jobs of this run have come. */
  readonly jobs: Run['jobs']
  /** Fixes of a check that this run may use. */
  fixesOf(task: Task): readonly Task[]
  /** An eye on all that the task can see; called before the deed. */
  watch(task: Task, visible: Visible): Promise<Watch>
  readonly run: number
  tagOf(attempt: AttemptId): string
  readonly force: boolean
  readonly dryRun: boolean
  /** Where the raw output goes while the attempt runs; `close` gives the whole of it back, if there was any. */
  openLog(attempt: AttemptId): { write(chunk: Uint8Array | string): void; close(): Promise<Uint8Array | undefined> }
}

/** Never rejects for reasons outside of pawl: trouble is an outcome. `missed` is called before anything is really done. */
export async function attempt(task: Task, id: AttemptId, world: AttemptWorld, missed: (happening: Happening) => void): Promise<Outcome> {
  try {
    if (task.role === 'fix') return await applyFix(task, id, world, missed)
    return await (task.role === 'work' ? bringAbout(task, id, world, missed) : judge(task, id, world, missed))
  } catch (error) {
    const failure = failureIn(error)
    if (failure === undefined) throw error
    return { kind: 'errored', failure, durationMs: 0 }
  }
}

async function judge(task: Task, id: AttemptId, world: AttemptWorld, missed: (happening: Happening) => void): Promise<Outcome> {
  const startedAt = world.clock.elapsed()
  const visible = await world.visible(task, false)
  const fingerprint = fingerprintOf(task, visible, world.digest)
  const found = await recall(task, fingerprint, visible.tree, world)
  if ('proof' in found) return reused(found.proof, world.clock.elapsed() - startedAt)
  const files = await filesLeft(task, visible, world)
  if (world.dryRun) return described(task, found, files, world)
  const known = allKnownFrom(files)
  if (known !== undefined) return { kind: 'cached', findings: [], from: known, savedMs: 0, durationMs: world.clock.elapsed() - startedAt }

  missed({ type: 'attempt.missed', attempt: id, task: task.id, cause: found.cause, ...(fingerprint === undefined ? {} : { fingerprint: fingerprint.key }) })
  const watch = fingerprint === undefined ? undefined : await world.watch(task, visible)
  const share = shareOf(files)
  const { outcome: ended, log } = await perform(
    task,
    id,
    world,
    share === undefined ? world.filesFor(task) : files?.open,
    files === undefined ? {} : { basis: files.context },
  )
  const outcome = share === undefined || (ended.kind !== 'passed' && ended.kind !== 'failed') ? ended : { ...ended, share }
  if (fingerprint === undefined || watch === undefined) return outcome
  const before = { fingerprint, mark: visible.tree.mark, watch, again: isFurtherTry(id) }
  if (outcome.kind === 'failed' && files !== undefined) await learnFiles(task, files, outcome, before, world)
  return outcome.kind === 'passed' ? remember(task, outcome, before, files, log, world) : outcome
}

/** Nothing is known of any file when everything is to be looked at again. */
async function filesLeft(task: Task, visible: Visible, world: AttemptWorld): Promise<OpenFiles | undefined> {
  const files = await openFilesOf(task, visible, world)
  return files === undefined || !world.force ? files : { ...files, open: [...files.files.keys()], newest: undefined }
}

export type Preview =
  | { readonly would: 'reuse'; readonly from: Origin; readonly outputs?: string }
  | { readonly would: 'run'; readonly cause: Cause; readonly description: string }

/** What `attempt` would do, without doing anything. Meant for a world with `dryRun`. */
export async function preview(task: Task, world: AttemptWorld): Promise<Preview> {
  const visible = await world.visible(task, false)
  const found = await recall(task, fingerprintOf(task, visible, world.digest), visible.tree, { ...world, dryRun: true })
  const proof = 'proof' in found ? found.proof : 'valid' in found ? found.valid : undefined
  if (proof !== undefined) return { would: 'reuse', from: originOf(proof), ...(proof.outputs === undefined ? {} : { outputs: proof.outputs.digest }) }
  const files = await filesLeft(task, visible, world)
  const known = allKnownFrom(files)
  if (known !== undefined) return { would: 'reuse', from: known }
  return { would: 'run', cause: 'cause' in found ? found.cause : { kind: 'first' }, description: describe(task, world, files) }
}

/**
 * What of a plan is proven as things are now. Goes no further than where something is not: what needs that must wait for its outputs.
 * `undisturbed`: checks of which it is known that nothing they see has changed, as long as the same holds for all that they need.
 */
export async function recallAll(
  plan: Plan,
  worldOf: (run: Pick<Run, 'settled' | 'jobs'>) => AttemptWorld,
  undisturbed: ReadonlyMap<TaskId, Reused> = new Map(),
): Promise<readonly Reused[]> {
  const settled: Run['settled'] = new Map()
  const world = worldOf({ settled, jobs: new Map() })
  const reused: Reused[] = []
  const untouched = new Set<TaskId>()
  if (world.force || world.dryRun) return reused
  for (const id of plan.order) {
    const task = plan.tasks.get(id)?.task
    if (task === undefined || ![...task.needs, ...task.after].every((other) => settled.has(other) || !plan.tasks.has(other))) continue
    const known = task.needs.every((need) => untouched.has(need) || !plan.tasks.has(need)) ? undisturbed.get(id) : undefined
    if (known !== undefined) untouched.add(id)
    const one = known ?? (await proven(task, world))
    if (one === undefined) continue
    reused.push(one)
    settled.set(id, reusedOutcome(one))
  }
  return reused
}

async function proven(task: Task, world: AttemptWorld): Promise<Reused | undefined> {
  if (task.inputs.files === undefined) return undefined
  try {
    const visible = await world.visible(task, false)
    const fingerprint = fingerprintOf(task, visible, world.digest)
    if (fingerprint === undefined) return undefined
    const found = await stillHolding(task, fingerprint, { ...world, cache: { ...world.cache, discard: async () => undefined } })
    return 'proof' in found ? reusedFrom(task.id, found.proof) : undefined
  } catch (error) {
    // The attempt at this task will meet the same trouble, and tell.
    if (failureIn(error) === undefined) throw error
    return undefined
  }
}

function reusedFrom(task: TaskId, proof: Proof): Reused {
  return {
    task,
    ...originOf(proof),
    savedMs: proof.durationMs,
    ...(proof.findings.length === 0 ? {} : { findings: proof.findings }),
    ...(proof.outputs === undefined ? {} : { outputs: proof.outputs.digest }),
  }
}

type Recalled = { readonly proof: Proof } | { readonly cause: Cause } | { readonly cause: Cause; readonly valid: Proof }

/** A proof that still holds, with its outputs back in place; or why there is none. */
async function recall(task: Task, fingerprint: Fingerprint | undefined, tree: Tree, world: AttemptWorld): Promise<Recalled> {
  if (fingerprint === undefined) return { cause: { kind: 'unknown-inputs' } }
  if (world.force) return { cause: { kind: 'forced' } }
  const found = await stillHolding(task, fingerprint, world)
  return 'none' in found ? { cause: await whyNot(task, fingerprint, tree, world) } : found
}

async function stillHolding(task: Task, fingerprint: Fingerprint, world: AttemptWorld): Promise<Recalled | { readonly none: true }> {
  const proof = await world.cache.get(fingerprint.key)
  if (proof === undefined) return { none: true }
  const ageMs = world.clock.now() - proof.at
  if (ageMs < 0) return { cause: { kind: 'future', run: proof.run } }
  if (task.ttlMs !== undefined && ageMs > task.ttlMs) return { cause: { kind: 'expired', run: proof.run, ageMs, limitMs: task.ttlMs } }
  if (world.dryRun) return { cause: { kind: 'first' }, valid: proof }
  if (proof.outputs !== undefined && !(await world.cache.restoreOutputs(proof.outputs))) {
    await world.cache.discard(fingerprint.key, 'a stored output is missing or damaged')
    return { cause: { kind: 'damaged', run: proof.run, what: 'a stored output' } }
  }
  return { proof }
}

async function whyNot(task: Task, fingerprint: Fingerprint, tree: Tree, world: AttemptWorld): Promise<Cause> {
  const newest = await world.cache.latest(task.id)
  if (newest === undefined) return { kind: 'first' }
  const parts = differences(newest.parts, fingerprint.parts)
  if (parts.length === 0) return { kind: 'damaged', run: newest.run, what: 'the stored result' }
  const changed = parts.some((part) => part.part === 'files') ? await changedInputs(task, newest, tree, world) : undefined
  return { kind: 'changed', run: newest.run, parts: parts.map((part) => (part.part === 'files' && changed !== undefined ? changed : part)) }
}

/** How many changed paths are named. */
const namedPaths = 3

async function changedInputs(task: Task, proof: Proof, tree: Tree, world: AttemptWorld): Promise<ChangedPart | undefined> {
  const all = await world.changedSince(proof, tree)
  if (all === undefined) return undefined
  const present = new Set(tree.matching(task.inputs.files ?? []).map((file) => file.path))
  // A deleted file matches no tree any more; it is named when nothing else explains the change.
  const changed = all.filter((path) => present.has(path))
  const paths = changed.length > 0 ? changed : notIn(tree, all)
  return { part: 'files', paths: paths.slice(0, namedPaths), more: Math.max(0, paths.length - namedPaths) }
}

function notIn(tree: Tree, paths: readonly string[]): readonly string[] {
  const known = new Set(tree.files.map((file) => file.path))
  return paths.filter((path) => !known.has(path))
}

function described(task: Task, found: Exclude<Recalled, { proof: Proof }>, files: OpenFiles | undefined, world: AttemptWorld): Outcome {
  if ('valid' in found) return { kind: 'described', description: `would be reused from ${runName(found.valid.run)}`, reused: originOf(found.valid) }
  const known = allKnownFrom(files)
  if (known !== undefined) return { kind: 'described', description: `would be reused from ${runName(known.run)}`, reused: known }
  const fixes = world.fixesOf(task).map((fix) => `; if it fails, ${fix.id}: ${describe(fix, world)}`)
  return { kind: 'described', description: `would run: ${describe(task, world, files)} (${causeText(found.cause)})${fixes.join('')}` }
}

const originOf = (proof: Proof) => ({ run: proof.run, at: proof.at })

function reused(proof: Proof, durationMs: number): Outcome {
  return { ...reusedOutcome(reusedFrom(proof.task, proof)), durationMs }
}

async function perform(
  task: Task,
  id: AttemptId,
  world: AttemptWorld,
  files = world.filesFor(task),
  more: Pick<AttemptContext, 'basis' | 'fix' | 'work'> = {},
): Promise<{ outcome: Outcome; log: Uint8Array | undefined }> {
  const log = world.openLog(id)
  const context: AttemptContext = {
    attempt: id,
    run: world.run,
    tag: world.tagOf(id),
    cancellation: world.cancellation,
    output: (chunk) => log.write(chunk),
    ...(files === undefined ? {} : { files }),
    ...more,
  }
  const outcome = await executorOf(task, world).perform(task, context)
  return { outcome, log: await log.close() }
}

function describe(task: Task, world: AttemptWorld, files?: OpenFiles): string {
  return executorOf(task, world).describe(task, shareOf(files) === undefined ? world.filesFor(task) : files?.open)
}

/** The kind of the action picks the executor, so the pair always fits; the compiler cannot see that through the union. */
function executorOf(task: Task, world: AttemptWorld): Executor {
  return world.executors[task.action.kind]
}

type Before = { readonly fingerprint: Fingerprint; readonly mark: TreeMark; readonly watch: Watch; readonly again: boolean }

/** Keeps of which files nothing is to be said, also when there is something to be said of others. */
async function learnFiles(task: Task, files: OpenFiles, outcome: Outcome, before: Before, world: AttemptWorld): Promise<void> {
  const quiet = before.again ? [] : quietFiles(files, outcome)
  if (quiet.length === 0 || (await hasMoved(task, before, world))) return
  await world.cache.knowFiles(task.id, files.context, quiet, { run: world.run, at: world.clock.now() })
}

/** Keeps a pass, unless the inputs changed while it was being proven, or the same content did not pass at the first try. */
async function remember(
  task: Task,
  outcome: Extract<Outcome, { kind: 'passed' }>,
  before: Before,
  files: OpenFiles | undefined,
  log: Uint8Array | undefined,
  world: AttemptWorld,
): Promise<Outcome> {
  const moved = await hasMoved(task, before, world)
  const outputs: OutputManifest | undefined = task.outputs.length === 0 ? undefined : await world.cache.keepOutputs(task.outputs)
  const passed = outputs === undefined ? outcome : { ...outcome, outputs: outputs.digest }
  const { key, parts } = before.fingerprint
  if (moved) return { ...passed, notKept: 'its inputs changed while it ran' }
  if (before.again) return { ...passed, notKept: 'it took more than one try' }
  if (files !== undefined) await learnFiles(task, files, outcome, before, world)
  await world.cache.put({
    key,
    task: task.id,
    run: world.run,
    at: world.clock.now(),
    durationMs: outcome.durationMs,
    findings: outcome.findings,
    parts,
    mark: before.mark,
    ...(log === undefined ? {} : { log: await world.cache.keepBlob(log) }),
    ...(outputs === undefined ? {} : { outputs }),
  })
  return passed
}

/** Something that the task can see is not, or was not all the time, what it was before. The same content is not enough: the task may have seen another one that is gone again. */
async function hasMoved(task: Task, before: Pick<Before, 'fingerprint' | 'watch'>, world: AttemptWorld): Promise<boolean> {
  const since = before.watch.since()
  if (since !== 'unsure') return since === 'moved'
  const after = fingerprintOf(task, await world.visible(task, true), world.digest)
  // Asked again: what was written while we looked may be what the look saw.
  return after?.key !== before.fingerprint.key || before.watch.since() === 'moved'
}

/** Nothing of it is ever reused: what it brought about stands in the facts of the run. */
async function bringAbout(task: Task, id: AttemptId, world: AttemptWorld, missed: (happening: Happening) => void): Promise<Outcome> {
  if (world.dryRun) return { kind: 'described', description: `would run: ${describe(task, world)}` }
  missed({ type: 'attempt.missed', attempt: id, task: task.id, cause: { kind: 'work' } })
  const work: WorkContext = {
    jobs: world.jobs,
    note: (text) => missed({ type: 'attempt.noted', attempt: id, task: task.id, text }),
    advance: (job, fact) => missed({ type: 'job.advanced', attempt: id, task: job, fact }),
  }
  return (await perform(task, id, world, undefined, { work })).outcome
}

async function applyFix(task: Task, id: AttemptId, world: AttemptWorld, missed: (happening: Happening) => void): Promise<Outcome> {
  const refusal = await world.consent.refusal(task, describe(task, world))
  if (refusal !== undefined) return { kind: 'refused', reason: refusal }
  missed({ type: 'attempt.missed', attempt: id, task: task.id, cause: { kind: 'fix' } })
  const mending = mendingBy(task, id, world, missed)
  const fix: FixContext = { settled: world.settled, mending, note: (text) => missed({ type: 'attempt.noted', attempt: id, task: task.id, text }) }
  // An agent works for long, and in a copy: what a person edits here meanwhile is not what it changed.
  if (task.action.kind === 'agent') return (await perform(task, id, world, undefined, { fix })).outcome
  const { value, mend } = await mending(() => perform(task, id, world, undefined, { fix }))
  const { outcome } = value
  if (outcome.kind === 'passed' || outcome.kind === 'failed') return { ...outcome, mend }
  // A fix that crashed half-way may have changed files too: that must be seen, checked and be taken back.
  return mend.files.length === 0
    ? outcome
    : {
        kind: 'failed',
        findings: [],
        durationMs: 'durationMs' in outcome ? outcome.durationMs : 0,
        summary: `it ended as '${outcome.kind}' after changing files`,
        mend,
      }
}

/** Work that changes the working copy. What was there before is kept before anything changes: after a crash this is the way back. */
function mendingBy(task: Task, id: AttemptId, world: AttemptWorld, missed: (happening: Happening) => void): FixContext['mending'] {
  return async (work) => {
    const open = await world.mendings.begin(task)
    missed({ type: 'mending.begun', attempt: id, task: task.id, record: open.record })
    const value = await work()
    return { value, mend: await open.end() }
  }
}
