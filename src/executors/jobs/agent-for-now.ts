/** Says which agent a job is to be asked of now: its own, or the first that can go on where that one cannot. */
import type { AgentChoice } from '../../model/agent.ts'
import type { Failure } from '../../model/failure.ts'
import type { JobState } from '../../model/job-state.ts'
import type { JobAction } from '../../model/task.ts'
import type { Breaker } from './breaker.ts'
import { accountOf } from './job-world.ts'

/** For a quota that is free again later than that, no run is kept waiting. */
export const longestParkMs = 24 * 3_600_000

/** `until` (epoch milliseconds): it can be asked again then; absent: not in this run. */
export type Barred = { readonly agent: AgentChoice; readonly failure: Failure; readonly until?: number }

export type ForNow = { readonly agent: AgentChoice } | { readonly barred: Barred }

/** A job stays with whom it went on with: its conversation is there. */
export function agentForNow(
  { agent, fallback = [] }: Pick<JobAction, 'agent' | 'fallback'>,
  state: Pick<JobState, 'agent'>,
  breaker: Breaker,
  now: number,
): ForNow {
  const named = [agent, ...fallback]
  const ordered = [...named.filter(({ name }) => name === state.agent), ...named.filter(({ name }) => name !== state.agent)]
  const free = ordered.find((one) => breaker.open(accountOf(one), now) === undefined)
  if (free !== undefined) return { agent: free }
  const barred = named.map((one) => barredBy(one, breaker, now))
  // Whoever can be asked soonest.
  const [soonest] = barred.filter(({ until }) => until !== undefined && until - now <= longestParkMs).toSorted((a, b) => (a.until ?? 0) - (b.until ?? 0))
  return { barred: soonest ?? { agent, failure: barredBy(agent, breaker, now).failure } }
}

function barredBy(agent: AgentChoice, breaker: Breaker, now: number): Barred {
  const { name, argv } = agent
  const { why, until } = breaker.open(accountOf(agent), now) ?? { why: 'quota' }
  if (why === 'login') return { agent, failure: { type: 'agent.login', what: `the login of ${name} was refused before in this run` } }
  if (why === 'missing')
    return { agent, failure: { type: 'agent.missing', what: `${name} could not be started before in this run`, why: `there is no program ${argv[0] ?? ''}` } }
  const failure: Failure = { type: 'agent.quota', what: `the quota of ${name} is used up`, kept: 'nothing was asked of it' }
  return { agent, failure, ...(until === undefined ? {} : { until }) }
}
