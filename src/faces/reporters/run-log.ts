/** Writes the log of a run: one line for each fact, "[YYYY-MM-DD HH:MM:SS] LEVEL: text" in UTC. Raw output of tools is kept elsewhere. */
import { causeText } from '../../model/cause.ts'
import { durationText } from '../../model/duration.ts'
import { endingsIn, type Event, type Finished } from '../../model/event.ts'
import { type Failure, placeText } from '../../model/failure.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { Plan } from '../../model/plan.ts'
import type { Reporter } from '../../model/reporter.ts'
import type { TaskId } from '../../model/task.ts'
import { countText } from './finding-text.ts'
import { factLine } from './job-fact-lines.ts'
import { isOfAgents, jobsOf } from './job-names.ts'
import { safeLine } from './safe-text.ts'
import { slotsText } from './usage-text.ts'
import { settlementText } from './settlement-text.ts'
import { countsText } from './counts-text.ts'
import { namesText, verdictText } from './summary.ts'
import { isOfBefore } from './work-facts.ts'

export type LogLevel =
  | 'HEADER'
  | 'SECTION'
  | 'STATUS'
  | 'SUCCESS'
  | 'ERROR'
  | 'WARNING'
  | 'INFO'
  | 'SKIP'
  | 'CACHE_HIT'
  | 'LOCK_ACQUIRED'
  | 'LOCK_RELEASED'
  | 'STATE_SAVED'
  | 'LOG_ROTATION'
  | 'REMEDIATE'

/** No event tells that the lock is free again: whoever frees it says so here. */
export type RunLog = Reporter & { lockReleased(at: number): void }

type Line = readonly [LogLevel, string]

/** `write` gets lines without the last line break. `mode` as people know it: "fix=safe dry-run=no interactive=no". */
export function runLog(write: (lines: string) => void, about: { readonly host: string; readonly mode: string }): RunLog {
  const put = (at: number, lines: readonly Line[]): void => {
    if (lines.length === 0) return
    // Not local: the rules of time zones take a runtime longer to load than a short run takes.
    const stamp = new Date(at).toISOString().slice(0, 19).replace('T', ' ')
    write(lines.map(([level, text]) => `[${stamp}] ${level}: ${safeLine(text)}`).join('\n'))
  }
  return {
    name: 'log',
    on: (event, run, plan) => put(event.at, linesOf(event, plan, run.number, about)),
    lockReleased: (at) => put(at, [['LOCK_RELEASED', 'another run may start']]),
  }
}

function linesOf(event: Event, plan: Plan, run: number, about: { readonly host: string; readonly mode: string }): readonly Line[] {
  switch (event.type) {
    case 'run.started':
      return headerLines(event, plan, about)
    case 'round.opened':
      return [['SECTION', event.round === 1 ? 'Round 1' : `Round ${event.round}: checking again what the fixes disturbed`]]
    case 'attempt.started':
      return [isFix(plan, event.task) ? ['REMEDIATE', `attempt ${event.task}`] : ['STATUS', `${event.attempt} started`]]
    case 'attempt.missed':
      return [['INFO', `${event.task} runs because ${causeText(event.cause)}`]]
    case 'attempt.noted':
      return [['INFO', `${event.task}: ${event.text}`]]
    case 'job.advanced':
      return isOfBefore(event.attempt) ? [] : factLines(event, plan)
    case 'attempt.finished':
    case 'tasks.reused':
      return endingsIn(event).map((ended) => (isFix(plan, ended.task) ? fixLine(ended) : checkLine(ended, plan, run)))
    case 'task.blocked':
      return [['SKIP', `${event.task} is blocked by ${event.by}`]]
    case 'retry.scheduled':
      return [['WARNING', `${event.task} is tried again in ${durationText(event.delayMs)}`]]
    case 'slots.changed':
      return [['INFO', slotsText(event)]]
    case 'cancel.requested':
      return [['WARNING', `cancel requested: ${event.reason}`]]
    case 'failure.noted':
      return [['WARNING', failureText(event.failure)]]
    case 'lock.acquired':
      return [['LOCK_ACQUIRED', `waited ${durationText(event.waitedMs)}`]]
    case 'logs.rotated':
      return [['LOG_ROTATION', `removed logs of ${event.removed} old runs`]]
    case 'run.finished':
      return endLines(event, isOfAgents(plan))
    default:
      return []
  }
}

function headerLines(
  event: Extract<Event, { type: 'run.started' }>,
  plan: Plan,
  { host, mode }: { readonly host: string; readonly mode: string },
): readonly Line[] {
  const branch = event.branch === undefined ? 'none' : `${event.branch}${event.commit === undefined ? '' : ` at ${event.commit}`}`
  const facts = [
    `pawl ${event.version}`,
    `Started: ${new Date(event.at).toISOString()}`,
    `Command: ${event.command} (run ${event.run})`,
    `Mode: ${mode}`,
    `Host: ${host}`,
    `Root: ${event.root}`,
    `Branch: ${branch}`,
  ]
  const skips = event.plan.skips.map(({ task, reason }): Line => ['SKIP', `${task}: ${reason}`])
  return [
    ...facts.map((fact): Line => ['HEADER', fact]),
    ['INFO', `${isOfAgents(plan) ? countText(jobsOf(plan).length, 'prompt') : `${event.plan.tasks.length} checks`} planned${event.dryRun ? ', dry run' : ''}`],
    ...skips,
  ]
}

function checkLine({ task, outcome, at }: Finished, plan: Plan, run: number): Line {
  const text = `${task} ${outcome.kind}: ${settlementText(outcome, { at, run })}`
  if (outcome.kind === 'cached') return ['CACHE_HIT', `${task} age=${Math.max(0, Math.round((at - outcome.from.at) / 1000))}s run=${outcome.from.run}`]
  if (outcome.kind === 'errored') return [badLevel(plan, task), `${task} errored: ${failureText(outcome.failure)}`]
  return [outcome.kind === 'failed' || outcome.kind === 'timed-out' || outcome.kind === 'lost' ? badLevel(plan, task) : mildLevels[outcome.kind], text]
}

const mildLevels = { passed: 'SUCCESS', cancelled: 'WARNING', refused: 'SKIP', described: 'INFO' } as const satisfies Partial<Record<Outcome['kind'], LogLevel>>
const badLevel = (plan: Plan, task: TaskId): LogLevel => (plan.tasks.get(task)?.task.severity === 'advisory' ? 'WARNING' : 'ERROR')

function fixLine({ task, outcome, at }: Finished): Line {
  if (outcome.kind === 'refused') return ['REMEDIATE', `refused ${task}: ${outcome.reason}`]
  if (outcome.kind === 'described') return ['REMEDIATE', `skipped ${task}: ${outcome.description}`]
  if (outcome.kind !== 'passed') return ['ERROR', `${task} did not mend: ${settlementText(outcome, { at, run: 0 })}`]
  const files = outcome.mend?.files.map((file) => file.path) ?? []
  const derived = outcome.mend?.derived ?? []
  if (files.length + derived.length === 0) return ['REMEDIATE', `skipped ${task}: there was nothing to change`]
  return ['REMEDIATE', `success ${task}: ${namesText([...files, ...derived])}`]
}

function factLines({ task, fact, at }: Extract<Event, { type: 'job.advanced' }>, plan: Plan): readonly Line[] {
  const line = factLine(plan, task, fact, at)
  return line === undefined ? [] : [[line.weight === 'bad' ? 'ERROR' : 'INFO', line.text]]
}

function endLines(event: Extract<Event, { type: 'run.finished' }>, ofAgents: boolean): readonly Line[] {
  const text = ofAgents
    ? `${event.verdict} in ${durationText(event.durationMs)}`
    : `${verdictText(event.verdict, event.counts)}: ${countsText(event.counts)} in ${durationText(event.durationMs)}`
  const level = event.verdict === 'passed' ? 'SUCCESS' : event.verdict === 'described' ? 'INFO' : event.verdict === 'cancelled' ? 'WARNING' : 'ERROR'
  return [
    [level, text],
    ['STATE_SAVED', `${event.seq} events`],
  ]
}

function failureText({ what, why, kept, hint, place }: Failure): string {
  const where = placeText(place)
  return [where === '' ? what : `${where} ${what}`, why, kept, hint].filter((part) => part !== undefined).join('; ')
}

const isFix = (plan: Plan, task: TaskId): boolean => plan.tasks.get(task)?.task.role === 'fix'
