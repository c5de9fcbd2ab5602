/** Says when the mark of coverage may rise: the reports are whole, fit the code and lie above it. Advice, which a fix follows. */
import { percentText } from '../../model/coverage.ts'
import { isAbove } from '../../model/ratchet.ts'
import type { Builtin } from '../builtin.ts'
import { assessCoverage } from '../coverage/assess.ts'
import { wishFrom } from '../coverage/wish.ts'

/** Percent points below which a rise is not worth a commit. */
const leastRise = 0.01

export const coverageMark: Builtin = async (args, world) => {
  const { mark, measured, troubles, slips } = await assessCoverage(wishFrom(args), world)
  const stays = (why: string) => ({ findings: [], summary: `the mark stays: ${why}` })
  if (!('mark' in mark)) return stays('there is none that can be read')
  if (measured === undefined) return stays('nothing was measured')
  if (troubles[0] !== undefined) return stays(troubles[0].message)
  if (slips.length > 0) return stays('something is below it')
  if (!isAbove(mark.mark, measured, leastRise)) return stays('coverage is not above it')
  const { lines } = measured.total
  const message = `${percentText(lines)} of the lines are covered (${lines.covered} of ${lines.total}); the mark of ${percentText(mark.mark.total.lines)} can rise`
  return { findings: [{ file: mark.path, severity: 'info', rule: 'coverage-mark', message, suggestion: 'pawl coverage raise' }], summary: message }
}
