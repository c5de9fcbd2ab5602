/** Shows events only when they are durable: a result that somebody saw is never lost. Results that come close together share one sync of the disk. */
import type { Event } from '../model/event.ts'

export type Acknowledgement = {
  /** Events that were appended just now. */
  show(events: readonly Event[]): void
  /** Resolves when all is shown; rejects when the disk refused. */
  end(): Promise<void>
}

export function acknowledgement(settle: () => Promise<void>, tell: (events: readonly Event[]) => void): Acknowledgement {
  let waiting: Event[] = []
  let settling: Promise<void> | undefined
  const refusals: Error[] = []
  const settleAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const due = waiting
      waiting = []
      await settle()
      tell(due)
    }
    settling = undefined
  }
  return {
    show(events) {
      // Nothing is promised by saying that something begins.
      if (settling === undefined && !events.some(isResult)) return tell(events)
      waiting.push(...events)
      settling ??= settleAll().catch((error: unknown) => void refusals.push(error instanceof Error ? error : new Error(String(error))))
    },
    async end() {
      await settling
      const [refusal] = refusals
      if (refusal !== undefined) throw refusal
    },
  }
}

const isResult = (event: Event): boolean => event.type === 'attempt.finished' || event.type === 'run.finished'
