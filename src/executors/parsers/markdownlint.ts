/** Reads what markdownlint-cli2 and markdownlint-cli print: "docs/a b.md:3:5 error MD010/no-hard-tabs Hard tabs [Column: 5]". */
import { placedRemark } from './gnu.ts'
import { newFinding, severityOf } from './new-finding.ts'
import type { Parser } from './parser.ts'
import { linesOf } from './plain-text.ts'

/** The names of rules of one's own are told apart from text by the severity before them, which older versions leave out. */
const own = /^(\S[^:]*(?::[\\/][^:]*)?):(\d{1,7})(?::(\d{1,7}))? (error|warning) (\S+) (\S.*)$/
const older = /^(\S[^:]*(?::[\\/][^:]*)?):(\d{1,7})(?::(\d{1,7}))? ()(MD\d{3}(?:\/[\w-]+)*) (\S.*)$/

export const markdownlint: Parser = ({ stdout, stderr }) => ({ findings: [stdout, stderr].flatMap(findingsIn) })

const findingsIn = (text: string) =>
  linesOf(text).flatMap((line) => {
    const [, file, lineNumber, column, severity, rule, message = ''] = own.exec(line) ?? older.exec(line) ?? []
    if (file === undefined) return placedRemark(line) ?? []
    return newFinding({
      file,
      line: Number(lineNumber),
      column: column === undefined ? undefined : Number(column),
      rule,
      severity: severityOf(severity === '' ? 'error' : severity),
      message,
    })
  })
