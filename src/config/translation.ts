/** What every part of one translation of checks into tasks sees. */
import type { Failure } from '../model/failure.ts'
import type { TaskId } from '../model/task.ts'
import type { Platform } from './command.ts'
import type { Plugged } from './plugged.ts'
import type { PlaceOf } from './keys.ts'
import type { Settings } from './settings.ts'
import type { CheckConfig } from './check-shape.ts'
import type { ScriptSource } from './script-source.ts'
import type { Checks, Names } from './task-names.ts'

export type Translation = {
  readonly checks: Checks
  readonly settings: Settings
  readonly placeOf: PlaceOf
  readonly platform: Platform
  readonly scripts: ScriptSource
  readonly plugged: Plugged
  readonly names: Names
  /** Checks of the stages environment and dependencies, with the place of their stage: what later checks need when they do not say. */
  readonly preparing: readonly { readonly id: TaskId; readonly stage: number }[]
  /** Trouble is collected, so that all of it is told at once. */
  readonly failures: Failure[]
}

export const stageOf = (check: CheckConfig): string => check.stage ?? 'quality'

export const listOf = (value: string | readonly string[] | undefined): readonly string[] | undefined => (typeof value === 'string' ? [value] : value)
