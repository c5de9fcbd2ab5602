/** Reads `pyright --outputjson`, which basedpyright prints too; its places count from 0. */
import type { Finding } from '../../model/finding.ts'
import { at, listAt, numberAt, readDocument, textAt } from './json-output.ts'
import { newFinding, severityOf } from './new-finding.ts'
import type { Parser } from './parser.ts'

export const pyrightJson: Parser = ({ stdout }) => {
  const document = readDocument(stdout)
  if ('unreadable' in document) return { findings: [], unreadable: document.unreadable }
  if (!Array.isArray(at(document.value, 'generalDiagnostics')))
    return { findings: [], unreadable: 'the JSON has no list generalDiagnostics, as pyright prints it' }
  const findings = listAt(document.value, 'generalDiagnostics').map(findingOf)
  // It says so with exit code 0: a folder or a pattern that is wrong would never be noticed.
  if (findings.length === 0 && numberAt(document.value, 'summary', 'filesAnalyzed') === 0) return { findings, unreadable: 'pyright looked at no file' }
  return { findings }
}

function findingOf(diagnostic: unknown): Finding {
  return newFinding({
    file: textAt(diagnostic, 'file'),
    line: fromOne(numberAt(diagnostic, 'range', 'start', 'line')),
    column: fromOne(numberAt(diagnostic, 'range', 'start', 'character')),
    rule: textAt(diagnostic, 'rule'),
    severity: severityOf(textAt(diagnostic, 'severity')),
    // What explains a message is indented with blanks that do not break.
    message: textAt(diagnostic, 'message')?.replaceAll('\u00a0', ' ') ?? '',
  })
}

const fromOne = (value: number | undefined): number | undefined => (value === undefined ? undefined : value + 1)
