/** What a person should look at first after a run of a roadmap, by rules: what could do harm goes before what is only not done. */
import { compared, percentText } from './coverage.ts'
import type { HeldReason } from './job.ts'
import type { ReportFacts, ReportTask } from './report-facts.ts'
import { isGreen } from './verdict.ts'

/** In this order. */
export const lookWhys = [
  'breach',
  'security',
  'red-together',
  'red-gate',
  'held',
  'failed',
  'cut-off',
  'coverage',
  'taken-back',
  'skipped',
  'drift',
  'manual',
  'unknown-cost',
] as const
export type LookWhy = (typeof lookWhys)[number]

export type LookAt = {
  readonly why: LookWhy
  /** Id of the task that it is about. */
  readonly task?: string
  /** One sentence without a full stop. */
  readonly text: string
}

const security: ReadonlySet<HeldReason> = new Set(['weakened-gate', 'protected', 'secret'])

/** Of one kind, tasks stand in the order of the roadmap. */
export function lookFirst(facts: ReportFacts): readonly LookAt[] {
  const found = [
    ...facts.breaches.map(({ what, why }): LookAt => ({ why: 'breach', text: why === undefined ? what : `${what}: ${why}` })),
    ...facts.tasks.flatMap(ofTask),
    ...redGates(facts),
    ...takenBack(facts),
    ...fallenCoverage(facts),
    ...unknownCosts(facts),
  ]
  return found.toSorted((a, b) => lookWhys.indexOf(a.why) - lookWhys.indexOf(b.why))
}

function ofTask(task: ReportTask): readonly LookAt[] {
  const { id, standing, drift, isManual } = task
  const at = (why: LookWhy, text: string): LookAt => ({ why, task: id, text })
  const drifted = drift === undefined ? [] : [at('drift', `${id} was recorded as "${drift.was}" (${drift.wasKind}), and asks for something else now`)]
  switch (standing.kind) {
    case 'held':
      return [heldTask(task, standing.reason, standing.why), ...drifted]
    case 'failed':
      return [at('failed', `${id} failed: ${standing.why}`), ...drifted]
    case 'begun':
      return [at('cut-off', `${id} was cut off; a further run goes on with it`), ...drifted]
    case 'skipped':
      return [at('skipped', `${id} was skipped by a person${standing.why === undefined ? '' : `: ${standing.why}`}`), ...drifted]
    case 'open':
      return [...drifted, ...(isManual ? [at('manual', `${id} is for a person to do`)] : [])]
    default:
      return drifted
  }
}

function heldTask({ id, held }: ReportTask, reason: HeldReason, why: string): LookAt {
  const beside = held?.beside ?? []
  const text = `${id} is held (${reason}): ${why}${beside.length === 0 ? '' : `; with ${beside.join(', ')}`}`
  return { why: security.has(reason) ? 'security' : reason === 'red-together' ? 'red-together' : 'held', task: id, text }
}

const redGates = ({ gates }: ReportFacts): readonly LookAt[] =>
  gates.flatMap(({ of, checks }): readonly LookAt[] => {
    const red = checks.filter(({ ending }) => !isGreen(ending) && ending !== 'skipped' && ending !== 'described')
    return red.length === 0
      ? []
      : [{ why: 'red-gate', text: `the gate of ${of} is not green: ${red.map(({ name, ending }) => `${name} ${ending}`).join(', ')}` }]
  })

function takenBack({ rollback }: ReportFacts): readonly LookAt[] {
  if (rollback === undefined) return []
  const names = rollback.tasks.map(({ id }) => id).join(', ')
  const { unmoved } = rollback
  return [{ why: 'taken-back', text: unmoved === undefined ? `${names}: reverted, and to be done again` : `nothing was taken back of ${names}: ${unmoved}` }]
}

function fallenCoverage({ coverage }: ReportFacts): readonly LookAt[] {
  const { before, after } = coverage ?? {}
  if (before === undefined || after === undefined || compared(after, before) >= 0) return []
  return [{ why: 'coverage', text: `coverage fell from ${percentText(before)} to ${percentText(after)}` }]
}

function unknownCosts({ tasks }: ReportFacts): readonly LookAt[] {
  const silent = tasks.filter(({ turns, spent }) => turns > 0 && spent?.usd === undefined).map(({ id }) => id)
  if (silent.length === 0) return []
  return [{ why: 'unknown-cost', text: `what ${silent.join(', ')} cost is unknown: nobody told` }]
}
