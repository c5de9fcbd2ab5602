/** The job summary of a run as Markdown. */
import { durationText } from '../../model/duration.ts'
import type { Plan } from '../../model/plan.ts'
import type { Run } from '../../model/run.ts'
import type { Facts } from './facts.ts'
import { countText, findingPlace } from './finding-text.ts'
import { markdownText as cell } from './markdown-text.ts'
import { type CheckRow, checkRows, countsNow, isBad, verdictNow } from './rows.ts'
import { reasonText, settlementText } from './settlement-text.ts'
import { countsText } from './counts-text.ts'
import { verdictText } from './summary.ts'

/** GitHub refuses a summary of more than 1 MiB as a whole. */
const mostRows = 500
const mostFindings = 50

export function githubSummary(plan: Plan, run: Run, facts: Facts): string {
  const rows = checkRows(plan, run, facts)
  const counts = countsNow(plan, run, facts)
  // What somebody must look at comes first.
  const sorted = [...rows.filter((row) => isBad(row.ending)), ...rows.filter((row) => !isBad(row.ending))]
  const table = sorted.slice(0, mostRows).map((row) => tableRow(row, facts))
  const more = rows.length > mostRows ? ['', `and ${rows.length - mostRows} more`] : []
  return [
    `## pawl: ${verdictText(verdictNow(run, facts), counts)}`,
    '',
    countsText(counts),
    '',
    '| check | ending | time | |',
    '| --- | --- | ---: | --- |',
    ...table,
    ...more,
    ...findingRows(rows),
    '',
  ].join('\n')
}

function tableRow(row: CheckRow, facts: Facts): string {
  const time = row.durationMs === undefined ? '' : durationText(row.durationMs)
  const reused = row.settlement?.kind === 'cached' && row.ending === 'cached'
  const note = row.settlement === undefined ? '' : reused ? settlementText(row.settlement, { at: facts.startedAt, run: facts.run }) : reasonText(row.settlement)
  return `| ${cell(row.id)} | ${row.ending}${row.advisory ? ' (advisory)' : ''} | ${time} | ${cell(note)} |`
}

function findingRows(rows: readonly CheckRow[]): string[] {
  const found = rows.filter((row) => isBad(row.ending)).flatMap(({ id, findings }) => findings.map((finding) => ({ id, finding })))
  if (found.length === 0) return []
  const lines = found
    .slice(0, mostFindings)
    .map(({ id, finding }) => `| ${cell(id)} | ${cell(findingPlace(finding))} | ${cell(finding.rule ?? '')} | ${cell(finding.message)} |`)
  const more = found.length > mostFindings ? ['', `and ${countText(found.length - mostFindings, 'more finding')}`] : []
  return ['', '| check | place | rule | finding |', '| --- | --- | --- | --- |', ...lines, ...more]
}
