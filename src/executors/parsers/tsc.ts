/** Reads what the TypeScript compiler prints, plain or pretty, and the same form from MSBuild: "a.ts(1,2): error TS2322: …". */
import type { Finding } from '../../model/finding.ts'
import { newFinding, severityOf, type Remark } from './new-finding.ts'
import type { Parser } from './parser.ts'
import { placeIn } from './place.ts'
import { linesOf } from './plain-text.ts'

const remark = /^(error|warning|info|message) ([A-Za-z]+\d*): (.*)$/
/** MSBuild names the project at the end. */
const project = /\s\[[^\]]*\.\w*proj(?:::[^\]]*)?\]$/
const mostContinued = 30

export const tsc: Parser = ({ stdout, stderr }) => ({ findings: [...findingsIn(stdout), ...findingsIn(stderr)] })

function findingsIn(text: string): readonly Finding[] {
  const remarks: { readonly head: Remark; readonly more: string[] }[] = []
  let open: string[] | undefined
  for (const line of linesOf(text)) {
    const head = headOf(line)
    if (head !== undefined) {
      open = []
      remarks.push({ head, more: open })
    } else if (open !== undefined && /^ {2,}\S/.test(line) && open.length < mostContinued) open.push(line)
    // The code that pretty output shows comes after a blank line.
    else open = undefined
  }
  return remarks.map(({ head, more }) => newFinding({ ...head, message: [head.message, ...more].join('\n') }))
}

function headOf(line: string): Remark | undefined {
  const placed = placeIn(line)
  const match = remark.exec(placed?.rest ?? line.trimStart())
  if (match === null) return undefined
  const message = (match[3] ?? '').replace(project, '')
  return {
    file: placed?.file,
    line: placed?.line,
    column: placed?.column,
    severity: severityOf(match[1] === 'message' ? 'info' : match[1]),
    rule: match[2],
    message,
  }
}
