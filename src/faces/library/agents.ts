/** `runAgents` and `planAgents`: coding agents on prompts, for programs. The same as `pawl agents run` and `plan`, with a report in the place of a screen. */
import { relative, resolve } from 'node:path'
import { prepared, type PreparedWork } from '../../app/jobs/prepared.ts'
import { openPulls, readyForPulls, type Pull, type PullMode } from '../../app/jobs/pull-requests.ts'
import { runJobs } from '../../app/jobs/run-jobs.ts'
import { findSite, type Site } from '../../app/site.ts'
import type { Budget } from '../../model/budget.ts'
import { newCancellation } from '../../model/cancellation.ts'
import { failureIn, type Failure, type Result } from '../../model/failure.ts'
import type { Clash, Prompt, Touch } from '../../model/prompt.ts'
import type { WorkWish } from '../../model/request.ts'
import { otherExitCodes } from '../../model/verdict.ts'
import { answering } from '../mcp/answering.ts'
import { onlookers, type CheckOptions } from './check.ts'
import { jobsOf, type JobReport } from './job-report.ts'
import { requestFrom, type PlanOptions } from './options.ts'
import { refused, reportOf, type Report } from './report.ts'

/** What of the checks is the gate, and what is to be done. At least one of `prompts`, `tasks` and `list` names something. */
export type AgentsPlanOptions = Pick<PlanOptions, 'only' | 'skip' | 'stages' | 'fast' | 'strategy' | 'profile' | 'env'> & {
  /** Files, folders and globs, relative to the folder. */
  readonly prompts?: readonly string[]
  /** Tasks themselves. */
  readonly tasks?: readonly string[]
  /** A text that names prompts, one a line. */
  readonly list?: string
  /** Which agent, where a prompt names none. */
  readonly agent?: string
  readonly parallel?: number
  /** Of one turn, in milliseconds. */
  readonly timeoutMs?: number
  /** Further turns that may mend what the gate found. */
  readonly mends?: number
  /** Of each prompt. */
  readonly budget?: Budget
  /** Of all prompts of a run together. */
  readonly total?: Budget
  /** Names of agents that go on where another has no quota, login or program. */
  readonly fallback?: readonly string[]
  readonly onto?: string
  readonly landing?: 'together' | 'each'
  readonly sandbox?: boolean
  /** Globs of files that agents may change although a person should look at them first. */
  readonly allow?: readonly string[]
}

export type AgentsOptions = AgentsPlanOptions &
  Pick<CheckOptions, 'onEvent' | 'onProgress' | 'onOutput' | 'signal'> & {
    /** Opens them for what landed. Default: nothing leaves the machine. */
    readonly pullRequests?: PullMode
  }

/** `checks`: each prompt has two, "work:<id>" and "land:<id>". */
export type AgentsReport = Report & { readonly jobs: readonly JobReport[]; readonly pullRequests: readonly Pull[] }

export type AgentsPlan = {
  readonly ok: boolean
  readonly prompts: readonly (Prompt & { readonly touches: readonly Touch[] })[]
  /** Ids; each lane is worked on one after the other, lanes side by side. */
  readonly lanes: readonly (readonly string[])[]
  readonly clashes: readonly Clash[]
  readonly notes: readonly string[]
  readonly failures: readonly Failure[]
}

/** Resolves with what the run came to, whatever that is; rejects only when pawl itself is wrong, or when the options contradict each other. */
export async function runAgents(folder: string, options: AgentsOptions): Promise<AgentsReport> {
  const cancellation = newCancellation()
  const abort = (): void => cancellation.request('the signal was aborted')
  if (options.signal?.aborted === true) abort()
  options.signal?.addEventListener('abort', abort, { once: true })
  const none = (failures: readonly Failure[]): AgentsReport => ({ ...refused(failures), jobs: [], pullRequests: [] })
  try {
    const begun = await preparedIn(folder, options)
    if (!begun.ok) return none(begun.failures)
    const { site, work } = begun.value
    const place = options.pullRequests === undefined ? undefined : await readyForPulls(site)
    if (place?.ok === false) return none(place.failures)
    const checked = await runJobs(site, {
      ...work,
      answering,
      gate: requestFrom(gateOf(options)),
      command: 'the library',
      cancellation,
      onWait: () => undefined,
      reporters: () => Promise.resolve(onlookers(options)),
    })
    if (!checked.ok) return none(checked.failures)
    const report = reportOf(checked.value)
    const isAsked = place !== undefined && options.pullRequests !== undefined && report.verdict !== 'cancelled'
    const asked = isAsked ? await openPulls(site, place.value, options.pullRequests, work.prompts, checked.value) : { pulls: [], failures: [] }
    return {
      ...report,
      ...(asked.failures.length > 0 ? { exitCode: otherExitCodes.failure } : {}),
      failures: [...report.failures, ...asked.failures],
      jobs: jobsOf(work.prompts, checked.value),
      pullRequests: asked.pulls,
    }
  } catch (error) {
    const failure = failureIn(error)
    if (failure === undefined) throw error
    return none([failure])
  } finally {
    options.signal?.removeEventListener('abort', abort)
  }
}

/** Nothing is spent and nothing is changed. */
export async function planAgents(folder: string, options: AgentsPlanOptions): Promise<AgentsPlan> {
  const begun = await preparedIn(folder, options)
  if (!begun.ok) return { ok: false, prompts: [], lanes: [], clashes: [], notes: [], failures: begun.failures }
  const { prompts, forecast, notes, onto } = begun.value.work
  const touched = prompts.map((prompt) => ({ ...prompt, touches: forecast.touches.get(prompt.id) ?? [] }))
  return { ok: true, prompts: touched, lanes: forecast.lanes, clashes: forecast.clashes, notes: [onto, ...notes], failures: [] }
}

type Begun = { readonly site: Site; readonly work: PreparedWork }

async function preparedIn(folder: string, options: AgentsPlanOptions): Promise<Result<Begun>> {
  const { prompts = [], tasks = [], list, env = process.env } = options
  const site = await findSite(resolve(folder), env)
  if (!site.ok) return site
  const lists = list === undefined ? [] : [{ file: 'the list', text: list }]
  const from = relative(site.value.root, site.value.cwd)
  const asked = { positional: [...prompts], lists, typed: [...tasks], ...(from === '' ? {} : { from }) }
  const work = await prepared(site.value, asked, wishOf(options))
  return work.ok ? { ok: true, value: { site: site.value, work: work.value } } : work
}

function wishOf({ agent, parallel, timeoutMs, mends, budget, total, fallback, onto, landing, sandbox, allow }: AgentsPlanOptions): WorkWish {
  const said = { agent, parallel, timeoutMs, mends, budget, total, fallback, onto, landing, sandbox, allow }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}

function gateOf({ only, skip, stages, fast, strategy, profile }: AgentsPlanOptions): PlanOptions {
  const said = { only, skip, stages, fast, strategy, profile }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}
