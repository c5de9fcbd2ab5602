/** Reads `staticcheck -f json`: one object a line, and no line at all where all is well. */
import type { Finding } from '../../model/finding.ts'
import { numberAt, readLines, textAt } from './json-output.ts'
import { newFinding, severityOf } from './new-finding.ts'
import type { Parser } from './parser.ts'
import { linesOf } from './plain-text.ts'

export const staticcheckJson: Parser = ({ stdout }) => {
  const problems = readLines(stdout).filter((line) => textAt(line, 'code') !== undefined)
  const findings = problems.filter((problem) => textAt(problem, 'severity') !== 'ignored').map(findingOf)
  const printed = linesOf(stdout).filter((line) => line.trim() !== '')
  if (printed.length === problems.length) return { findings }
  return { findings, unreadable: 'not every line that was printed is a problem in JSON, as staticcheck prints it' }
}

function findingOf(problem: unknown): Finding {
  return newFinding({
    file: textAt(problem, 'location', 'file'),
    line: numberAt(problem, 'location', 'line'),
    column: numberAt(problem, 'location', 'column'),
    rule: textAt(problem, 'code'),
    severity: severityOf(textAt(problem, 'severity')),
    message: textAt(problem, 'message') ?? '',
  })
}
