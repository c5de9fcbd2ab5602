/** Coverage is what a test run reached of the code: for each file its lines with code and how often each was run. */

export type Count = { readonly covered: number; readonly total: number }

export type FileCoverage = {
  /** Relative to the root of the repository, with forward slashes; as a reader hands it out, still as the tool wrote it. */
  readonly file: string
  /** Line from 1 → how often it was run. Only lines with code. */
  readonly lines: ReadonlyMap<number, number>
  /** Of reports that only count: how many lines, but not which. Lines that are known go before it. */
  readonly counted?: Count
  readonly branches?: Count
}

export type Coverage = { readonly files: readonly FileCoverage[] }

/** Sums over files. Branches are absent where no report told any. */
export type Sums = { readonly lines: Count; readonly branches?: Count }

export function sumsOf(files: readonly FileCoverage[]): Sums {
  const branches = files.flatMap((file) => file.branches ?? [])
  return { lines: added(files.map(linesOf)), ...(branches.length === 0 ? {} : { branches: added(branches) }) }
}

export function linesOf({ lines, counted }: FileCoverage): Count {
  if (lines.size === 0 && counted !== undefined) return counted
  let covered = 0
  for (const hits of lines.values()) if (hits > 0) covered += 1
  return { covered, total: lines.size }
}

/** Lines with code that were never run, in order. */
export function uncoveredLines({ lines }: FileCoverage): readonly number[] {
  return [...lines].flatMap(([line, hits]) => (hits > 0 ? [] : [line])).sort((a, b) => a - b)
}

const added = (counts: readonly Count[]): Count => ({
  covered: counts.reduce((sum, count) => sum + count.covered, 0),
  total: counts.reduce((sum, count) => sum + count.total, 0),
})

/** Several reports of one repository as one, and several records of one file as one: hits add up. */
export function joined(parts: readonly Coverage[]): Coverage {
  const files = new Map<string, FileCoverage[]>()
  for (const file of parts.flatMap((part) => part.files)) {
    const known = files.get(file.file)
    if (known === undefined) files.set(file.file, [file])
    else known.push(file)
  }
  return { files: [...files.values()].map(joinedFile).sort((a, b) => (a.file < b.file ? -1 : 1)) }
}

function joinedFile(records: readonly FileCoverage[]): FileCoverage {
  const [first] = records
  if (records.length === 1 && first !== undefined) return first
  const lines = new Map<number, number>()
  for (const record of records) for (const [line, hits] of record.lines) lines.set(line, Math.min(Number.MAX_SAFE_INTEGER, (lines.get(line) ?? 0) + hits))
  const counted = best(records.flatMap((record) => record.counted ?? []))
  // Which branches were taken is not told, so two runs can only be compared, not added.
  const branches = best(records.flatMap((record) => record.branches ?? []))
  return { file: first?.file ?? '', lines, ...(counted === undefined ? {} : { counted }), ...(branches === undefined ? {} : { branches }) }
}

function best(counts: readonly Count[]): Count | undefined {
  const [first, ...more] = counts
  if (first === undefined) return undefined
  return more.reduce((most, count) => ({ covered: Math.max(most.covered, count.covered), total: Math.max(most.total, count.total) }), first)
}

/** Hundredths of a percent, rounded down: 9999 as long as one line of many is missing. Undefined: there is no code. */
export function hundredthsOf({ covered, total }: Count): number | undefined {
  return total === 0 ? undefined : Number((BigInt(covered) * 10_000n) / BigInt(total))
}

/** "83.33 %" */
export function percentText(count: Count): string {
  const hundredths = hundredthsOf(count)
  return hundredths === undefined ? 'no code' : `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')} %`
}

/** Below 0: a is less covered than b; exact, whatever the sizes. `points`: so many percent points less still count as equal. */
export function compared(a: Count, b: Count, points = 0): number {
  const difference = BigInt(a.covered) * BigInt(b.total) - BigInt(b.covered) * BigInt(a.total)
  if (difference >= 0n) return difference === 0n ? 0 : 1
  const allowed = BigInt(Math.round(points * 1_000_000)) * BigInt(a.total) * BigInt(b.total)
  return -difference * 100_000_000n <= allowed ? 0 : -1
}

export type Lines = { readonly from: number; readonly to: number }

/** Lines as ranges; only what stands next to each other is put together. `between`: lines without code that may lie inside of a range. */
export function rangesOf(lines: readonly number[], isBetween: (line: number) => boolean = () => false): readonly Lines[] {
  const ranges: { from: number; to: number }[] = []
  for (const line of lines) {
    const last = ranges.at(-1)
    if (last !== undefined && (line === last.to + 1 || (line - last.to <= mostBetween && allBetween(last.to + 1, line, isBetween)))) last.to = line
    else ranges.push({ from: line, to: line })
  }
  return ranges
}

const mostBetween = 20

function allBetween(from: number, to: number, isBetween: (line: number) => boolean): boolean {
  for (let line = from; line < to; line++) if (!isBetween(line)) return false
  return true
}

/** "lines 3 to 7", "line 3" */
export const rangeText = ({ from, to }: Lines): string => (from === to ? `line ${from}` : `lines ${from} to ${to}`)
