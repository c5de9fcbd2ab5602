/** Work that only one process at a time may do in a repository: it holds a lock from beginning to end. */
import { runLock } from '../host/run-lock.ts'
import { newCancellation, type Cancellation } from '../model/cancellation.ts'
import { failed, type Result } from '../model/failure.ts'
import type { HeldLock, Holder } from '../model/lock.ts'
import type { Site } from './site.ts'

export type LockWish = {
  readonly command: string
  /** Absent: that of runs. */
  readonly lock?: 'jobs'
  readonly waitMs: number
  readonly onWait: (holder: Holder | undefined) => void
  readonly cancellation: Cancellation
}

/** For commands that are quick themselves and nobody can cancel. */
export const quickly = (command: string, onWait: LockWish['onWait']): LockWish => ({ command, waitMs: 30_000, onWait, cancellation: newCancellation() })

/** Never works without the lock: the failure of not getting it is the result then. */
export async function whileLocked<T>(site: Site, wish: LockWish, work: (lock: HeldLock) => Promise<Result<T>>): Promise<Result<T>> {
  const acquired = await runLock(site.stateFolder, site.clock, wish.lock).acquire(wish.command, wish.waitMs, wish.onWait, wish.cancellation)
  if (!acquired.ok) return failed(acquired.failure)
  try {
    return await work(acquired.lock)
  } finally {
    acquired.lock.release()
  }
}
