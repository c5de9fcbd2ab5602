/** Says in one line what an agent would do. */
import type { AgentAction } from '../../model/task.ts'

export const describedMend = ({ agent }: AgentAction): string =>
  `${agent.name} would edit a copy; applied only if fewer findings are left and no check slips back`
