/** What is known of the coverage of a place, and every change of its mark: the first one, a rise, a lowering with a reason. */
import { coverageArguments } from '../config/coverage-checks.ts'
import { assessCoverage, type Assessment } from '../executors/coverage/assess.ts'
import { markText } from '../executors/coverage/mark-file.ts'
import { ratchetFindings } from '../executors/coverage/ratchet-findings.ts'
import { wishFrom } from '../executors/coverage/wish.ts'
import { userName } from '../host/churn.ts'
import { changedFromMain } from '../host/line-changes.ts'
import { saveFile } from '../host/save-atomic.ts'
import { writtenAt } from '../host/written-at.ts'
import { percentText } from '../model/coverage.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Finding } from '../model/finding.ts'
import { firstMark, lowered, markFile, newMilestones, raised, type Mark } from '../model/ratchet.ts'
import { wishes } from './planned.ts'
import type { Site } from './site.ts'

/** What was measured, whether it can be believed, and what is below the mark. */
export type CoverageAssessment = Assessment

/** The same judgement as that of the check `coverage-ratchet`, with the same settings. */
export async function coverageHere(site: Site): Promise<Result<Assessment>> {
  const files = site.files()
  const wished = await wishes(site, {}, files)
  if (!wished.ok) return wished
  const check = wished.value.checks['coverage-ratchet']
  const args = check?.builtin === 'coverage-ratchet' ? (check.with ?? {}) : await coverageArguments(files, wished.value.loaded.config.coverage)
  return ok(await assessCoverage(wishFrom(args), { files, writtenAt: (path) => writtenAt(site.root, path) }))
}

export const coverageFindings = (site: Site, assessment: Assessment): Promise<readonly Finding[]> =>
  ratchetFindings(assessment, () => changedFromMain(site.repository))

/** How a change of the mark ended: written, left as it is, or refused for what was found. */
export type MarkChange =
  | { readonly kind: 'written'; readonly before?: Mark; readonly after: Mark; readonly milestones: readonly number[] }
  | { readonly kind: 'stays'; readonly mark: Mark }
  | { readonly kind: 'refused'; readonly findings: readonly Finding[] }

export async function initMark(site: Site, assessment: Assessment): Promise<Result<MarkChange>> {
  const { mark, measured } = assessment
  if (mark.kind === 'own' || (mark.kind === 'unreadable' && mark.path === markFile)) return failed(marked)
  // The mark of another tool is the first one: it must not be fallen below on the way to ours.
  const findings = mark.kind === 'none' ? assessment.troubles : await coverageFindings(site, assessment)
  if (findings.length > 0 || measured === undefined) return ok({ kind: 'refused', findings: measured === undefined ? noMeasure(findings) : findings })
  const after = firstMark(measured)
  return written(site, after, { milestones: [] })
}

export async function raiseMark(site: Site, assessment: Assessment): Promise<Result<MarkChange>> {
  const { mark, measured } = assessment
  if (mark.kind === 'none') return failed(unmarked)
  const findings = await coverageFindings(site, assessment)
  if (findings.length > 0 || measured === undefined || !('mark' in mark))
    return ok({ kind: 'refused', findings: measured === undefined ? noMeasure(findings) : findings })
  const after = raised(mark.mark, measured)
  if (after === mark.mark) return ok({ kind: 'stays', mark: after })
  return written(site, after, { before: mark.mark, milestones: newMilestones(mark.mark, after) })
}

export async function lowerMark(site: Site, assessment: Assessment, wish: { readonly to: number; readonly reason: string }): Promise<Result<MarkChange>> {
  const { mark, measured } = assessment
  if (mark.kind === 'none') return failed(unmarked)
  if (!('mark' in mark)) return ok({ kind: 'refused', findings: await coverageFindings(site, assessment) })
  const by = site.repository === undefined ? undefined : await userName(site.repository)
  const believed = isBelievable(assessment) ? measured : undefined
  const after = lowered(mark.mark, believed, { ...wish, at: new Date(site.clock.now()).toISOString(), by: by ?? 'unknown' })
  if (after === undefined) return failed(notLower(mark.mark, wish.to))
  return written(site, after, { before: mark.mark, milestones: [] })
}

/** What was left out on purpose may be accepted; a report that is old or broken may not. */
const isBelievable = ({ troubles }: Assessment): boolean => troubles.every((trouble) => trouble.rule === 'coverage-partial')

async function written(site: Site, after: Mark, more: { readonly before?: Mark; readonly milestones: readonly number[] }): Promise<Result<MarkChange>> {
  // A link that somebody committed is replaced, never written through: it may lead anywhere.
  const saved = await saveFile(`${site.root}/${markFile}`, markText(after), 0o644)
  return saved.ok ? ok({ kind: 'written', after, ...more }) : saved
}

const noMeasure = (findings: readonly Finding[]): readonly Finding[] =>
  findings.length > 0 ? findings : [{ severity: 'error', rule: 'coverage-missing', message: 'nothing was measured, so there is nothing to set a mark by' }]

const marked: Failure = {
  type: 'coverage.marked',
  what: `there is a mark already: ${markFile}`,
  kept: 'it was not changed',
  hint: 'pawl coverage raise lifts it; pawl coverage lower --to PERCENT --reason TEXT lowers it.',
}

const unmarked: Failure = { type: 'coverage.no-mark', what: 'there is no mark of coverage yet', hint: 'pawl coverage init writes the first one.' }

const notLower = (mark: Mark, to: number): Failure => ({
  type: 'coverage.not-lower',
  what: `${to} % is not below the mark of ${percentText(mark.total.lines)}`,
  kept: 'the mark was not changed',
  hint: 'pawl coverage raise lifts the mark to what is measured.',
})
