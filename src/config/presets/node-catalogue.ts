/** The JavaScript tools that pawl knows by name. */
import { formatters } from './node-formatters.ts'
import { linters } from './node-linters.ts'
import { runners } from './node-runners.ts'
import type { NodeTool } from './node-tool.ts'

/** Order counts where several tools have one program: the first whose `lead` fits. */
export const nodeTools: readonly NodeTool[] = [...formatters, ...linters, ...runners]
