/** A Lock lets one run at a time work on a repository. */
import type { Cancellation } from './cancellation.ts'
import type { Failure } from './failure.ts'

/** For people only: the kernel holds the lock, not this record. */
export type Holder = {
  readonly pid: number
  readonly command: string
  readonly since: number
  readonly host: string
  readonly state: 'running' | 'stopped' | 'unknown'
}

export type HeldLock = {
  readonly waitedMs: number
  /** False when somebody deleted the lock while it was held: another run may have begun then. */
  intact(): boolean
  release(): void
}

export type Lock = {
  /** Waits up to `waitMs`, telling who holds it. Never goes on without the lock. */
  acquire(
    command: string,
    waitMs: number,
    onWait: (holder: Holder | undefined) => void,
    cancellation: Cancellation,
  ): Promise<{ readonly ok: true; readonly lock: HeldLock } | { readonly ok: false; readonly failure: Failure }>
  /** Who holds it now, without waiting. */
  holder(): Holder | undefined
}
