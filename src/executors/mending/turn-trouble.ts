/** Says of a turn that did not come to a good end what that means for the fix. */
import type { TurnEnd } from '../../model/agent.ts'
import { unapprovedSettings } from '../../model/agent-settings.ts'
import { unreachable, type Failure } from '../../model/failure.ts'
import type { Outcome } from '../../model/outcome.ts'

type Trouble =
  | { readonly kind: 'errored'; readonly failure: Failure }
  | { readonly kind: 'timed-out'; readonly limitMs: number; readonly silent?: true }
  | { readonly kind: Extract<Outcome, { kind: 'cancelled' }>['kind'] }

/** Undefined: its edit is to be looked at. That includes a stop at a limit of turns or money: what is better is better. */
export function troubleOf(end: TurnEnd, agent: string, timeoutMs: number, silenceMs: number): Trouble | undefined {
  const because = end.why === undefined ? {} : { why: end.why }
  const kept = 'nothing of the agent was applied'
  const trouble = (type: Failure['type'], what: string, hint: string): Trouble => ({ kind: 'errored', failure: { type, what, ...because, kept, hint } })
  switch (end.outcome) {
    case 'ok':
    case 'budget':
    case 'turns':
      return undefined
    case 'cancelled':
      return { kind: 'cancelled' }
    case 'timed-out':
      return { kind: 'timed-out', limitMs: timeoutMs }
    case 'stalled':
      return { kind: 'timed-out', limitMs: silenceMs, silent: true }
    case 'missing':
      return trouble('agent.missing', `${agent} could not be started`, 'Install it, or name another agent with --agent.')
    case 'auth':
      return trouble('agent.login', `the login of ${agent} was refused`, `Log in to ${agent} by hand, or set its key, and run pawl fix again.`)
    case 'quota':
      return trouble('agent.quota', `the quota of ${agent} is used up${resetText(end.resetsAt)}`, 'Run pawl fix again when it is free; what was applied stays.')
    case 'overloaded':
      return trouble('agent.overloaded', `the model of ${agent} could not be reached`, 'Run pawl fix again later.')
    case 'context':
      return trouble('agent.stopped', `what ${agent} was told or read is too long for its model`, 'Name fewer checks with --only.')
    case 'refused':
    case 'denied':
    case 'needs-input':
      return trouble('agent.stopped', `${agent} would not go on`, 'pawl logs shows what it said.')
    case 'unapproved':
      return { kind: 'errored', failure: { ...unapprovedSettings(end, agent), kept } }
    case 'sandbox':
      return trouble('agent.stopped', `the sandbox of ${agent} could not work here`, 'pawl logs shows what it said.')
    case 'killed':
    case 'crashed':
      return trouble('agent.crashed', `${agent} did not end as it should`, 'pawl logs shows what it printed.')
    case 'protocol':
      return trouble('agent.crashed', `${agent} ended without saying how its turn ended`, 'pawl logs shows what it printed.')
    default:
      return unreachable(end.outcome)
  }
}

const resetText = (resetsAt: number | undefined): string => (resetsAt === undefined ? '' : ` until ${new Date(resetsAt).toISOString()}`)
