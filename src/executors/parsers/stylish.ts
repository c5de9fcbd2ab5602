/** Recognises rows below the name of a file, as ESLint and its like print them for people: "  3:5  error  message  rule". */
import type { Finding } from '../../model/finding.ts'
import { newFinding, severityOf } from './new-finding.ts'
import { isPath } from './place.ts'

const row = /^\s+(\d{1,7})(?::(\d{1,7}))?\s+(?:(error|warning|info)|([✖×⚠ℹ]))\s+(\S.*)$/
/** The rule stands in a column of its own. */
const lastColumn = /\s{2,}(\S+)$/

export type Stylish = { take(line: string): Finding | undefined }

export function newStylish(): Stylish {
  let file: string | undefined
  return {
    take(line) {
      const match = file === undefined ? null : row.exec(line)
      if (match === null) {
        if (line.trim() === '') file = undefined
        else if (!/^\s/.test(line) && isPath(line.trimEnd())) file = line.trimEnd()
        return undefined
      }
      const text = match[5] ?? ''
      const rule = lastColumn.exec(text)
      return newFinding({
        file,
        line: Number(match[1]),
        column: match[2] === undefined ? undefined : Number(match[2]),
        severity: severityOf(match[3] ?? (match[4] === '⚠' ? 'warning' : match[4] === 'ℹ' ? 'info' : 'error')),
        message: rule === null ? text : text.slice(0, rule.index),
        rule: rule?.[1],
      })
    },
  }
}
