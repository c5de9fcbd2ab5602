/** Reads the XML of Cobertura, which coverage.py, pytest-cov, Istanbul, tarpaulin, gcovr and others write too. */
import { joined, type Count, type FileCoverage } from '../../model/coverage.ts'
import { atLeast, countOf, hitCount, lineNumber, type CoverageReader } from './reader.ts'
import { eachElement } from '../xml-events.ts'

type Class = {
  readonly file: string
  readonly lines: Map<number, number>
  readonly branches: Map<number, Count>
  /** Lines under its methods. They stand under the class again; Istanbul adds the first line of each, which need not have code. */
  readonly inMethods: Map<number, number>
}

export const cobertura: CoverageReader = (text) => {
  const classes: Class[] = []
  const bases: string[] = []
  let current: Class | undefined
  let isSource = false
  let inMethod = false
  const end = eachElement(text, 0, (event) => {
    if (event.kind === 'text') {
      if (isSource && event.text.trim() !== '') bases.push(event.text.trim())
      return
    }
    if (event.name === 'source') isSource = event.kind === 'open'
    if (event.name === 'method') inMethod = event.kind === 'open'
    if (event.name === 'class' && event.kind === 'close') current = undefined
    if (event.kind === 'close') return
    if (event.name === 'class') {
      current = { file: event.attributes.get('filename') ?? '', lines: new Map(), branches: new Map(), inMethods: new Map() }
      classes.push(current)
    } else if (event.name === 'line' && current !== undefined) noteLine(current, event.attributes, inMethod)
  })
  if (typeof end === 'string') return { unreadable: end }
  const files = merged(classes.filter((one) => one.file !== ''))
  return files.length === 0 ? { unreadable: 'it names no file' } : { coverage: joined([{ files }]), bases }
}

function noteLine({ lines, branches, inMethods }: Class, attributes: ReadonlyMap<string, string>, inMethod: boolean): void {
  const [line, hits] = [lineNumber(attributes.get('number')), hitCount(attributes.get('hits'))]
  if (line === undefined || hits === undefined) return
  atLeast(inMethod ? inMethods : lines, line, hits)
  // "50% (1/2)"
  const [, covered, total] = /\((\d{1,9})\/(\d{1,9})\)/.exec(attributes.get('condition-coverage') ?? '') ?? []
  const count = countOf(covered, total)
  const known = branches.get(line)
  if (count !== undefined && (known === undefined || known.covered < count.covered)) branches.set(line, count)
}

/** Several classes may stand in one file; a line that two of them tell is one line. */
function merged(classes: readonly Class[]): readonly FileCoverage[] {
  const files = new Map<string, Class>()
  for (const { inMethods, ...rest } of classes) {
    const one = { ...rest, inMethods, lines: rest.lines.size > 0 ? rest.lines : inMethods }
    const file = files.get(one.file)
    if (file === undefined) files.set(one.file, one)
    else {
      for (const [line, hits] of one.lines) atLeast(file.lines, line, hits)
      for (const [line, count] of one.branches) if ((file.branches.get(line)?.covered ?? -1) < count.covered) file.branches.set(line, count)
    }
  }
  return [...files.values()].map(({ file, lines, branches }) => {
    const counts = [...branches.values()]
    const sum = { covered: counts.reduce((all, one) => all + one.covered, 0), total: counts.reduce((all, one) => all + one.total, 0) }
    return { file, lines, ...(counts.length === 0 ? {} : { branches: sum }) }
  })
}
