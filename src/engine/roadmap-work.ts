/** What of a roadmap is to be worked on now, and in which order: phases and groups become stages that end with a gate. Pure. */
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { unknownName } from '../model/named-tasks.ts'
import { groupKey, isSameId, phaseKey, tasksOf, type PlacedTask, type Roadmap, type RoadmapGroup, type RoadmapPhase } from '../model/roadmap.ts'
import { isOver, type TaskStanding } from '../model/roadmap-standing.ts'
import type { WorkStage } from '../model/work-stage.ts'

export type RoadmapSelection = {
  /** Ids; "2..3" is written out. Absent: all. */
  readonly phases?: readonly string[]
  /** "A" in whatever phase, or "1.A". */
  readonly groups?: readonly string[]
  readonly tasks?: readonly string[]
}

export type GateWishes = {
  /** Whether the branch is judged before anything begins. */
  readonly start: boolean
  /** Names of checks; absent: all. */
  readonly group?: readonly string[]
  readonly phase?: readonly string[]
  /** By id of a phase: its own instead. */
  readonly phases?: Readonly<Record<string, readonly string[]>>
  /** Whether what a gate finds goes to an agent. */
  readonly mends: boolean
}

/** `stages` name tasks by the id that `promptOf` gives them. */
export type RoadmapWork = {
  readonly tasks: readonly PlacedTask[]
  readonly stages: readonly WorkStage[]
  /** Not worked on, because they wait for what only a person can do. */
  readonly waiting: readonly { readonly task: PlacedTask; readonly why: string }[]
}

/** `owed`: ids of stages that are to be judged although nothing of them is open. */
export type Owed = { readonly owed: ReadonlySet<string> }

/** Neither is there a task to work on nor a gate to be judged. */
export const isIdle = ({ stages }: RoadmapWork): boolean => stages.every(({ id }) => id === startStage)

type Standings = ReadonlyMap<string, TaskStanding>

/** Everything that is not over, or what of it is selected. A selected task whose predecessors are neither over nor selected is a Failure: nothing is skipped in silence. */
export function roadmapWork(
  roadmap: Roadmap,
  standings: Standings,
  selection: RoadmapSelection,
  gates: GateWishes & Owed,
  promptOf: (id: string) => string,
): Result<RoadmapWork> {
  const all = tasksOf(roadmap)
  const unknown = unknownIn(roadmap, selection)
  if (unknown.length > 0) return failed(...unknown)
  const open = all.filter(({ task }) => !isOver(standings.get(task.id)?.standing ?? { kind: 'open' }))
  const selected = new Set(open.filter((one) => isSelected(one, selection)))
  const before = predecessors(roadmap, open)
  const waiting = new Map<PlacedTask, string>()
  const missing = new Map<PlacedTask, readonly PlacedTask[]>()
  // In the order of the roadmap a predecessor need not come first: until nothing changes.
  for (let known = -1; known !== waiting.size;) {
    known = waiting.size
    for (const one of selected) {
      const why = whyWaiting(one, before.get(one) ?? [], waiting)
      if (why !== undefined) waiting.set(one, why)
    }
  }
  for (const one of selected) {
    const lacking = (before.get(one) ?? []).filter((other) => !selected.has(other) && !other.task.isManual)
    if (lacking.length > 0 && !waiting.has(one)) missing.set(one, lacking)
  }
  if (missing.size > 0) return failed(...[...missing].slice(0, 10).map(unready))
  const tasks = [...selected].filter((one) => !waiting.has(one))
  return ok({
    tasks,
    stages: stagesOf(roadmap, { tasks, open }, { ...gates, owed: owedOf(roadmap, selection, gates) }, promptOf),
    waiting: [...waiting].map(([task, why]) => ({ task, why })),
  })
}

function whyWaiting(one: PlacedTask, before: readonly PlacedTask[], waiting: ReadonlyMap<PlacedTask, string>): string | undefined {
  if (one.task.isManual) return 'a person does it; pawl roadmap done tells that it is done'
  const cause = before.find((other) => other.task.isManual || waiting.has(other))
  return cause === undefined ? undefined : `it waits for ${cause.task.id}${cause.task.isManual ? ', which a person does' : ''}`
}

function unready([{ task }, lacking]: readonly [PlacedTask, readonly PlacedTask[]]): Failure {
  const names = lacking.map((other) => other.task.id)
  return {
    type: 'roadmap.unready',
    what: `${task.id} comes after ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}, which ${names.length === 1 ? 'is' : 'are'} neither done nor selected`,
    kept: 'nothing was started',
    hint: 'Select them, too; or tell how they stand: pawl roadmap done ID, pawl roadmap skip ID.',
    place: task.place,
  }
}

const isAmong = (list: readonly string[] | undefined, ...names: readonly string[]): boolean =>
  list === undefined || names.some((name) => list.some((one) => isSameId(one, name)))

const isGroupSelected = (phase: RoadmapPhase, group: RoadmapGroup, { phases, groups }: RoadmapSelection): boolean =>
  isAmong(phases, phase.id) && isAmong(groups, group.id, groupKey(phase, group))

export const isSelected = ({ phase, group, task }: PlacedTask, selection: RoadmapSelection): boolean =>
  isGroupSelected(phase, group, selection) && isAmong(selection.tasks, task.id)

/** Who names tasks wants nothing else. */
function owedOf(roadmap: Roadmap, selection: RoadmapSelection, { owed }: Owed): ReadonlySet<string> {
  if (selection.tasks !== undefined) return new Set()
  const chosen = roadmap.phases
    .filter(({ id }) => isAmong(selection.phases, id))
    .flatMap((phase) => [
      ...phase.groups.filter((group) => isGroupSelected(phase, group, selection)).map((group) => groupKey(phase, group)),
      ...(selection.groups === undefined ? [phaseKey(phase)] : []),
    ])
  return new Set(chosen.filter((id) => owed.has(id)))
}

/** What of a selection the roadmap does not have. */
export function unknownIn(roadmap: Roadmap, { phases = [], groups = [], tasks = [] }: RoadmapSelection): readonly Failure[] {
  const placed = roadmap.phases.flatMap((phase) => phase.groups.map((group) => [group.id, groupKey(phase, group)]))
  const check = (noun: string, asked: readonly string[], known: readonly string[]): readonly Failure[] =>
    asked.filter((name) => !known.some((one) => isSameId(one, name))).map((name) => unknownName(roadmap, noun, name, known))
  return [
    ...check(
      'phase',
      phases,
      roadmap.phases.map(({ id }) => id),
    ),
    ...check('group', groups, placed.flat()),
    ...check(
      'task',
      tasks,
      tasksOf(roadmap).map(({ task }) => task.id),
    ),
  ]
}

/** Of each open task the open tasks that come before it: by its own word, by that of its group and its phase. */
function predecessors(roadmap: Roadmap, open: readonly PlacedTask[]): ReadonlyMap<PlacedTask, readonly PlacedTask[]> {
  const inGroup = (phase: RoadmapPhase, group: RoadmapGroup): readonly PlacedTask[] => open.filter((one) => one.phase === phase && one.group === group)
  const groupsBefore = new Map(
    roadmap.phases.flatMap((phase) =>
      phase.groups.map((group) => [group, closure(group, (one) => one.after.flatMap((id) => phase.groups.filter((other) => other.id === id)))] as const),
    ),
  )
  const phasesBefore = new Map(
    roadmap.phases.map((phase) => [phase, closure(phase, (one) => one.after.flatMap((id) => roadmap.phases.filter((other) => other.id === id)))] as const),
  )
  return new Map(
    open.map((one) => {
      const { phase, group, task } = one
      const own = open.filter((other) => task.after.some((id) => isSameId(id, other.task.id)))
      const ofGroup = (groupsBefore.get(group) ?? []).flatMap((earlier) => inGroup(phase, earlier))
      const ofPhase = (phasesBefore.get(phase) ?? []).flatMap((earlier) => open.filter((other) => other.phase === earlier))
      return [one, [...new Set([...own, ...ofGroup, ...ofPhase])]]
    }),
  )
}

function closure<T>(from: T, next: (one: T) => readonly T[]): readonly T[] {
  const seen = new Set<T>()
  const left = [...next(from)]
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    if (seen.has(one)) continue
    seen.add(one)
    left.push(...next(one))
  }
  return [...seen]
}

const startStage = 'start'

type Course = { readonly tasks: readonly PlacedTask[]; readonly open: readonly PlacedTask[] }

function stagesOf(roadmap: Roadmap, { tasks, open }: Course, gates: GateWishes & Owed, promptOf: (id: string) => string): readonly WorkStage[] {
  const start = gates.start ? [{ id: startStage, title: 'the beginning', prompts: [], needs: [], mends: false }] : []
  const stages: WorkStage[] = [...start]
  const gated = new Set<RoadmapPhase>()
  for (const phase of roadmap.phases) {
    const mine = phase.groups.filter((group) => gates.owed.has(groupKey(phase, group)) || tasks.some((one) => one.group === group && one.phase === phase))
    const phasesBefore = closure(phase, (one) => one.after.flatMap((id) => roadmap.phases.filter((other) => other.id === id))).filter((one) => gated.has(one))
    const outer = phasesBefore.length > 0 ? phasesBefore.map(phaseKey) : start.map(({ id }) => id)
    for (const group of mine) stages.push(groupStage(phase, group, { mine, outer, tasks, gates, promptOf }))
    // A phase of which something stays open is not complete: nothing can say that it is.
    const isWhole = open.filter((one) => one.phase === phase).every((one) => tasks.includes(one))
    if (!isWhole || (mine.length === 0 && !gates.owed.has(phaseKey(phase)))) continue
    gated.add(phase)
    const checks = gates.phases?.[phase.id] ?? gates.phase
    stages.push({
      id: phaseKey(phase),
      title: `phase ${phase.id}: ${phase.title}`,
      prompts: [],
      needs: mine.length === 0 ? outer : mine.map((group) => groupKey(phase, group)),
      ...(checks === undefined ? {} : { checks }),
      mends: gates.mends,
    })
  }
  return stages
}

type GroupCourse = {
  readonly mine: readonly RoadmapGroup[]
  readonly outer: readonly string[]
  readonly tasks: readonly PlacedTask[]
  readonly gates: GateWishes
  readonly promptOf: (id: string) => string
}

function groupStage(phase: RoadmapPhase, group: RoadmapGroup, { mine, outer, tasks, gates, promptOf }: GroupCourse): WorkStage {
  const before = closure(group, (one) => one.after.flatMap((id) => phase.groups.filter((other) => other.id === id))).filter((one) => mine.includes(one))
  return {
    id: groupKey(phase, group),
    title: `phase ${phase.id}, group ${group.id}${group.title === undefined ? '' : `: ${group.title}`}`,
    prompts: tasks.filter((one) => one.phase === phase && one.group === group).map(({ task }) => promptOf(task.id)),
    needs: before.length > 0 ? before.map((one) => groupKey(phase, one)) : outer,
    ...(gates.group === undefined ? {} : { checks: gates.group }),
    mends: gates.mends,
  }
}
