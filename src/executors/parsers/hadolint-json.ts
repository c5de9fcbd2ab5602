/** Reads `hadolint --format json`. */
import type { Finding } from '../../model/finding.ts'
import { numberAt, readDocument, textAt } from './json-output.ts'
import { newFinding, severityOf } from './new-finding.ts'
import type { Parser } from './parser.ts'

export const hadolintJson: Parser = ({ stdout }) => {
  const document = readDocument(stdout)
  if ('unreadable' in document) return { findings: [], unreadable: document.unreadable }
  if (!Array.isArray(document.value)) return { findings: [], unreadable: 'the JSON is no list of remarks, as hadolint prints it' }
  return { findings: document.value.map(findingOf) }
}

function findingOf(remark: unknown): Finding {
  const rule = textAt(remark, 'code')
  return newFinding({
    file: textAt(remark, 'file'),
    line: numberAt(remark, 'line'),
    column: numberAt(remark, 'column'),
    rule,
    severity: severityOf(textAt(remark, 'level')),
    message: textAt(remark, 'message') ?? '',
    suggestion: rule?.startsWith('SC') === true ? `https://www.shellcheck.net/wiki/${rule}` : undefined,
  })
}
