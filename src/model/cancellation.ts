/** A Cancellation tells work in progress that it should end. */

export type Cancellation = {
  readonly requested: boolean
  /** Calls back once when cancelling is requested, at once if it already was. Returns how to stop listening. */
  onRequest(listener: (reason: string) => void): () => void
}

export type CancellationSource = Cancellation & { request(reason: string): void }

export function newCancellation(): CancellationSource {
  let reason: string | undefined
  const listeners = new Set<(reason: string) => void>()
  return {
    get requested() {
      return reason !== undefined
    },
    onRequest(listener) {
      if (reason !== undefined) listener(reason)
      else listeners.add(listener)
      return () => listeners.delete(listener)
    },
    request(why) {
      if (reason !== undefined) return
      reason = why
      for (const listener of listeners) listener(why)
      listeners.clear()
    },
  }
}
