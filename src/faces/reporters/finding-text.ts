/** Shows Findings as lines that editors and terminals can click: "file:line:column  rule  message". */
import { placeText } from '../../model/failure.ts'
import type { Finding } from '../../model/finding.ts'
import type { Palette } from './palette.ts'
import { safeLine, safeLines } from './safe-text.ts'

/** Errors first, in their order; at most `most`, then how many more there are. */
export function findingLines(findings: readonly Finding[], most: number, more: string, palette: Palette): string[] {
  const worstFirst = findings.toSorted((a, b) => weight[a.severity] - weight[b.severity])
  const lines = worstFirst.slice(0, most).flatMap((finding) => findingLine(finding, palette))
  return findings.length > most ? [...lines, palette.dim(`and ${findings.length - most} more: ${more}`)] : lines
}

export const countText = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** "src/a.ts:3:5", as far as it is known. */
export function findingPlace({ file, line, column }: Finding): string {
  if (file === undefined) return ''
  return placeText({ file, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) })
}

const weight = { error: 0, warning: 1, info: 2 } as const satisfies Record<Finding['severity'], number>

function findingLine(finding: Finding, palette: Palette): string[] {
  const [message = '', ...rest] = safeLines(finding.message)
  const mild = finding.severity === 'error' ? '' : palette.yellow(` (${finding.severity})`)
  const parts = [palette.cyan(safeLine(findingPlace(finding))), palette.dim(safeLine(finding.rule ?? '')), message + mild]
  const advice = finding.suggestion === undefined ? [] : safeLines(finding.suggestion).map((line) => `    ${palette.dim('try:')} ${line}`)
  return [parts.filter((part) => part !== '').join('  '), ...rest.map((line) => `    ${line}`), ...advice]
}
