/** Carries out a plan: gives the engine its world, keeps and shows what happens, and ends what was started when the engine breaks. */
import { attempt, recallAll, type AttemptWorld } from '../engine/attempt.ts'
import { execute, type RunStart, type RunWorld } from '../engine/run.ts'
import { attemptLogs } from '../host/attempt-logs.ts'
import type { Cancellation } from '../model/cancellation.ts'
import type { Event, Happening } from '../model/event.ts'
import type { Failure } from '../model/failure.ts'
import type { Plan } from '../model/plan.ts'
import type { Reporter } from '../model/reporter.ts'
import type { Sighting } from '../model/baseline.ts'
import type { Run } from '../model/run.ts'
import type { TreeBasis } from '../model/tree.ts'
import { acknowledgement } from './acknowledgement.ts'
import { attemptWorld } from './attempt-world.ts'
import { audience, type Audience } from './audience.ts'
import { consentBy, type Ask } from './consent.ts'
import type { Prior } from './prior.ts'
import { summaryOf } from './plan-summary.ts'
import type { Planned } from './draft.ts'
import { redactionOf } from './redacted.ts'
import type { State } from './state.ts'
import type { Site } from './site.ts'
import { version } from './version.ts'
import { warmKeeper, type WarmKeeper } from './warm-keeper.ts'
import type { WorldParts } from './world-parts.ts'

export type Started = { readonly planned: Planned; readonly run: number; readonly state: State }

export type Checked = Started & {
  /** Trouble that showed after the run had told its story: damaged state, logs that could not be written. */
  readonly lateNotes: readonly Failure[]
  readonly result: Run
  readonly plan: Plan
  /** What had to pass before work of agents could land. Absent in a run of checks. */
  readonly gate?: Plan
  /** What the run stands on; undefined when that cannot be compared later. */
  readonly basis: TreeBasis | undefined
  readonly events: readonly Event[]
}

export type Performance = {
  /** What was typed, for history. */
  readonly command: string
  readonly cancellation: Cancellation
  readonly ask: Ask
  readonly reporters: (start: Started) => Promise<readonly Reporter[]>
  /** False when somebody took the lock away: two runs could work at once then. */
  readonly intact: () => boolean
  /** What is known from the last green run of checks that nothing has disturbed since. */
  readonly prior: Prior | undefined
  /** Who carries out jobs; absent in a run of checks. */
  readonly work?: NonNullable<WorldParts['work']>
  /** Stretches the pauses before further tries. */
  readonly jitter?: number
  /** Ends the pause of a task early. */
  readonly rouse?: NonNullable<RunWorld['rouse']>
  /** Workers that live on after this run; absent: those of this run end with it. */
  readonly warm?: WarmKeeper
  /** What happened before the first round. */
  readonly before: readonly Happening[]
  /** Where raw output goes. Absent: into the logs of the run. */
  readonly openLog?: AttemptWorld['openLog']
}

export async function perform(site: Site, started: Started, how: Performance): Promise<Checked> {
  const { planned, run, state } = started
  const { plan, settings } = planned
  const redaction = redactionOf(site, planned)
  const shownPlan = redaction.plan(plan)
  const lateNotes: Failure[] = []
  const recorded: Event[] = []
  const knownNotes = state.notes.length
  const reporters = audience(await how.reporters(started), (failure) => lateNotes.push(failure))
  const told = acknowledgement(
    () => state.store.settle(),
    (events) => reporters.show(events, shownPlan),
  )
  const openLog = how.openLog ?? (settings.dryRun ? noLog : logsInto(site, run, reporters, lateNotes))
  const consent = consentBy(settings.interactive ? how.ask : undefined)
  const keeper = how.warm ?? warmKeeper(site)
  const world = attemptWorld({
    site,
    warm: { keeper, series: how.warm !== undefined },
    planned,
    cache: state.cache,
    consent,
    ask: how.ask,
    cancellation: how.cancellation,
    openLog,
    run,
    ...(how.work === undefined ? {} : { work: how.work }),
    dryRun: settings.dryRun,
  })
  const runWorld: RunWorld = {
    clock: site.clock,
    cancellation: how.cancellation,
    pressure: site.pressure,
    ...(how.jitter === undefined ? {} : { jitter: how.jitter }),
    ...(how.rouse === undefined ? {} : { rouse: how.rouse }),
    roundOpened: (round) => world.openRound(round),
    recall: (current) => recallAll(plan, (run) => world.worldOf(run), current.round === 1 ? how.prior?.proofs : undefined),
    record: (happened) => {
      const events = happened.map((event) => redaction.happening(event))
      if (!how.intact()) throw new Error(stateDeleted.what, { cause: stateDeleted })
      if (!settings.dryRun) state.store.append(run, events)
      recorded.push(...events)
      told.show(events)
    },
    attempt: async (id, attemptId, current, missed) => {
      const task = plan.tasks.get(id)?.task
      if (task === undefined) throw new Error(`no such task: ${id}`)
      return redaction.outcome(await attempt(task, attemptId, world.worldOf(current), missed))
    },
  }
  const begin = runStart(site, started, how.command)
  const result = await endingAll(site, execute(plan, planned.limits, begin, how.before, runWorld))
  if (how.warm === undefined) await keeper.end()
  await told.end()
  await reporters.close()
  const basis =
    result.verdict === 'passed' && !settings.dryRun && how.work === undefined
      ? basisOf(world.basis(), [...(how.prior?.sightings ?? []), ...state.cache.outputsSeen()])
      : undefined
  return { ...started, result, plan: shownPlan, basis, events: recorded, lateNotes: [...lateNotes, ...state.notes.slice(knownNotes)] }
}

/** Of a path that was seen twice the last sighting counts: an output that was written anew. */
const basisOf = (basis: TreeBasis | undefined, more: readonly Sighting[]): TreeBasis | undefined =>
  basis === undefined ? undefined : { ...basis, sightings: [...new Map([...basis.sightings, ...more])] }

function runStart(site: Site, { planned, run }: Started, command: string): RunStart {
  const { branch, commit } = planned.tree
  return {
    run,
    command,
    root: site.checkout,
    version,
    dryRun: planned.settings.dryRun,
    plan: summaryOf(planned.plan),
    ...(branch === undefined ? {} : { branch }),
    ...(commit === undefined ? {} : { commit }),
  }
}

const noLog: AttemptWorld['openLog'] = () => ({ write: () => undefined, close: async () => undefined })

/** Raw output goes to the log of the attempt and past the eyes of the reporters. */
function logsInto(site: Site, run: number, reporters: Audience, lateNotes: Failure[]): AttemptWorld['openLog'] {
  const logs = attemptLogs(site.stateFolder, run)
  return (id) => {
    const log = logs.open(id)
    return {
      write: (chunk) => {
        log.write(chunk)
        reporters.output(id, typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk)
      },
      close: async () => {
        const { failure } = await log.close()
        if (failure !== undefined) lateNotes.push(failure)
        return logs.read(id)
      },
    }
  }
}

/** When the run breaks for a reason of ours, nothing that it started stays alive, and the terminal is given back. */
async function endingAll<T>(site: Site, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    site.processes.killAll()
    throw error
  }
}

/** Somebody removed the state while this run held it: two runs could now work at once. */
const stateDeleted: Failure = {
  type: 'store.unusable',
  what: 'the state of pawl was deleted while it was in use',
  kept: 'nothing more was recorded',
  hint: 'Run pawl again; leave .pawl alone while it runs (pawl cache clear forgets results).',
}
