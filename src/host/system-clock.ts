/** The Clock of this machine. */
import type { Cancellation } from '../model/cancellation.ts'
import type { Clock } from '../model/clock.ts'

/** A timer of the runtime that is set for longer than this fires at once. */
export const longestTimerMs = 2 ** 31 - 1

export function systemClock(): Clock {
  return { now: () => Date.now(), elapsed: () => performance.now(), sleep }
}

async function sleep(ms: number, cancellation?: Cancellation): Promise<void> {
  const until = performance.now() + ms
  const isCancelled = (): boolean => cancellation?.requested === true
  for (let restMs = ms; restMs > 0 && !isCancelled(); restMs = until - performance.now()) {
    await pause(Math.min(restMs, longestTimerMs), cancellation)
  }
}

function pause(ms: number, cancellation: Cancellation | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  const forget = cancellation?.onRequest(() => resolve())
  return promise.finally(() => {
    clearTimeout(timer)
    forget?.()
  })
}
