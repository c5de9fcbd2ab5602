/** Reads what `coverage json` of coverage.py writes. */
import { at, listAt } from '../parsers/json-output.ts'
import { joined, type FileCoverage } from '../../model/coverage.ts'
import { countOf, lineNumber, type Read } from './reader.ts'

type Table = Readonly<Record<string, unknown>>

export const isCoveragePy = (value: Table): boolean => at(value, 'files') !== undefined && at(value, 'meta') !== undefined && at(value, 'totals') !== undefined

export function coveragePyJson(value: Table): Read {
  const all = at(value, 'files')
  if (typeof all !== 'object' || all === null || Array.isArray(all)) return { unreadable: 'its files are no object' }
  const files = Object.entries(all).map(([file, data]): FileCoverage => {
    const lines = new Map<number, number>()
    for (const [key, hits] of [
      ['missing_lines', 0],
      ['executed_lines', 1],
    ] as const)
      for (const one of listAt(data, key)) {
        const line = lineNumber(one)
        if (line !== undefined) lines.set(line, hits)
      }
    const branches = countOf(at(data, 'summary', 'covered_branches'), at(data, 'summary', 'num_branches'))
    return { file, lines, ...(branches === undefined ? {} : { branches }) }
  })
  return files.length === 0 ? { unreadable: 'it names no file' } : { coverage: joined([{ files }]) }
}
