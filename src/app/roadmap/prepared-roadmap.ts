/** Prepares a run of a roadmap: what of it is open and selected, in which stages, by which agents. Nothing is spent and nothing is changed. */
import { milliseconds } from '../../config/said-limits.ts'
import { orderOf } from '../../engine/lanes.ts'
import { owedGates } from '../../engine/owed-gates.ts'
import { redGates } from '../../engine/red-gates.ts'
import { isIdle, roadmapWork, type RoadmapSelection, type RoadmapWork } from '../../engine/roadmap-work.ts'
import { failed, ok, type Failure, type Result } from '../../model/failure.ts'
import type { JobFact } from '../../model/job.ts'
import { jobOf, jobTableOf } from '../../model/job-table.ts'
import type { Forecast, Prompt } from '../../model/prompt.ts'
import type { WorkWish } from '../../model/request.ts'
import type { RedBefore } from '../../model/red-before.ts'
import type { Journal } from '../../model/roadmap-journal.ts'
import { tasksOf } from '../../model/roadmap.ts'
import { isOver, type TaskStanding } from '../../model/roadmap-standing.ts'
import type { WorkStage } from '../../model/work-stage.ts'
import { forecastOf } from '../forecast.ts'
import { preparedFor, type PreparedWork } from '../jobs/prepared.ts'
import { factsToKeep, goneOf } from '../jobs/retry-jobs.ts'
import type { Site } from '../site.ts'
import type { RoadmapHere } from './roadmap-here.ts'
import type { StandingsHere } from './standings-here.ts'
import { promptIds, roadmapPrompts } from './roadmap-prompts.ts'

export type { RoadmapSelection }

export type PreparedRoadmap = RoadmapWork & {
  readonly here: RoadmapHere
  readonly standings: ReadonlyMap<string, TaskStanding>
  readonly prepared: PreparedWork
  /** By id of the prompt: what an earlier run knows of it. */
  readonly known: ReadonlyMap<string, readonly JobFact[]>
}

const usualTimeoutMs = 3_600_000

export async function preparedRoadmap(
  site: Site,
  { here, journal, standings }: StandingsHere,
  { selection, wish }: { readonly selection: RoadmapSelection; readonly wish: WorkWish },
): Promise<Result<PreparedRoadmap>> {
  const { roadmap, loaded } = here
  const section = loaded.config.roadmap ?? {}
  const ids = promptIds(roadmap)
  const { start = true, mends = true, group, phase, phases } = section.gates ?? {}
  const gates = { start, mends, ...defined({ group, phase, phases }) }
  const course = roadmapWork(roadmap, standings, selection, { ...gates, owed: owedGates(roadmap, standings, journal) }, (id) => ids.get(id) ?? id)
  if (!course.ok) return course
  const work: RoadmapWork = { ...course.value, stages: withRed(course.value.stages, redGates(roadmap, journal)) }
  if (isIdle(work)) return failed(nothingLeft(here, standings, work))
  const prompts = await roadmapPrompts(here, work.tasks, standings)
  if (!prompts.ok) return prompts
  const limits = {
    timeoutMs: section.timeout === undefined ? (loaded.config.work?.timeout === undefined ? usualTimeoutMs : undefined) : milliseconds(section.timeout),
    parallel: section.parallel,
  }
  const foreseen = laneMaker(work)
  const notes = [
    ...roadmap.notes.map(noteText),
    ...driftsIn(standings).map(noteText),
    ...work.waiting.map(({ task, why }) => `${task.task.id} is not begun: ${why}`),
  ]
  const prepared = await preparedFor(site, { prompts: prompts.value, notes }, { ...defined(limits), ...wish }, foreseen)
  if (!prepared.ok) return prepared
  return ok({ ...work, here, standings, prepared: prepared.value, known: knownOf(site, journal, standings, ids) })
}

const withRed = (stages: readonly WorkStage[], red: ReadonlyMap<string, RedBefore>): readonly WorkStage[] =>
  stages.map((stage) => ({ ...stage, ...defined({ red: red.get(stage.id) }) }))

/** Without what was not said. */
const defined = <T extends object>(given: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never

const noteText = ({ what, why, place }: Failure): string =>
  `${place?.line === undefined ? '' : `${place.file}:${place.line}${place.column === undefined ? '' : `:${place.column}`} `}${what}${why === undefined ? '' : `: ${why}`}`

/** What is recorded under an id that stands for something else now. */
export const driftsIn = (standings: ReadonlyMap<string, TaskStanding>): readonly Failure[] =>
  [...standings.values()].flatMap(({ task, drift }): readonly Failure[] =>
    drift === undefined
      ? []
      : [
          {
            type: 'roadmap.drift',
            what: `${task.id} has another content than what is recorded as ${drift.wasKind}`,
            why: `it was "${drift.was}"${drift.run === 0 ? '' : ` in run ${drift.run}`}; that counts for nothing`,
            place: task.place,
          },
        ],
  )

function nothingLeft({ roadmap }: RoadmapHere, standings: ReadonlyMap<string, TaskStanding>, { waiting }: RoadmapWork): Failure {
  const all = tasksOf(roadmap)
  const over = all.filter(({ task }) => isOver(standings.get(task.id)?.standing ?? { kind: 'open' })).length
  const why = waiting.map(({ task, why: because }) => `${task.task.id}: ${because}`).join('; ')
  return {
    type: 'roadmap.idle',
    what: over === all.length ? `all ${all.length} tasks of ${roadmap.file} are over` : 'nothing that is selected can be begun',
    ...(why === '' ? {} : { why }),
    kept: 'nothing was started',
    hint: 'pawl roadmap status shows how each task stands.',
  }
}

/** Only what is worked on at the same time can clash: groups wait for each other's gates. */
const laneMaker =
  ({ stages, tasks }: RoadmapWork) =>
  (prompts: readonly Prompt[], facts: Parameters<typeof forecastOf>[1]): Forecast => {
    const texts = new Map(tasks.map(({ task }) => [task.id, [task.title, task.text, ...task.criteria].join('\n')]))
    // What every prompt says (the name of the roadmap, of the instructions) is nothing that it will change.
    const bare = prompts.map((prompt) => ({ ...prompt, text: texts.get(prompt.asked?.id ?? '') ?? prompt.text }))
    const parts = stages.flatMap((stage) => (stage.prompts.length === 0 ? [] : [forecastOfStage(stage, bare, facts, tasks)]))
    return {
      touches: new Map(parts.flatMap(({ touches }) => [...touches])),
      clashes: parts.flatMap(({ clashes }) => clashes),
      lanes: parts.flatMap(({ lanes }) => lanes),
    }
  }

function forecastOfStage(
  { prompts: ids }: WorkStage,
  prompts: readonly Prompt[],
  facts: Parameters<typeof forecastOf>[1],
  tasks: RoadmapWork['tasks'],
): Forecast {
  const mine = prompts.filter(({ id }) => ids.includes(id))
  const forecast = forecastOf(mine, facts)
  const group = tasks.find(({ task }) => task.id === mine[0]?.asked?.id)?.group
  if (group?.isSequential === true) return { ...forecast, lanes: [orderOf(mine.map((prompt) => ({ ...prompt, priority: 0 })))] }
  const most = group?.maxParallel
  return most === undefined || forecast.lanes.length <= most ? forecast : { ...forecast, lanes: folded(forecast.lanes, most, orderOf(mine)) }
}

/** Into so many lanes, as even as can be. All keep one order of the whole, so that no lane waits for one that waits for it. */
function folded(lanes: Forecast['lanes'], most: number, order: readonly string[]): Forecast['lanes'] {
  const fewer: string[][] = Array.from({ length: most }, () => [])
  for (const lane of lanes.toSorted((a, b) => b.length - a.length)) fewer.reduce((one, other) => (other.length < one.length ? other : one)).push(...lane)
  return fewer.map((lane) => order.filter((id) => lane.includes(id)))
}

/** Of tasks that were begun and are not over, with the content that they have now. */
function knownOf(
  site: Site,
  { runs }: Journal,
  standings: ReadonlyMap<string, TaskStanding>,
  ids: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly JobFact[]> {
  const known = new Map<string, readonly JobFact[]>()
  for (const { task, standing } of standings.values()) {
    if (standing.kind !== 'begun' && standing.kind !== 'held' && standing.kind !== 'failed') continue
    const journal = runs.find(({ run }) => run === standing.run)
    const planned = journal?.events
      .flatMap((event) => (event.type === 'roadmap.planned' ? event.tasks : []))
      .find(({ digest, id }) => digest === task.digest && id === task.id)
    if (journal === undefined || planned === undefined) continue
    const row = jobTableOf(journal.events).rows.get(jobOf(planned.job) ?? '')
    if (row === undefined) continue
    const facts = journal.events.flatMap((event) => (event.type === 'job.advanced' && event.task === planned.job ? [event.fact] : []))
    const kept = factsToKeep(row, facts)
    if (goneOf(site, kept) === undefined) known.set(ids.get(task.id) ?? task.id, kept)
  }
  return known
}
