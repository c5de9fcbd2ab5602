/** Reads what `go build` and `go vet` print: "./a.go:3:4: message" below "# package" lines. */
import type { Finding } from '../../model/finding.ts'
import { newFinding, type Remark } from './new-finding.ts'
import type { Parser } from './parser.ts'
import { placeIn } from './place.ts'
import { linesOf } from './plain-text.ts'

const vetPrefix = /^vet(?:\.exe)?: /
/** "go: updates to go.mod needed", "package a imports b: …", "pattern ./...: …". */
const withoutPlace = /^(?:go|no required module|pattern [^:]*|package \S+)(?::| imports| is not in std)\s*\S/
/** "go: downloading …" is news, not trouble. */
const news = /^go: (?:downloading|finding|extracting|warning|upgraded|added) /
const mostContinued = 10

export const go: Parser = ({ stdout, stderr }) => ({ findings: goFindings(linesOf(`${stdout}\n${stderr}`)) })

export function goFindings(lines: readonly string[]): readonly Finding[] {
  const remarks: { readonly head: Remark; readonly more: string[] }[] = []
  let open: string[] | undefined
  for (const line of lines) {
    const head = headOf(line)
    if (head !== undefined) {
      open = []
      remarks.push({ head, more: open })
    } else if (open !== undefined && /^\t+\S/.test(line) && open.length < mostContinued) open.push(line.trim())
    else open = undefined
  }
  return remarks.map(({ head, more }) => newFinding({ ...head, message: [head.message, ...more].join('\n') }))
}

function headOf(line: string): Remark | undefined {
  if (line.startsWith('# ') || /^\s/.test(line)) return undefined
  const isVet = vetPrefix.test(line)
  const placed = placeIn(line.replace(vetPrefix, ''))
  if (placed !== undefined && placed.rest !== '' && placed.rest !== 'too many errors') {
    return { file: placed.file, line: placed.line, column: placed.column, rule: isVet ? 'vet' : undefined, severity: 'error', message: placed.rest }
  }
  return withoutPlace.test(line) && !news.test(line) ? { severity: 'error', message: line } : undefined
}
