/** Reads what actionlint prints: "file:line:col: message [rule]"; the code below it is left out. */
import { newFinding } from './new-finding.ts'
import type { Parser } from './parser.ts'
import { placeIn } from './place.ts'
import { linesOf } from './plain-text.ts'

const ruleEnd = /\s\[([\w-]+)\]$/
/** "shellcheck reported issue in this script: SC2086:info:1:6: Double quote to prevent globbing" */
const shellcheck = /^shellcheck reported issue in this script: (SC\d+):(\w+):\d+:\d+: /

export const actionlint: Parser = ({ stdout, stderr }) => ({
  findings: linesOf(`${stdout}\n${stderr}`).flatMap((line) => {
    const placed = placeIn(line)
    const rule = ruleEnd.exec(placed?.rest ?? '')
    if (placed === undefined || rule === null) return []
    const text = placed.rest.slice(0, rule.index)
    const script = shellcheck.exec(text)
    return [newFinding({ ...placed, rule: script?.[1] ?? rule[1], severity: 'error', message: script === null ? text : text.slice(script[0].length) })]
  }),
})
