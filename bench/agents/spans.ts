/** Where the time of a run of agents went, told by its events: at work, and in what pawl does around that. */

export type TimedEvent = {
  readonly type: string
  readonly at: number
  readonly task?: string
  readonly fact?: { readonly kind: string }
}

/** Milliseconds, summed over all jobs where several do it; `landing` is that of the tasks that land. */
export type Spans = {
  /** From the start of the process to the first event, and from the last event to its end. */
  readonly before: number
  readonly after: number
  readonly lease: number
  readonly start: number
  readonly work: number
  readonly judge: number
  readonly commit: number
  readonly survey: number
  readonly landing: number
}

/** Which step ends with a fact, counted from the event of the same job before it. */
const steps: Readonly<Record<string, keyof Spans>> = {
  leased: 'lease',
  'turn-begun': 'start',
  'turn-ended': 'work',
  judged: 'judge',
  committed: 'commit',
}

/** `from`, `to`: of the process, epoch milliseconds. */
export function spansOf(events: readonly TimedEvent[], from: number, to: number): Spans {
  const spans = {
    before: (events[0]?.at ?? from) - from,
    after: to - (events.at(-1)?.at ?? to),
    lease: 0,
    start: 0,
    work: 0,
    judge: 0,
    commit: 0,
    survey: 0,
    landing: 0,
  }
  const last = new Map<string, number>()
  for (const { type, at, task = '', fact } of events) {
    const since = last.get(task) ?? at
    if (type === 'attempt.started') last.set(task, at)
    if (type === 'job.advanced') {
      const step = steps[fact?.kind ?? '']
      if (step === undefined) continue
      spans[step] += at - since
      last.set(task, at)
    }
    if (type === 'attempt.finished') spans[task.startsWith('land:') ? 'landing' : 'survey'] += at - since
  }
  return spans
}
