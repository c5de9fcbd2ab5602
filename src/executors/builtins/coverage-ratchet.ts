/** Judges that coverage is not below its mark: a report that is missing, stale or partial proves nothing, so it is no pass either. */
import { percentText } from '../../model/coverage.ts'
import type { Builtin } from '../builtin.ts'
import { assessCoverage } from '../coverage/assess.ts'
import { ratchetFindings } from '../coverage/ratchet-findings.ts'
import { wishFrom } from '../coverage/wish.ts'

/** reports, tolerance, allowMissing and packages, as the section `coverage` has them. */
export const coverageRatchet: Builtin = async (args, world) => {
  const assessment = await assessCoverage(wishFrom(args), world)
  const findings = await ratchetFindings(assessment, () => world.changedLines())
  if (findings.length > 0) return { findings, summary: findings[0]?.message ?? '' }
  const { measured, mark } = assessment
  if (measured === undefined) return { findings, summary: 'there is no report of coverage, and the configuration allows that' }
  const high = 'mark' in mark ? `; the mark is ${percentText(mark.mark.total.lines)}` : ''
  return { findings, summary: `${percentText(measured.total.lines)} of the lines are covered${high}` }
}
