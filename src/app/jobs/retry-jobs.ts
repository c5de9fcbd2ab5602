/** What a further run of jobs goes on with: all of an earlier run that has not landed, in the same checkouts and conversations, from what the state keeps of it. */
import { openClone } from '../../host/leased-clone.ts'
import { namedFiles } from '../../host/named-files.ts'
import { openLease } from '../../host/leased-worktrees.ts'
import type { Event } from '../../model/event.ts'
import { failed, ok, type Result } from '../../model/failure.ts'
import type { HeldReason, JobFact } from '../../model/job.ts'
import { isDone, jobOf, type JobRow, type JobTable } from '../../model/job-table.ts'
import type { Forecast, Prompt } from '../../model/prompt.ts'
import type { Store } from '../../model/store.ts'
import { nearest } from '../../model/suggestion.ts'
import type { WorkStage } from '../../model/work-stage.ts'
import type { Site } from '../site.ts'
import { promptsAgain } from './prompts-again.ts'
import { repositoryOf } from './repository-of.ts'
import { liveRun, jobsHolder, lookAtJobs, runsOfJobs } from './jobs-look.ts'
import type { RunPapers } from './run-papers.ts'

export type RetryWish = {
  /** Ids of jobs; empty: all that are not done. */
  readonly jobs: readonly string[]
  /** A new checkout and a new conversation. */
  readonly isFresh: boolean
}

export type Retry = Pick<RunPapers, 'prompts' | 'work' | 'gate' | 'stages'> & {
  /** The run that is gone on with. */
  readonly run: number
  readonly forecast: Forecast
  readonly known: ReadonlyMap<string, readonly JobFact[]>
  readonly notes: readonly string[]
}

/** Nothing is changed. */
export async function retryOf(site: Site, store: Store, wish: RetryWish): Promise<Result<Retry>> {
  const [record] = runsOfJobs(store, 1)
  if (record === undefined) return failed({ type: 'job.idle', what: 'no run of agents is kept here', hint: 'pawl agents run PROMPT… begins one.' })
  const holder = jobsHolder(site)
  if (holder !== undefined && liveRun(store, holder) !== undefined)
    return failed({
      type: 'lock.busy',
      what: `run ${record.number} of agents is still going on`,
      kept: 'nothing was started',
      hint: 'pawl ps shows it; pawl cancel ends it.',
    })
  const { table, papers } = lookAtJobs(site, store, record)
  if (papers === undefined)
    return failed({ type: 'job.idle', what: `what run ${record.number} was asked for is not kept any more`, hint: 'pawl agents run PROMPT… begins anew.' })
  const chosen = chosenJobs(table, papers.prompts, wish.jobs)
  if (!chosen.ok) return chosen
  const retry = retried(site, { ...papers, run: record.number }, { table, events: store.events(record.number), ...chosen.value }, wish.isFresh)
  const { prompts, notes } = await promptsAgain(retry.prompts, papers.redacted, site.root, namedFiles())
  return ok({ ...retry, prompts, notes: [...retry.notes, ...notes] })
}

type Chosen = { readonly ids: ReadonlySet<string>; readonly notes: readonly string[] }

function chosenJobs(table: JobTable, prompts: readonly Prompt[], names: readonly string[]): Result<Chosen> {
  const unknown = names.filter((name) => !table.rows.has(name))
  if (unknown.length > 0) return failed(...unknown.map((name) => unknownJob(name, table)))
  const wished = names.length === 0 ? [...table.rows.keys()] : names
  const done = wished.filter((id) => isDone(table.rows.get(id)?.status ?? 'queued'))
  const ids = new Set(wished.filter((id) => !done.includes(id)))
  if (ids.size === 0) return failed({ type: 'job.idle', what: `nothing of run ${table.run} is left to be done`, kept: 'nothing was started' })
  const notes = names.length === 0 ? [] : done.map((id) => `${id} has landed already`)
  // A set that grows while it is gone through: what is needed may need something itself.
  for (const id of ids)
    for (const need of prompts.find((prompt) => prompt.id === id)?.dependsOn ?? [])
      if (!isDone(table.rows.get(need)?.status ?? 'landed') && !ids.has(need)) {
        ids.add(need)
        notes.push(`${need}, too: ${id} needs it`)
      }
  return ok({ ids, notes })
}

export function unknownJob(name: string, table: JobTable) {
  const meant = nearest(name, [...table.rows.keys()])
  return {
    type: 'job.unknown' as const,
    what: `run ${table.run} has no job '${name}'`,
    hint: meant === undefined ? `It has: ${[...table.rows.keys()].slice(0, 20).join(', ')}` : `Did you mean '${meant}'?`,
  }
}

type Ground = Chosen & { readonly table: JobTable; readonly events: readonly Event[] }

function retried(
  site: Site,
  { prompts, lanes, work, gate, run, stages = [] }: RunPapers & { readonly run: number },
  { table, events, ids, notes }: Ground,
  isFresh: boolean,
): Retry {
  const known = new Map<string, readonly JobFact[]>()
  const told = [...notes]
  for (const id of isFresh ? [] : ids) {
    const row = table.rows.get(id)
    const facts = row === undefined ? [] : factsToKeep(row, factsOf(events, id))
    const gone = goneOf(site, facts)
    if (gone === undefined) known.set(id, facts)
    else told.push(`${id} begins anew: ${gone}`)
  }
  return {
    prompts: prompts.filter(({ id }) => ids.has(id)).map((prompt) => ({ ...prompt, dependsOn: prompt.dependsOn.filter((need) => ids.has(need)) })),
    forecast: { touches: new Map(), clashes: [], lanes: lanes.map((lane) => lane.filter((id) => ids.has(id))).filter((lane) => lane.length > 0) },
    work,
    gate,
    stages: stages.map((stage) => stageAgain(stage, ids)),
    run,
    known,
    notes: told,
  }
}

/** Who asks for a gate once more lets an agent try once more. */
function stageAgain(stage: WorkStage, ids: ReadonlySet<string>): WorkStage {
  const { red: _, ...rest } = stage
  return { ...rest, prompts: stage.prompts.filter((id) => ids.has(id)) }
}

const factsOf = (events: readonly Event[], id: string): readonly JobFact[] =>
  events.flatMap((event) => (event.type === 'job.advanced' && jobOf(event.task) === id ? [event.fact] : []))

/** Why what is known is of no use. */
export function goneOf(site: Site, facts: readonly JobFact[]): string | undefined {
  const leased = facts.findLast((fact) => fact.kind === 'leased')
  // A commit lands without its checkout.
  if (leased === undefined || facts.some(({ kind }) => kind === 'committed')) return undefined
  const { lease } = leased
  const opened: Result<unknown> = lease.isolation === 'clone' ? openClone(lease) : openLease(repositoryOf(site), lease)
  return opened.ok ? undefined : `${opened.failures[0]?.what ?? ''}: ${opened.failures[0]?.why ?? ''}`
}

/** Then the work itself is as good as it was, and only landing is tried again. */
const landingReasons: ReadonlySet<HeldReason> = new Set(['conflict', 'red-together', 'broken'])

/** What a further attempt needs to know. Further mends and resolutions are allowed anew; a pause of the quota is over or told again. */
export function factsToKeep({ facts: { held, turns, agent } }: Pick<JobRow, 'facts'>, facts: readonly JobFact[]): readonly JobFact[] {
  const mustMend = held?.reason === 'red-alone'
  const mustWork = held !== undefined && !mustMend && !landingReasons.has(held.reason)
  const kept = facts.flatMap((fact): readonly JobFact[] => {
    if (fact.kind === 'held' || fact.kind === 'parked' || fact.kind === 'landed' || fact.kind === 'reopened') return []
    if ((fact.kind === 'committed' || fact.kind === 'unchanged') && (mustWork || mustMend)) return []
    if (fact.kind === 'turn-begun' && (fact.why === 'mend' || fact.why === 'resolve')) return [{ ...fact, why: 'resume' }]
    return [fact]
  })
  if (mustMend) return [...kept, { kind: 'reopened', held }]
  if (!mustWork) return kept
  // The agent is to look at it once more: as after a turn that was cut off.
  const again: JobFact = {
    kind: 'turn-ended',
    turn: turns,
    agent: agent ?? '',
    outcome: 'cancelled',
    why: `taken up again; it was held: ${held.why}`,
    spent: { timeMs: 0, turns: 0, tokens: 0, usd: 0 },
  }
  return [...kept, again]
}
