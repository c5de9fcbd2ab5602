/** Sees to it that a tool that fails never has nothing to say: what it printed last is shown where no finding could be read. */
import type { Finding } from '../model/finding.ts'
import { newFinding } from './parsers/new-finding.ts'
import type { ParsedOutput } from './parsers/parser.ts'
import { tailOf } from './parsers/plain-text.ts'

const shownLines = 20

/** `end` is the last of what the tool printed. */
export function failedFindings(
  read: ParsedOutput,
  code: number | undefined,
  end: string,
): { readonly findings: readonly Finding[]; readonly unparsed: boolean } {
  if (read.findings.length > 0) return { findings: read.findings, unparsed: false }
  const message = tailOf(end, shownLines) || `exit code ${code ?? 'unknown'} and no output`
  return { findings: [newFinding({ rule: 'unparsed', severity: 'error', message })], unparsed: true }
}
