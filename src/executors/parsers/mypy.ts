/** Reads what mypy prints: "file:line:col: error: message  [code]", with notes as suggestions of their error, or its JSON since version 1.11. */
import type { Finding } from '../../model/finding.ts'
import { numberAt, readLines, textAt } from './json-output.ts'
import { newFinding, severityOf, type Remark } from './new-finding.ts'
import type { Parser } from './parser.ts'
import { placeIn } from './place.ts'
import { linesOf } from './plain-text.ts'

const remark = /^(error|warning|note): (.*)$/
/** "nothere.py: error: Cannot read file": about a whole file. */
const withoutLine = /^(\S[^:]*): (error|warning): (.*)$/
const code = /\s+\[([\w-]+)\]$/
const mostNotes = 10

type Noted = { readonly remark: Remark; readonly notes: string[] }

export const mypy: Parser = ({ stdout, stderr }) => ({ findings: [...findingsIn(stdout), ...findingsIn(stderr)] })

function findingsIn(text: string): readonly Finding[] {
  const found: Noted[] = []
  for (const line of linesOf(text)) {
    const next = line.startsWith('{"') ? jsonRemark(line) : remarkOf(line)
    if (next === undefined) continue
    const last = found.at(-1)
    const belongs =
      next.severity === 'info' && last !== undefined && last.remark.severity !== 'info' && last.remark.file === next.file && last.remark.line === next.line
    if (!belongs) found.push({ remark: next, notes: [] })
    else if (last.notes.length < mostNotes) last.notes.push(next.message)
  }
  return found.map(({ remark, notes }) => newFinding({ ...remark, suggestion: [remark.suggestion ?? '', ...notes].filter((note) => note !== '').join('\n') }))
}

function remarkOf(line: string): Remark | undefined {
  const placed = placeIn(line)
  const match = remark.exec(placed?.rest ?? line)
  if (match !== null) return coded({ file: placed?.file, line: placed?.line, column: placed?.column, severity: severityOf(match[1]), message: match[2] ?? '' })
  const whole = withoutLine.exec(line)
  return whole === null ? undefined : coded({ file: whole[1], severity: severityOf(whole[2]), message: whole[3] ?? '' })
}

/** One object a line, with columns from 0; notes stand in the hint. */
function jsonRemark(line: string): Remark | undefined {
  const remark = readLines(line)[0]
  const message = textAt(remark, 'message')
  if (message === undefined) return undefined
  const column = numberAt(remark, 'column')
  return {
    file: textAt(remark, 'file'),
    line: numberAt(remark, 'line'),
    column: column === undefined ? undefined : column + 1,
    rule: textAt(remark, 'code'),
    severity: severityOf(textAt(remark, 'severity')),
    message,
    suggestion: textAt(remark, 'hint'),
  }
}

function coded(remark: Remark): Remark {
  const match = code.exec(remark.message)
  return match === null ? remark : { ...remark, rule: match[1], message: remark.message.slice(0, match.index) }
}
