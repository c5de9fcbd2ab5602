/** Reads findings that code of a plugin answered with: what has not their shape is never taken for "nothing found". */
import type { Finding } from '../model/finding.ts'
import { at, numberAt, textAt } from './parsers/json-output.ts'
import { newFinding } from './parsers/new-finding.ts'

export type GuestFindings = { readonly findings: readonly Finding[] } | { readonly wrong: string }

const severities = ['error', 'warning', 'info'] as const

export function guestFindings(value: unknown): GuestFindings {
  if (!Array.isArray(value)) return { wrong: 'its findings are no list' }
  const findings: Finding[] = []
  for (const one of value as readonly unknown[]) {
    const severity = severities.find((each) => each === at(one, 'severity'))
    const message = textAt(one, 'message')
    if (severity === undefined || message === undefined) return { wrong: 'a finding lacks its severity (error, warning, info) or its message' }
    findings.push(
      newFinding({
        file: textAt(one, 'file'),
        line: numberAt(one, 'line'),
        column: numberAt(one, 'column'),
        rule: textAt(one, 'rule'),
        severity,
        message,
        fixable: at(one, 'fixable') === true,
        suggestion: textAt(one, 'suggestion'),
      }),
    )
  }
  return { findings }
}
