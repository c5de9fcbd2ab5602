/** A Reporter shows events. It can read everything and change nothing; one that throws is dropped. */
import type { AttemptId, Event } from './event.ts'
import type { Plan } from './plan.ts'
import type { Run } from './run.ts'

export type Reporter = {
  readonly name: string
  /** `run` already holds the event. */
  on(event: Event, run: Run, plan: Plan): void
  /** Raw output of an attempt, as it comes. */
  output?(attempt: AttemptId, chunk: Uint8Array): void
  /** After the last event; resolves when everything is shown. */
  close?(): Promise<void>
}
