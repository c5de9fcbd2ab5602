/** Hints that something of a roadmap is done, from what lies about: for a person to confirm, never a proof. */
import type { Place } from '../../model/failure.ts'
import { isSameId, tasksOf, type Roadmap, type RoadmapTask } from '../../model/roadmap.ts'
import { isSameTitle } from './same-title.ts'

export type Hint = {
  readonly task?: string
  /** "1.A" */
  readonly group?: string
  readonly phase?: string
  readonly says: 'done' | 'partial'
  /** One line: what says it. */
  readonly why: string
  readonly place?: Place
  /** What it says it of had other titles then; it may be about other work. Empty never. */
  readonly drift?: readonly Renamed[]
}

export type Renamed = { readonly id: string; readonly was: string; readonly now: string }

/** What one source says, not yet compared with a roadmap. Of a group, `phase` may be unknown. */
export type Trace = {
  readonly task?: string
  readonly group?: string
  readonly phase?: string
  /** As the source calls it. */
  readonly title?: string
  /** Of a group or phase: what the source calls each of its tasks, by id. A task that it does not list was not there, or is not meant. */
  readonly tasks?: ReadonlyMap<string, string | undefined>
  readonly says: 'done' | 'partial'
  readonly why: string
  readonly place?: Place
}

export type Hints = {
  readonly hints: readonly Hint[]
  /** What is said of something that the roadmap does not have, or has twice. */
  readonly strays: readonly Trace[]
}

/** `known`: titles that all tasks had when something was said of their group, by id in small letters. */
export function hintsFrom(roadmap: Roadmap, traces: readonly Trace[], known: ReadonlyMap<string, string> = new Map()): Hints {
  const hints = new Map<string, Hint>()
  const strays: Trace[] = []
  for (const trace of traces) {
    const hint = hintOf(roadmap, trace, known)
    if (hint === undefined) strays.push(trace)
    else {
      // The same said again adds nothing.
      const key = JSON.stringify([hint.task, hint.group, hint.phase, hint.says, hint.why])
      const before = hints.get(key)
      // One line of a source may cut a title short that another one has in full.
      if (before === undefined || (before.drift !== undefined && hint.drift === undefined && trace.title !== undefined)) hints.set(key, hint)
    }
  }
  return { hints: [...hints.values()], strays }
}

function hintOf(roadmap: Roadmap, trace: Trace, known: ReadonlyMap<string, string>): Hint | undefined {
  const { says, why, place } = trace
  const rest = { says, why, ...(place === undefined ? {} : { place }) }
  if (trace.task !== undefined) {
    const task = taskNamed(roadmap, trace.task)
    return task === undefined ? undefined : { task: task.id, ...rest, ...drifted(renamed(task, trace.title)) }
  }
  const { group: groupId, phase: phaseId } = trace
  const then = trace.tasks === undefined ? known : lowered(trace.tasks)
  if (groupId === undefined) {
    const phase = roadmap.phases.find(({ id }) => phaseId !== undefined && isSameId(id, phaseId))
    return phase === undefined
      ? undefined
      : whole(
          { phase: phase.id, ...rest },
          phase.groups.flatMap(({ tasks }) => tasks),
          then,
        )
  }
  const [found, second] = roadmap.phases
    .filter(({ id }) => phaseId === undefined || isSameId(id, phaseId))
    .flatMap((phase) => phase.groups.filter(({ id }) => isSameId(id, groupId)).map((group) => ({ phase, group })))
  if (found === undefined || second !== undefined) return undefined
  return whole({ group: `${found.phase.id}.${found.group.id}`, ...rest }, found.group.tasks, then)
}

/** A task that came later was not meant: then it is not the whole that is done. */
function whole(hint: Hint, tasks: readonly RoadmapTask[], then: Titles): Hint {
  const isMore = then.size > 0 && tasks.some(({ id }) => !then.has(id.toLowerCase()))
  const drift = tasks.flatMap((task) => renamed(task, then.get(task.id.toLowerCase())))
  return { ...hint, says: isMore ? 'partial' : hint.says, ...drifted(drift) }
}

type Titles = ReadonlyMap<string, string | undefined>
const lowered = (titles: Titles): Titles => new Map([...titles].map(([id, title]) => [id.toLowerCase(), title]))

const taskNamed = (roadmap: Roadmap, name: string): RoadmapTask | undefined => tasksOf(roadmap).find(({ task }) => isSameId(task.id, name))?.task

const renamed = ({ id, title }: RoadmapTask, was: string | undefined): readonly Renamed[] =>
  was === undefined || was.trim() === '' || isSameTitle(was, title) ? [] : [{ id, was: was.trim(), now: title }]

const drifted = (drift: readonly Renamed[]): { readonly drift?: readonly Renamed[] } => (drift.length === 0 ? {} : { drift })
