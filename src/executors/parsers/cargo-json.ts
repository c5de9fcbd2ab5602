/** Reads `cargo … --message-format json`: one JSON object a line, other lines are what cargo's tools print besides. */
import type { Finding } from '../../model/finding.ts'
import { at, listAt, numberAt, readLines, textAt } from './json-output.ts'
import { newFinding, severityOf } from './new-finding.ts'
import type { Parser } from './parser.ts'

export const cargoJson: Parser = ({ stdout }) => {
  const objects = readLines(stdout)
  if (!objects.some((object) => textAt(object, 'reason') === 'build-finished')) {
    return { findings: objects.flatMap(findingsOf), unreadable: 'cargo did not say that the build is finished, as it does with --message-format json' }
  }
  return { findings: objects.flatMap(findingsOf) }
}

/** rustc counts its own messages at the end. */
const counts = /^(?:aborting due to|\d+ warnings? emitted|For more information about|Some errors have detailed explanations)/

function findingsOf(object: unknown): readonly Finding[] {
  if (textAt(object, 'reason') !== 'compiler-message') return []
  const message = at(object, 'message')
  const level = textAt(message, 'level') ?? ''
  const text = textAt(message, 'message') ?? ''
  if (level === 'failure-note' || counts.test(text)) return []
  const span = ownSpan(listAt(message, 'spans').find((candidate) => at(candidate, 'is_primary') === true))
  const children = listAt(message, 'children')
  return [
    newFinding({
      file: fileOf(object, textAt(span, 'file_name')),
      line: numberAt(span, 'line_start'),
      column: numberAt(span, 'column_start'),
      rule: textAt(message, 'code', 'code'),
      severity: severityOf(level),
      message: labelled(text, textAt(span, 'label')),
      fixable: children.some((child) => listAt(child, 'spans').some((place) => textAt(place, 'suggestion_applicability') === 'MachineApplicable')),
      suggestion: suggestionOf(children),
    }),
  ]
}

/** "mismatched types: expected `String`, found `usize`" */
const labelled = (text: string, label: string | undefined): string => (label === undefined || label === '' || text.includes(label) ? text : `${text}: ${label}`)

const mostExpansions = 32

/** Inside a macro of the standard library or of a crate, the place where our code calls it. */
function ownSpan(primary: unknown): unknown {
  let span = primary
  for (let depth = 0; depth < mostExpansions; depth++) {
    const outer = at(span, 'expansion', 'span')
    if (outer === undefined || !/^\/rustc\/|^<|[\\/]\.cargo[\\/](?:registry|git)[\\/]/.test(textAt(span, 'file_name') ?? '')) return span
    span = outer
  }
  return span
}

const longestPath = 4096

/** rustc names files from the root of the workspace, which need not be where cargo was started. */
function fileOf(object: unknown, file: string | undefined): string | undefined {
  const manifest = textAt(object, 'manifest_path')?.replace(/[\\/]Cargo\.toml$/, '')
  if (file === undefined || manifest === undefined || file.length + manifest.length > longestPath || file.startsWith('<') || /^(?:[\\/]|[A-Za-z]:)/.test(file))
    return file
  const separator = manifest.includes('\\') ? '\\' : '/'
  const folders = manifest.split(separator)
  const own = file.split(/[\\/]/)
  for (let first = Math.max(1, folders.length - own.length); first < folders.length; first++) {
    if (folders.slice(first).every((folder, index) => own[index] === folder)) return [...folders.slice(0, first), ...own].join(separator)
  }
  return [...folders, ...own].join(separator)
}

function suggestionOf(children: readonly unknown[]): string | undefined {
  const helps = children.filter(
    (child) => textAt(child, 'level') === 'help' && !/^(?:for further information visit|to override `)/.test(textAt(child, 'message') ?? ''),
  )
  const first = helps.find((child) => listAt(child, 'spans').length > 0) ?? helps[0]
  const text = textAt(first, 'message')
  const replacements = listAt(first, 'spans')
    .map((span) => textAt(span, 'suggested_replacement'))
    .filter((replacement) => replacement !== undefined && replacement !== '')
  return text === undefined || replacements.length === 0 ? text : `${text}: ${replacements.map((replacement) => `\`${replacement}\``).join(', ')}`
}
