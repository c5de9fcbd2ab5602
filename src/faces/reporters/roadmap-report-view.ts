/** The parts of the report on a run of a roadmap, as plain text that is not escaped yet: each format writes the same parts. */
import { percentText } from '../../model/coverage.ts'
import { durationText } from '../../model/duration.ts'
import type { ReportTask } from '../../model/report-facts.ts'
import { isSameId } from '../../model/roadmap.ts'
import type { Known, RoadmapReport } from '../../model/roadmap-report.ts'
import { standingKinds, standingWords } from '../../model/roadmap-standing.ts'
import { countText } from './finding-text.ts'
import { heldWords } from './job-rows.ts'
import { verdictWords } from './jobs-summary.ts'

export type ReportTable = {
  readonly name: string
  readonly head: readonly string[]
  /** Columns of numbers, from 0. */
  readonly numeric: readonly number[]
  readonly rows: readonly (readonly string[])[]
}

export type ReportView = {
  readonly title: string
  /** The first line alone says how it ended. */
  readonly headline: string
  readonly first: readonly { readonly why: string; readonly text: string; /** Its row in the table of tasks, from 0. */ readonly row?: number }[]
  readonly facts: readonly (readonly [name: string, value: string])[]
  /** Every task exactly once. */
  readonly tasks: ReportTable
  readonly held: ReportTable | undefined
  readonly gates: ReportTable | undefined
  readonly rollback: ReportTable | undefined
}

export function viewOf(report: RoadmapReport): ReportView {
  const rows = new Map(report.tasks.map(({ id }, i) => [id, i]))
  return {
    title: `pawl: run ${report.run} of ${report.file}`,
    headline: `${verdictWords[report.verdict]}: ${countsText(report)}`,
    first: report.first.map(({ why, text, task }) => {
      const row = task === undefined ? undefined : rows.get(task)
      return { why: whyWords[why], text, ...(row === undefined ? {} : { row }) }
    }),
    facts: factsOf(report),
    tasks: tasksTable(report),
    held: heldTable(report),
    gates: gatesTable(report),
    rollback: rollbackTable(report),
  }
}

const whyWords = {
  breach: 'changed from outside',
  security: 'security',
  'red-together': 'does not pass together',
  'red-gate': 'gate not green',
  held: 'held',
  failed: 'failed',
  'cut-off': 'cut off',
  coverage: 'coverage fell',
  'taken-back': 'taken back',
  skipped: 'skipped',
  drift: 'changed since',
  manual: 'for a person',
  'unknown-cost': 'cost unknown',
} as const satisfies Record<RoadmapReport['first'][number]['why'], string>

/** "4 tasks: 2 landed, 1 held, 1 open": the parts add up to the total. */
function countsText({ counts }: RoadmapReport): string {
  const parts = standingKinds.flatMap((kind) => (counts[kind] === 0 ? [] : [`${counts[kind]} ${standingWords[kind]}`]))
  return `${countText(counts.total, 'task')}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`
}

const unknown = 'unknown'

function factsOf(report: RoadmapReport): readonly (readonly [string, string])[] {
  const { startedAt, endedAt, used, coverage, gates } = report
  const findings = gates.flatMap(({ checks }) => checks).reduce((sum, one) => sum + one.findings, 0)
  return [
    ['Command', report.command],
    ['Branch', report.onto],
    ['From commit', report.from ?? unknown],
    ['To commit', report.to ?? unknown],
    ['Started', timeText(startedAt)],
    ['Ended', endedAt === undefined ? 'pawl was ended before the run was' : timeText(endedAt)],
    ['Wall time', endedAt === undefined ? unknown : durationText(endedAt - startedAt)],
    ['Turns of agents', String(used.turns)],
    ['Time of agents', sumText(used.timeMs, durationText)],
    ['Tokens', sumText(used.tokens, tokensText)],
    ['Cost', sumText(used.usd, costText)],
    ...(gates.length === 0 ? [] : [['Findings at gates', String(findings)] as const]),
    ...(coverage === undefined
      ? []
      : [
          [
            'Coverage',
            `${coverage.before === undefined ? unknown : percentText(coverage.before)} → ${coverage.after === undefined ? unknown : percentText(coverage.after)}`,
          ] as const,
        ]),
  ]
}

/** What nobody told is said to be unknown, never left out of a sum without a word. */
function sumText({ sum, known, unknown: silent }: Known, text: (value: number) => string): string {
  if (known + silent === 0) return 'none: no agent was asked'
  if (known === 0) return unknown
  return silent === 0 ? text(sum) : `at least ${text(sum)}; unknown for ${countText(silent, 'task')}`
}

const timeText = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
const tokensText = (tokens: number): string => tokens.toLocaleString('en')
const costText = (usd: number): string => (usd > 0 && usd < 0.01 ? 'less than 0.01 USD' : `${usd.toFixed(2)} USD`)

function tasksTable({ tasks, run }: RoadmapReport): ReportTable {
  return {
    name: 'Tasks',
    head: ['Task', 'Title', 'Group', 'Standing', 'Agent', 'Turns', 'Time', 'Tokens', 'Cost', 'Branch or commit'],
    numeric: [5, 6, 7, 8],
    rows: tasks.map((task) => [
      task.id,
      task.title,
      task.group,
      standingText(task, run),
      [task.agent, task.model].filter((word) => word !== undefined).join(', '),
      ...usedCells(task),
      placeOf(task),
    ]),
  }
}

/** What another run did is told as that. */
function standingText({ standing, isManual }: ReportTask, run: number): string {
  const again = standing.kind === 'landed' && standing.again !== undefined ? `, done again in run ${standing.again.run}: nothing to change` : ''
  const other = 'run' in standing && standing.run !== run ? ` (run ${standing.run})` : ''
  return `${standingWords[standing.kind]}${other}${again}${isManual ? ' (for a person)' : ''}`
}

/** A task without a turn used nothing, and nothing is written. */
function usedCells({ turns, spent }: ReportTask): readonly string[] {
  const cell = (value: number | undefined, text: (value: number) => string): string => (value !== undefined ? text(value) : turns === 0 ? '' : unknown)
  return [turns === 0 ? '' : String(turns), cell(spent?.timeMs, durationText), cell(spent?.tokens, tokensText), cell(spent?.usd, costText)]
}

function placeOf({ standing, branch }: ReportTask): string {
  if (standing.kind === 'landed') return `${standing.commit.slice(0, 12)} on ${standing.onto}`
  return branch ?? ''
}

function heldTable({ tasks }: RoadmapReport): ReportTable | undefined {
  const rows = tasks.flatMap(({ id, standing, held, branch }) =>
    standing.kind === 'held'
      ? [[id, heldWords[standing.reason], standing.why, held?.check ?? '', (held?.beside ?? []).join(', '), (held?.files ?? []).join(', '), branch ?? '']]
      : [],
  )
  return rows.length === 0 ? undefined : { name: 'Held', head: ['Task', 'Reason', 'Why', 'Check', 'Beside', 'Files', 'Branch'], numeric: [], rows }
}

function rollbackTable({ rollback, tasks }: RoadmapReport): ReportTable | undefined {
  if (rollback === undefined || rollback.unmoved !== undefined) return undefined
  const nowOf = (id: string): string => {
    const standing = tasks.find((task) => isSameId(task.id, id))?.standing
    return standing === undefined ? 'not in the roadmap any more' : standingWords[standing.kind]
  }
  const rows = rollback.tasks.map(({ id, title, commit, by }) => [id, title, commit.slice(0, 12), by.slice(0, 12), nowOf(id)])
  return { name: 'Taken back', head: ['Task', 'Title', 'It had landed as', 'Reverted by', 'Now'], numeric: [], rows }
}

function gatesTable({ gates }: RoadmapReport): ReportTable | undefined {
  const rows = gates.flatMap(({ of, commit, checks }) =>
    checks.map(({ name, ending, findings, durationMs }) => [
      of,
      commit?.slice(0, 12) ?? '',
      name,
      ending,
      String(findings),
      durationMs === undefined ? '' : durationText(durationMs),
    ]),
  )
  return rows.length === 0 ? undefined : { name: 'Gates', head: ['Gate', 'Commit', 'Check', 'Ending', 'Findings', 'Time'], numeric: [4, 5], rows }
}
