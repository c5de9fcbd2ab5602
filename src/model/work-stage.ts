/** A WorkStage is a part of work on prompts that ends with a gate: a group or a phase of a roadmap. What comes after it begins only when its gate has passed. */
import type { JudgedCheck } from './job.ts'
import type { RedBefore } from './red-before.ts'
import { taskId, type TaskId } from './task.ts'
import { isGreen } from './verdict.ts'

export type WorkStage = {
  /** "1.A"; unique in a run. */
  readonly id: string
  /** "phase 1, group A: Infrastructure". */
  readonly title: string
  /** Ids of its prompts; none: it only judges. */
  readonly prompts: readonly string[]
  /** Ids of the stages whose gates must have passed before. */
  readonly needs: readonly string[]
  /** Names of the checks of its gate; undefined: all. */
  readonly checks?: readonly string[]
  /** Whether what its gate finds goes to an agent. */
  readonly mends: boolean
  /** It was red when it was judged last. */
  readonly red?: RedBefore
}

/** What of a gate is red, and with how many findings: "lint failed 2". */
export const redText = (checks: readonly JudgedCheck[]): string =>
  checks
    .flatMap(({ check, ending, findings }) => (isGreen(ending) || ending === 'skipped' ? [] : [`${check} ${ending} ${findings}`]))
    .toSorted()
    .join('\n')

export const gateTask = (stage: string): TaskId => taskId(`gate:${stage}`)

/** The id of the stage whose gate a task is. */
export const stageOfGate = (task: TaskId): string => task.replace(/^gate:/, '')
