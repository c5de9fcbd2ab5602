/** Recognises how formatters say that a file is not formatted, and where they cannot read one. */
import type { Finding } from '../../model/finding.ts'
import { newFinding } from './new-finding.ts'

/** "Would reformat: a.py" (ruff), "would reformat a.py" (black), "Changed a.dart" (dart). */
const wouldChange = /^(?:would reformat:?|changed) (\S.*)$/i
/** "ERROR: a.py Imports are incorrectly sorted and/or formatted." (isort) */
const unsorted = /^ERROR: (\S.*?) (Imports are incorrectly sorted.*)$/
/** "error: cannot format a.py: Cannot parse: 1:11"; older versions add the line itself. (black) */
const cannotParse = /^error: cannot format (.+?): (Cannot parse.*?): (\d+):(\d+)(?:: .*)?$/
/** "Diff in src/lib.rs:1:", before Rust 1.77 "Diff in src/lib.rs at line 1:" (rustfmt). */
const diffHead = /^Diff in (.+?)(?::| at line )(\d+):$/

export const notFormatted = (file: string, line?: number): Finding =>
  newFinding({ file, line, rule: 'format', severity: 'error', message: 'not formatted', fixable: true })

export function formatRemark(line: string): Finding | undefined {
  const diff = diffHead.exec(line)
  if (diff?.[1] !== undefined) return notFormatted(diff[1], Number(diff[2]))
  const changed = wouldChange.exec(line)
  if (changed?.[1] !== undefined) return notFormatted(changed[1])
  const syntax = cannotParse.exec(line)
  if (syntax !== null)
    return newFinding({ file: syntax[1], line: Number(syntax[3]), column: Number(syntax[4]), rule: 'syntax', severity: 'error', message: syntax[2] ?? '' })
  const imports = unsorted.exec(line)
  return imports === null ? undefined : newFinding({ file: imports[1], rule: 'imports', severity: 'error', message: imports[2] ?? '', fixable: true })
}

/** Below it stands the line that cannot be parsed. */
export const isSyntaxRemark = (line: string): boolean => cannotParse.test(line)
export const isDiffHead = (line: string): boolean => diffHead.test(line)
/** What stands below such a head until the next one. */
export const isDiffLine = (line: string): boolean => line === '' || /^[ +-]/.test(line)
