/** Reads `eslint --format json`, and what the formatter of pawl prints in its place. */
import type { Finding } from '../../model/finding.ts'
import { at, listAt, numberAt, readDocument, textAt } from './json-output.ts'
import { newFinding } from './new-finding.ts'
import type { Parser } from './parser.ts'

export const eslintJson: Parser = ({ stdout }) => {
  const document = readDocument(stdout)
  if ('unreadable' in document) return { findings: [], unreadable: document.unreadable }
  const results = Array.isArray(document.value) ? document.value : at(document.value, 'results')
  if (!Array.isArray(results)) return { findings: [], unreadable: 'the JSON is no list of files, as ESLint prints it' }
  return { findings: results.flatMap(findingsOfFile), ...(at(document.value, 'eachAlone') === true ? { alone: true } : {}) }
}

function findingsOfFile(entry: unknown): readonly Finding[] {
  const file = textAt(entry, 'filePath')
  return listAt(entry, 'messages').map((message) => {
    const isFatal = at(message, 'fatal') === true
    return newFinding({
      file,
      line: numberAt(message, 'line'),
      column: numberAt(message, 'column'),
      rule: textAt(message, 'ruleId') ?? (isFatal ? 'parse' : undefined),
      severity: isFatal || numberAt(message, 'severity') !== 1 ? 'error' : 'warning',
      message: textAt(message, 'message') ?? '',
      fixable: at(message, 'fix') !== undefined,
      suggestion: textAt(message, 'suggestions', 0, 'desc'),
    })
  })
}
