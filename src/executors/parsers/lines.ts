/** Makes each line that a tool prints a finding, for tools without a format of their own; places and formatters' phrases are understood. */
import type { Finding } from '../../model/finding.ts'
import { formatRemark, isDiffHead, isDiffLine } from './formatted.ts'
import { newFrames } from './frames.ts'
import { placedRemark } from './gnu.ts'
import { newFinding } from './new-finding.ts'
import type { Parser } from './parser.ts'
import { linesOf } from './plain-text.ts'
import { remarkText } from './remark-text.ts'

/** What formatters say besides: counts and encouragement. */
const chatter = /^(?:\d+ files? (?:would|already|left|reformatted|failed)|Formatted \d+ files?|All done!|Oh no!|\[pawl: \d+ bytes left out\]$)/

export const lines: Parser = ({ stdout, stderr }) => ({ findings: [...findingsIn(stdout), ...findingsIn(stderr)] })

function findingsIn(text: string): readonly Finding[] {
  const findings: Finding[] = []
  let inDiff = false
  let framed: { readonly upTo: number } | undefined
  const all = linesOf(text)
  const placed = framesIn(all)
  for (const [index, line] of all.entries()) {
    const frame = placed.get(index)
    if (frame !== undefined) {
      findings.push(frame.finding)
      framed = { upTo: frame.end }
    }
    if (framed !== undefined && index <= framed.upTo) continue
    inDiff = isDiffHead(line) || (inDiff && isDiffLine(line))
    if ((inDiff && !isDiffHead(line)) || line.trim() === '' || chatter.test(line)) continue
    findings.push(formatRemark(line) ?? placedRemark(line) ?? plainRemark(line))
  }
  return findings
}

function plainRemark(line: string): Finding {
  return newFinding(remarkText(line.trim()))
}

/** Headings with a place below them, with the code that is drawn under it: "unformatted: …" above "  --> a.py:4:1". */
function framesIn(all: readonly string[]): ReadonlyMap<number, { readonly finding: Finding; readonly end: number }> {
  const found = new Map<number, { readonly finding: Finding; readonly end: number }>()
  const frames = newFrames()
  let head = 0
  for (const [index, line] of all.entries()) {
    const taken = frames.take(line)
    if (taken === 'part') head = index
    else if (taken !== undefined) found.set(head, { finding: taken, end: endOfDrawing(all, index) })
  }
  return found
}

const drawn = /^\s*(?:\d+\s*)?[|│:·`╰,](?:\s|-|─|$)|^\s*\d+\s+[|│]|^\s*=\s|^\s*(?:help|note): /

function endOfDrawing(all: readonly string[], start: number): number {
  let end = start
  while (end + 1 < all.length && drawn.test(all[end + 1] ?? '')) end += 1
  return end
}
