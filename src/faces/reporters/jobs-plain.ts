/** The plain view of a run of agents: a line for each fact that matters, what agents say only in the verbose view, then the summary. */
import { durationText } from '../../model/duration.ts'
import type { Event } from '../../model/event.ts'
import { satisfies, type Outcome } from '../../model/outcome.ts'
import type { Plan } from '../../model/plan.ts'
import type { Reporter } from '../../model/reporter.ts'
import type { Run } from '../../model/run.ts'
import type { TaskId } from '../../model/task.ts'
import { logsCommand } from './detail-lines.ts'
import { failureLines } from './failure-text.ts'
import { countText, findingLines } from './finding-text.ts'
import { factLine, shownLine } from './job-fact-lines.ts'
import { isGate, isLanding, jobAction, jobOf, jobsOf, promptName, rowName } from './job-names.ts'
import { timedOutText } from './job-rows.ts'
import { headline, jobsSummary } from './jobs-summary.ts'
import { palette as paletteOf, type Palette } from './palette.ts'
import type { Detail } from './plain.ts'
import { safeLine } from './safe-text.ts'
import type { Screen } from './screen.ts'
import { slotsText } from './usage-text.ts'
import { isOfBefore, newWorkFacts, rememberWork, type WorkFacts } from './work-facts.ts'

const mostFindings = 20

type Scene = { readonly detail: Detail; readonly palette: Palette; readonly facts: WorkFacts; base: string | undefined; wrote: boolean }

export function jobsPlain(screen: Pick<Screen, 'write' | 'colour'>, detail: Detail = 'normal'): Reporter {
  const scene: Scene = { detail, palette: paletteOf(screen.colour), facts: newWorkFacts(), base: undefined, wrote: false }
  return {
    name: 'plain',
    on(event, run, plan) {
      rememberWork(scene.facts, event)
      const lines = eventLines(scene, event, run, plan)
      if (lines.length === 0) return
      scene.wrote = true
      screen.write(`${lines.join('\n')}\n`)
    },
  }
}

function eventLines(scene: Scene, event: Event, run: Run, plan: Plan): string[] {
  const { palette, detail } = scene
  switch (event.type) {
    case 'run.started':
      return startLines(scene, event, plan)
    case 'attempt.noted':
      return detail === 'verbose' ? [palette.dim(`  ${rowName(plan, event.task)}: ${safeLine(event.text)}`)] : []
    case 'job.advanced': {
      const line = isOfBefore(event.attempt) ? undefined : factLine(plan, event.task, event.fact, event.at)
      const isTold = line !== undefined && (line.weight === 'bad' || detail === 'verbose' || (detail === 'normal' && line.weight === 'news'))
      return isTold ? [shownLine(line, palette)] : []
    }
    case 'attempt.finished':
      return finishedLines(scene, event, run, plan)
    case 'task.blocked':
      // That its work cannot land need not be said of what was not done.
      return detail === 'quiet' || isLanding(plan, event.task)
        ? []
        : [`${palette.yellow('-')} ${rowName(plan, event.task)}  blocked by ${promptName(plan, event.by)}`]
    case 'retry.scheduled':
      return detail === 'quiet' ? [] : [`${palette.cyan('↻')} ${rowName(plan, event.task)}  is tried again in ${durationText(event.delayMs)}`]
    case 'slots.changed':
      return detail === 'verbose' ? [palette.dim(safeLine(slotsText(event)))] : []
    case 'cancel.requested':
      return [cancelLine(event.reason, run, palette)]
    case 'failure.noted':
      return failureLines(event.failure, palette).map((line, i) => (i === 0 ? `${palette.yellow('!')} ${line}` : line))
    case 'lock.acquired':
      return event.waitedMs >= 1000 && detail !== 'quiet' ? [palette.dim(`waited ${durationText(event.waitedMs)} for another run`)] : []
    case 'run.finished':
      return endLines(scene, run, plan)
    default:
      return []
  }
}

function startLines(scene: Scene, event: Extract<Event, { type: 'run.started' }>, plan: Plan): string[] {
  scene.base = event.commit
  if (scene.detail === 'quiet') return []
  const jobs = jobsOf(plan).length
  const onto = plan.order.flatMap((id) => jobAction(plan, id)?.onto ?? [])[0] ?? ''
  const at = event.commit === undefined ? '' : ` at ${event.commit.slice(0, 9)}`
  return [
    scene.palette.dim(
      `run ${event.run}: ${countText(jobs, 'prompt')}, at most ${countText(plan.slots.get('cpu') ?? 1, 'agent')} at a time; begins with ${safeLine(onto)}${at}`,
    ),
  ]
}

/** What facts have told already is not said once more. */
function finishedLines({ detail, palette }: Scene, { task, outcome }: Extract<Event, { type: 'attempt.finished' }>, run: Run, plan: Plan): string[] {
  if (isGate(plan, task) && satisfies(outcome) && detail !== 'quiet') return [`${palette.green('✓')} ${rowName(plan, task)}`]
  if (satisfies(outcome) || outcome.kind === 'refused') return []
  const isHeld = run.jobs.get(jobOf(plan, task))?.held !== undefined && outcome.kind === 'failed'
  if (isHeld) return []
  const isAgain = run.resting.has(task) || run.sleeping.has(task)
  if (isAgain && detail === 'quiet') return []
  const [head, ...rest] = endingLines(task, outcome, palette)
  return head === undefined
    ? []
    : [`${signs(palette)[outcome.kind] ?? palette.red('✗')} ${rowName(plan, task)}  ${head}`, ...(isAgain ? [] : rest.map((line) => `  ${line}`))]
}

const signs = (palette: Palette): Readonly<Partial<Record<Outcome['kind'], string>>> => ({ 'timed-out': palette.red('⧗'), cancelled: palette.yellow('-') })

function endingLines(task: TaskId, outcome: Outcome, palette: Palette): string[] {
  switch (outcome.kind) {
    case 'failed':
      return [`failed: ${safeLine(outcome.summary)}`, ...findingLines(outcome.findings, mostFindings, logsCommand(task), palette)]
    case 'errored':
      return failureLines(outcome.failure, palette).map((line) => line.replace(/^ {2}/, ''))
    case 'timed-out':
      return [timedOutText(outcome)]
    case 'cancelled':
      return ['cancelled']
    default:
      return ['cut off: pawl was ended']
  }
}

const cancelLine = (reason: string, run: Run, palette: Palette): string =>
  palette.yellow(
    `cancelling (${safeLine(reason)}): waiting for ${countText(run.live.size, 'task')} to end${reason === 'SIGINT' ? '; Ctrl-C again ends it at once' : ''}`,
  )

function endLines({ detail, facts, base, palette, wrote }: Scene, run: Run, plan: Plan): string[] {
  const end = { plan, run, facts, base }
  return detail === 'quiet' ? [headline(end, palette)] : [...(wrote ? [''] : []), ...jobsSummary(end, palette)]
}
