/** A Roadmap is a plan that people wrote: phases, in them groups, in them tasks. Its text is data, never instructions to pawl. */
import type { Budget } from './budget.ts'
import type { Failure, Place } from './failure.ts'

/** What the roadmap says of a task: a person's word, never a proof. */
export type SaidStatus = 'done' | 'partial' | 'open'

/**
 * table: headings and tables, columns by their names (both dialects of the source system, and ours). list: headings and checkboxes.
 * headings: a heading for each task. yaml: pawl's own. phases: `phases.yaml` of the source system's second orchestrator.
 */
export type RoadmapDialect = 'table' | 'list' | 'headings' | 'yaml' | 'phases'

export type RoadmapTask = {
  /** As it is written: "A1", "1.2"; unique in the roadmap without regard to case. One line, no blanks. */
  readonly id: string
  /** One line. */
  readonly title: string
  /** Of all that is asked for, and nothing else: another status, place, priority, agent or limit leaves it as it is. Another title, text, specification or criterion does not. */
  readonly digest: string
  /** Undefined: the roadmap has no place for it. */
  readonly said?: SaidStatus
  readonly complexity?: 'low' | 'medium' | 'high'
  /** As it is written; "-" is none. */
  readonly spec?: string
  /** Ids of tasks. */
  readonly after: readonly string[]
  /** Globs of the files that it will change, as declared. */
  readonly files?: readonly string[]
  readonly agent?: string
  readonly model?: string
  /** Higher first; critical 30, high 20, medium 10, low 0 where words are used; 0 where nothing is said. */
  readonly priority: number
  /** A person does it: no agent is started; what comes after waits until it is marked as done. */
  readonly isManual: boolean
  /** Names of the checks that its gate consists of; undefined: all. */
  readonly checks?: readonly string[]
  readonly timeoutMs?: number
  readonly budget?: Budget
  /** Acceptance criteria, one line each. */
  readonly criteria: readonly string[]
  /** All that the roadmap says about it besides its title, as Markdown; the description cell, the lines below its heading. May be empty. */
  readonly text: string
  readonly place: Place
}

export type RoadmapGroup = {
  /** "A"; unique in its phase. */
  readonly id: string
  readonly title?: string
  /** Ids of groups of the same phase. */
  readonly after: readonly string[]
  /** Nobody wrote `after`: it is the group before. */
  readonly isInferred: boolean
  /** One task after the other, in the order of the roadmap. */
  readonly isSequential: boolean
  readonly maxParallel?: number
  /** What stands between its heading and its tasks, as Markdown. */
  readonly text: string
  readonly tasks: readonly RoadmapTask[]
  readonly place: Place
}

export type RoadmapPhase = {
  /** "1". */
  readonly id: string
  readonly title: string
  /** Ids of phases; by default the one before. */
  readonly after: readonly string[]
  /** Nobody wrote `after`. */
  readonly isInferred: boolean
  /** Description, deliverables and criteria of the whole phase, as Markdown. */
  readonly text: string
  readonly groups: readonly RoadmapGroup[]
  readonly place: Place
}

export type Roadmap = {
  /** Relative to the root, as messages name it. */
  readonly file: string
  readonly dialect: RoadmapDialect
  readonly phases: readonly RoadmapPhase[]
  /** What a person should know, and what keeps nothing from going on: an unknown status word, inferred order, a row that looks like a task and is none. Each with its place. */
  readonly notes: readonly Failure[]
}

/** Ids are compared without regard to case. */
export const isSameId = (id: string, other: string): boolean => id.toLowerCase() === other.toLowerCase()

/** "1.A": unique in the roadmap. */
export const groupKey = (phase: RoadmapPhase, group: RoadmapGroup): string => `${phase.id}.${group.id}`

/** "phase-1": what the stage of a whole phase is called. */
export const phaseKey = ({ id }: Pick<RoadmapPhase, 'id'>): string => `phase-${id}`

/** Of the group or phase whose stage has this id. */
export const stageTasks = ({ phases }: Roadmap, stage: string): readonly RoadmapTask[] =>
  phases.flatMap((phase) => phase.groups.filter((group) => stage === phaseKey(phase) || stage === groupKey(phase, group)).flatMap(({ tasks }) => tasks))

export type PlacedTask = { readonly phase: RoadmapPhase; readonly group: RoadmapGroup; readonly task: RoadmapTask }

/** In the order of the roadmap. */
export const tasksOf = (roadmap: Roadmap): readonly PlacedTask[] =>
  roadmap.phases.flatMap((phase) => phase.groups.flatMap((group) => group.tasks.map((task) => ({ phase, group, task }))))
