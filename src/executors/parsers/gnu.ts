/** Reads what compilers and linters print for people: "file:line:col: severity: message [rule]" and its many dialects. */
import type { Finding } from '../../model/finding.ts'
import { newFrames } from './frames.ts'
import { newFinding } from './new-finding.ts'
import { newNodeTests } from './node-tests.ts'
import type { Parser } from './parser.ts'
import { placeIn } from './place.ts'
import { linesOf } from './plain-text.ts'
import { remarkText } from './remark-text.ts'
import { newStylish } from './stylish.ts'
import { newTestReports, type TestReports } from './test-reports.ts'

/** The two outputs are read one after the other: their lines do not belong together. */
export const gnu: Parser = ({ stdout, stderr }) => ({ findings: [...findingsIn(stdout), ...findingsIn(stderr)] })

function findingsIn(text: string): readonly Finding[] {
  const findings: Finding[] = []
  const readers = [newNodeTests(), newTestReports()]
  const frames = newFrames()
  const stylish = newStylish()
  for (const line of linesOf(text)) {
    const test = takenBy(readers, line)
    if (test === 'part') continue
    if (test !== undefined) {
      findings.push(...test)
      continue
    }
    const framed = frames.take(line)
    const found = framed === 'part' ? placedRemark(line) : (framed ?? stylish.take(line) ?? placedRemark(line))
    if (found !== undefined) findings.push(found)
  }
  return [...findings, ...readers.flatMap((reader) => reader.rest())]
}

/** What one reader takes, the next does not see. */
function takenBy(readers: readonly TestReports[], line: string): readonly Finding[] | 'part' | undefined {
  for (const reader of readers) {
    const taken = reader.take(line)
    if (taken !== undefined && taken.length > 0) return taken
  }
  return undefined
}

/** A place without a text after it is a line of a stack or of a list, not a remark. */
export function placedRemark(line: string): Finding | undefined {
  const placed = placeIn(line)
  if (placed === undefined || placed.rest === '') return undefined
  return newFinding({ ...remarkText(placed.rest), file: placed.file, line: placed.line, column: placed.column })
}
