/** Reads severity, rule and message out of the text that follows a place, as compilers and linters write it. */
import type { FindingSeverity } from '../../model/finding.ts'
import { severityOf } from './new-finding.ts'

export type RemarkText = { readonly severity: FindingSeverity; readonly rule?: string; readonly message: string; readonly fixable?: boolean }

const words = 'fatal error|fatal|error|err|warning|warn|note|info|information|hint|help|style|refactor|convention'
/** "error: ", "error[E0308]: ", "error TS2322: ", "error[invalid-type] ", "error - ". */
const severityFirst = new RegExp(`^(${words})(?:\\[([\\w./:@-]+)\\])?(?: ([A-Z]{1,6}\\d{1,5}))?\\s*(?:[:•]|-(?=\\s)|(?<=\\])(?=\\s))\\s*`, 'i')
/** "[warning] ". */
const severityBracketed = new RegExp(`^\\[(${words})\\]\\s+`, 'i')
/** "E302 ", "MD009/no-trailing-spaces ", "DL3008 warning: ", "error MD041/first-line-heading ". */
const codeFirst = /^(?:(error|warning) )?([A-Z]{1,6}\d{1,5}(?:\/[\w-]+)*):?\s+(?:(error|warning|info|style):\s+)?/
/** "[Error/no-var]", "[Warning/eslint(no-debugger)]", "(no-empty) [error]". */
const unixEnd = new RegExp(`\\s*\\[(error|warning)(?:/([\\w@./-]+(?:\\([\\w@./-]+\\))?))?\\]$`, 'i')
/** "[-Wunused-variable]", "[SC2034]", "(document-start)". */
const bracketEnd = /\s+\[([\w@./:-]+(?:\([\w@./-]+\))?)\]$/
const parenthesesEnd = /\s+\(([A-Za-z][\w./-]*)\)$/

export function remarkText(text: string): RemarkText {
  const atEnd = unixEnd.exec(text)
  if (atEnd !== null) {
    const { rule, message } = endRule(text.slice(0, atEnd.index))
    return atEnd[2] === undefined ? remark(severityOf(atEnd[1]), rule, message) : remark(severityOf(atEnd[1]), atEnd[2], text.slice(0, atEnd.index))
  }
  const first = severityFirst.exec(text) ?? severityBracketed.exec(text)
  if (first !== null) {
    const { rule, message } = endRule(text.slice(first[0].length))
    return remark(severityOf(first[1]), first[2] ?? first[3] ?? rule, message)
  }
  const code = codeFirst.exec(text)
  if (code !== null) return remark(severityOf(code[1] ?? code[3]), code[2], text.slice(code[0].length))
  const { rule, message } = endRule(text)
  return remark('error', rule, message)
}

const remark = (severity: FindingSeverity, rule: string | undefined, message: string): RemarkText => ({
  severity,
  message: message.trim(),
  ...(rule === undefined ? {} : { rule }),
})

function endRule(text: string): { readonly rule?: string; readonly message: string } {
  const match = bracketEnd.exec(text) ?? parenthesesEnd.exec(text)
  const rule = match?.[1]
  // cspell names the word there, not a rule.
  if (match === null || rule === undefined || /^Unknown word/.test(text)) return { message: text }
  return { rule, message: text.slice(0, match.index) }
}
