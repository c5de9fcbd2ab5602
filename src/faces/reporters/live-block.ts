/** The live block: what runs and since when, what it last said, how far the run is and what comes next. Pure: facts in, lines out. */
import type { Plan } from '../../model/plan.ts'
import type { LiveAttempt, Run } from '../../model/run.ts'
import type { TaskId } from '../../model/task.ts'
import { estimateMs } from './estimate.ts'
import type { Palette } from './palette.ts'
import { safeLine } from './safe-text.ts'
import { shortened, textWidth } from './text-width.ts'

export type BlockView = {
  readonly plan: Plan
  readonly run: Run
  readonly now: number
  readonly columns: number
  readonly rows: number
  readonly expectedMs: ReadonlyMap<TaskId, number>
  /** The last line that an attempt printed, harmless already. */
  readonly lastLine: (attempt: LiveAttempt) => string
  readonly palette: Palette
  /** Of a run whose tasks are called otherwise than by their ids: what each is called, and how far it is. */
  readonly told?: { readonly name: (task: TaskId) => string; readonly progress: string }
}

/** Tasks that only compare their fingerprint come and go too fast to be read. */
const settleMs = 150
const talkAfterMs = 2000
const mostNext = 3

/** Each line is narrower than the terminal and there are fewer than it has rows, so that what is drawn can be taken back. */
export function blockLines(view: BlockView): string[] {
  const { run, now, rows, palette } = view
  const shown = [...run.live.values()].filter((attempt) => now - attempt.startedAt >= settleMs)
  if (shown.length === 0) return []
  const room = Math.max(1, rows - 1)
  const full = shown.flatMap((attempt) => attemptLines(attempt, view, true))
  const attempts = full.length + 1 <= room ? full : shown.flatMap((attempt) => attemptLines(attempt, view, false))
  const fitting = attempts.length + 1 <= room ? attempts : attempts.slice(0, Math.max(0, room - 2))
  const hidden = attempts.length - fitting.length
  const more = hidden > 0 && room > 1 ? [palette.dim(shortened(`  and ${hidden} more`, view.columns - 1))] : []
  return [...fitting, ...more, progressLine(view)]
}

function attemptLines(attempt: LiveAttempt, view: BlockView, talk: boolean): string[] {
  const { palette, columns, now } = view
  const called = view.told?.name(attempt.task) ?? safeLine(attempt.task)
  if (columns < 20) return [shortened(`▸ ${called}`, columns - 1)]
  const since = sinceText(now - attempt.startedAt)
  const name = shortened(called, columns - since.length - 5)
  const head = `${palette.cyan('▸')} ${name}  ${palette.dim(since)}`
  const said = talk && now - attempt.startedAt >= talkAfterMs ? view.lastLine(attempt) : ''
  return said === '' ? [head] : [head, palette.dim(`  ${shortened(said, columns - 3)}`)]
}

/** "  7/14  5 waiting, next: tsc, knip  about 20 s left" */
function progressLine(view: BlockView): string {
  const { plan, run, palette, columns, now, expectedMs, told } = view
  if (told !== undefined) return palette.dim(shortened(`  ${told.progress}`, columns - 1))
  const total = plan.order.length
  const running = plan.order.filter((id) => run.live.has(id)).length
  const waiting = Math.max(0, run.unsettled - running)
  const left = estimateMs(plan, run, expectedMs, now)
  const parts = [
    `${run.round > 1 ? `round ${run.round}  ` : ''}${total - run.unsettled}/${total}`,
    // After a cancel nothing comes next.
    waiting === 0 || run.cancelling ? '' : `${waiting} waiting${nextText(view)}`,
    left === undefined || left < 1000 || run.cancelling ? '' : `about ${roughText(left)} left`,
    run.cancelling ? 'cancelling' : '',
  ].filter((part) => part !== '')
  const line = shortened(`  ${parts.join('  ')}`, columns - 1)
  return textWidth(line) === 0 ? '' : palette.dim(line)
}

/** What is ready comes next; when nothing is, what waits for those that run. */
function nextText({ plan, run }: BlockView): string {
  const rank = (id: TaskId): number => plan.tasks.get(id)?.rank ?? 0
  const ready = [...run.ready.values()].flat()
  const next = ready.length > 0 ? ready : plan.order.filter((id) => !run.settled.has(id) && !run.live.has(id) && !run.doomed.has(id))
  const names = next.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostNext)
  return names.length === 0 ? '' : `, next: ${names.map(safeLine).join(', ')}`
}

/** Whole seconds: a line that changes more often than there is something to know is unrest. */
function sinceText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`
}

/** As exact as an estimate deserves. */
function roughText(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 20) return `${seconds} s`
  return seconds < 90 ? `${Math.round(seconds / 5) * 5} s` : `${Math.round(seconds / 60)} m`
}
