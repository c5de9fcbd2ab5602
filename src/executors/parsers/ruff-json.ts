/** Reads `ruff check --output-format json`. */
import type { Finding } from '../../model/finding.ts'
import { numberAt, readDocument, textAt } from './json-output.ts'
import { newFinding, severityOf } from './new-finding.ts'
import type { Parser } from './parser.ts'

export const ruffJson: Parser = ({ stdout }) => {
  const document = readDocument(stdout)
  if ('unreadable' in document) return { findings: [], unreadable: document.unreadable }
  if (!Array.isArray(document.value)) return { findings: [], unreadable: 'the JSON is no list of diagnostics, as ruff prints it' }
  return { findings: document.value.map(findingOf) }
}

function findingOf(diagnostic: unknown): Finding {
  return newFinding({
    file: textAt(diagnostic, 'filename'),
    line: numberAt(diagnostic, 'location', 'row'),
    column: numberAt(diagnostic, 'location', 'column'),
    // Older versions give a syntax error no code at all.
    rule: textAt(diagnostic, 'code') ?? 'invalid-syntax',
    severity: severityOf(textAt(diagnostic, 'severity')),
    message: textAt(diagnostic, 'message') ?? '',
    // The other fixes are only made with --unsafe-fixes.
    fixable: textAt(diagnostic, 'fix', 'applicability') === 'safe',
    suggestion: textAt(diagnostic, 'fix', 'message'),
  })
}
