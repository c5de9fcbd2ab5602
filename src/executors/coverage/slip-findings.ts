/** What is below the mark as Findings: the sums first, then the lines that are new and not covered, where they can be told. */
import { percentText, rangeText } from '../../model/coverage.ts'
import type { Finding } from '../../model/finding.ts'
import { isChanged, type LineChanges } from '../../model/line-changes.ts'
import { markFile, type Slip } from '../../model/ratchet.ts'
import { uncoveredRanges, type Assessment } from './assess.ts'

/** Most places that are named. */
const mostPlaces = 100

export function slipFindings({ slips, coverage, mark }: Assessment, changes: LineChanges | undefined): readonly Finding[] {
  if (slips.length === 0) return []
  const path = 'path' in mark ? mark.path : markFile
  const added = newFiles(mark, coverage.files)
  return [
    ...slips.map((slip) => slipFinding(slip, path, added)),
    ...(changes === undefined ? [] : uncoveredChanges(coverage.files, changes).slice(0, mostPlaces)),
  ]
}

/** A file that is measured for the first time counts from then on, and may be the whole reason. */
function newFiles(mark: Assessment['mark'], files: Assessment['coverage']['files']): string {
  const known = new Set('mark' in mark ? mark.mark.files : [])
  const added = known.size === 0 ? [] : files.filter((file) => !known.has(file.file)).map((file) => file.file)
  if (added.length === 0) return ''
  return `; measured for the first time: ${added.slice(0, mostNew).join(', ')}${added.length > mostNew ? ` and ${added.length - mostNew} more` : ''}`
}

const mostNew = 3

function slipFinding({ of, package: name, mark, now }: Slip, path: string, added: string): Finding {
  const where = name === undefined ? '' : ` of ${name}`
  const message =
    now === undefined
      ? `no report tells ${of}${where} any more; the mark is ${percentText(mark)}`
      : `${percentText(now)} of the ${of}${where} are covered (${now.covered} of ${now.total}), and the mark is ${percentText(mark)}${added}`
  return {
    file: path,
    severity: 'error',
    rule: 'coverage-below',
    message,
    suggestion: 'cover more of it; to give up some of it on purpose: pawl coverage lower --to PERCENT --reason TEXT',
  }
}

/** Lines that this work has written and that no test reaches. */
export function uncoveredChanges(files: Assessment['coverage']['files'], changes: LineChanges): readonly Finding[] {
  return files.flatMap((file) => {
    if (!changes.has(file.file)) return []
    return uncoveredRanges(file, (line) => isChanged(changes, file.file, line)).map((range): Finding => ({
      file: file.file,
      line: range.from,
      severity: 'error',
      rule: 'coverage-uncovered',
      message: `${rangeText(range)} ${range.from === range.to ? 'is' : 'are'} new or changed, and not covered`,
    }))
  })
}
