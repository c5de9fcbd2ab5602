/** The summary of a run of agents: the verdict first, a row for each prompt, figures that were measured, where the work is and what to type next. */
import { spentTogether, type Spent } from '../../model/budget.ts'
import { durationText } from '../../model/duration.ts'
import { satisfies } from '../../model/outcome.ts'
import type { Plan } from '../../model/plan.ts'
import type { Run } from '../../model/run.ts'
import { quotedWord } from '../../model/shell-words.ts'
import type { Verdict } from '../../model/verdict.ts'
import { logsCommand } from './detail-lines.ts'
import { countText } from './finding-text.ts'
import { forecastLine } from './forecast-line.ts'
import { gatesOf, isGate, isLanding, jobAction, promptName } from './job-names.ts'
import { isDone, jobEndings, jobRows, type JobEnding, type JobRow } from './job-rows.ts'
import type { Ink, Palette } from './palette.ts'
import { figuresOf, type RunFigures } from './run-figures.ts'
import { safeLine } from './safe-text.ts'
import { textWidth } from './text-width.ts'
import type { WorkFacts } from './work-facts.ts'

/** `base`: the commit that the work began with. */
export type JobsEnd = { readonly plan: Plan; readonly run: Run; readonly facts: WorkFacts; readonly base: string | undefined }

/** The first line alone says how the run ended. */
export function jobsSummary(end: JobsEnd, palette: Palette): string[] {
  const rows = jobRows(end.plan, end.run, end.facts)
  return [
    headline(end, palette),
    ...tableLines(rows, end, palette),
    ...gateLines(end, palette),
    ...figureLines(end, palette),
    ...placeLines(rows, end, palette),
  ]
}

/** "failed  4 prompts: 2 landed, 1 held, 1 failed; 48 s": the parts add up to the total. */
export function headline({ plan, run, facts }: JobsEnd, palette: Palette): string {
  const verdict = run.verdict ?? 'lost'
  const ink = verdict === 'passed' ? palette.green : verdict === 'described' ? palette.cyan : palette.red
  return `${palette.bold(ink(verdictWords[verdict]))}  ${jobCounts(jobRows(plan, run, facts))}; ${durationText(facts.at - facts.startedAt)}`
}

export function jobCounts(rows: readonly JobRow[]): string {
  const parts = jobEndings.flatMap((ending) => {
    const count = rows.filter((row) => row.ending === ending).length
    return count === 0 ? [] : [`${count} ${endingWords[ending]}`]
  })
  return `${countText(rows.length, 'prompt')}: ${parts.join(', ')}`
}

export const verdictWords = {
  passed: 'done',
  failed: 'failed',
  broken: 'not all done',
  cancelled: 'cancelled',
  described: 'dry run: nothing was run',
  lost: 'cut off: pawl was ended before the run was',
} as const satisfies Record<Verdict, string>

const endingWords = {
  landed: 'landed',
  unchanged: 'without need for a change',
  committed: 'committed, not landed',
  held: 'held',
  failed: 'failed',
  errored: 'errored',
  'timed-out': 'timed out',
  blocked: 'blocked',
  cancelled: 'cancelled',
  lost: 'cut off',
  described: 'only described',
} as const satisfies Record<JobEnding, string>

function tableLines(rows: readonly JobRow[], { plan, facts }: JobsEnd, palette: Palette): string[] {
  const tells = { tokens: rows.some(({ spent }) => spent?.tokens !== undefined), usd: rows.some(({ spent }) => spent?.usd !== undefined) }
  const landingMs = plan.order.filter((id) => isLanding(plan, id) || isGate(plan, id)).reduce((sum, id) => sum + (facts.spans.get(id)?.workedMs ?? 0), 0)
  const turns = rows.reduce((sum, row) => sum + row.turns, 0)
  const sumMs = landingMs + rows.reduce((sum, row) => sum + row.workedMs, 0)
  const cells = [
    ...rows.map((row) => [row.name, row.text, row.agent, ...usedCells(row.turns, row.spent, tells), durationText(row.workedMs)]),
    ['landing', `${countText(facts.ran, 'check run')}, ${facts.known} known from before`, '', ...usedCells(0, undefined, tells), durationText(landingMs)],
    ['together', '', '', ...usedCells(turns, allSpent(rows), tells), durationText(sumMs)],
  ]
  const [landing = '', together = ''] = aligned(cells).slice(rows.length)
  const lines = aligned(cells)
    .slice(0, rows.length)
    .flatMap((line, i) => rowLines(rows[i] as JobRow, line, palette))
  return [
    ...lines,
    ...(landingMs === 0 && facts.ran === 0 ? [] : [palette.dim(`    ${landing}`)]),
    ...(rows.length < 2 ? [] : [palette.dim(`    ${together}`)]),
  ]
}

/** Gates of stages: how many of each ending; those that do not pass are named. */
function gateLines({ plan, run }: JobsEnd, palette: Palette): string[] {
  const gates = gatesOf(plan)
  if (gates.length === 0) return []
  const passed = gates.filter((id) => satisfies(run.settled.get(id) ?? { kind: 'lost' }))
  const others = gates.filter((id) => !passed.includes(id)).map((id) => ({ id, settled: run.settled.get(id) }))
  const bad = others.filter(({ settled }) => settled?.kind === 'failed' || settled?.kind === 'errored')
  const open = others.length - bad.length
  return [
    `  ${countText(gates.length, 'gate')}: ${passed.length} passed${bad.length === 0 ? '' : `, ${bad.length} not`}${open === 0 ? '' : `, ${open} not reached`}`,
    ...bad.flatMap(({ id, settled }) => [
      `  ${palette.red('✗')} ${promptName(plan, id)}`,
      palette.dim(`      ${safeLine(settled?.kind === 'failed' ? settled.summary : settled?.kind === 'errored' ? settled.failure.what : '')}`),
      palette.dim(`      ${logsCommand(id)}`),
    ]),
  ]
}

/** What one of them did not tell is not known of all; a job without a turn used nothing. */
function allSpent(rows: readonly JobRow[]): Spent | undefined {
  const [first, ...more] = rows.flatMap(({ spent, turns }) => (turns === 0 ? [] : [spent ?? { timeMs: 0 }]))
  return first === undefined ? undefined : more.reduce(spentTogether, first)
}

/** "?": there were turns, and nobody told. */
function usedCells(turns: number, spent: Spent | undefined, tells: { readonly tokens: boolean; readonly usd: boolean }): readonly string[] {
  const cell = (text: string | undefined, unit: string): string => (turns === 0 ? '' : `${text ?? '?'} ${unit}`)
  return [
    turns === 0 ? '' : countText(turns, 'turn'),
    ...(tells.tokens ? [cell(spent?.tokens?.toLocaleString('en'), 'tokens')] : []),
    ...(tells.usd ? [cell(spent?.usd?.toFixed(2), 'USD')] : []),
  ]
}

function aligned(cells: readonly (readonly string[])[]): readonly string[] {
  const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map((row) => textWidth(row[i] ?? ''))))
  const shown = widths.map((width) => width > 0)
  const pad = (text: string, i: number): string => text + ' '.repeat(Math.max(0, (widths[i] ?? 0) - textWidth(text)))
  return cells.map((row) =>
    row
      .map(pad)
      .filter((_, i) => shown[i])
      .join('  ')
      .trimEnd(),
  )
}

function rowLines(row: JobRow, line: string, palette: Palette): string[] {
  const [glyph, ink]: readonly [string, Ink] = isDone(row.ending)
    ? ['✓', palette.green]
    : ['blocked', 'cancelled'].includes(row.ending)
      ? ['-', palette.yellow]
      : ['✗', palette.red]
  const branch = row.branch === undefined ? '' : quotedWord(safeLine(row.branch))
  const isKept = row.branch !== undefined && (row.ending === 'held' || row.ending === 'committed')
  const more = [
    row.why,
    isKept ? `git diff ${quotedWord(safeLine(row.onto))}...${branch}` : undefined,
    ['failed', 'errored', 'timed-out'].includes(row.ending) ? logsCommand(row.id) : undefined,
    ...(isDone(row.ending) ? [] : row.rescues.map((ref) => `kept, not committed: git show --stat ${quotedWord(safeLine(ref))}`)),
  ]
  return [`  ${ink(glyph)} ${line}`, ...more.flatMap((text) => (text === undefined ? [] : [palette.dim(`      ${text}`)]))]
}

function figureLines(end: JobsEnd, palette: Palette): string[] {
  const { plan, facts } = end
  const figures = figuresOf(plan, facts)
  if (figures.speedUp === undefined) return []
  const { wallMs, sumMs, speedUp, chain, beyondMs } = figures
  const atOnce = plan.slots.get('cpu')
  return [
    `wall time ${durationText(wallMs)}; all tasks one after the other ${durationText(sumMs)}: ${speedUp.toFixed(1)} times as long`,
    `longest chain ${durationText(chain.ms)} (${chainText(end, chain)}); beyond it ${durationText(beyondMs)}${atOnce === undefined ? '' : `, with at most ${countText(atOnce, 'agent')} at a time`}`,
    ...recoveryLine(figures),
    ...forecastLine(plan, facts),
  ].map(palette.dim)
}

const mostInChain = 6
const noticeableMs = 50

function chainText({ plan, facts }: JobsEnd, { tasks }: RunFigures['chain']): string {
  const noticed = tasks.filter((id) => !isLanding(plan, id) || (facts.spans.get(id)?.workedMs ?? 0) >= noticeableMs)
  const names = noticed.map((id) => (isLanding(plan, id) ? 'landing' : promptName(plan, id))).filter((name, i, all) => name !== all[i - 1])
  const shown = names.length > mostInChain ? [...names.slice(0, mostInChain - 1), '…', ...names.slice(-1)] : names
  return shown.join(' → ')
}

function recoveryLine({ retries, rescues, turns }: RunFigures): string[] {
  const parts = [
    [retries, 'further try', 'further tries'],
    [turns.resume, 'turn to go on', 'turns to go on'],
    [turns.mend, 'turn to mend', 'turns to mend'],
    [turns.resolve, 'turn to resolve a conflict', 'turns to resolve conflicts'],
    [rescues, 'rescue', 'rescues'],
  ] as const
  const told = parts.flatMap(([count, one, many]) => (count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]))
  return told.length === 0 ? [] : [`recovered by ${told.join(', ')}`]
}

const isOfRoadmap = (plan: Plan): boolean => plan.order.some((id) => jobAction(plan, id)?.prompt.asked !== undefined)

function placeLines(rows: readonly JobRow[], { base, run, plan }: JobsEnd, palette: Palette): string[] {
  const next = (command: string, why: string): string => `next: ${palette.bold(command)}  ${palette.dim(why)}`
  if (run.verdict === 'described') return [palette.dim('next: the same command without --dry-run')]
  const landed = rows.find(({ ending }) => ending === 'landed')
  const onto = landed === undefined ? '' : quotedWord(safeLine(landed.onto))
  const range = base === undefined ? onto : `${base.slice(0, 9)}..${onto}`
  const isOpen = rows.some(({ ending }) => !isDone(ending))
  return [
    ...(landed === undefined ? [] : [next(`git log --oneline --graph ${range}`, 'what landed')]),
    // A branch that somebody named may be the one that is checked out.
    ...(landed?.onto.startsWith('pawl/') === true ? [next(`git merge ${onto}`, 'takes it into your branch')] : []),
    ...(isOpen ? [next(isOfRoadmap(plan) ? 'pawl roadmap run' : 'pawl retry', 'goes on with what is not done')] : []),
  ]
}
