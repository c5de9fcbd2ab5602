/** What is wrong with reports of coverage: none is there, one cannot be read, is older than the code, or shows only a part of it. */
import type { Finding } from '../../model/finding.ts'
import type { Measured } from '../../model/ratchet.ts'
import type { ReportSeen } from './gather.ts'
import type { CoverageWish, CoverageWorld } from './wish.ts'

/** How many examples a sentence names. */
const examples = 3

const list = (paths: readonly string[]): string =>
  `${paths.slice(0, examples).join(', ')}${paths.length > examples ? ` and ${paths.length - examples} more` : ''}`

export function missingFindings(reports: readonly ReportSeen[], isMeasured: boolean, wish: Pick<CoverageWish, 'reports' | 'allowMissing'>): readonly Finding[] {
  const broken = reports.flatMap(({ path, unreadable }): readonly Finding[] =>
    unreadable === undefined
      ? []
      : [
          {
            file: path,
            severity: 'error',
            rule: 'coverage-unreadable',
            message: `the report cannot be read: ${unreadable}`,
            suggestion: 'run the tests with coverage again',
          },
        ],
  )
  if (isMeasured || broken.length > 0 || (wish.allowMissing && reports.length === 0)) return broken
  return reports.length === 0 ? [noReport(wish.reports)] : reports.map(empty)
}

const noReport = (globs: readonly string[]): Finding => ({
  severity: 'error',
  rule: 'coverage-missing',
  message: globs.length === 0 ? 'there is no report of coverage where tools usually write it' : `there is no report of coverage at ${list(globs)}`,
  suggestion: "let the tests write one, say where it is with 'coverage: { reports: … }' in pawl.yaml, or allow that it is missing with 'allowMissing: true'",
})

const empty = ({ path, outside, gone }: ReportSeen): Finding => ({
  file: path,
  severity: 'error',
  rule: 'coverage-missing',
  message:
    outside.length > 0
      ? `no file of the report lies in this repository: ${list(outside)}`
      : gone.length > 0
        ? `no file of the report is there: ${list(gone.map(({ path: written }) => written))}`
        : 'the report names no line of code',
  suggestion: 'run the tests with coverage in this checkout',
})

/** A report proves nothing about files that were written after it, are gone, or have become shorter. */
export async function staleFindings(reports: readonly ReportSeen[], known: ReadonlySet<string>, world: CoverageWorld): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const { path, coverage, gone } of reports) {
    const written = (await world.writtenAt(path)) ?? 0
    const younger: string[] = []
    const shorter: string[] = []
    for (const { file, lines } of coverage.files) {
      if (((await world.writtenAt(file)) ?? 0) > written) younger.push(file)
      else if (lines.size > 0 && lastOf(lines.keys()) > lineCount((await world.files.read(file)) ?? '')) shorter.push(file)
    }
    const removed = gone.flatMap(({ candidates }) => candidates.find((file) => known.has(file)) ?? [])
    const why = [
      ...(younger.length === 0 ? [] : [`older than ${list(younger)}`]),
      ...(shorter.length === 0 ? [] : [`about lines that ${list(shorter)} does not have`]),
      ...(removed.length === 0 ? [] : [`about ${list(removed)}, which ${removed.length === 1 ? 'is' : 'are'} gone`]),
    ]
    if (why.length > 0) findings.push(stale(path, why.join(', and ')))
  }
  return findings
}

const stale = (path: string, why: string): Finding => ({
  file: path,
  severity: 'error',
  rule: 'coverage-stale',
  message: `stale report: it is ${why}`,
  suggestion: 'run the tests with coverage again; where their result is reused: pawl --force',
})

function lastOf(lines: Iterable<number>): number {
  let last = 0
  for (const line of lines) last = Math.max(last, line)
  return last
}

/** One more than there are line breaks: some tools count what follows the last of them. */
function lineCount(text: string): number {
  let count = 1
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1
  return count
}

/** Files that the mark knows, that are still there, and that no report names. */
export function partialFinding(known: readonly string[], measured: Measured | undefined, paths: ReadonlySet<string>): readonly Finding[] {
  if (measured === undefined) return []
  const seen = new Set(measured.files)
  const missing = known.filter((file) => !seen.has(file) && paths.has(file))
  if (missing.length === 0) return []
  return [
    {
      severity: 'error',
      rule: 'coverage-partial',
      message: `only a part was measured: ${list(missing)} ${missing.length === 1 ? 'was' : 'were'} measured when the mark was set, and no report names ${missing.length === 1 ? 'it' : 'them'} now`,
      suggestion: 'run all tests with coverage; if the files are left out on purpose, say so with: pawl coverage lower --to PERCENT --reason TEXT',
    },
  ]
}
