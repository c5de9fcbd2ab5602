/** The findings of a run as SARIF 2.1.0: one run for each check that judged or tried to. */
import type { Finding, FindingSeverity } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import type { Run } from '../../model/run.ts'
import type { Facts } from './facts.ts'
import { jsonText } from './json-text.ts'
import { type CheckRow, checkRows } from './rows.ts'
import { reasonText } from './settlement-text.ts'

/** What was skipped, blocked or only described says nothing about the code: a run without results would close the alerts that are still true. */
const judged: ReadonlySet<CheckRow['ending']> = new Set(['passed', 'fixed', 'cached', 'failed', 'errored', 'timed-out'])

export function sarif(plan: Plan, run: Run, facts: Facts): string {
  const rows = checkRows(plan, run, facts).filter((row) => judged.has(row.ending))
  const document = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: rows.map((row) => sarifRun(row, facts)),
  }
  return `${jsonText(document, 2)}\n`
}

function sarifRun(row: CheckRow, facts: Facts) {
  const rules = [...new Set(row.findings.map((finding) => ruleOf(finding, row)))]
  return {
    tool: { driver: { name: row.id, rules: rules.map((id) => ({ id })) } },
    // GitHub keeps one set of alerts for each id: without it the checks would overwrite each other.
    automationDetails: { id: `pawl/${row.id}/` },
    invocations: [invocation(row)],
    originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the repository.' } } },
    ...(facts.commit === undefined || facts.branch === undefined ? {} : { properties: { branch: facts.branch, commit: facts.commit } }),
    results: row.findings.map((finding) => result(finding, row, rules)),
  }
}

function invocation({ settlement }: CheckRow) {
  if (settlement?.kind !== 'errored' && settlement?.kind !== 'timed-out') return { executionSuccessful: true }
  const text = reasonText(settlement)
  return { executionSuccessful: false, toolExecutionNotifications: [{ level: 'error', message: { text } }] }
}

const levels = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<FindingSeverity, string>

function result(finding: Finding, row: CheckRow, rules: readonly string[]) {
  const ruleId = ruleOf(finding, row)
  const level = row.advisory && finding.severity === 'error' ? 'warning' : levels[finding.severity]
  return { ruleId, ruleIndex: rules.indexOf(ruleId), level, message: { text: finding.message === '' ? ruleId : finding.message }, ...locations(finding) }
}

const ruleOf = (finding: Finding, row: CheckRow): string => finding.rule ?? row.id

function locations({ file, line, column }: Finding) {
  if (file === undefined) return {}
  const region = line === undefined || line < 1 ? {} : { region: { startLine: line, ...(column === undefined || column < 1 ? {} : { startColumn: column }) } }
  return { locations: [{ physicalLocation: { artifactLocation: artifact(file), ...region } }] }
}

function artifact(file: string) {
  const uri = file.toWellFormed().split('/').map(encodeURIComponent).join('/')
  return file.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: '%SRCROOT%' }
}
