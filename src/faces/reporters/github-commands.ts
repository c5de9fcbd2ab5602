/** GitHub's workflow commands: annotations, groups, and the bracket within which nothing is taken for a command. */
import type { Finding } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import type { Run } from '../../model/run.ts'
import type { Facts } from './facts.ts'
import { quotedWord } from '../../model/shell-words.ts'
import { type CheckRow, checkRows, isBad } from './rows.ts'
import { safeBlock, safeLine } from './safe-text.ts'
import { reasonText } from './settlement-text.ts'

/** GitHub shows this many annotations of each level for a step and drops the rest without a word. */
const mostAnnotations = 10

type Level = 'error' | 'warning' | 'notice'
type Annotation = { readonly level: Level; readonly finding: Omit<Finding, 'severity'>; readonly title: string }

/** Errors first, so that they are not crowded out. `prefix` leads from the workspace to the root of the run: "packages/shop/". */
export function githubAnnotations(plan: Plan, run: Run, facts: Facts, prefix = ''): string[] {
  const all = checkRows(plan, run, facts)
    .filter((row) => row.findings.length > 0 || (isBad(row.ending) && row.ending !== 'blocked'))
    .flatMap(annotationsOf)
  return (['error', 'warning', 'notice'] as const).flatMap((level) => {
    const same = all.filter((annotation) => annotation.level === level)
    return same.slice(0, mostAnnotations).map((annotation) => annotationLine(annotation, prefix))
  })
}

/** As `--format github` prints it. */
export const githubText = (plan: Plan, run: Run, facts: Facts): string =>
  githubAnnotations(plan, run, facts)
    .map((line) => `${line}\n`)
    .join('')

export const groupStart = (title: string): string => `::group::${data(safeLine(title))}`
export const groupEnd = '::endgroup::'

/** The token must be one that nothing inside can guess. */
export function withoutCommands(lines: readonly string[], token: string): readonly string[] {
  return lines.length === 0 ? [] : [`::stop-commands::${token}`, ...lines, `::${token}::`]
}

function annotationsOf(row: CheckRow): Annotation[] {
  const levelOf = (severity: Finding['severity']): Level =>
    severity === 'error' ? (row.advisory ? 'warning' : 'error') : severity === 'warning' ? 'warning' : 'notice'
  if (row.findings.length > 0) {
    return row.findings.map((finding) => ({
      level: levelOf(finding.severity),
      finding,
      title: [row.id, finding.rule].filter((part) => part !== undefined).join(': '),
    }))
  }
  const { settlement } = row
  if (settlement === undefined || settlement.kind === 'cancelled') return []
  const message = `${reasonText(settlement)} (pawl --only ${quotedWord(row.id)})`
  const place = settlement.kind === 'errored' ? (settlement.failure.place ?? {}) : {}
  return [{ level: levelOf('error'), finding: { ...place, message }, title: row.id }]
}

function annotationLine({ level, finding, title }: Annotation, prefix: string): string {
  const properties = { file: finding.file === undefined ? undefined : prefix + finding.file, line: finding.line, col: finding.column, title }
  const shown = Object.entries(properties).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${property(safeLine(String(value)))}`]))
  return `::${level} ${shown.join(',')}::${data(safeBlock(finding.message))}`
}

const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
