/** Watching tells that something may have changed below a root. It never says what is true now: whoever hears it has to look. */
import type { Failure } from './failure.ts'

/** What git is doing: writing its index, or standing between the steps of a rebase. */
export type GitWork = 'writing' | 'between-steps' | undefined

export type Watching = {
  /**
   * Call this before a look: when it resolves, changes in all folders that exist now are heard. What happened in a new folder before is seen by the look,
   * what happens after is heard.
   */
  caughtUp(): Promise<void>
  /** Paths that git ignores and that count all the same; replaces those of before. */
  also(paths: readonly string[]): void
  gitWork(): GitWork
  close(): void
}

export type Listener = {
  /** May be called often; a burst is for the listener to settle. */
  readonly stirred: () => void
  /** Changes cannot be heard (any more): `stirred` is called every so often from now on. */
  readonly polling: (why: Failure) => void
}
