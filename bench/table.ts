/** The result as text: one table a scenario and size, medians with their spread, and how each compares with the first row. */
import { cpuMs, spreadMs, wallMs, type Row } from './row.ts'

const head = ['tool', 'wall', 'spread', '× first', 'CPU', 'peak MB', 'executed', 'runs']

/** As Markdown, which reads well enough on a terminal too. */
export function tableOf(rows: readonly Row[]): string {
  const reference = rows.find((row) => row.wrong === undefined && row.samples.length > 0)
  const base = reference === undefined ? undefined : wallMs(reference)
  const lines = rows.map((row) => cells(row, base))
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]?.length ?? 0)))
  const line = (values: readonly string[]): string =>
    `| ${values.map((value, i) => (i === 0 ? value.padEnd(widths[i] ?? 0) : value.padStart(widths[i] ?? 0))).join(' | ')} |`
  return [line(head), `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`, ...lines.map(line)].join('\n')
}

function cells(row: Row, base: number | undefined): string[] {
  if (row.wrong !== undefined) return [row.tool, 'does not count', '', '', '', '', String(row.executed ?? ''), '0']
  const [fastest, slowest] = spreadMs(row)
  return [
    row.tool,
    time(wallMs(row)),
    `${time(fastest)}–${time(slowest)}`,
    base === undefined ? '' : (wallMs(row) / base).toFixed(2),
    time(cpuMs(row)),
    row.memoryKb === undefined ? '' : (row.memoryKb / 1024).toFixed(0),
    String(row.executed ?? ''),
    String(row.samples.length),
  ]
}

const time = (ms: number): string =>
  ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : ms >= 100 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(1)} ms`
