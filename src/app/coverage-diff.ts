/** How much of what this work has changed is covered: only lines with code count, and only where the reports can be believed. */
import type { Assessment } from '../executors/coverage/assess.ts'
import { uncoveredChanges } from '../executors/coverage/slip-findings.ts'
import { changedLines, mergeBase } from '../host/line-changes.ts'
import { compared, type Count } from '../model/coverage.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Finding } from '../model/finding.ts'
import { isChanged } from '../model/line-changes.ts'
import type { Site } from './site.ts'

export type CoverageDiff = {
  /** The commit that was compared with. */
  readonly base: string
  readonly lines: Count
  /** Changed files whose lines no report tells: other kinds of files, code that nothing measures, or of which only sums are told. */
  readonly unmeasured: readonly string[]
  readonly findings: readonly Finding[]
}

export async function coverageDiff(site: Site, { coverage }: Assessment, since: string | undefined): Promise<Result<CoverageDiff>> {
  if (site.repository === undefined) return failed(noGit)
  const base = await mergeBase(site.repository, since)
  if (!base.ok) return base
  const changed = await changedLines(site.repository, base.value)
  if (!changed.ok) return changed
  const changes = changed.value
  const hits = coverage.files.flatMap((file) => (changes.has(file.file) ? [...file.lines].filter(([line]) => isChanged(changes, file.file, line)) : []))
  const known = new Set(coverage.files.flatMap((file) => (file.lines.size > 0 || file.counted === undefined ? [file.file] : [])))
  return ok({
    base: base.value,
    lines: { covered: hits.filter(([, count]) => count > 0).length, total: hits.length },
    unmeasured: [...changes.keys()].filter((path) => !known.has(path)).sort(),
    findings: uncoveredChanges(coverage.files, changes),
  })
}

/** Nothing changed: nothing is missing. */
export const isBelow = ({ lines }: CoverageDiff, percent: number): boolean =>
  lines.total > 0 && compared(lines, { covered: Math.round(percent * 100), total: 10_000 }) < 0

export const noGit: Failure = {
  type: 'repo.no-git',
  what: 'this needs a git repository, and this folder is none',
  hint: 'pawl coverage alone works without git.',
}
