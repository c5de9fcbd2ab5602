/** A parser of a plugin, held to what every parser promises: it never throws, and what it answers has the right shape. */
import { guestFindings } from './guest-findings.ts'
import { textAt } from './parsers/json-output.ts'
import type { Parser } from './parsers/parser.ts'
import { messageOf } from '../model/thrown.ts'

export function guestParser(name: string, parser: Parser): Parser {
  return (output) => {
    try {
      const read: unknown = parser(output)
      const unreadable = textAt(read, 'unreadable')
      const found = guestFindings(typeof read === 'object' && read !== null && 'findings' in read ? read.findings : undefined)
      if ('wrong' in found) return { findings: [], unreadable: `the parser ${name} answered with nothing that can be used: ${found.wrong}` }
      return unreadable === undefined ? found : { ...found, unreadable }
    } catch (error) {
      // Whatever it throws is about the output that it was given: the check shows it.
      return { findings: [], unreadable: `the parser ${name} threw: ${messageOf(error)}` }
    }
  }
}
