/** Where warm workers stand between calls: one for each task, within a limit of memory, and not for ever. */
import type { WarmWorker } from './warm-worker.ts'

export type Kept = {
  /** Stands for all that its answers depend on besides the files that they are about. */
  readonly digest: string
  readonly worker: WarmWorker
  /** Resident memory after its last call. */
  bytes: number
  calls: number
  isBusy: boolean
  idle?: ReturnType<typeof setTimeout>
}

export type WarmShelf = {
  /** Undefined when there is none that lives and stands on the same; another one is ended. */
  take(task: string, digest: string): Kept | undefined
  put(task: string, one: Kept): void
  /** After a call: it waits for the next one, as long as there is room. Resolves when what has no room is gone. */
  rest(task: string, one: Kept): Promise<void>
  /** Resolves when nothing of it is left. */
  drop(task: string, one: Kept): Promise<void>
  dropAll(): Promise<void>
}

export function warmShelf({ limitBytes, idleMs }: { readonly limitBytes: number; readonly idleMs: number }): WarmShelf {
  /** The one that was asked last is the last. */
  const kept = new Map<string, Kept>()
  const ending = new Set<Promise<void>>()
  const drop = (task: string, one: Kept): Promise<void> => {
    if (kept.get(task) === one) kept.delete(task)
    clearTimeout(one.idle)
    const end = one.worker.end().finally(() => ending.delete(end))
    ending.add(end)
    return end
  }
  const sum = (): number => [...kept.values()].reduce((all, one) => all + one.bytes, 0)
  return {
    take(task, digest) {
      const known = kept.get(task)
      if (known === undefined) return undefined
      if (known.digest === digest && known.worker.isLive()) return known
      void drop(task, known)
      return undefined
    },
    put: (task, one) => void kept.set(task, one),
    async rest(task, one) {
      if (kept.get(task) !== one) return
      kept.delete(task)
      kept.set(task, one)
      clearTimeout(one.idle)
      one.idle = setTimeout(() => void drop(task, one), idleMs)
      one.idle.unref()
      for (const [name, other] of kept) if (sum() > limitBytes && !other.isBusy) await drop(name, other)
    },
    drop,
    async dropAll() {
      for (const [task, one] of kept) void drop(task, one)
      await Promise.all(ending)
    },
  }
}
