/** A Draft is what was decided about a run before history orders it; a Planned is that with its plan and the look that it was made for. */
import type { Detected } from '../config/preset.ts'
import type { Settings } from '../config/settings.ts'
import type { Asked } from '../host/recorded-files.ts'
import type { Limits, Plan, Skip } from '../model/plan.ts'
import type { Task } from '../model/task.ts'
import type { Tree } from '../model/tree.ts'
import type { PluginDoor } from './plugin-door.ts'

/** All that is decided before anything is ordered by history: plain data. */
export type Draft = {
  readonly settings: Settings
  readonly loaded: { readonly path?: string }
  readonly detected: Pick<Detected, 'found' | 'remarks'>
  readonly tasks: readonly Task[]
  readonly skips: readonly Skip[]
  readonly limits: Limits
  /** Selected paths; undefined: the whole repository. */
  readonly selected?: readonly string[]
  /** Things worth telling: partly staged files and the like. */
  readonly notes: readonly string[]
}

export type Planned = Omit<Draft, 'selected'> & {
  readonly plan: Plan
  /** The working copy that the plan was made for. */
  readonly tree: Tree
  /** Selected paths; undefined: the whole repository. */
  readonly selected: readonly string[] | undefined
  /** What the plan was decided by, besides files that git knows. */
  readonly asked: { readonly paths: Iterable<string>; readonly variables: Iterable<string>; readonly files: Asked }
  readonly plugins: PluginDoor
  /** Name of the draft, where it was known from an earlier run. */
  readonly remembered: string | undefined
}
