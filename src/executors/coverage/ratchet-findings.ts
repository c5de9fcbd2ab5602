/** Everything that is wrong with the coverage of a repository, as Findings: what proves nothing, or what is below the mark. */
import type { Finding } from '../../model/finding.ts'
import type { LineChanges } from '../../model/line-changes.ts'
import { foreignMarkFile, markFile } from '../../model/ratchet.ts'
import type { Assessment } from './assess.ts'
import { slipFindings } from './slip-findings.ts'

/** `changes` is asked only when something is below: it costs a call of git. */
export async function ratchetFindings(assessment: Assessment, changes: () => Promise<LineChanges | undefined>): Promise<readonly Finding[]> {
  const { mark, troubles, slips } = assessment
  const unmarked = markFindings(mark)
  // Sums of a report that is not whole would be numbers about nothing.
  if (troubles.length > 0 || unmarked.length > 0 || slips.length === 0) return [...unmarked, ...troubles]
  return slipFindings(assessment, await changes())
}

function markFindings(mark: Assessment['mark']): readonly Finding[] {
  if (mark.kind === 'unreadable')
    return [
      {
        file: mark.path,
        severity: 'error',
        rule: 'coverage-mark',
        message: `the mark cannot be read: ${mark.why}`,
        suggestion: mark.path === foreignMarkFile ? 'correct or remove the file' : `take the file from the last commit: git checkout -- ${markFile}`,
      },
    ]
  if (mark.kind !== 'none') return []
  return [
    {
      severity: 'error',
      rule: 'coverage-mark',
      message: 'there is no mark that coverage could be held to',
      suggestion: 'write the first one, and commit it: pawl coverage init',
    },
  ]
}
