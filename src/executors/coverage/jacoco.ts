/** Reads the XML of JaCoCo: a line ran when an instruction of it did; files are named by package, so only the end of their path is known. */
import { joined, type FileCoverage } from '../../model/coverage.ts'
import { atLeast, lineNumber, wholeNumber, type CoverageReader } from './reader.ts'
import { eachElement } from '../xml-events.ts'

export const jacoco: CoverageReader = (text) => {
  const files: FileCoverage[] = []
  let folder = ''
  let current: { readonly file: string; readonly lines: Map<number, number>; covered: number; total: number } | undefined
  const end = eachElement(text, 0, (event) => {
    if (event.kind === 'text') return
    if (event.kind === 'close') {
      if (event.name !== 'sourcefile' || current === undefined) return
      const { file, lines, covered, total } = current
      files.push({ file, lines, ...(total === 0 ? {} : { branches: { covered, total } }) })
      current = undefined
      return
    }
    const { name, attributes } = event
    if (name === 'package') folder = attributes.get('name') ?? ''
    else if (name === 'sourcefile') {
      const file = attributes.get('name') ?? ''
      current = file === '' ? undefined : { file: folder === '' ? file : `${folder}/${file}`, lines: new Map(), covered: 0, total: 0 }
    } else if (name === 'line' && current !== undefined) {
      const line = lineNumber(attributes.get('nr'))
      const [missed, run, missedBranches, branches] = ['mi', 'ci', 'mb', 'cb'].map((key) => wholeNumber(attributes.get(key)) ?? 0)
      if (line === undefined || (missed ?? 0) + (run ?? 0) === 0) return
      atLeast(current.lines, line, run ?? 0)
      current.covered += Math.min(branches ?? 0, mostBranches)
      current.total += Math.min((branches ?? 0) + (missedBranches ?? 0), mostBranches)
    }
  })
  if (typeof end === 'string') return { unreadable: end }
  return files.length === 0 ? { unreadable: 'it names no source file' } : { coverage: joined([{ files }]), ends: true }
}

/** Of one line. */
const mostBranches = 100_000
