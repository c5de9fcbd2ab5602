/** Looks at the machine while a run goes on and says when the number of slots must change; the run records that like any other fact. */
import type { Happening } from '../model/event.ts'
import type { Plan } from '../model/plan.ts'
import type { PressureGauge } from '../model/pressure.ts'
import { slotsNow, type Run } from '../model/run.ts'
import { bigBytes, fullPace, nextPace, type Scene } from './pace.ts'

/** The change to record, if there is one. `elapsed` only goes forward, `now` is the clock of the events. */
export type Pacer = (run: Run, elapsed: number, now: number) => Extract<Happening, { type: 'slots.changed' }> | undefined

export const lookEveryMs = 500

/** Only the pool of the machine follows its pressure; other pools count what the user wants to be counted. */
const pool = 'cpu'

/** So long after its start a task is taken to have got the memory that it needs, so that it shows in the pressure. */
const youngMs = 5000

export function newPacer(plan: Plan, gauge: PressureGauge | undefined): Pacer {
  const wanted = plan.slots.get(pool) ?? 1
  if (gauge === undefined || wanted <= 1) return () => undefined
  let pressure: Scene['pressure'] | undefined
  let pace = fullPace(wanted)
  let lookedAt = -Infinity
  return (run, elapsed, now) => {
    // Where nothing waits, nothing is to be held back: a run that only reuses does not look at the machine.
    if ((run.ready.get(pool)?.length ?? 0) === 0) return undefined
    const fresh = elapsed - lookedAt >= lookEveryMs
    if (fresh) {
      pressure = gauge()
      lookedAt = elapsed
    }
    const next = (run.ready.get(pool) ?? []).slice(0, wanted).flatMap((id) => plan.tasks.get(id) ?? [])
    const weighty = next.some((one) => (one.expectedBytes ?? 0) >= bigBytes)
    if (pressure === undefined || (!fresh && !weighty && pace.slots === pace.level)) return undefined
    pace = nextPace(pace, {
      pressure,
      fresh,
      now: elapsed,
      wanted,
      used: run.used.get(pool) ?? 0,
      promisedBytes: promised(plan, run, now),
      next: next.map(({ task, expectedBytes }) => ({ weight: task.weight, ...(expectedBytes === undefined ? {} : { expectedBytes }) })),
    })
    return pace.slots === slotsNow(plan, run, pool) ? undefined : { type: 'slots.changed', pool, slots: pace.slots, reason: pace.reason }
  }
}

function promised(plan: Plan, run: Run, now: number): number {
  let bytes = 0
  for (const { task, startedAt } of run.live.values()) if (now - startedAt < youngMs) bytes += plan.tasks.get(task)?.expectedBytes ?? 0
  return bytes
}
