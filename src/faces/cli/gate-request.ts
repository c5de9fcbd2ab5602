/** What of the checks is the gate, as the flags of work say. */
import type { Result } from '../../model/failure.ts'
import type { Request } from '../../model/request.ts'
import type { Arguments } from './command.ts'
import { requestOf } from './request.ts'

/** The limits of agents are none of the checks. */
const ofAgents: ReadonlySet<string> = new Set(['timeoutMs', 'interactive', 'aiFix', 'dryRun'])

export function gateOf(args: Arguments): Result<Request> {
  const asked = requestOf(args)
  return asked.ok ? { ok: true, value: Object.fromEntries(Object.entries(asked.value).filter(([key]) => !ofAgents.has(key))) } : asked
}
