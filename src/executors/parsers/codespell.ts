/** Reads what codespell prints: "file:line: teh ==> the", or "teh ==> the, then" where it cannot choose. */
import type { Finding } from '../../model/finding.ts'
import { newFinding } from './new-finding.ts'
import type { Parser } from './parser.ts'
import { linesOf } from './plain-text.ts'

/** Names of files are judged too where the project wants it: they have no line. */
const remark = /^(.{1,4000}?):(?:(\d{1,7}):)? (\S+)\s{1,2}==> (\S.*)$/
/** "clas ==> class | disabled because of name clash in c++" */
const reasoned = / {1,2}\| (.*)$/

export const codespell: Parser = ({ stdout }) => ({ findings: linesOf(stdout).flatMap(findingsIn) })

function findingsIn(line: string): readonly Finding[] {
  const match = remark.exec(line)
  if (match === null) return []
  const reason = reasoned.exec(match[4] ?? '')
  const right = (match[4] ?? '').slice(0, reason?.index)
  return [
    newFinding({
      file: match[1],
      line: match[2] === undefined ? undefined : Number(match[2]),
      rule: 'spelling',
      severity: 'error',
      message: `${match[3] ?? ''} ==> ${right}${reason === null ? '' : ` (${reason[1] ?? ''})`}`,
      // It writes only where there is one word to choose, and no reason against it.
      fixable: reason === null && !right.includes(','),
      suggestion: right,
    }),
  ]
}
