/** Reads `bandit -f json`. A file that bandit could not read was not judged, whatever the exit code says. */
import type { Finding } from '../../model/finding.ts'
import { at, listAt, numberAt, readDocument, textAt } from './json-output.ts'
import { newFinding, severityOf } from './new-finding.ts'
import type { Parser } from './parser.ts'

export const banditJson: Parser = ({ stdout }) => {
  const document = readDocument(stdout)
  if ('unreadable' in document) return { findings: [], unreadable: document.unreadable }
  if (!Array.isArray(at(document.value, 'results'))) return { findings: [], unreadable: 'the JSON has no list of results, as bandit prints it' }
  const missed = listAt(document.value, 'errors').map(missedFile)
  const findings = [...listAt(document.value, 'results').map(findingOf), ...missed]
  const first = missed[0]
  return first === undefined ? { findings } : { findings, unreadable: `bandit could not read ${first.file ?? 'a file'}: ${first.message}` }
}

function findingOf(result: unknown): Finding {
  const column = numberAt(result, 'col_offset')
  return newFinding({
    file: textAt(result, 'filename'),
    line: numberAt(result, 'line_number'),
    column: column === undefined ? undefined : column + 1,
    rule: textAt(result, 'test_id'),
    severity: severityOf(textAt(result, 'issue_severity')),
    message: textAt(result, 'issue_text') ?? '',
    suggestion: textAt(result, 'more_info'),
  })
}

const missedFile = (error: unknown): Finding =>
  newFinding({ file: textAt(error, 'filename'), rule: 'unread', severity: 'error', message: textAt(error, 'reason') ?? 'it could not be read' })
