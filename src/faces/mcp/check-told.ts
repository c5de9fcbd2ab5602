/** What a check came to, told to an agent: the verdict, what did not pass and where, and what to do next; never a wall of text. */
import type { CheckedHere } from '../../app/check-here.ts'
import { durationText } from '../../model/duration.ts'
import { placeText, type Failure } from '../../model/failure.ts'
import type { Finding } from '../../model/finding.ts'
import type { Json } from '../../model/json.ts'
import { findingsOf, type Settlement } from '../../model/outcome.ts'
import type { Skip } from '../../model/plan.ts'
import { endingOf } from '../../model/tally.ts'
import type { Task } from '../../model/task.ts'
import { isGreen, type Ending } from '../../model/verdict.ts'
import { findingPlace } from '../reporters/finding-text.ts'
import { safeLine, safeLines } from '../reporters/safe-text.ts'
import type { ToolAnswer } from './tool.ts'

const mostFindings = 50
const mostChecks = 60
const mostLines = 40
/** Of so many checks the output is told. */
const mostOutputs = 4
const mostWidth = 300

type ToldCheck = {
  readonly name: string
  readonly ending: Ending
  readonly severity: Task['severity']
  readonly why?: string
  readonly durationMs?: number
  readonly findings: number
  /** The end of what it printed, where it has no findings to show. */
  readonly output?: readonly string[]
}

export function toldCheck(here: CheckedHere): ToolAnswer {
  const { checked, since } = here
  const { result, plan } = checked
  const verdict = result.verdict ?? 'lost'
  const all = plan.order.flatMap((id): ToldCheck[] => {
    const task = plan.tasks.get(id)?.task
    return task === undefined ? [] : [checkOf(task, endingOf(result, id), result.settled.get(id), here)]
  })
  const ranked = all.toSorted((a, b) => Number(isGreen(a.ending)) - Number(isGreen(b.ending)))
  const checks = ranked.slice(0, mostChecks).map((one, place) => (place < mostOutputs ? one : withoutOutput(one)))
  const found = findingsIn(here, new Set(all.flatMap(({ name, findings }) => (findings > 0 ? [name] : []))))
  const findings = found.slice(0, mostFindings)
  const more = found.length - findings.length
  const failures = checked.events.flatMap((event) => (event.type === 'failure.noted' ? [event.failure] : [])).concat(checked.lateNotes)
  const next = nextStep(verdict, all, found.length)
  const scope = since === undefined ? '' : `, of what differs from ${safeLine(since)}`
  const text = [
    `${verdict}: ${countsText(all)}${scope}`,
    ...checks.map(checkLine),
    ...(all.length > checks.length ? [`and ${all.length - checks.length} more checks`] : []),
    ...leftOut(plan.skips, since),
    ...(findings.length > 0 ? ['', `findings${more > 0 ? ` (${mostFindings} of ${found.length})` : ''}:`, ...findings.map(findingText)] : []),
    ...checks.flatMap((one) => (one.output === undefined ? [] : ['', `the end of what ${safeLine(one.name)} printed:`, ...one.output])),
    ...failures.map((failure) => `note: ${failureText(failure)}`),
    '',
    `next: ${next}`,
  ].join('\n')
  const data = {
    verdict,
    ...(since === undefined ? {} : { since }),
    checks: checks.map(jsonOf),
    leftOut: plan.skips.length,
    findings: findings.map(({ check, finding }) => jsonOf({ check, ...shownFinding(finding) })),
    moreFindings: more,
    next,
  }
  return { text, data }
}

/** Nothing could be judged: that is never green, even where nothing is wrong. */
export function toldFailures(failures: readonly Failure[]): ToolAnswer {
  const nothing = failures.length > 0 && failures.every(({ type }) => type === 'plan.empty' || type === 'plan.unconcerned')
  const next = nothing
    ? 'Nothing was proven. Call check with all: true, or with only, to check more.'
    : 'pawl could not check. Mend this if it comes from your change (for example pawl.yaml); else say so in your report.'
  const verdict = nothing ? 'nothing' : 'broken'
  return {
    text: [`${verdict}: nothing was checked`, ...failures.map(failureText), `next: ${next}`].join('\n'),
    data: { verdict, checks: [], failures: failures.map(({ type, what }) => ({ type, what: safeLine(what) })), next },
    ...(nothing ? {} : { isError: true }),
  }
}

function checkOf(task: Task, ending: Ending, settled: Settlement | undefined, { tails }: CheckedHere): ToldCheck {
  const why = whyText(settled)
  const isRed = !isGreen(ending)
  const tail = isRed && findingsOf(settled).every(isWhole) ? outputEnd(tails.get(task.id) ?? '') : []
  const findings = isRed && tail.length === 0 ? findingsOf(settled).length : 0
  return {
    name: task.id,
    ending,
    severity: task.severity,
    ...(why === undefined ? {} : { why: cut(safeLine(why)) }),
    ...(settled !== undefined && 'durationMs' in settled && settled.durationMs !== undefined ? { durationMs: Math.round(settled.durationMs) } : {}),
    findings,
    ...(tail.length === 0 ? {} : { output: tail }),
  }
}

/** All that the check printed, for want of anything better: its end tells more. */
const isWhole = ({ rule, file }: Finding): boolean => rule === 'unparsed' && file === undefined

const withoutOutput = ({ output: _output, ...rest }: ToldCheck): ToldCheck => rest

/** Why a check did not pass, or why its pass is not kept. */
export function whyText(settled: Settlement | undefined): string | undefined {
  switch (settled?.kind) {
    case 'passed':
      return settled.notKept === undefined ? undefined : `not kept for reuse: ${settled.notKept}`
    case 'failed':
      return settled.summary
    case 'errored':
      return failureText(settled.failure)
    case 'timed-out':
      return `it took longer than ${durationText(settled.limitMs)}`
    case 'blocked':
      return `${settled.by} did not pass`
    case 'skipped':
    case 'refused':
      return settled.reason
    default:
      return undefined
  }
}

/** The last lines, without blank ones at the end; each made harmless and not too wide. */
export function outputEnd(text: string): readonly string[] {
  const lines = safeLines(text)
  const last = lines.slice(-mostLines).map(cut)
  return lines.length > last.length ? [`(${lines.length - last.length} lines before)`, ...last] : last
}

type Found = { readonly check: string; readonly finding: Finding }

/** Of what did not pass: required checks first, errors first. */
function findingsIn({ checked: { result, plan } }: CheckedHere, red: ReadonlySet<string>): readonly Found[] {
  const found = plan.order.flatMap((id) => {
    const isRequired = plan.tasks.get(id)?.task.severity === 'required'
    return red.has(id) ? findingsOf(result.settled.get(id)).map((finding) => ({ check: id, finding, isRequired })) : []
  })
  return found.toSorted((a, b) => Number(b.isRequired) - Number(a.isRequired) || weight[a.finding.severity] - weight[b.finding.severity])
}

const weight = { error: 0, warning: 1, info: 2 } as const satisfies Record<Finding['severity'], number>

export const findingText = ({ check, finding }: Found): string =>
  [findingPlace(finding), finding.rule ?? '', oneLine(finding.message), `[${check}]`]
    .filter((part) => part !== '')
    .map((part) => safeLine(part))
    .join('  ')

const oneLine = (text: string): string => cut(safeLines(text).join(' '))

function shownFinding({ file, line, column, rule, severity, message, suggestion, fixable }: Finding): Partial<Finding> {
  return {
    ...(file === undefined ? {} : { file: safeLine(file) }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...(rule === undefined ? {} : { rule: safeLine(rule) }),
    severity,
    message: oneLine(message),
    ...(suggestion === undefined ? {} : { suggestion: oneLine(suggestion) }),
    ...(fixable === undefined ? {} : { fixable }),
  }
}

/** Values that are absent are left out already. */
const jsonOf = (value: object): Json => value as Json

const endings: Readonly<Partial<Record<Ending, string>>> = { cached: 'reused' }

function countsText(checks: readonly ToldCheck[]): string {
  const counts = [...Map.groupBy(checks, ({ ending }) => ending)].map(([ending, some]) => `${some.length} ${endings[ending] ?? ending}`)
  return `${checks.length} check${checks.length === 1 ? '' : 's'} (${counts.join(', ')})`
}

function leftOut(skips: readonly Skip[], since: string | undefined): readonly string[] {
  const [first] = skips
  if (first === undefined) return []
  const count = `${skips.length} check${skips.length === 1 ? '' : 's'}`
  return [
    since === undefined ? `left out: ${count} (${cut(safeLine(first.reason))})` : `left out: ${count} that no changed file concerns; all: true runs everything`,
  ]
}

function checkLine({ name, ending, severity, why, durationMs }: ToldCheck): string {
  const parts = [
    (endings[ending] ?? ending).padEnd(9),
    safeLine(name) + (severity === 'advisory' ? ' (advisory)' : ''),
    why ?? '',
    durationMs === undefined ? '' : durationText(durationMs),
  ]
  return parts.filter((part) => part !== '').join('  ')
}

function nextStep(verdict: string, checks: readonly ToldCheck[], findings: number): string {
  const red = checks.find(({ ending, severity }) => !isGreen(ending) && ending !== 'blocked' && severity === 'required')
  if (verdict === 'passed') return 'Everything that was checked passes; the same content needs no second run.'
  if (verdict === 'cancelled') return 'The check was cancelled; nothing is proven of what was still running.'
  if (red === undefined) return 'Nothing was proven; explain says more about a check.'
  const how = `explain {"check": ${JSON.stringify(safeLine(red.name))}} says how to see it by hand`
  if (verdict === 'failed') return `Mend ${findings > 0 ? 'the findings' : 'what failed'}, then call check again; ${how}.`
  return `pawl could not judge ${safeLine(red.name)}; ${how}. If it is not of your making, say so in your report.`
}

export function failureText({ place, what, why, hint }: Failure): string {
  const parts = [what, why === undefined ? '' : `(${why})`, hint === undefined ? '' : `try: ${hint}`].filter((part) => part !== '').join(' ')
  return `${place === undefined ? '' : `${safeLine(placeText(place))}  `}${cut(safeLines(parts).join(' '))}`
}

function cut(text: string): string {
  return text.length <= mostWidth ? text : `${text.slice(0, mostWidth)}…`
}
