/** The results of a run as JUnit XML: one suite for each stage, one case for each check. */
import type { Plan } from '../../model/plan.ts'
import type { Run } from '../../model/run.ts'
import { isGreen } from '../../model/verdict.ts'
import type { Facts } from './facts.ts'
import { failureLines } from './failure-text.ts'
import { findingLines } from './finding-text.ts'
import { palette } from './palette.ts'
import { type CheckRow, checkRows } from './rows.ts'
import { safeBlock } from './safe-text.ts'
import { reasonText } from './settlement-text.ts'

type Kind = 'passed' | 'failure' | 'error' | 'skipped'

export function junit(plan: Plan, run: Run, facts: Facts): string {
  const rows = checkRows(plan, run, facts)
  const suites = [...Map.groupBy(rows, (row) => row.stage)].map(([stage, checks]) => suite(stage, checks, facts))
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites name="pawl" ${numbers(rows)}>`, ...suites.flat(), '</testsuites>', ''].join('\n')
}

function suite(stage: string, rows: readonly CheckRow[], facts: Facts): string[] {
  const timestamp = new Date(facts.startedAt).toISOString().slice(0, 19)
  return [`  <testsuite name=${attribute(stage)} timestamp="${timestamp}" ${numbers(rows)}>`, ...rows.flatMap(testcase), '  </testsuite>']
}

function testcase(row: CheckRow): string[] {
  const head = `    <testcase name=${attribute(row.id)} classname=${attribute(`pawl.${row.stage}`)} time="${seconds(row.durationMs ?? 0)}"`
  const kind = kindOf(row)
  if (kind === 'passed') return [`${head}/>`]
  const message = `${row.advisory && kind === 'skipped' ? 'advisory: ' : ''}${messageOf(row)}`
  if (kind === 'skipped') return [`${head}>`, `      <skipped message=${attribute(message)}/>`, '    </testcase>']
  return [`${head}>`, `      <${kind} type=${attribute(row.ending)} message=${attribute(message)}>${content(detailsOf(row))}</${kind}>`, '    </testcase>']
}

/** An advisory check that failed makes nothing red, and must not look green either. */
function kindOf({ ending, advisory }: CheckRow): Kind {
  if (isGreen(ending)) return 'passed'
  if (advisory || ending === 'skipped' || ending === 'blocked' || ending === 'described') return 'skipped'
  return ending === 'failed' ? 'failure' : 'error'
}

function messageOf({ ending, settlement }: CheckRow): string {
  if (settlement !== undefined) return reasonText(settlement)
  return ending === 'cancelled' ? 'cancelled' : 'lost: pawl was ended before this check ran'
}

function detailsOf({ settlement, findings }: CheckRow): string {
  const bare = palette(false)
  if (settlement?.kind === 'errored') return failureLines(settlement.failure, bare).join('\n')
  return findingLines(findings, findings.length, '', bare).join('\n')
}

function numbers(rows: readonly CheckRow[]): string {
  const count = (kind: Kind): number => rows.filter((row) => kindOf(row) === kind).length
  const time = rows.reduce((sum, row) => sum + (row.durationMs ?? 0), 0)
  return `tests="${rows.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${seconds(time)}"`
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3)

/** XML 1.0 cannot hold most control characters, not even escaped: they are shown as text. */
const content = (text: string): string =>
  safeBlock(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
const attribute = (text: string): string => `"${content(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`
