/** A RoadmapReport is what a person reads after a run of a roadmap: measured facts, sums that add up, and what to look at first. */
import { Bug } from './failure.ts'
import { lookFirst, type LookAt } from './look-first.ts'
import type { ReportFacts, ReportTask } from './report-facts.ts'
import { standingKinds, type Standing } from './roadmap-standing.ts'

export type StandingCounts = Readonly<Record<Standing['kind'], number>> & { readonly total: number }

/** A sum over the tasks that were worked on. */
export type Known = {
  /** Of those of which it is known. */
  readonly sum: number
  readonly known: number
  /** How many did not tell. */
  readonly unknown: number
}

export type Used = { readonly turns: number; readonly timeMs: Known; readonly tokens: Known; readonly usd: Known }

export type RoadmapReport = ReportFacts & {
  readonly counts: StandingCounts
  readonly used: Used
  /** Worst first. */
  readonly first: readonly LookAt[]
}

/** Throws a Bug where a task is there twice or a sum does not add up. */
export function reportOf(facts: ReportFacts): RoadmapReport {
  const ids = new Set(facts.tasks.map(({ id }) => id.toLowerCase()))
  if (ids.size !== facts.tasks.length) throw new Bug('a task stands twice in a report')
  return { ...facts, counts: standingCounts(facts.tasks), used: usedBy(facts.tasks), first: lookFirst(facts) }
}

/** The parts add up to the total. */
export function standingCounts(tasks: readonly Pick<ReportTask, 'standing'>[]): StandingCounts {
  const counts = Object.fromEntries(standingKinds.map((kind) => [kind, 0])) as Record<Standing['kind'], number>
  for (const { standing } of tasks) counts[standing.kind] += 1
  const sum = Object.values(counts).reduce((a, b) => a + b, 0)
  if (sum !== tasks.length) throw new Bug(`the parts (${sum}) do not add up to the total (${tasks.length})`)
  return { ...counts, total: tasks.length }
}

/** What is not known of a task is counted as unknown, never as nothing. */
export function usedBy(tasks: readonly Pick<ReportTask, 'turns' | 'spent'>[]): Used {
  const worked = tasks.filter(({ turns }) => turns > 0)
  const known = (key: 'timeMs' | 'tokens' | 'usd'): Known => {
    const values = worked.flatMap(({ spent }) => spent?.[key] ?? [])
    return { sum: values.reduce((a, b) => a + b, 0), known: values.length, unknown: worked.length - values.length }
  }
  return { turns: worked.reduce((sum, { turns }) => sum + turns, 0), timeMs: known('timeMs'), tokens: known('tokens'), usd: known('usd') }
}
