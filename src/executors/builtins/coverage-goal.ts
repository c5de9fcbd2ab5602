/** Judges that coverage has reached a goal: each line that is missing is a finding, those where tests pay most first. */
import { linesOf, percentText, uncoveredLines } from '../../model/coverage.ts'
import { mostFindings, type Finding } from '../../model/finding.ts'
import { linesUntil, nextMilestone } from '../../model/ratchet.ts'
import type { Builtin } from '../builtin.ts'
import { assessCoverage } from '../coverage/assess.ts'
import { wishFrom } from '../coverage/wish.ts'
import { textList } from './package-manifests.ts'

/** Besides what every check of coverage takes: `goal` in percent (absent: the next milestone), and `order`, files that come first. */
export const coverageGoal: Builtin = async (args, world) => {
  const { coverage, measured, troubles } = await assessCoverage(wishFrom(args), world)
  if (troubles.length > 0) return { findings: troubles, summary: troubles[0]?.message ?? '' }
  if (measured === undefined) return { findings: [unmeasured], summary: unmeasured.message }
  const { lines } = measured.total
  const goal = typeof args['goal'] === 'number' ? args['goal'] : nextMilestone(lines)
  const missing = goal === undefined ? 0 : linesUntil(lines, goal)
  const reached = `${percentText(lines)} of the lines are covered (${lines.covered} of ${lines.total})`
  if (missing === 0 || goal === undefined) return { findings: [], summary: reached }
  const order = new Map(textList(args['order']).map((file, place) => [file, place]))
  const place = (file: string): number => order.get(file) ?? order.size
  const files = coverage.files
    .filter((file) => uncoveredLines(file).length > 0)
    .sort((a, b) => place(a.file) - place(b.file) || linesOf(b).total - linesOf(b).covered - (linesOf(a).total - linesOf(a).covered))
  const findings = files.flatMap((file) =>
    uncoveredLines(file).map((line): Finding => ({ file: file.file, line, severity: 'error', rule: 'coverage-goal', message: `line ${line} is not covered` })),
  )
  const summary = `${reached}; for ${goal} % ${missing} more are missing`
  return { findings: findings.length > 0 ? findings.slice(0, mostFindings - 1) : [{ ...unmeasured, message: summary }], summary }
}

const unmeasured: Finding = { severity: 'error', rule: 'coverage-missing', message: 'no report says which lines are covered' }
