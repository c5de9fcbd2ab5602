/** The details below a task that did not pass: what it found or why it could not judge, what it printed, and how to see it by hand. */
import type { Settlement } from '../../model/outcome.ts'
import type { Plan } from '../../model/plan.ts'
import type { Task, TaskId } from '../../model/task.ts'
import { failureLines } from './failure-text.ts'
import { findingLines } from './finding-text.ts'
import type { OutputTail } from './output-tail.ts'
import type { Palette } from './palette.ts'
import { quotedWord } from '../../model/shell-words.ts'
import { reproduceText } from '../../model/reproduce.ts'
import { safeLine } from './safe-text.ts'

const mostFindings = 50
const mostOutputLines = 20

/** Indented by two. Empty for what needs no words. `tail` is left out where the output is shown anyway. */
export function detailLines(plan: Plan, id: TaskId, settlement: Settlement, tail: OutputTail | undefined, palette: Palette): string[] {
  const task = plan.tasks.get(id)?.task
  const lines = [...reasonLines(id, settlement, palette), ...outputLines(id, settlement, tail, palette)]
  return [...lines, ...commandLines(plan, task, settlement, palette)].map((line) => `  ${line}`)
}

/** Raw output, each line behind a bar: so it can neither be taken for ours nor for a command to a CI system. */
export function barred(lines: readonly string[], palette: Palette): string[] {
  return lines.map((line) => `${palette.dim('│')} ${line}`)
}

export const logsCommand = (id: TaskId): string => `pawl logs ${quotedWord(safeLine(id))}`

function reasonLines(id: TaskId, settlement: Settlement, palette: Palette): string[] {
  if (settlement.kind === 'errored') {
    const lines = failureLines(settlement.failure, palette)
    // The line above already said what happened; only a place is new.
    return settlement.failure.place === undefined ? lines.slice(1).map((line) => line.replace(/^ {2}/, '')) : lines
  }
  if (settlement.kind === 'failed') return findingLines(settlement.findings, mostFindings, logsCommand(id), palette)
  return []
}

function outputLines(id: TaskId, settlement: Settlement, tail: OutputTail | undefined, palette: Palette): string[] {
  const silent = settlement.kind === 'failed' && settlement.findings.length > 0
  if (tail === undefined || silent || !['failed', 'errored', 'timed-out'].includes(settlement.kind)) return []
  const { lines, cut } = tail.lines()
  const shown = barred(lines.slice(-mostOutputLines), palette)
  return cut || lines.length > shown.length ? [palette.dim(`its last ${shown.length} lines of output; all: ${logsCommand(id)}`), ...shown] : shown
}

function commandLines(plan: Plan, task: Task | undefined, settlement: Settlement, palette: Palette): string[] {
  if (task === undefined || !['failed', 'errored', 'timed-out'].includes(settlement.kind)) return []
  const lines = [`${palette.dim('by hand:')} ${safeLine(reproduceText(task))}`]
  const fix = settlement.kind === 'failed' ? task.fixes.map((name) => plan.tasks.get(name)?.task).find((found) => found !== undefined) : undefined
  return fix === undefined ? lines : [...lines, `${palette.dim('to mend:')} ${safeLine(reproduceText(fix))}`]
}
