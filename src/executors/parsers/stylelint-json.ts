/** Reads `stylelint --formatter json`, which prints on stderr since version 16 and on stdout before. */
import type { Finding } from '../../model/finding.ts'
import { at, listAt, numberAt, readDocument, textAt } from './json-output.ts'
import { newFinding, severityOf } from './new-finding.ts'
import type { Parser } from './parser.ts'

export const stylelintJson: Parser = ({ stdout, stderr }) => {
  const documents = [stderr, stdout].map(readDocument)
  const entries = documents.map((document) => ('value' in document ? document.value : undefined)).find(isReport)
  if (entries !== undefined) return { findings: entries.flatMap(findingsOfFile) }
  const trouble = documents.find((document, index) => 'unreadable' in document && (index === 1 || stderr.trim() !== ''))
  const unreadable =
    trouble !== undefined && 'unreadable' in trouble ? trouble.unreadable : 'the JSON is no list of files with warnings, as Stylelint prints it'
  return { findings: [], unreadable }
}

const isReport = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.every((entry) => Array.isArray(at(entry, 'warnings')))

function findingsOfFile(entry: unknown): readonly Finding[] {
  const file = textAt(entry, 'source')
  return [
    ...listAt(entry, 'invalidOptionWarnings').map((one) => newFinding({ rule: 'invalid-option', severity: 'error', message: textAt(one, 'text') ?? '' })),
    ...listAt(entry, 'parseErrors').map((one) => newFinding({ file, ...placeOf(one), rule: 'parse', severity: 'error', message: textAt(one, 'text') ?? '' })),
    ...listAt(entry, 'warnings').map((one) => findingOf(one, file)),
    ...listAt(entry, 'deprecations').map((one) =>
      newFinding({ rule: 'deprecation', severity: 'warning', message: textAt(one, 'text') ?? '', suggestion: textAt(one, 'reference') }),
    ),
  ]
}

function findingOf(warning: unknown, file: string | undefined): Finding {
  const rule = textAt(warning, 'rule')
  const text = textAt(warning, 'text') ?? ''
  const named = ` (${rule ?? ''})`
  return newFinding({
    file,
    ...placeOf(warning),
    rule,
    severity: severityOf(textAt(warning, 'severity')),
    message: text.endsWith(named) ? text.slice(0, -named.length) : text,
    // Only there when it was asked for, with --compute-edit-info.
    fixable: at(warning, 'fix') !== undefined,
  })
}

const placeOf = (one: unknown): { readonly line: number | undefined; readonly column: number | undefined } => ({
  line: numberAt(one, 'line'),
  column: numberAt(one, 'column'),
})
