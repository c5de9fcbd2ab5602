/** Gathers the findings of all calls of a task: each once, with paths relative to the root, and no more than can be looked at. */
import { mostFindings, type Finding } from '../model/finding.ts'
import { pathInRoot, type Folders } from './paths-in-root.ts'

export type GatheredFindings = {
  readonly findings: readonly Finding[]
  /** "3 errors, 1 warning in 2 files". */
  readonly summary: string
}

export function gatheredFindings(found: readonly Finding[], folders: Folders): GatheredFindings {
  const unique = new Map<string, Finding>()
  for (const finding of found) {
    const placed = finding.file === undefined ? finding : { ...finding, file: pathInRoot(finding.file, folders) }
    // Compilers report a file once for each target that it belongs to.
    const key = [placed.file, placed.line, placed.column, placed.rule, placed.severity, placed.message].join('\0')
    if (!unique.has(key)) unique.set(key, placed)
  }
  const all = [...unique.values()]
  return { findings: all.slice(0, mostFindings), summary: summaryOf(all) }
}

function summaryOf(all: readonly Finding[]): string {
  const count = (severity: Finding['severity']): number => all.filter((finding) => finding.severity === severity).length
  const parts = [counted(count('error'), 'error'), counted(count('warning'), 'warning'), counted(count('info'), 'remark')].filter((part) => part !== '')
  const files = new Set(all.flatMap(({ file }) => (file === undefined ? [] : [file]))).size
  const where = files === 0 ? '' : ` in ${counted(files, 'file')}`
  const cut = all.length > mostFindings ? `, the first ${grouped(mostFindings)} are kept` : ''
  return `${parts.join(', ')}${where}${cut}`
}

const counted = (count: number, noun: string): string => (count === 0 ? '' : `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`)
const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')
