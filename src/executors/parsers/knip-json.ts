/** Reads `knip --reporter json`: one entry a file, with a list for each kind of issue. */
import type { Finding } from '../../model/finding.ts'
import { at, listAt, numberAt, readDocument, textAt } from './json-output.ts'
import { newFinding } from './new-finding.ts'
import type { Parser } from './parser.ts'

export const knipJson: Parser = ({ stdout }) => {
  const document = readDocument(stdout)
  if ('unreadable' in document) return { findings: [], unreadable: document.unreadable }
  const issues = at(document.value, 'issues')
  if (!Array.isArray(issues) || !issues.every((entry) => textAt(entry, 'file') !== undefined))
    return { findings: [], unreadable: 'the JSON has no list of issues by file, as knip prints it' }
  // Up to version 5 the unused files stand beside the issues.
  const files = listAt(document.value, 'files').flatMap((file) => (typeof file === 'string' ? [newIssue('files', {}, file)] : []))
  return { findings: [...files, ...issues.flatMap(findingsOfFile)] }
}

type Kind = { readonly title: string; readonly suggestion?: string; /** `knip --fix` removes it. */ readonly fixable?: boolean }

/** By the names of knip. */
const kinds: Readonly<Record<string, Kind>> = {
  files: { title: 'Unused file', suggestion: 'Delete it, or name it in `entry` of the configuration of knip when something starts it by itself.' },
  dependencies: { title: 'Unused dependency', suggestion: 'Remove it from package.json, or name it in `ignoreDependencies`.', fixable: true },
  devDependencies: { title: 'Unused devDependency', suggestion: 'Remove it from package.json, or name it in `ignoreDependencies`.', fixable: true },
  optionalPeerDependencies: { title: 'Referenced optional peerDependency', suggestion: 'Add it to the dependencies in package.json when it is needed.' },
  unlisted: { title: 'Unlisted dependency', suggestion: 'Add it to the dependencies in package.json.' },
  binaries: { title: 'Unlisted binary', suggestion: 'Add the package that brings it to package.json, or name it in `ignoreBinaries`.' },
  unresolved: { title: 'Unresolved import', suggestion: 'Correct the path, or add what it names.' },
  exports: { title: 'Unused export', suggestion: 'Do not export it, or delete it.', fixable: true },
  nsExports: { title: 'Unused export in a used namespace', suggestion: 'Do not export it, or delete it.' },
  types: { title: 'Unused exported type', suggestion: 'Do not export it, or delete it.', fixable: true },
  nsTypes: { title: 'Unused exported type in a used namespace', suggestion: 'Do not export it, or delete it.' },
  enumMembers: { title: 'Unused exported enum member', suggestion: 'Delete it.' },
  classMembers: { title: 'Unused exported class member', suggestion: 'Delete it.' },
  namespaceMembers: { title: 'Unused exported namespace member', suggestion: 'Delete it.' },
  duplicates: { title: 'Duplicate exports', suggestion: 'Export it under one name.' },
  catalog: { title: 'Unused catalog entry', suggestion: 'Remove it from the catalog.', fixable: true },
  catalogReferences: { title: 'Unresolved catalog reference', suggestion: 'Add it to the catalog.' },
  cycles: { title: 'Circular dependency' },
}

/** What an entry tells besides. */
const noKind: ReadonlySet<string> = new Set(['file', 'owners'])

function findingsOfFile(entry: unknown): readonly Finding[] {
  const file = textAt(entry, 'file')
  if (typeof entry !== 'object' || entry === null || file === undefined) return []
  return Object.entries(entry).flatMap(([kind, found]: [string, unknown]) =>
    noKind.has(kind) ? [] : issuesIn(found).map((issue) => newIssue(kind, issue, file)),
  )
}

/** A list, or up to version 5 a mapping from the name of an enum or class to the list of its members. */
function issuesIn(found: unknown): readonly unknown[] {
  if (Array.isArray(found)) return found
  if (typeof found !== 'object' || found === null) return []
  return Object.entries(found).flatMap(([namespace, members]: [string, unknown]) =>
    Array.isArray(members)
      ? members.map((member) => ({ name: `${namespace}.${textAt(member, 'name') ?? ''}`, line: at(member, 'line'), col: at(member, 'col') }))
      : [],
  )
}

function newIssue(kind: string, issue: unknown, file: string): Finding {
  const { title = kind, ...known } = Object.hasOwn(kinds, kind) ? (kinds[kind] ?? {}) : {}
  const place = Array.isArray(issue) ? issue[0] : issue
  const what = kind === 'files' ? '' : nameOf(issue, kind)
  return newFinding({
    file,
    line: numberAt(place, 'line'),
    column: numberAt(place, 'col'),
    rule: kind,
    severity: 'error',
    message: what === '' ? title : `${title}: ${what}`,
    ...known,
  })
}

/** Several names for the same thing, or several files in a circle, are one issue. */
function nameOf(issue: unknown, kind: string): string {
  if (Array.isArray(issue)) return issue.map((one) => textAt(one, 'name') ?? '').join(kind === 'cycles' ? ' → ' : ', ')
  const [namespace, name = ''] = [textAt(issue, 'namespace'), textAt(issue, 'name')]
  return namespace === undefined ? name : `${namespace}.${name}`
}
