/** Reads what Istanbul and its relatives write as JSON: coverage-final.json with every statement, coverage-summary.json with sums only. */
import { at, listAt, textAt } from '../parsers/json-output.ts'
import { joined, type Count, type FileCoverage } from '../../model/coverage.ts'
import { atLeast, countOf, hitCount, lineNumber, type Read } from './reader.ts'

type Table = Readonly<Record<string, unknown>>

export const isIstanbul = (value: Table): boolean => isSummary(value) || Object.values(value).some((file) => at(file, 'statementMap') !== undefined)

const isSummary = (value: Table): boolean => at(value, 'total', 'lines', 'pct') !== undefined

export function istanbulJson(value: Table): Read {
  const files = isSummary(value)
    ? Object.entries(value).flatMap(([file, sums]) => (file === 'total' ? [] : summed(file, sums)))
    : Object.entries(value).flatMap(([file, data]) => detailed(file, data))
  return files.length === 0 ? { unreadable: 'it names no file' } : { coverage: joined([{ files }]) }
}

function summed(file: string, sums: unknown): readonly FileCoverage[] {
  const counted = countOf(at(sums, 'lines', 'covered'), at(sums, 'lines', 'total'))
  const branches = countOf(at(sums, 'branches', 'covered'), at(sums, 'branches', 'total'))
  return counted === undefined ? [] : [{ file, lines: new Map(), counted, ...(branches === undefined ? {} : { branches }) }]
}

/** A line counts as often as the statement on it that ran most often, as Istanbul itself counts. */
function detailed(key: string, data: unknown): readonly FileCoverage[] {
  const places = entriesAt(data, 'statementMap')
  const branches = branchesOf(data)
  if (places === undefined) return []
  const lines = new Map<number, number>()
  for (const [id, place] of places) {
    const [line, hits] = [lineNumber(at(place, 'start', 'line')), hitCount(at(data, 's', id))]
    if (line !== undefined && hits !== undefined) atLeast(lines, line, hits)
  }
  return [{ file: textAt(data, 'path') ?? key, lines, ...(branches === undefined ? {} : { branches }) }]
}

function branchesOf(data: unknown): Count | undefined {
  const all = entriesAt(data, 'b')
  if (all === undefined) return undefined
  const ways = all.flatMap(([id]) => listAt(data, 'b', id).map((hits) => hitCount(hits) ?? 0))
  return { covered: ways.filter((hits) => hits > 0).length, total: ways.length }
}

function entriesAt(value: unknown, key: string): readonly (readonly [string, unknown])[] | undefined {
  const found = at(value, key)
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.entries(found) : undefined
}
