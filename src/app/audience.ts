/** The reporters of a run: each sees every event and the state after it; one that throws is dropped and the drop is told. */
import type { AttemptId, Event } from '../model/event.ts'
import { failureIn, type Failure } from '../model/failure.ts'
import type { Plan } from '../model/plan.ts'
import type { Reporter } from '../model/reporter.ts'
import { apply, newRun } from '../model/run.ts'
import { messageOf } from '../model/thrown.ts'

export type Audience = {
  show(events: readonly Event[], plan: Plan): void
  output(attempt: AttemptId, chunk: Uint8Array): void
  close(): Promise<void>
}

export function audience(reporters: readonly Reporter[], complain: (failure: Failure) => void): Audience {
  const present = new Set(reporters)
  // A fold of its own: events are shown after they are durable, when the live run may already be ahead; and a reporter cannot touch the run.
  const run = newRun()
  const guarded = (reporter: Reporter, tell: () => void): void => {
    try {
      tell()
    } catch (error) {
      present.delete(reporter)
      complain(dropped(reporter.name, error))
    }
  }
  return {
    show: (events, plan) => {
      for (const event of events) {
        apply(plan, run, event)
        for (const reporter of present) guarded(reporter, () => reporter.on(event, run, plan))
      }
    },
    output: (attempt, chunk) => {
      for (const reporter of present) if (reporter.output !== undefined) guarded(reporter, () => reporter.output?.(attempt, chunk))
    },
    close: async () => {
      for (const reporter of present) await reporter.close?.()
    },
  }
}

/** A full disk below the output of pawl is trouble of the world; anything else is a mistake of the reporter. */
function dropped(name: string, error: unknown): Failure {
  const why = messageOf(error)
  const refused = failureIn(error)
  if (refused === undefined) return { type: 'pawl.bug', what: `the reporter '${name}' failed and is switched off: ${why}` }
  const { hint } = refused
  return {
    type: 'report.unwritten',
    what: `what the reporter '${name}' had to say could not be written to the end`,
    why,
    kept: 'the run itself went on and is recorded: pawl status',
    ...(hint === undefined ? {} : { hint }),
  }
}
