/** Judges the coverage of a repository against its mark: what was measured, whether it can be believed, and what is below. */
import { rangesOf, sumsOf, uncoveredLines, type Coverage, type FileCoverage, type Lines } from '../../model/coverage.ts'
import type { Finding } from '../../model/finding.ts'
import { bound, slipsOf, type Measured, type Slip } from '../../model/ratchet.ts'
import { gatherCoverage, type ReportSeen } from './gather.ts'
import { findMark, type FoundMark } from './mark-file.ts'
import { missingFindings, partialFinding, staleFindings } from './trouble.ts'
import type { CoverageWish, CoverageWorld } from './wish.ts'

export type Assessment = {
  readonly reports: readonly ReportSeen[]
  readonly coverage: Coverage
  /** Undefined: nothing was measured. */
  readonly measured?: Measured
  readonly mark: FoundMark
  /** Why the reports do not show the whole as it is now. With any of these nothing rises. */
  readonly troubles: readonly Finding[]
  /** What is below the mark; nothing is said of it where the reports cannot be believed. */
  readonly slips: readonly Slip[]
}

export async function assessCoverage(wish: CoverageWish, world: CoverageWorld): Promise<Assessment> {
  const [{ reports, coverage, paths }, found] = await Promise.all([gatherCoverage(world.files, wish.reports), findMark(world.files)])
  const mark = 'mark' in found ? { ...found, mark: bound(found.mark, new Set(Object.keys(wish.packages))) } : found
  const measured = coverage.files.some((file) => file.lines.size > 0 || file.counted !== undefined) ? measuredOf(coverage, wish.packages) : undefined
  const known = 'mark' in mark ? mark.mark.files : []
  const troubles = [
    ...missingFindings(reports, measured !== undefined, wish),
    ...(await staleFindings(reports, new Set(known), world)),
    ...partialFinding(known, measured, paths),
  ]
  const slips = 'mark' in mark && measured !== undefined ? slipsOf(mark.mark, measured, wish.tolerance) : []
  return {
    reports,
    coverage,
    ...(measured === undefined ? {} : { measured }),
    mark,
    troubles,
    slips: wish.allowMissing ? slips.filter((slip) => slip.now !== undefined) : slips,
  }
}

function measuredOf(coverage: Coverage, packages: CoverageWish['packages']): Measured {
  const groups = new Map<string, FileCoverage[]>()
  // The deepest folder that a file lies in says its package.
  const folders = Object.entries(packages)
    .map(([name, folder]) => ({ name, start: folder === '' || folder === '.' ? '' : `${folder.replace(/\/$/, '')}/` }))
    .sort((a, b) => b.start.length - a.start.length)
  for (const file of coverage.files) {
    const name = folders.find(({ start }) => file.file.startsWith(start))?.name
    if (name === undefined) continue
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [file])
    else group.push(file)
  }
  const sums = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, files]) => [name, sumsOf(files)] as const)
  return { total: sumsOf(coverage.files), packages: Object.fromEntries(sums), files: coverage.files.map((file) => file.file) }
}

/** Uncovered lines of a file as ranges: lines without code do not part them. */
export function uncoveredRanges(file: FileCoverage, isWanted: (line: number) => boolean = () => true): readonly Lines[] {
  return rangesOf(uncoveredLines(file).filter(isWanted), (line) => !file.lines.has(line))
}
