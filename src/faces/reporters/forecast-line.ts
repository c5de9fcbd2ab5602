/** Compares what was foreseen of conflicts with those that came: one line, of this run alone. */
import type { Plan } from '../../model/plan.ts'
import { countText } from './finding-text.ts'
import { promptName } from './job-names.ts'
import { safeLine } from './safe-text.ts'
import type { WorkFacts } from './work-facts.ts'

const mostNamed = 3

/** None when nothing was foreseen and nothing conflicted. */
export function forecastLine(plan: Plan, { foreseen, conflicts }: Pick<WorkFacts, 'foreseen' | 'conflicts'>): string[] {
  if (foreseen.length + conflicts.length === 0) return []
  const pairs = new Map(conflicts.map((names) => names.map((name) => promptName(plan, name)).toSorted()).map((names) => [names.join('\0'), names]))
  const known = new Set(foreseen.map(({ between }) => between.map(safeLine).toSorted().join('\0')))
  const came = [...pairs.keys()].filter((pair) => known.has(pair)).length
  const apart = foreseen.filter((clash) => clash.apart).length
  const strange = [...pairs].filter(([pair]) => !known.has(pair)).map(([, names]) => names)
  const parts = [
    foreseen.length === 0
      ? 'no clash'
      : `${foreseen.length === 1 ? '1 possible clash' : `${foreseen.length} possible clashes`}, ${apart} kept apart in lanes: ${came} came, ${foreseen.length - came} did not`,
    ...(strange.length === 0
      ? []
      : [
          `${countText(strange.length, 'conflict')} not foreseen (${strange.slice(0, mostNamed).map(pairText).join(', ')}${strange.length > mostNamed ? ', …' : ''})`,
        ]),
  ]
  return [`forecast: ${parts.join('; ')}`]
}

const pairText = ([one = '', other]: readonly string[]): string => (other === undefined ? `${one} with the branch` : `${one} with ${other}`)
