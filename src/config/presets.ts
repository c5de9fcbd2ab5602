/** The presets in the order in which they look: later ones see what earlier ones detected. */
import { husky, simpleGitHooks } from './imports/husky.ts'
import { lefthook } from './imports/lefthook.ts'
import { lintStaged } from './imports/lint-staged.ts'
import { preCommit } from './imports/pre-commit.ts'
import type { Preset } from './preset.ts'
import { go } from './presets/go.ts'
import { nodePackages } from './presets/node-packages.ts'
import { nodeRuntime } from './presets/node-runtime.ts'
import { nodeScripts } from './presets/node-scripts.ts'
import { nodeToolFiles } from './presets/node-tools.ts'
import { others } from './presets/others.ts'
import { platform } from './presets/platform.ts'
import { python } from './presets/python.ts'
import { rust } from './presets/rust.ts'
import { taskFiles } from './presets/task-files.ts'
import { workflows } from './presets/workflows.ts'

/** `platform` is last: it plans nothing where nothing else was recognised. */
export const presets: readonly Preset[] = [
  nodeRuntime,
  nodePackages,
  nodeScripts,
  nodeToolFiles,
  python,
  rust,
  go,
  others,
  workflows,
  taskFiles,
  preCommit,
  lefthook,
  husky,
  simpleGitHooks,
  lintStaged,
  platform,
]
