/** Folds what is recorded of runs and marks into how each task of a roadmap stands. What was recorded about another content counts for nothing. */
import type { Event } from './event.ts'
import type { Held } from './job.ts'
import type { JobState } from './job-state.ts'
import type { LandedAs } from './landed-as.ts'
import { isOver as jobIsOver, jobOf, jobTableOf, loseJobs, type JobRow } from './job-table.ts'
import { tasksOf, type Roadmap, type RoadmapTask } from './roadmap.ts'
import { provenAt, type Drift, type Mark, type PlannedTask, type Standing, type TakenBack, type TaskStanding } from './roadmap-standing.ts'

export type RunJournal = {
  readonly run: number
  /** Its process lives. */
  readonly isLive: boolean
  readonly events: readonly Event[]
}

/** Oldest run first. `told`: what belongs to no run. */
export type Journal = { readonly runs: readonly RunJournal[]; readonly told: readonly Event[] }

/** Something that is recorded of a task. `run` is 0 for what a person said. */
type Deed = {
  readonly at: number
  readonly run: number
  /** Lower case. */
  readonly id: string
  readonly title: string
  readonly digest: string
  /** Undefined: it is to be done as if nothing had been. */
  readonly standing: Standing
  /** What had landed is on the branch no more. */
  readonly takesBack: boolean
}

const keyOf = (id: string): string => id.toLowerCase()

/** By the id of the task, in the order of the roadmap. */
export function standingsOf(roadmap: Roadmap, journal: Journal): ReadonlyMap<string, TaskStanding> {
  const deeds = deedsOf(journal)
  const alone = new Map(tasksOf(roadmap).map(({ task }) => [keyOf(task.id), standingOf(task, deeds.get(keyOf(task.id)) ?? [])]))
  return new Map([...alone.values()].map((one) => [one.task.id, staleOr(one, deeds, alone)]))
}

function deedsOf({ runs, told }: Journal): ReadonlyMap<string, readonly Deed[]> {
  const all = [...runs.flatMap(deedsOfRun), ...told.flatMap((event) => (event.type === 'roadmap.marked' ? [markDeed(event.mark, event.at)] : []))]
  const byId = new Map<string, Deed[]>()
  for (const deed of all.toSorted((a, b) => a.at - b.at)) byId.set(deed.id, [...(byId.get(deed.id) ?? []), deed])
  return byId
}

function markDeed({ kind, id, title, digest, why }: Mark, at: number): Deed {
  const said = why === undefined ? {} : { why }
  const standing: Standing = kind === 'done' ? { kind: 'confirmed', at, ...said } : kind === 'skipped' ? { kind: 'skipped', at, ...said } : { kind: 'open' }
  return { at, run: 0, id: keyOf(id), title, digest, standing, takesBack: kind === 'taken-back' }
}

function deedsOfRun({ run, isLive, events }: RunJournal): readonly Deed[] {
  const reverted = takenBackIn(events)
  if (reverted.length > 0)
    return reverted.map(({ id, title, digest, at }) => ({ at, run, id: keyOf(id), title, digest, standing: { kind: 'open' }, takesBack: true }))
  const planned = events.flatMap((event) => (event.type === 'roadmap.planned' ? event.tasks : []))
  if (planned.length === 0) return []
  const table = jobTableOf(events)
  if (!isLive) loseJobs(table)
  const landings = new Map(events.flatMap((event) => (event.type === 'job.advanced' && event.fact.kind === 'landed' ? [[event.task, event] as const] : [])))
  return planned.flatMap((task) => {
    const row = table.rows.get(jobOf(task.job) ?? '')
    const standing = row === undefined ? undefined : rowStanding(row, run, landings.get(task.job)?.at)
    return row === undefined || standing === undefined ? [] : [deedOf(task, run, standing, toldAt(standing) ?? row.endedAt ?? row.toldAt)]
  })
}

/** What this run has taken back: nothing until that has landed. */
export function takenBackIn(events: readonly Event[]): readonly (TakenBack & { readonly at: number })[] {
  const landed = events.find((event) => event.type === 'job.advanced' && event.fact.kind === 'landed')
  return landed === undefined
    ? []
    : events.flatMap((event) => (event.type === 'roadmap.reverted' ? event.tasks : [])).map((task) => ({ ...task, at: landed.at }))
}

/** Undefined: the standing does not tell. */
function toldAt(standing: Standing): number | undefined {
  if (standing.kind === 'landed') return provenAt(standing)
  return 'at' in standing ? standing.at : undefined
}

const deedOf = ({ id, title, digest }: PlannedTask, run: number, standing: Standing, at: number): Deed => ({
  at,
  run,
  id: keyOf(id),
  title,
  digest,
  standing,
  takesBack: false,
})

/** Undefined: the run has not come to it. */
function rowStanding(row: JobRow, run: number, landedAt: number | undefined): Standing | undefined {
  const { facts, status, why = '' } = row
  if (facts.landed !== undefined) return { kind: 'landed', run, at: landedAt ?? row.toldAt, ...facts.landed }
  if (status === 'unchanged') return unchangedStanding(facts, run, row.endedAt ?? row.toldAt)
  if (!jobIsOver(status)) return status === 'queued' && facts.turns === 0 ? undefined : { kind: 'working', run }
  if (facts.held !== undefined && status !== 'lost') return heldStanding(facts.held, run)
  if (status === 'failed' || status === 'timeout') return { kind: 'failed', run, why: why === '' ? status : why }
  return facts.turns > 0 || facts.commit !== undefined ? { kind: 'begun', run } : undefined
}

/** What had landed before stands still. */
const unchangedStanding = ({ unchanged = '', stands }: JobState, run: number, at: number): Standing =>
  stands === undefined ? { kind: 'unchanged', run, at, why: unchanged } : { kind: 'landed', ...stands, again: { run, at } }

const heldStanding = ({ reason, why }: Held, run: number): Standing => ({ kind: 'held', run, reason, why })

function standingOf(task: RoadmapTask, deeds: readonly Deed[]): TaskStanding {
  const own = deeds.filter(({ digest }) => digest === task.digest)
  const last = own.at(-1)
  if (last !== undefined) return { task, standing: last.standing, ...landedIn(own) }
  const other = deeds.at(-1)
  const standing: Standing = task.said === 'done' ? { kind: 'said' } : { kind: 'open' }
  return other === undefined || other.standing.kind === 'open' ? { task, standing } : { task, standing, drift: driftOf(other) }
}

/** Unless that is how it stands. */
function landedIn(deeds: readonly Deed[]): Pick<TaskStanding, 'landed'> {
  const since = deeds.slice(deeds.findLastIndex(({ takesBack }) => takesBack) + 1)
  const last = since.findLast(({ standing }) => standing.kind === 'landed')
  return last === undefined || last === deeds.at(-1) || last.standing.kind !== 'landed' ? {} : { landed: landedAs(last.standing) }
}

const landedAs = ({ run, at, commit, onto }: LandedAs): LandedAs => ({ run, at, commit, onto })

const driftOf = ({ id, title, standing, run }: Deed): Drift => ({ id, was: title, wasKind: standing.kind, run })

/** What landed upon the work of a task that was edited afterwards has to be done again; the order of groups alone says nothing about that. */
function staleOr(one: TaskStanding, deeds: ReadonlyMap<string, readonly Deed[]>, alone: ReadonlyMap<string, TaskStanding>): TaskStanding {
  const { standing, task } = one
  if (standing.kind !== 'landed') return one
  const by = task.after.find((id) => {
    const before = alone.get(keyOf(id))
    return before !== undefined && wasEdited(before, deeds.get(keyOf(id)) ?? [], provenAt(standing))
  })
  return by === undefined ? one : { ...one, standing: { kind: 'stale', by, run: standing.run }, landed: landedAs(standing) }
}

/** At that time another content of it had landed than it has now. */
function wasEdited({ task, drift }: TaskStanding, deeds: readonly Deed[], at: number): boolean {
  const landed = deeds.filter(({ standing, ...deed }) => standing.kind === 'landed' && deed.at <= at)
  const then = landed.at(-1)
  return then !== undefined && then.digest !== task.digest && (drift !== undefined || deeds.some((deed) => deed.digest === task.digest && deed.at > at))
}
