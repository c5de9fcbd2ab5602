/** Reads `oxlint --format json`. */
import type { Finding } from '../../model/finding.ts'
import { at, listAt, numberAt, readDocument, textAt } from './json-output.ts'
import { newFinding, severityOf } from './new-finding.ts'
import type { Parser } from './parser.ts'

export const oxlintJson: Parser = ({ stdout }) => {
  const document = readDocument(stdout)
  if ('unreadable' in document) return { findings: [], unreadable: document.unreadable }
  const diagnostics = at(document.value, 'diagnostics')
  if (!Array.isArray(diagnostics)) return { findings: [], unreadable: 'the JSON has no list of diagnostics, as oxlint prints it' }
  return { findings: diagnostics.map(findingOf) }
}

function findingOf(diagnostic: unknown): Finding {
  const span = at(listAt(diagnostic, 'labels')[0], 'span')
  return newFinding({
    file: textAt(diagnostic, 'filename'),
    line: numberAt(span, 'line'),
    column: numberAt(span, 'column'),
    rule: textAt(diagnostic, 'code'),
    severity: severityOf(textAt(diagnostic, 'severity')),
    message: textAt(diagnostic, 'message') ?? '',
    suggestion: textAt(diagnostic, 'help'),
  })
}
