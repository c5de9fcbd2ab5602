/** Mendings watch the working copy while a fix runs, so that what it changed is known and can be taken back. */
import type { Failure } from './failure.ts'
import type { Mend } from './mend.ts'
import type { Task } from './task.ts'

export type OpenMending = {
  /** What changed since `begin`. Contents from before are kept in the cache. */
  end(): Promise<Mend>
}

export type Mendings = {
  begin(fix: Task): Promise<OpenMending>
  /** Puts back the contents from before; refuses as a whole when a file was edited since. */
  takeBack(mends: readonly Mend[]): Promise<{ readonly restored: readonly string[]; readonly failures: readonly Failure[] }>
}
