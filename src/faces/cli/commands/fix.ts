/** `pawl fix`: a run in which a coding agent mends what the fixes of tools leave. */
import type { CommandContext, CommandEnd } from '../command.ts'
import { requestOf } from '../request.ts'
import { wholeRun } from './whole-run.ts'

export async function fix(context: CommandContext): Promise<CommandEnd> {
  const request = requestOf(context.args)
  return request.ok ? wholeRun(context, request.value) : request
}
