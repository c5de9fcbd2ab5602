/** `pawl coverage …`: where coverage stands, its mark, what is missing to a goal, what of a change is covered, where tests pay most. */
import { coverageFindings, coverageHere, initMark, lowerMark, raiseMark, type CoverageAssessment, type MarkChange } from '../../../app/coverage.ts'
import { coverageDiff, isBelow } from '../../../app/coverage-diff.ts'
import { coverageSuggestions } from '../../../app/coverage-suggest.ts'
import { findSite, type Site } from '../../../app/site.ts'
import type { Failure, Result } from '../../../model/failure.ts'
import type { Finding } from '../../../model/finding.ts'
import { findingLines } from '../../reporters/finding-text.ts'
import { isTerminal } from '../../reporters/is-terminal.ts'
import { palette } from '../../reporters/palette.ts'
import { screenTraits } from '../../reporters/screen.ts'
import { changeLines, diffLines, goalLines, goalOf, statusJson, statusLines, suggestLines } from '../coverage-lines.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { requestOf, screenWish } from '../request.ts'
import { say, sayJson, wantsJson } from '../say.ts'

type Verb = (context: CommandContext, site: Site, assessment: CoverageAssessment) => Promise<CommandEnd>

const verbs: Readonly<Record<string, { readonly flags: readonly string[]; /** Absent: a run. */ readonly perform?: Verb }>> = {
  status: { flags: [], perform: status },
  init: { flags: [], perform: (context, site, assessment) => changed(context, initMark(site, assessment)) },
  raise: { flags: [], perform: (context, site, assessment) => changed(context, raiseMark(site, assessment)) },
  lower: { flags: ['to', 'reason'], perform: lower },
  goal: { flags: [], perform: goal },
  diff: { flags: ['since', 'min'], perform: diff },
  suggest: { flags: ['limit'], perform: suggest },
  improve: { flags: ['agent', 'iterations', 'max-time', 'max-turns', 'max-tokens', 'max-cost', 'yes'] },
}

export async function coverage(context: CommandContext): Promise<CommandEnd> {
  const { words, flags } = context.args
  const [verb = 'status', second] = words
  const known = verbs[verb]
  if (known === undefined) return bad(`pawl coverage cannot do '${verb}'`)
  if (second !== undefined && verb !== 'goal' && verb !== 'improve') return bad(`pawl coverage ${verb} does not know what to do with '${second}'`)
  const foreign = Object.entries(verbs).flatMap(([name, { flags: own }]) =>
    name === verb ? [] : own.filter((flag) => flags.has(flag)).map((flag) => ({ flag, name })),
  )
  if (foreign[0] !== undefined) return conflict(`--${foreign[0].flag} is for pawl coverage ${foreign[0].name}, not for pawl coverage ${verb}`)
  const wrong = percentProblem(context)
  if (wrong !== undefined) return wrong
  if (known.perform === undefined) return improve(context)
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  const assessment = await coverageHere(site.value)
  return assessment.ok ? known.perform(context, site.value, assessment.value) : assessment
}

/** Tests by an agent, as a run like any other: with rounds, log and undo. */
async function improve(context: CommandContext): Promise<CommandEnd> {
  const request = requestOf(context.args)
  return request.ok ? (await import('./whole-run.ts')).wholeRun(context, request.value) : request
}

async function status(context: CommandContext, site: Site, assessment: CoverageAssessment): Promise<CommandEnd> {
  const findings = await coverageFindings(site, assessment)
  if (wantsJson(context)) sayJson('coverage', { ...statusJson(assessment), findings })
  else say(...statusLines(assessment), ...findingText(context, findings))
  // Without a mark there is nothing to be below; that it is missing is told.
  return { code: findings.length > 0 ? 1 : 0 }
}

async function changed(context: CommandContext, change: Promise<Result<MarkChange>>): Promise<CommandEnd> {
  const ended = await change
  if (!ended.ok) return ended
  const { value } = ended
  const findings = value.kind === 'refused' ? value.findings : []
  if (wantsJson(context)) sayJson('mark', { ...value })
  else say(...changeLines(value), ...findingText(context, findings))
  return { code: value.kind === 'refused' ? 1 : 0 }
}

async function lower(context: CommandContext, site: Site, assessment: CoverageAssessment): Promise<CommandEnd> {
  const to = percentOf(context.args.flags.get('to'))
  const reason = context.args.flags.get('reason')
  if (to === undefined) return bad('pawl coverage lower needs --to PERCENT')
  if (typeof reason !== 'string' || reason.trim() === '')
    return bad('pawl coverage lower needs --reason TEXT', 'Say why; it is kept in the file of the mark, for those who read it later.')
  return changed(context, lowerMark(site, assessment, { to, reason: reason.trim() }))
}

async function goal(context: CommandContext, site: Site, assessment: CoverageAssessment): Promise<CommandEnd> {
  const findings = assessment.troubles
  if (findings.length > 0) return refused(context, findings)
  const found = goalOf(assessment, percentOf(context.args.words[1]))
  if (wantsJson(context)) sayJson('goal', { ...found })
  else say(...goalLines(found))
  return { code: 0 }
}

async function diff(context: CommandContext, site: Site, assessment: CoverageAssessment): Promise<CommandEnd> {
  if (assessment.troubles.length > 0) return refused(context, assessment.troubles)
  const since = context.args.flags.get('since')
  const compared = await coverageDiff(site, assessment, typeof since === 'string' ? since : undefined)
  if (!compared.ok) return compared
  const least = percentOf(context.args.flags.get('min'))
  const below = least !== undefined && isBelow(compared.value, least)
  if (wantsJson(context)) sayJson('diff', { ...compared.value, ...(least === undefined ? {} : { least, below }) })
  else say(...diffLines(compared.value, least, below), ...findingText(context, compared.value.findings))
  return { code: below ? 1 : 0 }
}

const usualLimit = 10

async function suggest(context: CommandContext, site: Site, assessment: CoverageAssessment): Promise<CommandEnd> {
  if (assessment.troubles.length > 0) return refused(context, assessment.troubles)
  const limit = context.args.flags.get('limit')
  const suggestions = await coverageSuggestions(site, assessment, typeof limit === 'number' ? limit : usualLimit)
  if (!suggestions.ok) return suggestions
  if (wantsJson(context)) sayJson('suggestions', { suggestions: suggestions.value })
  else say(...suggestLines(suggestions.value))
  return { code: 0 }
}

/** No number is told of a report that does not show the code as it is. */
function refused(context: CommandContext, findings: readonly Finding[]): CommandEnd {
  if (wantsJson(context)) sayJson('coverage', { findings })
  else say(...findingText(context, findings))
  return { code: 1 }
}

const mostShown = 50

function findingText(context: CommandContext, findings: readonly Finding[]): string[] {
  const ink = palette(screenTraits(context.env, screenWish(context.args), isTerminal(1)).colour)
  return findingLines(findings, mostShown, '--json has all of them', ink)
}

/** "85", "79.99", "80%" */
function percentOf(value: unknown): number | undefined {
  const percent = typeof value === 'string' && /^\d{1,3}(\.\d{1,2})?%?$/.test(value) ? Number(value.replace('%', '')) : undefined
  return percent !== undefined && percent <= 100 ? percent : undefined
}

function percentProblem({ args: { words, flags } }: CommandContext): CommandEnd | undefined {
  for (const [name, value] of [
    ['--to', flags.get('to')],
    ['--min', flags.get('min')],
    ['the goal', words[1]],
  ] as const)
    if (value !== undefined && percentOf(value) === undefined) return bad(`${name} needs a percentage from 0 to 100 such as 85 or 79.5, not '${String(value)}'`)
  return undefined
}

const bad = (what: string, hint = 'pawl coverage --help shows what there is.'): CommandEnd => ended({ type: 'args.bad-value', what, hint })
const conflict = (what: string): CommandEnd => ended({ type: 'args.conflict', what, hint: 'Leave one of them out.' })
const ended = (failure: Failure): CommandEnd => ({ failures: [failure] })
