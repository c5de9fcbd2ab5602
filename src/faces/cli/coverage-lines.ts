/** The lines of `pawl coverage`: where it stands, how the mark changed, what is missing to a goal, what of a change is covered. */
import type { CoverageAssessment, MarkChange } from '../../app/coverage.ts'
import type { CoverageDiff } from '../../app/coverage-diff.ts'
import type { Suggestion } from '../../app/coverage-suggest.ts'
import { compared, hundredthsOf, linesOf, percentText, rangeText, type Count, type Sums } from '../../model/coverage.ts'
import { linesUntil, markFile, nextMilestone } from '../../model/ratchet.ts'
import { countText } from '../reporters/finding-text.ts'
import { safeLine } from '../reporters/safe-text.ts'
import { columns } from './say.ts'

export function statusLines({ reports, measured, mark, troubles }: CoverageAssessment): string[] {
  const told = reports.map(({ path, format, coverage, outside, gone }) => {
    const left = outside.length + gone.length
    return `${safeLine(path)}: ${format ?? 'unknown'}, ${countText(coverage.files.length, 'file')}${left === 0 ? '' : `; left out: ${left} that are not files of this repository`}`
  })
  if (measured === undefined) return [...told, 'Nothing was measured.']
  // What is shown beside a mark must be about the whole, as it is now.
  if (troubles.length > 0) return told
  const marks = 'mark' in mark ? mark.mark : undefined
  const rows = [
    ...rowsOf('total', measured.total, marks?.total),
    ...Object.entries(measured.packages).flatMap(([name, sums]) => rowsOf(name, sums, own(marks?.packages, name))),
  ]
  const next = nextMilestone(measured.total.lines)
  return [
    ...told,
    '',
    ...columns([['', '', 'covered', 'of', 'percent', 'mark', 'distance'], ...rows]),
    '',
    ...('path' in mark && mark.path !== markFile ? [`The mark is that of ${mark.path}; pawl coverage init or raise writes ${markFile}.`] : []),
    next === undefined ? 'Everything is covered.' : `Next milestone: ${next} %, ${countText(linesUntil(measured.total.lines, next), 'line')} away.`,
  ]
}

function rowsOf(name: string, now: Sums, mark: Sums | undefined): string[][] {
  const row = (first: string, of: string, count: Count, high: Count | undefined): string[] => [
    first,
    of,
    String(count.covered),
    String(count.total),
    percentText(count),
    high === undefined ? '-' : percentText(high),
    high === undefined ? '-' : distanceText(count, high),
  ]
  return [row(name, 'lines', now.lines, mark?.lines), ...(now.branches === undefined ? [] : [row('', 'branches', now.branches, mark?.branches)])]
}

/** "+1.25" percent points; what is too small to be shown is not shown as nothing. */
function distanceText(now: Count, mark: Count): string {
  const order = compared(now, mark)
  if (order === 0) return '0'
  const hundredths = Math.abs((hundredthsOf(now) ?? 0) - (hundredthsOf(mark) ?? 0))
  return `${order > 0 ? '+' : '-'}${hundredths === 0 ? '<0.01' : (hundredths / 100).toFixed(2)}`
}

export function statusJson({ reports, measured, mark, troubles }: CoverageAssessment): Readonly<Record<string, unknown>> {
  const next = measured === undefined ? undefined : nextMilestone(measured.total.lines)
  return {
    reports: reports.map(({ path, format, unreadable, coverage, outside, gone }) => ({
      path,
      format,
      unreadable,
      files: coverage.files.length,
      outside,
      gone: gone.map((one) => one.path),
    })),
    // Numbers of a report that does not show the whole as it is would be believed.
    measured: measured === undefined || troubles.length > 0 ? null : { total: measured.total, packages: measured.packages, files: measured.files.length },
    mark: 'mark' in mark ? { path: mark.path, ...mark.mark } : null,
    nextMilestone: next ?? null,
  }
}

export function changeLines(change: MarkChange): string[] {
  if (change.kind === 'refused') return ['The mark was not changed:']
  if (change.kind === 'stays') return [`Coverage is not above the mark of ${percentText(change.mark.total.lines)}; nothing was changed.`]
  const { before, after, milestones } = change
  const [from, to] = [before?.total.lines, after.total.lines]
  const isLowered = from !== undefined && compared(to, from) < 0
  // A lowered mark is a percentage that somebody named.
  const share = `${percentText(to)} of the lines${isLowered ? '' : ` (${to.covered} of ${to.total})`}`
  const moved =
    from === undefined
      ? `Wrote ${markFile}: the mark is ${share}. Commit it.`
      : `Wrote ${markFile}: the mark ${isLowered ? 'was lowered' : 'rose'} from ${percentText(from)} to ${share}.`
  return [moved, ...milestones.map((percent) => `Milestone: ${percent} % of the lines are covered.`)]
}

export type Goal = {
  readonly percent: number | null
  readonly lines: Count
  readonly missing: number
  /** Where most is missing. */
  readonly files: readonly { readonly file: string; readonly uncovered: number }[]
}

const mostFiles = 10

/** Without a percentage: the next milestone. */
export function goalOf({ coverage, measured }: CoverageAssessment, wanted: number | undefined): Goal {
  const lines = measured?.total.lines ?? { covered: 0, total: 0 }
  const percent = wanted ?? nextMilestone(lines) ?? null
  const files = coverage.files
    .map((file) => ({ file: file.file, uncovered: linesOf(file).total - linesOf(file).covered }))
    .filter(({ uncovered }) => uncovered > 0)
    .sort((a, b) => b.uncovered - a.uncovered || (a.file < b.file ? -1 : 1))
  return { percent, lines, missing: percent === null ? 0 : linesUntil(lines, percent), files: files.slice(0, mostFiles) }
}

export function goalLines({ percent, lines, missing, files }: Goal): string[] {
  if (lines.total === 0) return ['Nothing was measured.']
  const now = `${percentText(lines)} of the lines are covered (${lines.covered} of ${lines.total})`
  if (percent === null || missing === 0) return [`${now}${percent === null ? '' : `; ${percent} % is reached`}.`]
  return [
    `${now}; for ${percent} % cover ${countText(missing, 'more line')}.`,
    '',
    ...columns([['file', 'uncovered'], ...files.map(({ file, uncovered }) => [file, String(uncovered)])]),
  ]
}

export function diffLines({ base, lines, unmeasured }: CoverageDiff, least: number | undefined, below: boolean): string[] {
  const wanted = least === undefined ? '' : below ? `; ${least} % is asked for` : `, and ${least} % is asked for`
  const head =
    lines.total === 0
      ? `Since ${base.slice(0, 12)} no line with code was changed in a measured file.`
      : `Since ${base.slice(0, 12)}: ${percentText(lines)} of the changed lines with code are covered (${lines.covered} of ${lines.total})${wanted}.`
  return [
    head,
    ...(unmeasured.length === 0
      ? []
      : [
          `No report tells the lines of ${countText(unmeasured.length, 'changed file')}: ${unmeasured.slice(0, 5).map(safeLine).join(', ')}${unmeasured.length > 5 ? ' …' : ''}`,
        ]),
  ]
}

export function suggestLines(suggestions: readonly Suggestion[]): string[] {
  if (suggestions.length === 0) return ['No line is known that nothing covers.']
  return columns([
    ['file', 'uncovered', 'commits', 'branching', 'product', 'begin with'],
    ...suggestions.map(({ file, uncovered, commits, branching, weight, largest }) => [
      file,
      String(uncovered),
      String(commits),
      String(branching),
      String(weight),
      largest === undefined ? '-' : rangeText(largest),
    ]),
  ])
}

const own = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined
