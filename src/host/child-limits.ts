/** Tells when a child must be stopped: it took too long, it was silent too long, or nobody wants its answer any more. */
import type { ProcessSpec } from '../model/processes.ts'

export type Reason = 'timed-out' | 'silent' | 'cancelled'

export type LimitWatch = {
  /** Resolves with the first reason. */
  readonly reached: Promise<Reason>
  sawOutput(): void
  end(): void
}

/** So often the time is looked at. A longer gap means that pawl itself stood still: a suspended machine, a stopped process, a paused container. */
const tickMs = 1000

/**
 * Only time in which pawl was awake counts, for what stops pawl mostly stops the child too; and a child that printed meanwhile was not silent.
 * `hear` passes on what the child has printed and nobody has read yet.
 */
export function watchLimits(spec: Pick<ProcessSpec, 'timeoutMs' | 'silenceMs' | 'cancellation'>, hear: () => Promise<void>): LimitWatch {
  const { promise: reached, resolve } = Promise.withResolvers<Reason>()
  const { timeoutMs, silenceMs = Number.POSITIVE_INFINITY } = spec
  let lookedMs = performance.now()
  let awakeMs = 0
  let heardAtMs = 0
  let over = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const restMs = (): number => Math.min(timeoutMs - awakeMs, heardAtMs + silenceMs - awakeMs)
  const pause = (): void => {
    if (!over) timer = setTimeout(() => void tick(), Math.max(0, Math.min(restMs(), tickMs)))
  }
  const tick = async (): Promise<void> => {
    count()
    if (awakeMs >= timeoutMs) return resolve('timed-out')
    if (restMs() > 0) return pause()
    await hear()
    if (restMs() <= 0) return resolve('silent')
    pause()
  }
  const count = (): void => {
    const nowMs = performance.now()
    awakeMs += Math.min(nowMs - lookedMs, 2 * tickMs)
    lookedMs = nowMs
  }
  const forget = spec.cancellation.onRequest(() => resolve('cancelled'))
  pause()
  return {
    reached,
    sawOutput: () => {
      if (silenceMs === Number.POSITIVE_INFINITY) return
      count()
      heardAtMs = awakeMs
    },
    end: () => {
      over = true
      clearTimeout(timer)
      forget()
    },
  }
}
