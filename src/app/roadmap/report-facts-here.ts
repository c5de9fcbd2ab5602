/** The facts of a report on a run of a roadmap, collected from what is recorded. Nothing is computed that was not measured. */
import { spentTogether, type Spent } from '../../model/budget.ts'
import type { Event } from '../../model/event.ts'
import { failed, ok, type Result } from '../../model/failure.ts'
import { jobTableOf, loseJobs, type JobRow } from '../../model/job-table.ts'
import type { ReportFacts, ReportGate, ReportTask } from '../../model/report-facts.ts'
import { reportOf, type RoadmapReport } from '../../model/roadmap-report.ts'
import { groupKey, tasksOf, type PlacedTask, type Roadmap } from '../../model/roadmap.ts'
import { standingsOf, takenBackIn, type Journal } from '../../model/roadmap-journal.ts'
import type { RunRecord, Store } from '../../model/store.ts'
import { runsOfJobs } from '../jobs/jobs-look.ts'
import { promptIds } from './roadmap-prompts.ts'

/** `number`: undefined: the last run of a roadmap. */
export function roadmapReport(store: Store, roadmap: Roadmap, journal: Journal, number: number | undefined): Result<RoadmapReport> {
  const ofRoadmap = (run: number): boolean =>
    journal.runs.find((one) => one.run === run)?.events.some(({ type }) => type === 'roadmap.planned' || type === 'roadmap.reverted') === true
  const record = runsOfJobs(store, Number.MAX_SAFE_INTEGER).find((one) => (number === undefined || one.number === number) && ofRoadmap(one.number))
  if (record !== undefined) return ok(reportOf(factsOf(record, roadmap, journal)))
  return failed({
    type: 'run.unknown',
    what: number === undefined ? 'no run of a roadmap is recorded yet' : `run ${number} is no run of a roadmap`,
    hint: 'pawl roadmap run begins one; pawl ps --all lists the runs.',
  })
}

function factsOf(record: RunRecord, roadmap: Roadmap, journal: Journal): ReportFacts {
  const { events = [], isLive = false } = journal.runs.find(({ run }) => run === record.number) ?? {}
  const table = jobTableOf(events)
  if (!isLive) loseJobs(table)
  const standings = standingsOf(roadmap, journal)
  const ids = promptIds(roadmap)
  const task = (placed: PlacedTask): ReportTask => {
    const { standing, drift } = standings.get(placed.task.id) ?? { standing: { kind: 'open' as const } }
    const id = ids.get(placed.task.id) ?? ''
    return {
      id: placed.task.id,
      title: placed.task.title,
      phase: placed.phase.id,
      group: groupKey(placed.phase, placed.group),
      standing,
      ...(drift === undefined ? {} : { drift }),
      isManual: placed.task.isManual,
      ...workOf(table.rows.get(id), events.filter(isOf(`work:${id}`))),
    }
  }
  const to = events.flatMap((event) => (event.type === 'job.advanced' && event.fact.kind === 'landed' ? [event.fact.commit] : [])).at(-1)
  return {
    file: roadmap.file,
    run: record.number,
    command: record.command,
    verdict: record.verdict ?? 'lost',
    onto: record.branch ?? '',
    ...(record.commit === undefined ? {} : { from: record.commit }),
    ...(to === undefined ? {} : { to }),
    startedAt: record.startedAt,
    ...(record.finishedAt === undefined ? {} : { endedAt: record.finishedAt }),
    tasks: tasksOf(roadmap).map(task),
    gates: gatesOf(events),
    breaches: breachesOf(events),
    ...rollbackOf(events),
  }
}

function rollbackOf(events: readonly Event[]): Pick<ReportFacts, 'rollback'> {
  const asked = events.flatMap((event) => (event.type === 'roadmap.reverted' ? event.tasks : []))
  if (asked.length === 0) return {}
  const tasks = asked.map(({ id, title, commit, by }) => ({ id, title, commit, by }))
  if (takenBackIn(events).length > 0) return { rollback: { tasks } }
  const why = [...jobTableOf(events).rows.values()].flatMap((row) => row.why ?? []).at(-1)
  return { rollback: { tasks, unmoved: why ?? 'the run did not come to it' } }
}

/** What was told again of an earlier run belongs to that one. */
const isOf =
  (task: string) =>
  (event: Event): boolean =>
    event.type === 'job.advanced' && event.task === task && !event.attempt.endsWith('@0.0')

function workOf(row: JobRow | undefined, events: readonly Event[]): Pick<ReportTask, 'turns' | 'spent' | 'agent' | 'branch' | 'held'> {
  const facts = events.flatMap((event) => (event.type === 'job.advanced' ? [event.fact] : []))
  const spent = facts.flatMap((fact): readonly Spent[] => (fact.kind === 'turn-ended' ? [fact.spent] : []))
  const { agent, lease, held, landed } = row?.facts ?? {}
  return {
    turns: facts.filter(({ kind }) => kind === 'turn-begun').length,
    ...(spent.length === 0 ? {} : { spent: spent.reduce(spentTogether) }),
    ...(agent === undefined ? {} : { agent }),
    ...(lease === undefined || landed !== undefined ? {} : { branch: lease.branch }),
    ...(held === undefined || landed !== undefined ? {} : { held }),
  }
}

/** The last judgement of each. */
function gatesOf(events: readonly Event[]): readonly ReportGate[] {
  const titles = new Map(events.flatMap((event) => (event.type === 'run.started' ? event.plan.tasks.map(({ id, stage }) => [id, stage] as const) : [])))
  const gates = new Map<string, ReportGate>()
  for (const event of events) {
    if (event.type !== 'job.advanced' || event.fact.kind !== 'stage-judged') continue
    const { commit, checks } = event.fact
    const of = titles.get(event.task) ?? event.task
    gates.set(event.task, { of, commit, checks: checks.map(({ check, ending, findings }) => ({ name: check, ending, findings })) })
  }
  return [...gates.values()]
}

function breachesOf(events: readonly Event[]): ReportFacts['breaches'] {
  const told = events.flatMap((event) => {
    if (event.type === 'failure.noted') return [event.failure]
    return event.type === 'attempt.finished' && event.outcome.kind === 'errored' ? [event.outcome.failure] : []
  })
  return [...new Map(told.filter(({ type }) => type === 'checkout.breached').map((one) => [one.what, one])).values()]
}
