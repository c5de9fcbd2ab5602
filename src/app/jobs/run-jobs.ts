/** Runs agents on prompts: one plan on the one engine, from leased checkouts to a branch that only tested trees reach. */
import { availableParallelism } from 'node:os'
import { workTask } from '../../config/job-tasks.ts'
import { rotateLogs } from '../../host/attempt-logs.ts'
import { forgetOldJobs } from '../../host/jobs-folder.ts'
import { lendingFor, type Lending } from '../../host/lent-packages.ts'
import { recoverWorktrees } from '../../host/worktree-recovery.ts'
import type { Cancellation } from '../../model/cancellation.ts'
import type { Happening } from '../../model/event.ts'
import { failed, ok, type Failure, type Result } from '../../model/failure.ts'
import type { JobFact } from '../../model/job.ts'
import { advanced, newJob, type JobState } from '../../model/job-state.ts'
import type { Holder } from '../../model/lock.ts'
import { foreseenIn, type Forecast } from '../../model/prompt.ts'
import type { Plan } from '../../model/plan.ts'
import type { Reporter } from '../../model/reporter.ts'
import type { Request } from '../../model/request.ts'
import type { TaskId } from '../../model/task.ts'
import type { WorkStage } from '../../model/work-stage.ts'
import { enoughSpace } from '../begun.ts'
import { noOne, type Ask } from '../consent.ts'
import type { Planned } from '../draft.ts'
import { whileLocked } from '../locked.ts'
import { movesRefused } from '../moved-agents.ts'
import { perform, type Checked, type Started } from '../perform.ts'
import { planFor } from '../planned.ts'
import { recover } from '../recover.ts'
import { redactionOf } from '../redacted.ts'
import { endOldServices } from '../old-services.ts'
import { withServices, type Running } from '../services.ts'
import { giving, siteOfCopy, type Site } from '../site.ts'
import { writableState, type State } from '../state.ts'
import { approvedSince, trustOf } from '../trust.ts'
import { usualCosts } from '../usual-costs.ts'
import type { Answering } from './answering.ts'
import { cancelledJobs, rousedWhenCancelled } from './job-cancellation.ts'
import { jobPlan } from './job-plan.ts'
import { keepPapers } from './run-papers.ts'
import { newGate, type Gate } from './gate.ts'
import { clearedAway, gatePlace, processesAt, withoutOldGates, type GatePlace } from './gate-place.ts'
import { repositoryOf } from './repository-of.ts'
import { jobPorts, type JobPorts } from './job-ports.ts'
import { givenBack } from './given-back.ts'
import { landingBranch, type LandingBranch } from './landing-branch.ts'
import { surveyor } from './survey.ts'
import { newTurnstile } from './turnstile.ts'
import { watchfulness, type Watchfulness } from './watchfulness.ts'
import { workers, type AskedWork } from './workers.ts'

export type JobsOptions = AskedWork & {
  readonly forecast: Forecast
  /** What of the checks is the gate. */
  readonly gate: Request
  /** Who speaks with agents in the sandbox. */
  readonly answering: Answering
  /** What was typed, for history. */
  readonly command: string
  readonly cancellation: Cancellation
  readonly reporters: (start: Started) => Promise<readonly Reporter[]>
  readonly onWait: (holder: Holder | undefined) => void
  /** Asks a person what nobody has approved of yet. */
  readonly ask?: Ask
  /** Whether a person is there to answer. */
  readonly canAsk?: boolean
  /** Parts that end with a gate; none: all prompts are worked on side by side. */
  readonly stages?: readonly WorkStage[]
  /** The file of the roadmap that is carried out; absent: the one that the prompts are from, if any. */
  readonly roadmap?: string
  /** What the run tells of itself before its first round. */
  readonly told?: readonly Happening[]
  /** What is known of jobs from an earlier run, by the id of the prompt. */
  readonly known?: ReadonlyMap<string, readonly JobFact[]>
}

const keptLogs = 20
const unrecovered = ({ name, why }: { readonly name: string; readonly why: string }): Failure => ({
  type: 'worktree.kept',
  what: `the worktree ${name} was begun by a pawl that was ended, and could not be cleared away`,
  why,
})

export async function runJobs(site: Site, options: JobsOptions): Promise<Result<Checked>> {
  const { agentOf, fallback, services } = options.work
  const moved = await movesRefused(site, { agents: [...agentOf.values(), ...fallback], services }, options.canAsk === true ? options.ask : undefined)
  if (moved !== undefined) return failed(moved)
  const trust = trustOf(site)
  const checked = await runLocked(site, options)
  return checked.ok ? ok({ ...checked.value, lateNotes: [...checked.value.lateNotes, ...approvedSince(site, trust)] }) : checked
}

async function runLocked(site: Site, options: JobsOptions): Promise<Result<Checked>> {
  const state = await writableState(site)
  if (!state.ok) return state
  const { command, onWait, cancellation } = options
  try {
    return await whileLocked(site, { command, lock: 'jobs', waitMs: 0, onWait, cancellation }, async () => {
      const notes = [...state.value.notes, ...(await recover(site, state.value, 'jobs'))]
      const recovered = await recoverWorktrees(repositoryOf(site), site.stateFolder)
      if (!recovered.ok) return recovered
      await withoutOldGates(site)
      const onto = await landingBranch(repositoryOf(site), options.work.onto)
      return onto.ok ? planned(site, options, state.value, onto.value, [...notes, ...recovered.value.left.map(unrecovered)]) : onto
    })
  } finally {
    state.value.close()
  }
}

/** Planned before the run has a number: a mistake in the configuration is no run. */
async function planned(site: Site, options: JobsOptions, state: State, onto: LandingBranch, notes: readonly Failure[]): Promise<Result<Checked>> {
  const { sandbox, dependencies } = options.work
  const lending = await lendingFor(repositoryOf(site), site.stateFolder, sandbox ? 'link' : dependencies)
  if (!lending.ok) return lending
  const { how: packages, folders } = lending.value
  // In a sandbox they can only be read.
  const watching = await watchfulness(site, onto, sandbox || packages === 'copy' ? [] : folders)
  if (!watching.ok) return watching
  const place = await gatePlace(site, onto.commit, sandbox, packages)
  if (!place.ok) return place
  const checked = await withGate(site, options, state, { onto, place: place.value, notes, watching: watching.value, packages })
  // After a breach git could run what was planted; the next run clears away.
  const left = watching.value.known() === undefined ? await tidied(site, checked, place.value, onto) : []
  return checked.ok ? ok({ ...checked.value, lateNotes: [...checked.value.lateNotes, ...left] }) : checked
}

async function tidied(site: Site, checked: Result<Checked>, place: GatePlace, onto: LandingBranch): Promise<readonly Failure[]> {
  const given = checked.ok ? await givenBack(site, checked.value.result.jobs.values()) : []
  return [...given, ...(await clearedAway(site, place, onto.commit))]
}

type Ground = {
  readonly onto: LandingBranch
  readonly place: GatePlace
  readonly notes: readonly Failure[]
  readonly watching: Watchfulness
  readonly packages: Lending
}

async function withGate(site: Site, options: JobsOptions, state: State, ground: Ground): Promise<Result<Checked>> {
  const gated = await planFor(siteOfCopy(site, ground.place.repository), options.gate, state.store)
  if (!gated.ok) return gated
  const { prompts, forecast, work, stages = [] } = options
  const asked = { prompts, lanes: forecast.lanes, work, onto: ground.onto.name, stages }
  const plan = jobPlan(asked, (tasks) => usualCosts(state.store, tasks))
  if (!plan.ok) return plan
  const space = await enoughSpace(site, gated.value.settings.diskFreeBytes)
  if (space !== undefined) return failed(space)
  const pass = gated.value.settings.envPass
  const old = await endOldServices(site, work.services, pass)
  const ports = jobPorts()
  try {
    const served = await withServices(site, { services: work.services, pass }, options.cancellation, async (running) => {
      const plans = { gated: gated.value, plan: plan.value, state, ports, running }
      const checked = await performed(giving(site, running.env), options, plans, { ...ground, notes: [...ground.notes, ...old] })
      return checked.ok ? ok({ ...checked.value, lateNotes: [...checked.value.lateNotes, ...running.lost()] }) : checked
    })
    if (!served.ok || !served.value.value.ok) return served.ok ? served.value.value : served
    const { value, left } = served.value
    return ok({ ...value.value, lateNotes: [...value.value.lateNotes, ...left] })
  } finally {
    ports.end()
  }
}

type Plans = { readonly gated: Planned; readonly plan: Plan; readonly state: State; readonly ports: JobPorts; readonly running: Running }

async function performed(site: Site, options: JobsOptions, plans: Plans, { onto, place, notes, watching, packages }: Ground): Promise<Result<Checked>> {
  const { gated, plan, state, ports, running } = plans
  const ofGate = await ports.of('gate')
  if (!ofGate.ok) return ofGate
  const command = redactionOf(site, gated).text(options.command)
  const run = state.store.begin({ startedAt: site.clock.now(), command, lock: 'jobs', root: site.checkout, branch: onto.name, commit: onto.commit })
  const live = state.store.unfinished().map((record) => record.number)
  await rotateLogs(site.stateFolder, keptLogs, [run, ...live])
  running.intoRun(run)
  await forgetOldJobs(site.stateFolder, [run, ...live])
  await keepPapers(site, run, options, onto.name, (text) => redactionOf(site, gated).text(text))
  const turnstile = newTurnstile(Math.max(2, Math.floor(availableParallelism() / 2)))
  const network = options.work.services.length === 0 ? 'loopback' : 'host'
  const atGate = giving(site, ofGate.value)
  const judging = newGate({
    site: atGate,
    planned: gated,
    run,
    place: place.repository,
    processesThere: () => processesAt(atGate, gated, place, run, network),
    packages,
    turnstile,
  })
  const gate = watched(judging, place, watching)
  const parts = {
    site,
    gate,
    run,
    ports,
    network,
    packages,
    answering: options.answering,
    survey: surveyor(site, options.work.allow),
    watchfulness: watching,
    total: { limits: options.work.total, before: knownStates(options) },
  } as const
  const before = [
    ...notes.map((failure): Happening => ({ type: 'failure.noted', failure })),
    ...plannedOf(options),
    ...(options.told ?? []),
    ...foreseenOf(options.forecast),
    ...told(options),
  ]
  const checked = await perform(
    site,
    { planned: { ...gated, tree: { ...gated.tree, branch: onto.name }, plan, limits: { rounds: 1, failFast: false, fixLevel: -1 } }, run, state },
    {
      command,
      cancellation: running.cancellation,
      ask: noOne,
      reporters: options.reporters,
      intact: () => true,
      prior: undefined,
      before,
      jitter: 1 + Math.random(),
      rouse: rousedWhenCancelled(cancelledJobs(site, run)),
      work: workers(parts, options, plan, onto),
    },
  )
  return ok({ ...checked, gate: gated.plan })
}

/** What checks start may be the work of agents. */
function watched(gate: Gate, { clone }: GatePlace, { during }: Watchfulness): Gate {
  return {
    ...gate,
    judge: (checkout, context, how) => (how.processes === undefined ? during(() => gate.judge(checkout, context, how)) : gate.judge(checkout, context, how)),
    judgeCommit: (...args) => (clone === undefined ? during(() => gate.judgeCommit(...args)) : gate.judgeCommit(...args)),
  }
}

/** Told before anything is known of the tasks, so that nobody takes it for that of another content. */
function plannedOf({ prompts, roadmap }: JobsOptions): readonly Happening[] {
  const tasks = prompts.flatMap(({ id, asked }) => (asked === undefined ? [] : [{ job: workTask(id), id: asked.id, title: asked.title, digest: asked.digest }]))
  // Of one that only owes a gate there is no prompt.
  const file = roadmap ?? prompts.find(({ asked }) => asked !== undefined)?.asked?.file
  return file === undefined ? [] : [{ type: 'roadmap.planned', file, tasks }]
}

function foreseenOf(forecast: Forecast): readonly Happening[] {
  const clashes = foreseenIn(forecast)
  return clashes.length === 0 ? [] : [{ type: 'forecast.made', clashes }]
}

/** Facts of an earlier run are told again: this run is the fold of its own events. */
const told = ({ known = new Map() }: JobsOptions): readonly Happening[] =>
  [...known].flatMap(([id, facts]: [string, readonly JobFact[]]) =>
    facts.map((fact): Happening => ({ type: 'job.advanced', attempt: `${workTask(id)}@0.0`, task: workTask(id), fact })),
  )

const knownStates = ({ known = new Map() }: JobsOptions): ReadonlyMap<TaskId, JobState> =>
  new Map([...known].map(([id, facts]: [string, readonly JobFact[]]) => [workTask(id), facts.reduce(advanced, newJob)]))
