/** A run as a trace that Perfetto (ui.perfetto.dev) and chrome://tracing show: one lane for each task at a time, rounds, waits, slots. Made from the events alone. */
import { endingsIn, type Event } from '../../model/event.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { TaskId } from '../../model/task.ts'
import { jsonText } from './json-text.ts'

type Args = Readonly<Record<string, string | number | boolean>>
/** Times in microseconds since the run started. X: a span · i: a moment · C: a number over time · M: a name. */
type TraceEvent = {
  readonly name: string
  readonly ph: 'X' | 'i' | 'C' | 'M'
  readonly pid: 1
  readonly tid: number
  readonly ts?: number
  readonly dur?: number
  readonly cat?: string
  readonly s?: 'p'
  readonly args?: Args
}

/** The lane of the run itself; tasks have those from 1. */
const runLane = 0

export function traceText(events: readonly Event[]): string {
  return `${jsonText({ displayTimeUnit: 'ms', traceEvents: traceEvents(events) })}\n`
}

export function traceEvents(events: readonly Event[]): readonly TraceEvent[] {
  const startedAt = originOf(events)
  const lastAt = events.at(-1)?.at ?? startedAt
  const since = (at: number): number => Math.round(Math.max(0, at - startedAt) * 1000)
  const span = (name: string, tid: number, from: number, to: number, more: Partial<TraceEvent> = {}): TraceEvent => ({
    name,
    ph: 'X',
    pid: 1,
    tid,
    ts: since(from),
    dur: since(to) - since(from),
    ...more,
  })
  return [
    ...roundSpans(events, lastAt, span),
    ...attemptSpans(events, lastAt, span),
    ...events.flatMap((event) => [...waits(event, span), ...moments(event, since)]),
    ...names(events),
  ]
}

type Span = (name: string, tid: number, from: number, to: number, more?: Partial<TraceEvent>) => TraceEvent

function roundSpans(events: readonly Event[], lastAt: number, span: Span): readonly TraceEvent[] {
  const opened = events.filter((event) => event.type === 'round.opened')
  return opened.map(({ round, at }, i) => span(`round ${round}`, runLane, at, opened[i + 1]?.at ?? lastAt, { cat: 'round' }))
}

/** Each attempt gets the lowest lane that is free, so that as many lanes are seen as tasks ran at a time. */
function attemptSpans(events: readonly Event[], lastAt: number, span: Span): readonly TraceEvent[] {
  const live = new Map<string, { readonly lane: number; readonly at: number; readonly task: TaskId }>()
  const spans: TraceEvent[] = []
  for (const event of events) {
    if (event.type === 'attempt.started') {
      const taken = new Set([...live.values()].map((one) => one.lane))
      let lane = 1
      while (taken.has(lane)) lane += 1
      live.set(event.attempt, { lane, at: event.at, task: event.task })
    }
    const begun = event.type === 'attempt.finished' ? live.get(event.attempt) : undefined
    if (event.type === 'attempt.finished' && begun !== undefined) {
      live.delete(event.attempt)
      spans.push(span(begun.task, begun.lane, begun.at, event.at, { cat: event.outcome.kind, args: argsOf(event.attempt, event.outcome) }))
    }
  }
  // A run that was cut off has attempts without an end.
  for (const [attempt, { lane, at, task }] of live) spans.push(span(task, lane, at, lastAt, { cat: 'unfinished', args: { attempt, unfinished: true } }))
  return spans
}

function argsOf(attempt: string, outcome: Outcome): Args {
  const usage = 'usage' in outcome ? outcome.usage : undefined
  return {
    attempt,
    outcome: outcome.kind,
    ...('findings' in outcome ? { findings: outcome.findings.length } : {}),
    ...(outcome.kind === 'cached' ? { provenInRun: outcome.from.run, savedMs: outcome.savedMs } : {}),
    ...(usage?.cpuMs === undefined ? {} : { cpuMs: usage.cpuMs }),
    ...(usage?.peakBytes === undefined ? {} : { peakBytes: usage.peakBytes }),
  }
}

/** Waiting for the lock came before the first event. */
function originOf(events: readonly Event[]): number {
  return Math.min(events[0]?.at ?? 0, ...events.flatMap((event) => (event.type === 'lock.acquired' ? [event.at - event.waitedMs] : [])))
}

const noticeableMs = 20

const waits = (event: Event, span: Span): readonly TraceEvent[] =>
  event.type === 'lock.acquired' && event.waitedMs >= noticeableMs
    ? [span('waits for another run', runLane, event.at - event.waitedMs, event.at, { cat: 'lock' })]
    : []

function moments(event: Event, since: (at: number) => number): readonly TraceEvent[] {
  const text = momentText(event)
  if (text === undefined) return []
  const moment: TraceEvent = { name: text, ph: 'i', s: 'p', pid: 1, tid: runLane, ts: since(event.at), cat: event.type }
  if (event.type !== 'slots.changed') return [moment]
  return [moment, { name: `slots of ${event.pool}`, ph: 'C', pid: 1, tid: runLane, ts: since(event.at), args: { slots: event.slots } }]
}

function momentText(event: Event): string | undefined {
  switch (event.type) {
    case 'attempt.finished':
    case 'tasks.reused':
      return reusedText(endingsIn(event).flatMap(({ task, outcome }) => (outcome.kind === 'cached' ? [task] : [])))
    case 'task.blocked':
      return `${event.task} blocked by ${event.by}`
    case 'mending.begun':
      return `${event.task} mends`
    case 'retry.scheduled':
      return `${event.task} is tried again`
    case 'slots.changed':
      return `${event.slots} at a time: ${event.reason}`
    case 'cancel.requested':
      return `cancel: ${event.reason}`
    case 'failure.noted':
      return event.failure.what
    case 'run.finished':
      return event.verdict
    default:
      return undefined
  }
}

const namedTasks = 20

function reusedText(tasks: readonly string[]): string | undefined {
  const more = tasks.length > namedTasks ? ` and ${tasks.length - namedTasks} more` : ''
  return tasks.length === 0 ? undefined : `${tasks.slice(0, namedTasks).join(', ')}${more} reused`
}

function names(events: readonly Event[]): readonly TraceEvent[] {
  const started = events.find((event) => event.type === 'run.started')
  const name = started?.type === 'run.started' ? `pawl run ${started.run}: ${started.command}` : 'pawl'
  const named = (kind: string, tid: number, text: string): TraceEvent => ({ name: kind, ph: 'M', pid: 1, tid, args: { name: text } })
  return [named('process_name', runLane, name), named('thread_name', runLane, 'run')]
}
