/** Reads what `llvm-cov export` writes, for Rust, C and C++: regions of code as segments, from which lines are counted as llvm-cov itself does. */
import { at, listAt, textAt } from '../parsers/json-output.ts'
import { joined, type FileCoverage } from '../../model/coverage.ts'
import { countOf, hitCount, lineNumber, type Read } from './reader.ts'

type Table = Readonly<Record<string, unknown>>

export const isLlvm = (value: Table): boolean => textAt(value, 'type')?.startsWith('llvm.coverage.json.export') === true

/** Lines that all segments of a report may cover together; far beyond what a repository holds. */
const mostLines = 5_000_000

export function llvmJson(value: Table): Read {
  const files: FileCoverage[] = []
  let lines = 0
  let broken: string | undefined
  for (const data of listAt(value, 'data').flatMap((export_) => listAt(export_, 'files'))) {
    const file = textAt(data, 'filename')
    if (file === undefined) continue
    const segments = listAt(data, 'segments').flatMap(segmentOf)
    const [first, last] = [segments[0]?.line ?? 0, segments.at(-1)?.line ?? 0]
    if (segments.some((segment, i) => segment.line < (segments[i - 1]?.line ?? 0))) broken ??= `the segments of ${file.slice(0, 200)} are not in order`
    lines += last - first
    if (lines > mostLines) return { unreadable: `it covers more than ${mostLines} lines` }
    const branches = countOf(at(data, 'summary', 'branches', 'covered'), at(data, 'summary', 'branches', 'count'))
    const counts = broken === undefined ? lineCounts(segments) : new Map<number, number>()
    files.push({ file, lines: counts, ...(branches === undefined || branches.total === 0 ? {} : { branches }) })
  }
  if (broken !== undefined) return { unreadable: broken }
  return files.length === 0 ? { unreadable: 'it names no file' } : { coverage: joined([{ files }]) }
}

type Segment = { readonly line: number; readonly count: number; readonly counts: boolean; readonly entry: boolean; readonly gap: boolean }

/** [line, column, count, has a count, begins a region, is a gap] */
function segmentOf(value: unknown): readonly Segment[] {
  const [line, count] = [lineNumber(at(value, 0)), hitCount(at(value, 2))]
  if (line === undefined || count === undefined) return []
  return [{ line, count, counts: at(value, 3) === true, entry: at(value, 4) === true, gap: at(value, 5) === true }]
}

/** A line has code when a region begins on it, or when it lies in one that began before. */
function lineCounts(segments: readonly Segment[]): ReadonlyMap<number, number> {
  const lines = new Map<number, number>()
  let around: Segment | undefined
  let next = 0
  const last = segments.at(-1)?.line ?? 0
  for (let line = segments[0]?.line ?? 1; line <= last; line++) {
    const from = next
    while (segments[next]?.line === line) next += 1
    const here = segments.slice(from, next)
    const begun = here.filter((segment) => !segment.gap && segment.counts && segment.entry)
    const isSkipped = here[0] !== undefined && !here[0].counts && here[0].entry
    if (!isSkipped && (around?.counts === true || begun.length > 0))
      lines.set(
        line,
        begun.reduce((most, segment) => Math.max(most, segment.count), around?.counts === true ? around.count : 0),
      )
    around = here.at(-1) ?? around
  }
  return lines
}
