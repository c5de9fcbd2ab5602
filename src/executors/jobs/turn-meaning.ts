/** Says what the end of a turn means for a job: look at what was done, try again later, or give up. */
import type { TurnEnd } from '../../model/agent.ts'
import { unapprovedSettings } from '../../model/agent-settings.ts'
import { unreachable, type Failure } from '../../model/failure.ts'

export type Meaning =
  /** Look at the evidence: what the program says proves nothing. */
  | { readonly kind: 'look' }
  /** Another try may go better; `park`: not before the quota is free again. */
  | { readonly kind: 'again'; readonly failure: Failure; readonly park?: true }
  | { readonly kind: 'over'; readonly failure: Failure; readonly bars?: 'login' | 'missing' }
  /** It was not started: a person has to look first. */
  | { readonly kind: 'unapproved'; readonly failure: Failure }
  | { readonly kind: 'timed-out'; readonly silent: boolean }
  | { readonly kind: 'cancelled' }

export function meaningOf(end: TurnEnd, agent: string): Meaning {
  const kept = 'what it changed is kept in its checkout and under a rescue ref'
  const failure = (type: Failure['type'], what: string, hint: string): Failure => ({
    type,
    what,
    ...(end.why === undefined ? {} : { why: end.why }),
    kept,
    hint,
  })
  const again = (type: Failure['type'], what: string): Meaning => ({ kind: 'again', failure: failure(type, what, 'pawl retry goes on where it stopped.') })
  const over = (type: Failure['type'], what: string, hint: string): Meaning => ({ kind: 'over', failure: failure(type, what, hint) })
  switch (end.outcome) {
    case 'ok':
    case 'turns':
    case 'budget':
      return { kind: 'look' }
    case 'cancelled':
      return { kind: 'cancelled' }
    case 'timed-out':
      return { kind: 'timed-out', silent: false }
    case 'stalled':
      return { kind: 'timed-out', silent: true }
    case 'quota':
      return { kind: 'again', failure: failure('agent.quota', `the quota of ${agent} is used up`, 'It is tried again when the quota is free.'), park: true }
    case 'overloaded':
      return again('agent.overloaded', `the model of ${agent} could not be reached`)
    case 'killed':
    case 'crashed':
    case 'protocol':
      return again('agent.crashed', `${agent} did not end its turn as it should`)
    case 'auth':
      return { kind: 'over', failure: failure('agent.login', `the login of ${agent} was refused`, `Log in to ${agent}; pawl doctor tells.`), bars: 'login' }
    case 'missing':
      return {
        kind: 'over',
        failure: failure('agent.missing', `${agent} could not be started`, 'Install it, or name another agent with --agent.'),
        bars: 'missing',
      }
    case 'context':
      return over('agent.stopped', `what ${agent} was told or read is too long for its model`, 'Make the task smaller.')
    case 'sandbox':
      return over('agent.stopped', `the sandbox of ${agent} itself could not work here`, 'pawl doctor tells what it needs.')
    case 'unapproved':
      return { kind: 'unapproved', failure: unapprovedSettings(end, agent) }
    case 'denied':
    case 'needs-input':
    case 'refused':
      return over('agent.stopped', `${agent} would not go on`, 'pawl logs shows what it said.')
    default:
      return unreachable(end.outcome)
  }
}
