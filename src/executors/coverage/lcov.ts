/** Reads lcov: "SF:" begins a file, "DA:line,hits" is a line, "BRDA:line,block,branch,taken" a branch, "end_of_record" its end. */
import { joined, type Count, type FileCoverage } from '../../model/coverage.ts'
import { atLeast, countOf, hitCount, lineNumber, type CoverageReader } from './reader.ts'

export const isLcov = (text: string): boolean => /^\s*(?:TN:|SF:)/.test(text.slice(0, 4096)) || /\nSF:/.test(text.slice(0, 65_536))

export const lcov: CoverageReader = (text) => {
  const files: FileCoverage[] = []
  let record: LcovRecord | undefined
  for (let from = 0; from < text.length;) {
    const to = text.indexOf('\n', from)
    const line = text.slice(from, to === -1 ? text.length : to).trim()
    from = to === -1 ? text.length : to + 1
    if (line.startsWith('SF:')) {
      if (record !== undefined) files.push(fileOf(record))
      record = { file: line.slice(3).trim(), lines: new Map(), branches: new Map(), told: new Map() }
    } else if (line === 'end_of_record') {
      if (record !== undefined) files.push(fileOf(record))
      record = undefined
    } else if (record !== undefined) note(record, line)
  }
  // Without its end the file was cut off while it was written.
  if (record !== undefined) return { unreadable: `the record of ${record.file.slice(0, 200)} has no end: the report was cut off` }
  if (files.length === 0) return { unreadable: 'no file is named in it (SF:)' }
  return { coverage: joined([{ files: files.filter((file) => file.file !== '') }]) }
}

type LcovRecord = {
  readonly file: string
  readonly lines: Map<number, number>
  /** "line,block,branch" → whether it was taken. */
  readonly branches: Map<string, boolean>
  /** Sums that the report tells itself. */
  readonly told: Map<string, string>
}

function note({ lines, branches, told }: LcovRecord, line: string): void {
  const colon = line.indexOf(':')
  const [key, value] = [line.slice(0, colon), line.slice(colon + 1)]
  const parts = value.split(',', 5)
  if (key === 'DA') {
    const [number, hits] = [lineNumber(parts[0]), hitCount(parts[1])]
    if (number !== undefined && hits !== undefined) atLeast(lines, number, hits)
  } else if (key === 'BRDA') {
    const taken = parts[3]
    if (lineNumber(parts[0]) === undefined || taken === undefined) return
    const name = parts.slice(0, 3).join(',')
    branches.set(name, branches.get(name) === true || (hitCount(taken) ?? 0) > 0)
  } else if (['LF', 'LH', 'BRF', 'BRH'].includes(key)) told.set(key, value)
}

function fileOf({ file, lines, branches, told }: LcovRecord): FileCoverage {
  const counted = lines.size === 0 ? countOf(told.get('LH'), told.get('LF')) : undefined
  const count: Count | undefined =
    branches.size > 0 ? { covered: [...branches.values()].filter(Boolean).length, total: branches.size } : countOf(told.get('BRH'), told.get('BRF'))
  return { file, lines, ...(counted === undefined ? {} : { counted }), ...(count === undefined ? {} : { branches: count }) }
}
