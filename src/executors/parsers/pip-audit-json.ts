/** Reads `pip-audit --format json`: every known weakness of an installed package; a package that it left out is a warning. */
import type { Finding } from '../../model/finding.ts'
import { at, listAt, readDocument, textAt } from './json-output.ts'
import { newFinding } from './new-finding.ts'
import type { Parser } from './parser.ts'

export const pipAuditJson: Parser = ({ stdout }) => {
  const document = readDocument(stdout)
  if ('unreadable' in document) return { findings: [], unreadable: document.unreadable }
  // Before version 2.1 the list was the whole document.
  const dependencies = Array.isArray(document.value) ? document.value : at(document.value, 'dependencies')
  if (!Array.isArray(dependencies)) return { findings: [], unreadable: 'the JSON has no list of dependencies, as pip-audit prints it' }
  return { findings: dependencies.flatMap(findingsOf) }
}

function findingsOf(dependency: unknown): readonly Finding[] {
  const name = textAt(dependency, 'name') ?? 'a package without a name'
  const skipped = textAt(dependency, 'skip_reason')
  if (skipped !== undefined) return [newFinding({ rule: 'skipped', severity: 'warning', message: `${name} was not looked at: ${skipped}` })]
  const installed = `${name} ${textAt(dependency, 'version') ?? ''}`.trim()
  return listAt(dependency, 'vulns').map((weakness) => {
    const id = textAt(weakness, 'id') ?? 'a known weakness'
    const aliases = texts(weakness, 'aliases').filter((alias) => alias !== id)
    const fixed = texts(weakness, 'fix_versions')
    const described = textAt(weakness, 'description')?.trim().split('\n', 1)[0] ?? ''
    return newFinding({
      rule: id,
      severity: 'error',
      message: `${installed}: ${id}${aliases.length === 0 ? '' : ` (${aliases.join(', ')})`}${described === '' ? '' : `: ${described}`}`,
      suggestion: fixed.length === 0 ? undefined : `Use ${name} ${fixed.join(' or ')}.`,
    })
  })
}

const texts = (value: unknown, key: string): readonly string[] => listAt(value, key).filter((item): item is string => typeof item === 'string')
