/** A Preset recognises one kind of tool or ecosystem in a repository and says which checks that means. */
import type { Files } from '../model/files.ts'
import type { Failure } from '../model/failure.ts'
import type { CheckConfig } from './check-shape.ts'

/** A fact about the repository and what it was read from: "eslint", "devDependencies + eslint.config.js". */
export type Found = { readonly name: string; readonly why: string }

/** Something worth telling that is no check: two lockfiles, a tool without a config. */
export type Remark = { readonly text: string; readonly file?: string }

export type Detected = {
  readonly found: readonly Found[]
  /** By task name. Names are unique over all presets; a later preset never replaces an earlier one's check. */
  readonly checks: Readonly<Record<string, CheckConfig>>
  readonly remarks: readonly Remark[]
  /** Manifests that could not be parsed: with the place. These make the run fail closed. */
  readonly failures: readonly Failure[]
}

export type Preset = {
  readonly name: string
  /** Sees what earlier presets detected, so that the same tool is not planned twice. */
  detect(files: Files, before: Detected): Promise<Detected>
}

export const nothingDetected: Detected = { found: [], checks: {}, remarks: [], failures: [] }
