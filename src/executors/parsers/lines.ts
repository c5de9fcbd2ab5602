/** Makes each line that a tool prints a finding, for tools without a format of their own; places and formatters' phrases are understood. */
import type { Finding } from '../../model/finding.ts'
import { formatRemark, isDiffHead, isDiffLine, isSyntaxRemark } from './formatted.ts'
import { newFrames } from './frames.ts'
import { placedRemark } from './gnu.ts'
import { newFinding } from './new-finding.ts'
import type { Parser } from './parser.ts'
import { linesOf } from './plain-text.ts'
import { remarkText } from './remark-text.ts'

/** What formatters say besides: counts and encouragement. */
const chatter = /^(?:\d+ files? (?:would|already|left|reformatted|failed)|Formatted \d+ files?|All done!|Oh no!|ParseError: |\[pawl: \d+ bytes left out\]$)/

export const lines: Parser = ({ stdout, stderr }) => ({ findings: [...findingsIn(stdout), ...findingsIn(stderr)] })

function findingsIn(text: string): readonly Finding[] {
  const findings: Finding[] = []
  const all = linesOf(text)
  const drawings = drawingsIn(all)
  let inDiff = false
  let inSource = false
  for (let index = 0; index < all.length; index++) {
    const line = all[index] ?? ''
    const drawing = drawings.get(index)
    if (drawing !== undefined) {
      findings.push(drawing.finding)
      index = drawing.end
      continue
    }
    const isHead = isDiffHead(line)
    inDiff = isHead || (inDiff && isDiffLine(line))
    inSource = isSyntaxRemark(line) || (inSource && /^\s/.test(line))
    if ((inDiff && !isHead) || (inSource && /^\s/.test(line)) || line.trim() === '' || chatter.test(line)) continue
    findings.push(formatRemark(line) ?? placedRemark(line) ?? newFinding(remarkText(line.trim())))
  }
  return findings
}

type Drawing = { readonly finding: Finding; /** Its last line. */ readonly end: number }

/** By the line of the heading: a finding with the place below it and the code that is drawn there, up to a blank line. */
function drawingsIn(all: readonly string[]): ReadonlyMap<number, Drawing> {
  const found = new Map<number, Drawing>()
  const frames = newFrames()
  let head = 0
  let open: { readonly start: number; readonly finding: Finding } | undefined
  const close = (end: number): void => {
    if (open !== undefined) found.set(open.start, { finding: open.finding, end })
    open = undefined
  }
  for (const [index, line] of all.entries()) {
    const taken = frames.take(line)
    if (line.trim() === '') close(index)
    else if (taken === 'part') head = index
    else if (taken !== undefined) {
      close(head - 1)
      open = { start: head, finding: taken }
    }
  }
  close(all.length)
  return found
}
