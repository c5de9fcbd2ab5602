/** Makes a Finding from what a parser read: absent parts are left out, impossible positions too, texts are plain and bounded. */
import type { Finding, FindingSeverity } from '../../model/finding.ts'
import { messageOf } from './plain-text.ts'

export type Remark = {
  readonly file?: string | undefined
  readonly line?: number | undefined
  readonly column?: number | undefined
  readonly rule?: string | undefined
  readonly severity: FindingSeverity
  readonly message: string
  readonly fixable?: boolean
  readonly suggestion?: string | undefined
}

const longestRule = 200
const longestPath = 4096

export function newFinding(remark: Remark): Finding {
  const file = remark.file === undefined || remark.file === '' || remark.file.length > longestPath ? undefined : remark.file.toWellFormed()
  const line = file !== undefined && isPosition(remark.line) ? remark.line : undefined
  const column = line !== undefined && isPosition(remark.column) ? remark.column : undefined
  const rule = messageOf(remark.rule ?? '').slice(0, longestRule)
  const suggestion = messageOf(remark.suggestion ?? '')
  return {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...(rule === '' ? {} : { rule }),
    severity: remark.severity,
    message: messageOf(remark.message) || rule || 'no message',
    ...(remark.fixable === true ? { fixable: true } : {}),
    ...(suggestion === '' ? {} : { suggestion }),
  }
}

const isPosition = (value: number | undefined): value is number => value !== undefined && Number.isSafeInteger(value) && value >= 1

/** Words that tools use for severities. A word nobody knows counts as an error. */
export function severityOf(word: string | undefined): FindingSeverity {
  switch (word?.toLowerCase()) {
    case 'warning':
    case 'warn':
    case 'medium':
    case 'moderate':
      return 'warning'
    case 'note':
    case 'info':
    case 'information':
    case 'hint':
    case 'help':
    case 'advice':
    case 'style':
    case 'refactor':
    case 'convention':
    case 'low':
      return 'info'
    default:
      return 'error'
  }
}
