/** The plain view: one calm line for each task that ended, details only of what did not pass, then the summary. */
import { causeText } from '../../model/cause.ts'
import { durationText } from '../../model/duration.ts'
import { endingsIn, type AttemptId, type Event, type Finished } from '../../model/event.ts'
import { type Outcome, satisfies, type Settlement } from '../../model/outcome.ts'
import type { Plan } from '../../model/plan.ts'
import type { Reporter } from '../../model/reporter.ts'
import type { Run } from '../../model/run.ts'
import type { TaskId } from '../../model/task.ts'
import type { CalledBy } from '../../model/warm.ts'
import { barred, detailLines } from './detail-lines.ts'
import { type Facts, newFacts, remember } from './facts.ts'
import { failureLines } from './failure-text.ts'
import { countText } from './finding-text.ts'
import { type OutputTail, outputTail } from './output-tail.ts'
import { type Palette, palette as paletteOf } from './palette.ts'
import { quotedWord } from '../../model/shell-words.ts'
import { reproduceText } from '../../model/reproduce.ts'
import { safeLine } from './safe-text.ts'
import type { Screen } from './screen.ts'
import { settlementLine } from './settlement-text.ts'
import { slotsText, usageText } from './usage-text.ts'
import { namesText, summaryLines } from './summary.ts'

/** quiet: what did not pass and the verdict. verbose: also reasons, commands and all output. */
export type Detail = 'quiet' | 'normal' | 'verbose'

const mostReused = 20
const tailBytes = { quiet: 64 * 1024, normal: 64 * 1024, verbose: 4 * 1024 * 1024 } as const satisfies Record<Detail, number>

type Scene = {
  readonly detail: Detail
  readonly brief: boolean
  readonly palette: Palette
  readonly facts: Facts
  /** What live attempts printed so far. */
  readonly tails: Map<AttemptId, OutputTail>
  /** Details that wait: a fix may make them obsolete. */
  readonly waiting: Map<TaskId, OutputTail | undefined>
  /** What was last told about a task, to tell it once. */
  readonly told: Map<TaskId, string>
  reused: number
  wrote: boolean
}

/** brief: the run is one of a series, so that one line is enough at its end. */
export function plainReporter(screen: Pick<Screen, 'write' | 'colour'>, detail: Detail = 'normal', brief = false): Reporter {
  const scene: Scene = {
    detail,
    brief,
    palette: paletteOf(screen.colour),
    facts: newFacts(),
    tails: new Map(),
    waiting: new Map(),
    told: new Map(),
    reused: 0,
    wrote: false,
  }
  return {
    name: 'plain',
    on(event, run, plan) {
      remember(scene.facts, event)
      const lines = eventLines(scene, event, run, plan)
      if (lines.length === 0) return
      scene.wrote = true
      screen.write(`${lines.join('\n')}\n`)
    },
    output(attempt, chunk) {
      let tail = scene.tails.get(attempt)
      if (tail === undefined) scene.tails.set(attempt, (tail = outputTail(tailBytes[detail])))
      tail.add(chunk)
    },
  }
}

function eventLines(scene: Scene, event: Event, run: Run, plan: Plan): string[] {
  const { palette } = scene
  switch (event.type) {
    case 'run.started':
      return startLines(scene, event)
    case 'round.opened':
      return event.round > 1 && scene.detail !== 'quiet' ? [palette.dim(`round ${event.round}: checking again what the fixes disturbed`)] : []
    case 'attempt.noted':
      return scene.detail === 'quiet' ? [] : [palette.dim(`  ${safeLine(event.task)}: ${safeLine(event.text)}`)]
    case 'attempt.finished':
    case 'tasks.reused':
      return endingsIn(event).flatMap((ended) => finishedLines(scene, ended, run, plan))
    case 'task.blocked':
      return scene.detail === 'quiet' ? [] : taskLine(scene, event.task, { kind: 'blocked', by: event.by }, event.at, run, plan)
    case 'slots.changed':
      return scene.detail === 'verbose' ? [palette.dim(safeLine(slotsText(event)))] : []
    case 'cancel.requested':
      return [
        palette.yellow(
          `cancelling (${safeLine(event.reason)}): waiting for ${countText(run.live.size, 'task')} to end${event.reason === 'SIGINT' ? '; Ctrl-C again ends it at once' : ''}`,
        ),
      ]
    case 'failure.noted':
      return noteLines(failureLines(event.failure, palette), palette)
    case 'lock.acquired':
      return event.waitedMs >= 1000 && scene.detail !== 'quiet' ? [palette.dim(`waited ${durationText(event.waitedMs)} for another run`)] : []
    case 'run.finished':
      return endLines(scene, event.at, run, plan)
    default:
      return []
  }
}

function startLines({ detail, palette }: Scene, event: Extract<Event, { type: 'run.started' }>): string[] {
  if (detail === 'quiet') return []
  const place = [event.branch, event.commit?.slice(0, 9)].filter((part) => part !== undefined).join(' ')
  const head =
    detail === 'verbose' ? [palette.dim(`pawl ${event.version}, run ${event.run}, ${safeLine(event.root)}${place === '' ? '' : ` (${safeLine(place)})`}`)] : []
  return [...head, ...skipLines(event.plan.skips, detail, palette)]
}

/** How detected checks of other platforms are left out; people need to hear of all of them once, not one by one. */
const forOthers = /^only on .*; this is /

/** One line for each reason, so that a selection of one check does not list all others. */
function skipLines(skips: readonly { readonly task: TaskId; readonly reason: string }[], detail: Detail, palette: Palette): string[] {
  const byReason =
    detail === 'verbose'
      ? new Map(skips.map((skip) => [skip.task, [skip]]))
      : Map.groupBy(skips, (skip) => (forOthers.test(skip.reason) ? 'for another platform' : skip.reason))
  return [...byReason].map(([reason, [first, ...more]]) => {
    const who = first === undefined ? '' : more.length === 0 ? safeLine(first.task) : countText(more.length + 1, 'check')
    const names =
      more.length === 0
        ? ''
        : ` (${namesText(
            [first, ...more].map((skip) => skip?.task ?? ''),
            5,
          )})`
    return palette.dim(`- ${who}  skipped: ${safeLine(more.length === 0 ? (first?.reason ?? '') : reason)}${names}`)
  })
}

function finishedLines(scene: Scene, event: Finished, run: Run, plan: Plan): string[] {
  const { task, outcome, attempt } = event
  const tail = scene.tails.get(attempt)
  scene.tails.delete(attempt)
  const extra = scene.detail === 'verbose' ? verboseLines(scene, task, outcome, tail, plan) : []
  if (plan.tasks.get(task)?.task.role === 'fix') return [...fixLines(scene, event, run, plan), ...extra]
  if (run.resting.has(task) || run.sleeping.has(task)) return [...againLines(scene, event), ...extra]
  if (satisfies(outcome)) scene.waiting.delete(task)
  const details = satisfies(outcome) ? [] : badLines(scene, event, tail, plan)
  const lines = isSilent(scene, event, run, plan) ? [] : taskLine(scene, task, outcome, event.at, run, plan)
  return lines.length === 0 ? extra : [...lines, ...extra, ...details]
}

/** Reused results are told as long as they are few, and not at all when this very run proved them. */
function isSilent(scene: Scene, { task, outcome }: Finished, run: Run, plan: Plan): boolean {
  const judged = plan.tasks.get(task)?.task
  // What a fix may mend is told at the end, if it stays.
  if (scene.detail === 'quiet') return satisfies(outcome) || judged?.severity === 'advisory' || (outcome.kind === 'failed' && (judged?.fixes.length ?? 0) > 0)
  if (outcome.kind !== 'cached') return false
  if (run.ran.has(task) || scene.told.has(task)) return !run.mended.has(task)
  scene.reused += 1
  return scene.detail === 'normal' && scene.reused > mostReused
}

function taskLine(scene: Scene, id: TaskId, settlement: Settlement, at: number, run: Run, plan: Plan): string[] {
  const advisory = plan.tasks.get(id)?.task.severity === 'advisory'
  const line = settlementLine(id, settlement, { at, run: run.number, mended: run.mended.has(id), advisory }, scene.palette)
  if (settlement.kind === 'cached') scene.told.set(id, '')
  return [line + missText(scene, id, settlement)]
}

/** Why it ran although it was proven once. A first time needs no excuse; in the verbose view the cause has a line of its own. */
function missText({ detail, facts, palette }: Scene, id: TaskId, settlement: Settlement): string {
  const cause = facts.causes.get(id)
  const really = settlement.kind === 'passed' || settlement.kind === 'failed'
  if (!really || detail !== 'normal' || cause === undefined || !('run' in cause)) return ''
  return `  ${palette.dim(safeLine(causeText(cause)))}`
}

/** Details at once, so that a person can begin; later where a fix may make them obsolete; never twice the same. */
function badLines(scene: Scene, { task, outcome }: Finished, tail: OutputTail | undefined, plan: Plan): string[] {
  const shown = scene.detail === 'verbose' ? undefined : tail
  if (outcome.kind === 'failed' && (plan.tasks.get(task)?.task.fixes.length ?? 0) > 0) {
    scene.waiting.set(task, shown)
    return []
  }
  return detailsOnce(scene, task, outcome, shown, plan)
}

function detailsOnce(scene: Scene, task: TaskId, settlement: Settlement, tail: OutputTail | undefined, plan: Plan): string[] {
  const lines = detailLines(plan, task, settlement, tail, scene.palette)
  const text = lines.join('\n')
  if (scene.told.get(task) === text) return []
  scene.told.set(task, text)
  return lines
}

function againLines({ detail, palette }: Scene, { task, outcome, at }: Finished): string[] {
  if (detail === 'quiet') return []
  return [`${settlementLine(task, outcome, { at, run: 0 }, palette)}  ${palette.dim('↻ trying again')}`]
}

function fixLines(scene: Scene, { task, outcome, at }: Finished, run: Run, plan: Plan): string[] {
  const { palette, detail } = scene
  if (outcome.kind === 'failed' || outcome.kind === 'errored' || outcome.kind === 'timed-out') {
    const partly = outcome.kind === 'failed' && (outcome.mend?.files.length ?? 0) > 0 ? [`  ${mendText(outcome)}`] : []
    return [...taskLine(scene, task, outcome, at, run, plan), ...partly, ...detailsOnce(scene, task, outcome, undefined, plan)]
  }
  if (detail === 'quiet') return []
  return outcome.kind === 'passed' ? [`${palette.cyan('~')} ${safeLine(task)}  ${mendText(outcome)}`] : taskLine(scene, task, outcome, at, run, plan)
}

function mendText({ mend }: Extract<Outcome, { kind: 'passed' | 'failed' }>): string {
  const files = mend?.files.map((file) => file.path) ?? []
  if (files.length > 0) return `mended ${countText(files.length, 'file')}: ${namesText(files)}`
  return mend === undefined || mend.derived.length === 0 ? 'changed nothing' : `wrote ${namesText(mend.derived)}`
}

function verboseLines({ facts, palette }: Scene, id: TaskId, outcome: Outcome, tail: OutputTail | undefined, plan: Plan): string[] {
  const cause = facts.causes.get(id)
  const task = plan.tasks.get(id)?.task
  const ran = cause !== undefined && outcome.kind !== 'cached' && outcome.kind !== 'described'
  const head = ran ? [`  ran because ${safeLine(causeText(cause))}`, ...(task === undefined ? [] : [`  $ ${safeLine(reproduceText(task))}`])] : []
  const kept = outcome.kind === 'passed' && outcome.notKept !== undefined ? [`  not kept for reuse: ${safeLine(outcome.notKept)}`] : []
  const { lines, cut } = tail?.lines() ?? { lines: [], cut: false }
  const start = cut ? [palette.dim(`  only the end of its output; all: pawl logs ${quotedWord(safeLine(id))}`)] : []
  const used = ran && 'usage' in outcome && outcome.usage !== undefined ? [`  took ${usageText(outcome.usage)}`] : []
  const by = 'by' in outcome ? calledByLines(outcome.by) : []
  return [...[...head, ...by, ...used, ...kept].map(palette.dim), ...start, ...barred(lines, palette).map((line) => `  ${line}`)]
}

function calledByLines(by: CalledBy | undefined): string[] {
  if (by === undefined) return []
  return [by.kind === 'warm' ? `  done by a warm worker, call ${by.calls}` : `  started anew, not done by a warm worker: ${safeLine(by.why)}`]
}

function endLines(scene: Scene, at: number, run: Run, plan: Plan): string[] {
  const { palette, detail } = scene
  const more = scene.reused - mostReused
  const reused = detail === 'normal' && more > 0 ? [`${palette.green('✓')} and ${more} more reused`] : []
  const late = plan.order.flatMap((id) => {
    const settlement = run.settled.get(id)
    if (settlement === undefined || satisfies(settlement) || !scene.waiting.has(id)) return []
    const details = detailsOnce(scene, id, settlement, scene.waiting.get(id), plan)
    return details.length === 0 ? [] : ['', ...taskLine(scene, id, settlement, at, run, plan), ...details]
  })
  const summary = summaryLines(plan, run, scene.facts, palette)
  const short = detail === 'quiet' || scene.brief
  return [...reused, ...late, ...(scene.wrote && !short ? [''] : []), ...(short ? summary.slice(0, 1) : summary)]
}

const noteLines = ([first = '', ...rest]: readonly string[], palette: Palette): string[] => [`${palette.yellow('!')} ${first}`, ...rest]
