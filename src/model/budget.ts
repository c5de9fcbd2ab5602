/** A Budget limits what the agents of a run may spend; what was Spent is measured, and what nobody told is unknown, never zero. */

export type Budget = {
  /** Milliseconds. */
  readonly timeMs?: number
  /** Turns of the model, as the agent counts them. */
  readonly turns?: number
  /** Tokens in and out, those from the agent's cache included. */
  readonly tokens?: number
  /** US dollars. */
  readonly usd?: number
}

export type Spent = {
  readonly timeMs: number
  readonly turns?: number
  readonly tokens?: number
  readonly usd?: number
}

export const nothingSpent: Spent = { timeMs: 0, turns: 0, tokens: 0, usd: 0 }

/** What is not known of one part is not known of the whole. */
export function spentTogether(a: Spent, b: Spent): Spent {
  return {
    timeMs: a.timeMs + b.timeMs,
    ...sumOf('turns', a, b),
    ...sumOf('tokens', a, b),
    ...sumOf('usd', a, b),
  }
}

function sumOf<K extends 'turns' | 'tokens' | 'usd'>(key: K, a: Spent, b: Spent): { readonly [P in K]?: number } {
  const [one, other] = [a[key], b[key]]
  return one === undefined || other === undefined ? {} : ({ [key]: one + other } as { readonly [P in K]?: number })
}

/** What was told of it: what nobody told is missing in these sums. */
export type Told = Required<Spent>

export const nothingTold: Told = { timeMs: 0, turns: 0, tokens: 0, usd: 0 }

export const toldTogether = (told: Told, { timeMs, turns = 0, tokens = 0, usd = 0 }: Spent): Told => ({
  timeMs: told.timeMs + timeMs,
  turns: told.turns + turns,
  tokens: told.tokens + tokens,
  usd: told.usd + usd,
})

const units = { timeMs: 'time', turns: 'turns', tokens: 'tokens', usd: 'money' } as const

/** Why nothing more may be spent; undefined while something is left of every limit. What is not known cannot be shown to be within a limit. */
export function spentOut(budget: Budget, spent: Spent): string | undefined {
  for (const key of ['timeMs', 'turns', 'tokens', 'usd'] as const) {
    const limit = budget[key]
    if (limit === undefined) continue
    const used = spent[key]
    if (used === undefined) return `the agent does not say how much it used of its budget of ${units[key]}`
    if (used >= limit) return `the budget of ${units[key]} is used up`
  }
  return undefined
}

/** What is left of each limit. */
export function leftOf(budget: Budget, spent: Spent): Budget {
  const left = (key: 'timeMs' | 'turns' | 'tokens' | 'usd'): number | undefined => {
    const limit = budget[key]
    return limit === undefined ? undefined : Math.max(0, limit - (spent[key] ?? limit))
  }
  const [timeMs, turns, tokens, usd] = [left('timeMs'), left('turns'), left('tokens'), left('usd')]
  return {
    ...(timeMs === undefined ? {} : { timeMs }),
    ...(turns === undefined ? {} : { turns }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(usd === undefined ? {} : { usd }),
  }
}
