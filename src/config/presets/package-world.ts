/** A PackageWorld is what is known of the packages of a workspace before any of their scripts is chosen. */
import type { Files } from '../../model/files.ts'
import type { Setting } from './node-invocation.ts'
import { packageOutputs, type PackageOutputs } from './package-outputs.ts'
import { rootInputs } from './root-inputs.ts'
import { workspaceOf, type Workspace } from './workspace.ts'

export type PackageWorld = {
  readonly workspace: Workspace
  readonly outputs: PackageOutputs
  /** Files of the root that count for every package. */
  readonly shared: readonly string[]
  readonly setting: Setting
}

export async function packageWorld(setting: Setting, files: Files): Promise<PackageWorld> {
  const workspace = workspaceOf(setting.project.members)
  const [outputs, shared] = await Promise.all([packageOutputs(files, workspace), rootInputs(files, setting.project)])
  return { workspace, outputs, shared, setting }
}
