/** A Breaker keeps all jobs of one account from asking a model that will not answer: until its quota is free again, or for good when the login was refused or there is no program. */

export type Breaker = {
  /** Why nothing is to be asked now; `until` in epoch milliseconds, absent: not in this run. */
  open(account: string, now: number): { readonly why: 'quota' | 'login' | 'missing'; readonly until?: number } | undefined
  park(account: string, until: number): void
  refuse(account: string): void
  /** Its program could not be started. */
  lack(account: string): void
}

export function newBreaker(): Breaker {
  const parked = new Map<string, number>()
  const gone = new Map<string, 'login' | 'missing'>()
  return {
    open(account, now) {
      const why = gone.get(account)
      if (why !== undefined) return { why }
      const until = parked.get(account)
      return until !== undefined && until > now ? { why: 'quota', until } : undefined
    },
    park: (account, until) => void parked.set(account, Math.max(until, parked.get(account) ?? 0)),
    refuse: (account) => void gone.set(account, 'login'),
    lack: (account) => void gone.set(account, 'missing'),
  }
}
