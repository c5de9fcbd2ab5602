/** Consent decides whether a fix may change something. */
import type { Task } from './task.ts'

export type Consent = {
  /** undefined: go ahead. A text: refused, and why. Without a person at a terminal it never waits. */
  refusal(fix: Task, description: string): Promise<string | undefined>
}
