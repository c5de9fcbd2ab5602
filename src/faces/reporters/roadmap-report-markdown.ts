/** The report on a run of a roadmap as Markdown. */
import type { RoadmapReport } from '../../model/roadmap-report.ts'
import { markdownText } from './markdown-text.ts'
import { viewOf, type ReportTable } from './roadmap-report-view.ts'

/** Ends with a line break. */
export function roadmapReportMarkdown(report: RoadmapReport): string {
  const view = viewOf(report)
  const first = view.first.map(({ why, text }) => `- **${why}**: ${markdownText(text, longest)}`)
  return [
    `# ${markdownText(view.title)}`,
    '',
    markdownText(view.headline, longest),
    '',
    '## Look at first',
    '',
    ...(first.length === 0 ? ['Nothing stands out.'] : first),
    '',
    '## Figures',
    '',
    ...view.facts.map(([name, value]) => `- ${name}: ${markdownText(value, longest)}`),
    ...[view.rollback, view.tasks, view.held, view.gates].flatMap((table) => (table === undefined ? [] : ['', ...tableLines(table)])),
    '',
  ].join('\n')
}

const longest = 2000

function tableLines({ name, head, numeric, rows }: ReportTable): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    `## ${name}`,
    '',
    line(head),
    line(head.map((_, i) => (numeric.includes(i) ? '---:' : '---'))),
    ...rows.map((row) => line(row.map((cell) => markdownText(cell)))),
  ]
}
