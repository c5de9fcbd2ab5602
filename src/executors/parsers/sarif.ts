/** Reads SARIF 2.1.0, the format that linters and scanners of all languages share. */
import type { Finding, FindingSeverity } from '../../model/finding.ts'
import { at, listAt, numberAt, readDocument, textAt } from './json-output.ts'
import { newFinding } from './new-finding.ts'
import type { ParsedOutput, Parser } from './parser.ts'
import { placeOf } from './sarif-place.ts'

export const sarif: Parser = ({ stdout }) => {
  const document = readDocument(stdout)
  if ('unreadable' in document) return { findings: [], unreadable: document.unreadable }
  const runs = listAt(document.value, 'runs')
  if (runs.length === 0) return { findings: [], unreadable: 'the JSON has no list of runs, as SARIF demands' }
  const read = runs.map(readRun)
  const unreadable = read.find((run) => run.unreadable !== undefined)?.unreadable
  return { findings: read.flatMap((run) => run.findings), ...(unreadable === undefined ? {} : { unreadable }) }
}

type Rules = { readonly listed: readonly unknown[]; readonly byId: ReadonlyMap<string, unknown> }

function readRun(run: unknown): ParsedOutput {
  const name = textAt(run, 'tool', 'driver', 'name') ?? 'the tool'
  const listed = listAt(run, 'tool', 'driver', 'rules')
  const extended = listAt(run, 'tool', 'extensions').flatMap((extension) => listAt(extension, 'rules'))
  const rules: Rules = { listed, byId: new Map([...extended, ...listed].map((rule) => [textAt(rule, 'id') ?? '', rule])) }
  const troubles = listAt(run, 'invocations').flatMap((invocation) => troublesOf(invocation, run))
  const findings = [...listAt(run, 'results').flatMap((result) => findingsOf(result, run, rules)), ...troubles]
  // A run that did not look has no list at all.
  if (!Array.isArray(at(run, 'results'))) return { findings, unreadable: `${name} gave no list of results: it did not look` }
  const trouble = troubles[0]
  if (trouble !== undefined) return { findings, unreadable: `${name} could not do its work: ${trouble.message}` }
  const failed = listAt(run, 'invocations').some((invocation) => at(invocation, 'executionSuccessful') === false)
  return failed ? { findings, unreadable: `${name} says that it did not succeed` } : { findings }
}

/** What the tool says about itself; remarks and warnings about its own work are left to its log. */
function troublesOf(invocation: unknown, run: unknown): readonly Finding[] {
  return ['toolExecutionNotifications', 'toolConfigurationNotifications'].flatMap((kind) =>
    listAt(invocation, kind)
      .filter((notification) => textAt(notification, 'level') === 'error')
      .map((notification) =>
        newFinding({
          ...placeOf(notification, run),
          rule: textAt(notification, 'descriptor', 'id') ?? 'tool',
          severity: 'error',
          message: textAt(notification, 'message', 'text') ?? textAt(notification, 'exception', 'message') ?? 'an error of the tool itself',
        }),
      ),
  )
}

function findingsOf(result: unknown, run: unknown, rules: Rules): readonly Finding[] {
  const rule = ruleOf(result, rules)
  const severity = severityOf(result, rule)
  if (severity === undefined || isSuppressed(result) || textAt(result, 'baselineState') === 'absent') return []
  const fixes = listAt(result, 'fixes')
  return [
    newFinding({
      ...placeOf(result, run),
      rule: textAt(result, 'ruleId') ?? textAt(result, 'rule', 'id') ?? textAt(rule, 'id'),
      severity,
      message: messageOf(result, rule),
      fixable: fixes.some((fix) => listAt(fix, 'artifactChanges').length > 0),
      suggestion: textAt(fixes[0], 'description', 'text') ?? textAt(rule, 'helpUri'),
    }),
  ]
}

/** By its name, "rule/part" by the name of the rule, or by its number among the rules of the tool itself. */
function ruleOf(result: unknown, { listed, byId }: Rules): unknown {
  const id = textAt(result, 'ruleId') ?? textAt(result, 'rule', 'id')
  const named = id === undefined ? undefined : (byId.get(id) ?? byId.get(id.slice(0, Math.max(0, id.lastIndexOf('/')))))
  if (named !== undefined) return named
  const index = numberAt(result, 'ruleIndex') ?? numberAt(result, 'rule', 'index')
  return index === undefined || at(result, 'rule', 'toolComponent') !== undefined ? undefined : listed[index]
}

/** Undefined where the result says that all is well; what only asks a person to look is a warning. */
function severityOf(result: unknown, rule: unknown): FindingSeverity | undefined {
  switch (textAt(result, 'kind') ?? 'fail') {
    case 'pass':
    case 'notApplicable':
      return undefined
    case 'informational':
      return 'info'
    case 'review':
    case 'open':
      return 'warning'
    default:
  }
  const level = textAt(result, 'level') ?? textAt(rule, 'defaultConfiguration', 'level') ?? 'warning'
  if (level === 'none') return 'info'
  return level === 'note' ? 'info' : level === 'warning' ? 'warning' : 'error'
}

/** Suppressed is only what nobody still has to decide about, and nobody refused to suppress. */
function isSuppressed(result: unknown): boolean {
  const suppressions = listAt(result, 'suppressions')
  return suppressions.length > 0 && suppressions.every((suppression) => (textAt(suppression, 'status') ?? 'accepted') === 'accepted')
}

/** "[this line](1)" points into a list of places that a finding has no room for. */
const link = /\[([^[\]\n]{1,200})\]\(\d{1,6}\)/g

function messageOf(result: unknown, rule: unknown): string {
  const id = textAt(result, 'message', 'id')
  const text =
    textAt(result, 'message', 'text') ??
    (id === undefined ? undefined : textAt(rule, 'messageStrings', id, 'text')) ??
    textAt(result, 'message', 'markdown') ??
    textAt(rule, 'shortDescription', 'text') ??
    ''
  const words = listAt(result, 'message', 'arguments')
  return text
    .replace(/\{(\d{1,3})\}/g, (whole, index: string) => {
      const word = words[Number(index)]
      return typeof word === 'string' ? word : whole
    })
    .replace(link, '$1')
}
