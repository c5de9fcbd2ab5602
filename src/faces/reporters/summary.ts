/** The summary of a run: the verdict first, parts that add up to the total, what was mended, what to type next. */
import { durationText } from '../../model/duration.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { Plan } from '../../model/plan.ts'
import type { Run } from '../../model/run.ts'
import type { Task, TaskId } from '../../model/task.ts'
import type { Counts, Verdict } from '../../model/verdict.ts'
import { logsCommand } from './detail-lines.ts'
import { type Facts, mendedFiles, spentIn } from './facts.ts'
import { countsText, savedText } from './counts-text.ts'
import { countText } from './finding-text.ts'
import { type Palette, palette as paletteOf } from './palette.ts'
import { quotedWord } from '../../model/shell-words.ts'
import { type CheckRow, checkRows, countsNow, isBad, verdictNow } from './rows.ts'
import { safeLine } from './safe-text.ts'
import { sizeText } from '../../model/size.ts'
import { settlementLine } from './settlement-text.ts'

const mostRows = 20
const mostFiles = 10

/** The first line alone says how the run ended. */
export function summaryLines(plan: Plan, run: Run, facts: Facts, palette: Palette = paletteOf(false)): string[] {
  const rows = checkRows(plan, run, facts)
  return [
    headline(plan, run, facts, palette),
    ...badLines(rows, facts, palette),
    ...mendedLines(facts),
    ...agentLines(facts),
    ...heavyLines(facts, palette),
    ...workerLines(facts, palette),
    ...savedLines(facts, palette),
    ...nextLines(rows, facts, verdictNow(run, facts), palette),
  ]
}

/** What did not run is never called passed, whatever an event claims. */
export function verdictText(verdict: Verdict, counts: Counts): string {
  if (verdict === 'passed' && counts.passed + counts.fixed + counts.cached === 0) return 'could not judge: nothing ran'
  return verdictWords[verdict]
}

const verdictWords = {
  passed: 'passed',
  failed: 'failed',
  broken: 'could not judge',
  cancelled: 'cancelled',
  described: 'dry run: nothing was run',
  lost: 'cut off: pawl was ended before the run was',
} as const satisfies Record<Verdict, string>

function headline(plan: Plan, run: Run, facts: Facts, palette: Palette): string {
  const counts = countsNow(plan, run, facts)
  const text = verdictText(verdictNow(run, facts), counts)
  const ink = text === 'passed' ? palette.green : verdictNow(run, facts) === 'described' ? palette.cyan : palette.red
  const advisory = counts.advisory === 0 ? '' : `; ${counts.advisory} of these only advisory`
  const findings = counts.findings === 0 ? '' : `; ${countText(counts.findings, 'finding')}`
  const time = facts.finished === undefined ? '' : `; ${durationText(facts.finished.durationMs)}`
  return `${palette.bold(ink(text))}  ${countsText(counts)}${advisory}${findings}${time}`
}

function badLines(rows: readonly CheckRow[], facts: Facts, palette: Palette): string[] {
  const bad = rows.filter((row) => isBad(row.ending) && row.settlement !== undefined)
  const context = { at: facts.startedAt, run: facts.run }
  const lines = bad.slice(0, mostRows).flatMap(({ id, settlement, advisory, task }) => {
    if (settlement === undefined) return []
    const fixes = brokenFixes(task, facts).map(([fix, outcome]) => `    tried: ${settlementLine(fix, outcome, context, palette)}`)
    return [`  ${settlementLine(id, settlement, { ...context, advisory }, palette)}`, ...fixes]
  })
  return bad.length > mostRows ? [...lines, palette.dim(`  and ${bad.length - mostRows} more`)] : lines
}

/** Fixes of a check that is still red which could not do their work. */
function brokenFixes(task: Task | undefined, facts: Facts): readonly (readonly [TaskId, Outcome])[] {
  return (task?.fixes ?? []).flatMap((fix) => {
    const outcome = facts.really.get(fix)
    return outcome !== undefined && ['failed', 'errored', 'timed-out'].includes(outcome.kind) ? [[fix, outcome] as const] : []
  })
}

function mendedLines(facts: Facts): string[] {
  const files = mendedFiles(facts)
  const derived = [...new Set(facts.mended.flatMap((mended) => mended.derived))]
  const wrote = derived.length === 0 ? [] : [`wrote ${namesText(derived)}`]
  return files.length === 0 ? wrote : [`mended ${countText(files.length, 'file')}: ${namesText(files)} (pawl undo takes it back)`, ...wrote]
}

/** Only what the agent told: what it did not tell is unknown, and left out. */
function agentLines(facts: Facts): string[] {
  const spent = spentIn(facts)
  if (spent === undefined) return []
  const parts = [
    durationText(spent.timeMs),
    ...(spent.tokens === undefined ? [] : [`${spent.tokens.toLocaleString('en')} tokens`]),
    ...(spent.usd === undefined ? [] : [`${spent.usd.toFixed(2)} USD`]),
  ]
  return [`the agent used ${parts.join(', ')} in ${countText(facts.spent.length, 'turn')}`]
}

export function namesText(names: readonly string[], most: number = mostFiles): string {
  const more = names.length > most ? ` and ${names.length - most} more` : ''
  return names.slice(0, most).map(safeLine).join(', ') + more
}

/** Only what was measured: the time that the reused attempts took when they ran. */
function savedLines(facts: Facts, palette: Palette): string[] {
  const saved = facts.finished?.savedMs ?? 0
  return savedText(saved).map(palette.dim)
}

/** Where the time and the memory went, when that is worth a line: of what really ran, and only what was measured. */
function heavyLines({ really }: Facts, palette: Palette): string[] {
  const ran = [...really].flatMap(([task, outcome]) => {
    const ms = 'durationMs' in outcome ? (outcome.durationMs ?? 0) : 0
    return ms > 0 ? [{ task, outcome, ms }] : []
  })
  const slow = ran.toSorted((a, b) => b.ms - a.ms).filter(({ ms }) => ms >= noticeableMs)
  if (ran.length < 2 || slow.length === 0) return []
  const peaks = ran.flatMap(({ task, outcome }) => {
    const bytes = 'usage' in outcome ? outcome.usage?.peakBytes : undefined
    return bytes === undefined ? [] : [{ task, bytes }]
  })
  const heaviest = peaks.toSorted((a, b) => b.bytes - a.bytes)[0]
  const times = slow.slice(0, 3).map(({ task, ms }) => `${safeLine(task)} ${durationText(ms)}`)
  return [palette.dim(`slowest: ${times.join(', ')}${heaviest === undefined ? '' : `; most memory: ${safeLine(heaviest.task)} ${sizeText(heaviest.bytes)}`}`)]
}

/** Which checks were done by warm workers, and which of those that might have been were not, and why. */
function workerLines({ really }: Facts, palette: Palette): string[] {
  const meant = [...really].flatMap(([task, outcome]) => ('by' in outcome && outcome.by !== undefined ? [{ task, by: outcome.by }] : []))
  const warm = meant.flatMap(({ task, by }) => (by.kind === 'warm' ? [task] : []))
  const anew = meant.flatMap(({ task, by }) =>
    by.kind === 'spawned' ? [`${safeLine(task)} was started anew, not done by a warm worker: ${safeLine(by.why)}`] : [],
  )
  return [...(warm.length === 0 ? [] : [`done by warm workers: ${namesText(warm)}`]), ...anew.slice(0, mostRows)].map(palette.dim)
}

const noticeableMs = 2000

function nextLines(rows: readonly CheckRow[], facts: Facts, verdict: Verdict, palette: Palette): string[] {
  const next = (command: string, why: string): string => `next: ${palette.bold(command)}  ${palette.dim(why)}`
  if (verdict === 'cancelled' || verdict === 'lost') return [next('pawl', 'goes on: what passed is reused')]
  if (verdict === 'described') return [palette.dim('next: the same command without --dry-run')]
  const worst = rows.find((row) => isCulprit(row) && !row.advisory)
  if (worst !== undefined) return culpritLines(worst, facts, next)
  return verdict === 'broken' ? [next('pawl --verbose', 'says why each check was left out')] : []
}

/** Blocked checks only suffer from another one. */
const isCulprit = (row: CheckRow): boolean => isBad(row.ending) && row.ending !== 'blocked'

/** How to do it by hand stands with the details of the check. */
function culpritLines({ id, task }: CheckRow, facts: Facts, next: (command: string, why: string) => string): string[] {
  const [broken] = brokenFixes(task, facts)
  if (broken !== undefined)
    return [next(logsCommand(broken[0]), 'why the fix did not work'), next(`pawl --only ${quotedWord(safeLine(id))}`, 'only this check')]
  const printed = task?.action.kind === 'command' ? [next(logsCommand(id), 'all that it printed')] : []
  return [...printed, next(`pawl --only ${quotedWord(safeLine(id))}`, 'only this check')]
}
