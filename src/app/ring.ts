/** A Ring wakes who waits for whatever comes first: a look at changed files, a wish, the end, or the time. */
import { newCancellation, type Cancellation } from '../model/cancellation.ts'
import type { Clock } from '../model/clock.ts'
import { failed, failureIn, ok, type Result } from '../model/failure.ts'
import type { Tree } from '../model/tree.ts'
import type { TurnWish } from '../model/turn.ts'

export type Woken =
  | { readonly by: 'tree'; readonly tree: Result<Tree> }
  | { readonly by: 'wish'; readonly wish: TurnWish }
  | { readonly by: 'quit' }
  | { readonly by: 'time' }
  | { readonly by: 'run' }

export type Ring = {
  /** One waits at a time. What came while nobody waited is told first. `run`: also wakes when this is over. */
  next(within: { readonly ms?: number; readonly run?: Promise<unknown> }): Promise<Woken>
  /** There was a newer look than those that nobody has heard of yet. */
  forgetLooks(): void
}

export type Bells = {
  readonly clock: Clock
  readonly quitting: Cancellation
  readonly settled: () => Promise<Tree>
  readonly nextWish: () => Promise<TurnWish>
}

export function ring({ clock, quitting, settled, nextWish }: Bells): Ring {
  let missed: Woken[] = []
  let waiter: ((woken: Woken) => void) | undefined
  const wake = (woken: Woken): void => {
    const told = waiter
    waiter = undefined
    if (told === undefined) missed.push(woken)
    else told(woken)
  }
  /** Listened to for good, and asked again only when the answer was taken: nothing piles up while nothing happens. */
  const again = { tree: true, wish: true }
  const listen = (): void => {
    if (again.tree) void safely(settled()).then((tree) => wake({ by: 'tree', tree }), unexpected)
    if (again.wish) void nextWish().then((wish) => wake({ by: 'wish', wish }), unexpected)
    Object.assign(again, { tree: false, wish: false })
  }
  let broken: { readonly error: unknown } | undefined
  const unexpected = (error: unknown): void => {
    broken = { error }
    wake({ by: 'time' })
  }
  quitting.onRequest(() => wake({ by: 'quit' }))
  return {
    async next({ ms, run }) {
      listen()
      const timer = newCancellation()
      const { promise, resolve } = Promise.withResolvers<Woken>()
      waiter = resolve
      // Of time and the end of a run nothing is kept for later.
      const unlessWoken = (by: 'time' | 'run') => (): void => void (waiter === resolve && wake({ by }))
      const early = missed.shift()
      if (early !== undefined) wake(early)
      if (ms !== undefined) void clock.sleep(Math.max(0, ms), timer).then(unlessWoken('time'))
      run?.then(unlessWoken('run'), unlessWoken('run'))
      const woken = await promise
      timer.request('woken')
      if (broken !== undefined) throw broken.error
      if (woken.by === 'tree' || woken.by === 'wish') again[woken.by] = true
      return woken
    },
    forgetLooks() {
      if (missed.some(({ by }) => by === 'tree')) again.tree = true
      missed = missed.filter(({ by }) => by !== 'tree')
    },
  }
}

/** What git refuses is told; anything else is a bug. */
export async function safely<T>(work: Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work)
  } catch (error) {
    const failure = failureIn(error)
    if (failure === undefined) throw error
    return failed(failure)
  }
}
