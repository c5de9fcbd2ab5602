/** Reads `shellcheck --format json1`, and the older json, which is the list alone. */
import type { Finding } from '../../model/finding.ts'
import { at, numberAt, readDocument, textAt } from './json-output.ts'
import { newFinding, severityOf } from './new-finding.ts'
import type { Parser } from './parser.ts'

export const shellcheckJson: Parser = ({ stdout }) => {
  const document = readDocument(stdout)
  if ('unreadable' in document) return { findings: [], unreadable: document.unreadable }
  const comments = Array.isArray(document.value) ? document.value : at(document.value, 'comments')
  if (!Array.isArray(comments)) return { findings: [], unreadable: 'the JSON has no list of comments, as shellcheck prints it' }
  return { findings: comments.map(findingOf) }
}

function findingOf(comment: unknown): Finding {
  const code = numberAt(comment, 'code')
  const rule = code === undefined ? undefined : `SC${code}`
  return newFinding({
    file: textAt(comment, 'file'),
    line: numberAt(comment, 'line'),
    column: numberAt(comment, 'column'),
    rule,
    severity: severityOf(textAt(comment, 'level')),
    message: textAt(comment, 'message') ?? '',
    // `shellcheck --format diff` prints it as a patch.
    fixable: Array.isArray(at(comment, 'fix', 'replacements')),
    suggestion: rule === undefined ? undefined : `https://www.shellcheck.net/wiki/${rule}`,
  })
}
