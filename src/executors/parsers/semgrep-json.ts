/** Reads `semgrep --json`. What stopped semgrep from looking makes a pass worthless; a file that it read in part is a warning. */
import type { Finding } from '../../model/finding.ts'
import { at, listAt, numberAt, readDocument, textAt } from './json-output.ts'
import { newFinding, severityOf } from './new-finding.ts'
import type { Parser } from './parser.ts'

export const semgrepJson: Parser = ({ stdout }) => {
  const document = readDocument(stdout)
  if ('unreadable' in document) return { findings: [], unreadable: document.unreadable }
  if (!Array.isArray(at(document.value, 'results'))) return { findings: [], unreadable: 'the JSON has no list of results, as semgrep prints it' }
  const results = listAt(document.value, 'results').filter((result) => at(result, 'extra', 'is_ignored') !== true)
  const troubles = listAt(document.value, 'errors').map(troubleOf)
  const findings = [...results.map(findingOf), ...troubles]
  const first = troubles.find(({ severity }) => severity === 'error')
  return first === undefined ? { findings } : { findings, unreadable: `semgrep could not do all its work: ${first.message}` }
}

function findingOf(result: unknown): Finding {
  const fix = textAt(result, 'extra', 'fix')
  return newFinding({
    file: textAt(result, 'path'),
    line: numberAt(result, 'start', 'line'),
    column: numberAt(result, 'start', 'col'),
    rule: textAt(result, 'check_id'),
    severity: severityOf(textAt(result, 'extra', 'severity')),
    message: textAt(result, 'extra', 'message') ?? '',
    fixable: fix !== undefined,
    suggestion: fix === undefined || fix === '' ? undefined : `Replace it by: ${fix}`,
  })
}

function troubleOf(error: unknown): Finding {
  const type = at(error, 'type')
  return newFinding({
    file: textAt(error, 'path'),
    line: numberAt(error, 'spans', 0, 'start', 'line'),
    // Newer versions give some types as a list whose first part is the name.
    rule: typeof type === 'string' ? type : textAt(error, 'type', 0),
    severity: severityOf(textAt(error, 'level')),
    message: textAt(error, 'message') ?? textAt(error, 'long_msg') ?? '',
  })
}
